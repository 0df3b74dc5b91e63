"""The claims, read from the heads of the catalogue's files."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.catalogue.claims import CLAIMS, IDP_CLAIMS, ClaimKind, concerns, read_claims
from harness.errors import CatalogueError
from harness.idp.dialects import DIALECTS
from harness.schema.validate import validate

HEAD = '[claim]\nname = "{name}"\ntitle = "{title}"\nkind = "{kind}"\norder = {order}\n'


def write(folder: Path, stem: str, name: str = "acme", title: str = "Acme", kind: str = "idp", order: int = 1) -> None:
    head = HEAD.format(name=name, title=title, kind=kind, order=order)
    (folder / f"{stem}.toml").write_text(head, encoding="utf-8")


def test_the_claims_stand_in_their_order() -> None:
    assert list(CLAIMS) == ["rfc", "bridge", *IDP_CLAIMS, "security", "resilience"]
    assert IDP_CLAIMS[:3] == ("okta", "entra", "google")
    assert [path.stem for path in CLAIMS["rfc"].files] == ["rfc7643", "rfc7644", "rfc9865"]
    assert (CLAIMS["entra"].title, CLAIMS["entra"].area) == ("Entra ID", "Entra ID on the wire")


def test_every_dialect_belongs_to_the_claim_of_its_vendor() -> None:
    assert {cls.claim for cls in DIALECTS.values()} == set(IDP_CLAIMS)
    assert all(concerns(cls.claim, cls.dialect) for cls in DIALECTS.values())
    assert [[name for name in IDP_CLAIMS if concerns(name, cls.dialect)] for cls in DIALECTS.values()] == [
        [cls.claim] for cls in DIALECTS.values()
    ]


@pytest.mark.parametrize("names", [list(CLAIMS), ",".join(CLAIMS)], ids=["list", "text"])
def test_a_profile_may_name_every_claim(names: list[str] | str) -> None:
    assert [violation.message for violation in validate({"claim": names}, "profile/profile")] == []


def test_a_claim_is_not_taken_for_one_that_begins_alike() -> None:
    assert concerns("okta", "okta-oin")
    assert concerns("google", "google")
    assert not concerns("google", "googleplex")
    assert concerns("rfc", "okta-oin")


def test_a_file_makes_a_claim(tmp_path: Path) -> None:
    write(tmp_path, "acme")
    write(tmp_path, "other", "other", "Other", "product", 0)

    claims = read_claims(tmp_path)

    assert list(claims) == ["other", "acme"]
    assert (claims["acme"].kind, claims["acme"].files) == (ClaimKind.IDP, (tmp_path / "acme.toml",))


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
