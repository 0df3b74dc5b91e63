"""The claims, read from the heads of the catalogue's files."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.catalogue.claims import CLAIMS, IDP_CLAIMS, ClaimKind, read_claims
from harness.errors import CatalogueError
from harness.idp.dialects import DIALECTS
from harness.schema.registry import get_schema

HEAD = '[claim]\nname = "{name}"\ntitle = "{title}"\nkind = "{kind}"\norder = {order}\n'


def write(folder: Path, stem: str, name: str = "acme", title: str = "Acme", kind: str = "idp", order: int = 1) -> None:
    head = HEAD.format(name=name, title=title, kind=kind, order=order)
    (folder / f"{stem}.toml").write_text(head, encoding="utf-8")


def test_the_claims_stand_in_their_order() -> None:
    assert list(CLAIMS) == ["rfc", "bridge", "okta", "entra", "google", "security", "resilience"]
    assert CLAIMS["rfc"].files == ("rfc7643", "rfc7644", "rfc9865")
    assert (CLAIMS["entra"].title, CLAIMS["entra"].area) == ("Entra ID", "Entra ID on the wire")


def test_every_dialect_belongs_to_the_claim_of_its_vendor() -> None:
    assert {cls.claim for cls in DIALECTS.values()} == set(IDP_CLAIMS)
    assert all(cls.dialect.startswith(f"{cls.claim}-") for cls in DIALECTS.values())


def test_a_profile_may_name_every_claim() -> None:
    rule = get_schema("profile/profile")["properties"]["claim"]
    (listed,) = (way for way in rule["anyOf"] if "items" in way)

    assert listed["items"]["enum"] == list(CLAIMS)


def test_a_file_makes_a_claim(tmp_path: Path) -> None:
    write(tmp_path, "acme")
    write(tmp_path, "other", "other", "Other", "product", 0)

    claims = read_claims(tmp_path)

    assert list(claims) == ["other", "acme"]
    assert (claims["acme"].kind, claims["acme"].files) == (ClaimKind.IDP, ("acme",))


def test_files_of_one_claim_say_the_same(tmp_path: Path) -> None:
    write(tmp_path, "acme1")
    write(tmp_path, "acme2", title="Acme Inc.")

    with pytest.raises(
        CatalogueError, match=r"acme2\.toml: the head differs from that of another file of claim 'acme'"
    ):
        read_claims(tmp_path)


def test_a_head_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "acme", kind="vendor")

    with pytest.raises(CatalogueError, match=r"acme\.toml: the head \[claim\] cannot be read: 'vendor'"):
        read_claims(tmp_path)
