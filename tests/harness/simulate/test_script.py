"""Acts from a file: carried out in order, and refused with the nearest right word."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.directory.directory import Directory
from harness.errors import UsageError
from harness.idp.entra import Entra
from harness.idp.okta import Okta
from harness.simulate.script import FORMS, Stage, check_console, read_script


class Company:
    """A directory with a stage that counts cycles and simulated seconds."""

    def __init__(self, people: int = 0) -> None:
        self.directory = Directory.of(people=people, groups=1, domain="marigold.example", run_id="t")
        self.cycles: list[int] = []
        self.waited = 0.0
        self.administered: list[tuple[object, ...]] = []
        self.stage = Stage(
            self.directory,
            lambda: self.cycles.append(self.directory.last_change),
            self.wait,
            lambda *what: self.administered.append(what),
        )

    def wait(self, seconds: float) -> None:
        self.waited += seconds

    def play(self, tmp_path: Path, text: str, name: str = "acts.ndjson") -> None:
        (tmp_path / name).write_text(text, encoding="utf-8")
        for act in read_script(tmp_path / name):
            self.stage.play(act)

    def names_in_scope(self) -> list[str]:
        return [person.full_name for person in self.directory.people_in_scope()]


def test_toml_and_lines_say_the_same(tmp_path: Path) -> None:
    one, other = Company(), Company()

    one.play(tmp_path, '[[act]]\ndo = "hire"\ngiven = "Ada"\nassign = true\n[[act]]\ndo = "cycle"\n', "acts.toml")
    other.play(tmp_path, '{"do": "hire", "given": "Ada", "assign": true}\n\n{"do": "cycle"}\n')

    assert one.directory.delta() == other.directory.delta()
    assert one.cycles == other.cycles == [2]


def test_a_whole_career(tmp_path: Path) -> None:
    company = Company()

    company.play(
        tmp_path,
        """
        {"do": "form-group", "group": "Design", "assign": true}
        {"do": "form-group", "group": "Sales"}
        {"do": "hire", "given": "Ada", "family": "King", "groups": ["Design"]}
        {"do": "rename", "person": "Ada", "given": "Ada", "family": "Byron"}
        {"do": "change-address", "person": "Ada Byron", "address": "ada@marigold.example"}
        {"do": "change-profile", "person": "ada@marigold.example", "title": "Countess"}
        {"do": "move", "person": "Ada", "source": "Design", "group": "Sales"}
        {"do": "wait", "seconds": 2592000}
        {"do": "assign-group", "group": "Sales"}
        """,
    )

    (ada,) = company.directory.people_in_scope()
    assert (ada.full_name, ada.address, ada.title) == ("Ada Byron", "ada@marigold.example", "Countess")
    assert company.waited == 2_592_000


@pytest.mark.parametrize(
    ("acts", "left"),
    [
        ('{"do": "disable", "person": "Ada"}', []),
        ('{"do": "disable", "person": "Ada"}\n{"do": "enable", "person": "Ada"}', ["Ada King"]),
        ('{"do": "archive", "person": "Ada"}', []),
        ('{"do": "archive", "person": "Ada"}\n{"do": "unarchive", "person": "Ada"}', ["Ada King"]),
        ('{"do": "delete", "person": "Ada"}', []),
        ('{"do": "delete", "person": "Ada"}\n{"do": "restore", "person": "Ada"}', ["Ada King"]),
        ('{"do": "unassign", "person": "Ada"}', []),
        ('{"do": "unassign", "person": "Ada", "application": "sso"}', ["Ada King"]),
        ('{"do": "unassign", "person": "Ada"}\n{"do": "join", "person": "Ada", "group": "tg1"}', ["Ada King"]),
        ('{"do": "join", "person": "Ada", "group": "tg1"}\n{"do": "dissolve", "group": "tg1"}', ["Ada King"]),
    ],
)
def test_acts_decide_who_is_in_scope(tmp_path: Path, acts: str, left: list[str]) -> None:
    company = Company()

    company.play(tmp_path, '{"do": "hire", "given": "Ada", "family": "King", "assign": true}\n' + acts)

    assert company.names_in_scope() == left


def test_groups_are_renamed_and_nested(tmp_path: Path) -> None:
    company = Company()

    company.play(
        tmp_path,
        '{"do": "form-group", "group": "Design"}\n{"do": "nest", "inner": "Design", "group": "tg1"}\n'
        '{"do": "rename-group", "group": "Design t", "name": "Drawing"}',
    )

    assert company.directory.nested == {"tg1": {"tg2"}}
    assert company.directory.groups["tg2"].name == "Drawing"


def test_somebody_of_the_crowd_is_found_by_address_and_key(tmp_path: Path) -> None:
    company = Company(people=3)
    address = company.directory.people["tp2"].address

    company.play(tmp_path, f'{{"do": "disable", "person": "{address}"}}\n{{"do": "delete", "person": "tp3"}}')

    assert [person.key for person in company.directory.people_in_scope()] == ["tp1"]


def test_many_are_hired_and_awkward_ones_too(tmp_path: Path) -> None:
    company = Company()

    company.play(
        tmp_path,
        '{"do": "hire", "given": "Ada", "count": 3, "assign": true}\n'
        '{"do": "hire", "given": "Grace", "awkward": "plus-address", "assign": true}',
    )

    assert len(company.names_in_scope()) == 4
    assert "+scim" in company.directory.people_in_scope()[-1].address


def test_a_guest_with_a_role_and_a_filter(tmp_path: Path) -> None:
    company = Company()

    company.play(
        tmp_path,
        """
        {"do": "hire", "given": "Ada", "address": "ada@home.example", "principal": "ada_home.example#EXT#@x.example"}
        {"do": "change-profile", "person": "Ada", "roles": ["Admin"], "title": "Countess", "manager": ""}
        {"do": "assign", "person": "Ada"}
        {"do": "narrow", "attribute": "title", "operator": "is-not-empty"}
        """,
    )
    ada = company.directory.people["tp1"]
    in_scope = company.names_in_scope()
    company.play(tmp_path, '{"do": "narrow", "attribute": "title", "value": "Baron"}')

    assert (ada.address, ada.principal_name) == ("ada@home.example", "ada_home.example#EXT#@x.example")
    assert (ada.roles, ada.title, ada.manager) == (("Admin",), "Countess", "")
    assert (len(in_scope), company.names_in_scope()) == (1, [])
    company.play(tmp_path, '{"do": "narrow"}')
    assert company.names_in_scope() == in_scope


def test_what_an_administrator_does(tmp_path: Path) -> None:
    company = Company()

    company.play(
        tmp_path,
        """
        {"do": "form-group", "group": "Design"}
        {"do": "admin", "act": "restart"}
        {"do": "admin", "act": "link-group", "group": "Design", "name": "Drawing"}
        """,
    )

    assert company.administered == [
        ("restart", None, ""),
        ("link-group", company.directory.groups["tg2"], "Drawing"),
    ]


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ('{"do": "admin", "act": "restrat"}', r"entra-default has no admin action 'restrat'; did you mean restart"),
        ('{"do": "admin", "act": "xyzzy"}', r"entra-default has no admin action 'xyzzy'; known: restart, "),
        ('{"do": "admin", "act": "restart", "person": "Ada"}', r"restart takes no fields; missing or unknown: person"),
        ('{"do": "admin", "act": "purge"}', r"purge takes person; missing or unknown: person"),
    ],
)
def test_what_no_administrator_can_do_is_refused(tmp_path: Path, text: str, refusal: str) -> None:
    (tmp_path / "acts.ndjson").write_text(text, encoding="utf-8")

    with pytest.raises(UsageError, match=refusal):
        check_console(read_script(tmp_path / "acts.ndjson"), Entra.console, "entra-default")


def test_what_an_administrator_can_do_is_let_through(tmp_path: Path) -> None:
    (tmp_path / "acts.ndjson").write_text(
        '{"do": "admin", "act": "link-group", "group": "x", "name": "y"}\n{"do": "admin", "act": "import"}'
    )

    check_console(read_script(tmp_path / "acts.ndjson"), Okta.console, "okta-oin")


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ('{"do": "hier", "given": "Ada"}', r"line 1: there is no act 'hier'; did you mean hire"),
        ('{"do": "xyzzy"}', r"no act 'xyzzy'; there are hire, rename"),
        ('{"do": "hire", "given": "Ada", "famly": "King"}', r"hire has no field 'famly'; did you mean family"),
        ('{"do": "cycle", "x": 1}', r"cycle has no field 'x'; it has none"),
        ('{"do": "rename", "person": "Ada"}', r"rename needs the field given, family"),
        ('\n{"do": "hire"', r"line 2 is not JSON"),
        ("[1]", r"an act must be a table with `do`"),
        ('{"do": 7}', r"an act must be a table with `do`"),
        ('{"do": "wait", "seconds": "long"}', r"seconds must be a number from 0 to 10,000,000,000; is 'long'"),
        ('{"do": "wait", "seconds": -1}', r"seconds must be a number from 0 to 10,000,000,000; is -1"),
        (
            '{"do": "hire", "given": "Ada", "count": 1e9}',
            r"count must be a number from 0 to 1,000,000; is 1000000000.0",
        ),
        ('{"do": "hire", "given": ""}', r"given must be a non-empty string; is ''"),
        ('{"do": "hire", "given": "Ada", "groups": "Design"}', r"must be a list of names"),
        ('{"do": "hire", "given": "Ada", "assign": "yes"}', r"must be true or false"),
    ],
)
def test_what_can_not_be_carried_out_is_refused_before_anything_begins(tmp_path: Path, text: str, refusal: str) -> None:
    (tmp_path / "acts.ndjson").write_text(text, encoding="utf-8")

    with pytest.raises(UsageError, match=refusal):
        read_script(tmp_path / "acts.ndjson")


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("[[act]\n", "is not TOML"),
        ('[[acts]]\ndo = "cycle"\n', "found 'acts'"),
        ('act = "cycle"\n', "found 'act'"),
    ],
)
def test_toml_is_refused_with_its_fault(tmp_path: Path, text: str, refusal: str) -> None:
    (tmp_path / "acts.toml").write_text(text, encoding="utf-8")

    with pytest.raises(UsageError, match=refusal):
        read_script(tmp_path / "acts.toml")


@pytest.mark.parametrize(
    ("act", "refusal"),
    [
        ('{"do": "disable", "person": "Adda"}', "line 2: the directory has no person 'Adda'; did you mean Ada"),
        (
            '{"do": "narrow", "attribute": "titel"}',
            "line 2: a scoping filter has no attribute or operator 'titel'; did you mean title",
        ),
        ('{"do": "disable", "person": "x@y"}', "the directory has no person 'x@y'"),
        (
            '{"do": "join", "person": "Ada", "group": "Desing 1 t"}',
            "the directory has no group 'Desing 1 t'; did you mean Design",
        ),
    ],
)
def test_nobody_of_that_name_is_told(tmp_path: Path, act: str, refusal: str) -> None:
    with pytest.raises(UsageError, match=refusal):
        Company().play(tmp_path, '{"do": "hire", "given": "Ada"}\n' + act)


def test_every_act_is_described() -> None:
    page = (Path(__file__).parents[3] / "docs" / "how-to" / "simulate.md").read_text(encoding="utf-8")

    for name, form in FORMS.items():
        assert f"`{name}`" in page
        assert all(f"`{field}`" in page for field in (*form.needs, *form.may))
