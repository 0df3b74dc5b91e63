import fnmatch
from collections import Counter
from pathlib import Path

import pytest

from harness.catalogue.claims import CLAIMS, FOLDER
from harness.catalogue.requirement import Catalogue, Level, Requirement, load_catalogue
from harness.errors import CatalogueError

STEMS = [path.stem for claim in CLAIMS.values() for path in claim.files if path.parent == FOLDER]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A catalogue of empty files, for a test to fill."""
    for stem in STEMS:
        (tmp_path / f"{stem}.toml").touch()
    return tmp_path


def rows_like(pattern: str) -> list[Requirement]:
    return [row for row in load_catalogue().values() if fnmatch.fnmatchcase(row.id, pattern)]


def count(prefix: str) -> Counter[str]:
    return Counter(row.level.value for row in rows_like(prefix))


# The catalogue as it stands: the figures are those of the reference texts, with docs/reference/plain-rows.md applied
# and two rows of our own reading (RFC7644-3.12-23 and -24).


@pytest.mark.parametrize(
    ("document", "levels"),
    [
        ("RFC7643", {"MUST": 167, "SHOULD": 26, "MAY": 54}),
        ("RFC7644", {"MUST": 283, "SHOULD": 75, "MAY": 62}),
        ("RFC9865", {"MUST": 18, "SHOULD": 10, "MAY": 9}),
    ],
)
def test_rows_of_an_rfc_by_level(document: str, levels: dict[str, int]) -> None:
    assert count(f"{document}-*-[0-9][0-9]") == levels


@pytest.mark.parametrize(
    ("document", "client_only", "untestable"), [("RFC7643", 6, 17), ("RFC7644", 36, 11), ("RFC9865", 5, 1)]
)
def test_rows_of_an_rfc_that_nobody_judges(document: str, client_only: int, untestable: int) -> None:
    clients = rows_like(f"{document}-*-C[0-9][0-9]")
    others = rows_like(f"{document}-*-N[0-9][0-9]")

    assert (len(clients), len(others)) == (client_only, untestable)
    assert all(row.unjudgeable for row in (*clients, *others))


@pytest.mark.parametrize(
    ("pattern", "levels"),
    [
        ("SEED-*", {"MUST": 58, "MAY": 10}),
        ("P-*", {"SHOULD": 32}),
        ("OKTA-*", {"MUST": 36, "MAY": 1}),
        ("ENTRA-*", {"MUST": 44, "SHOULD": 1, "MAY": 3}),
        ("GOOGLE-*", {"MUST": 18, "MAY": 5}),
        ("SEC-*", {"MUST": 102, "MAY": 3}),
        ("REL-*", {"MUST": 52}),
        ("OWN-*", {"MUST": 25}),
    ],
)
def test_rows_of_our_own_by_level(pattern: str, levels: dict[str, int]) -> None:
    assert count(pattern) == levels


def test_rows_in_all() -> None:
    assert len(load_catalogue()) == 704 + 47 + 29 + 68 + 32 + 37 + 48 + 23 + 105 + 52 + 25 + 16 + 14 + 12


@pytest.mark.parametrize(
    ("pattern", "unjudgeable"), [("SEED-*", 13), ("OWN-*", 25), ("P-*", 5), ("SEC-*", 0), ("OKTA-*", 0)]
)
def test_rows_of_our_own_that_nobody_judges(pattern: str, unjudgeable: int) -> None:
    assert sum(row.unjudgeable is not None for row in rows_like(pattern)) == unjudgeable


def test_a_row_of_an_rfc() -> None:
    row = load_catalogue().get("RFC7644-3.5.2-34")

    assert row == Requirement(
        id="RFC7644-3.5.2-34",
        level=Level.MUST,
        source="RFC 7644 section 3.5.2",
        statement="PATCH that breaches uniqueness is refused.",
        when=("ServiceProviderConfig.patch.supported",),
        needs=("scim",),
        restates=None,
        readings=("400", "409"),
        recorded=None,
        check_hint="PATCH userName of B to A's; 409 or 400 with uniqueness, no change.",
        defect="PATCH skips the uniqueness check.",
        unjudgeable=None,
        claim="rfc",
    )


def test_a_row_that_shares_its_defect_with_another() -> None:
    assert load_catalogue().get("RFC7643-3-04").restates == "RFC7643-3-03"


def test_conditions_joined_by_and_are_parted() -> None:
    row = load_catalogue().get("RFC7644-3.7.1-02")

    assert row.when == ("ServiceProviderConfig.bulk.supported", "nested groups supported")


def test_what_a_row_of_the_seed_can_be_observed_by() -> None:
    row = load_catalogue().get("SEED-55")

    assert row.needs == ("scim", "account", "mail")
    assert row.readings == ("conflict-409", "adopt-200")


def test_what_an_attack_needs() -> None:
    row = load_catalogue().get("SEC-43")

    assert row.needs == ("access-probe", "mail")
    assert row.statement == (
        "Take over by changing the address: no recovery or login through the new address until proved; "
        "old address told."
    )


def test_an_attack_that_the_profile_decides() -> None:
    assert load_catalogue().get("SEC-98").needs == ("profile", "mail")


def test_every_may_row_of_an_idp_says_what_is_recorded() -> None:
    rows = load_catalogue().of_claims(["okta", "entra", "google"])

    assert {row.id for row in rows if row.recorded} == {row.id for row in rows if row.level is Level.MAY}


# Asking it.


def test_an_unknown_id_is_refused_with_the_nearest() -> None:
    with pytest.raises(CatalogueError, match=r"no requirement 'SEED-555'; did you mean SEED-55 "):
        load_catalogue().get("SEED-555")


def test_claims_are_made_of_whole_files() -> None:
    rows = load_catalogue().of_claims(["okta", "google"])

    assert (rows[0].id, rows[-1].id, len(rows)) == ("OKTA-01", "GOOGLE-23", 60)


def test_an_unknown_claim_is_refused_with_the_nearest() -> None:
    with pytest.raises(CatalogueError, match=r"no claim 'otka'; did you mean okta"):
        load_catalogue().of_claims(["rfc", "otka"])


def test_membership() -> None:
    catalogue = load_catalogue()

    assert "SEED-46" in catalogue
    assert "SEED-99" not in catalogue
    assert catalogue["SEED-46"].claim == "bridge"


# Broken files.


def write(folder: Path, text: str) -> Path:
    (folder / "bridge.toml").write_text(text)
    return folder


HEAD = '[[requirement]]\nid = "X-01"\nlevel = "MUST"\nsource = "ours"\nstatement = "It works."\n'


def test_a_row_needs_four_fields_only(folder: Path) -> None:
    catalogue = load_catalogue(write(folder, HEAD))

    assert catalogue.get("X-01").statement == "It works."
    assert isinstance(catalogue, Catalogue)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            HEAD + 'when = ["the moon is full"]\n',
            "bridge.toml: X-01: when has the unknown word 'the moon is full'",
        ),
        (
            HEAD + 'needs = ["accuont"]\n',
            "bridge.toml: X-01: needs has the unknown word 'accuont'; did you mean account",
        ),
        (HEAD + 'statment = "x"\n', "bridge.toml: X-01: unknown key 'statment'; did you mean statement"),
        (HEAD + 'facets = "a"\n', "bridge.toml: X-01: facets must be a list; is 'a'"),
        (HEAD + 'facets = ["a"]\n', "bridge.toml: X-01: facets has a single part: a requirement of one part has none"),
        (HEAD + 'facets = ["a", "a"]\n', "bridge.toml: X-01: facets has 'a' twice"),
        (HEAD + "facets = [1, 2]\n", "bridge.toml: X-01: a facet is a name, or a table with a name; is 1"),
        (
            HEAD + 'facets = ["a", { name = "b", wen = [] }]\n',
            "bridge.toml: X-01: facet 'b': unknown key 'wen'; did you mean when",
        ),
        (
            HEAD + 'facets = ["a", { name = "b", when = "x" }]\n',
            "bridge.toml: X-01: facet 'b': when must be a list of words; is 'x'",
        ),
        (
            HEAD + 'facets = ["a", { name = "b", when = ["the moon is full"] }]\n',
            "bridge.toml: X-01: facet 'b': when has the unknown word 'the moon is full'",
        ),
        (
            HEAD + 'facets = ["a", { name = "b", unjudgeable = "" }]\n',
            "bridge.toml: X-01: facet 'b': unjudgeable must be a text; is ''",
        ),
        (HEAD + HEAD, "bridge.toml: X-01: the id is used twice"),
        (HEAD.replace('source = "ours"\n', ""), "bridge.toml: X-01: source is missing"),
        (HEAD.replace("MUST", "WILL"), "bridge.toml: X-01: level 'WILL' is none of MUST, SHOULD, MAY"),
        (HEAD + 'readings = "400"\n', "bridge.toml: X-01: readings must be a list of words; is '400'"),
        (HEAD + "defect = 5\n", "bridge.toml: X-01: defect must be a text; is 5"),
        (
            HEAD + 'restates = "X-10"\n',
            "bridge.toml: X-01: restates the unknown 'X-10'; did you mean X-01",
        ),
        ("[[requirement", "bridge.toml: cannot be read"),
        ('[[requirements]]\nid = "X-01"\n', "bridge.toml: unknown table 'requirements'"),
    ],
)
def test_a_broken_file_is_refused_by_name_and_id(folder: Path, text: str, complaint: str) -> None:
    with pytest.raises(CatalogueError) as refusal:
        load_catalogue(write(folder, text))

    assert complaint in str(refusal.value)


def test_a_missing_file_is_refused(folder: Path) -> None:
    (folder / "security.toml").unlink()

    with pytest.raises(CatalogueError, match=r"security\.toml: cannot be read"):
        load_catalogue(folder)
