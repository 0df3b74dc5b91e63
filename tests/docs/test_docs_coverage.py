"""The documents name every option, check, requirement, defect, story, exit code, and kind of journal entry."""

from __future__ import annotations

import dataclasses
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import click
import msgspec
import pytest

from bridge_ref.cli.main import cli as bridge_ref_cli
from bridge_ref.lab.registry import DEFECTS
from bridge_ref.lab.variants.variant import VARIANTS
from bridge_ref.workspace.settings import NAMES, WorkspaceSettings
from harness.catalogue.requirement import load_catalogue
from harness.cli.main import cli as bridgecheck_cli
from harness.directory_api.tokens import SCOPES
from harness.idp.dialects import ALIASES, DIALECTS
from harness.judge.coverage import all_checks, stories
from harness.judge.exit_code import ExitCode
from harness.record.exchange import Exchange, Request, Response
from harness.record.journal import _KINDS
from harness.schema.registry import get_schema
from harness.target.options import COMMAND_TABLES, Options
from harness.target.tables import TABLES
from tests.docs.pages import BY_HAND, PAGES, ROOT, text_of

REFERENCE = ROOT / "docs" / "reference"
ID = re.compile(r"[A-Z]+[0-9]*-[0-9A-Za-z.-]*[0-9A-Za-z]")
FAMILY = re.compile(r"\b(?:RFC[0-9]{4}|SEED|OKTA|ENTRA|GOOGLE|SEC|REL)-[0-9][0-9A-Za-z.-]*[0-9]")


def words_of(page: str) -> set[str]:
    """Everything in code marks on a page, and each word of it."""
    marked = re.findall(r"`([^`]+)`", text_of(REFERENCE / page))
    return {*marked, *(word for text in marked for word in re.split(r"[ ,]+", text))}


def options_of(group: click.Command) -> Iterator[str]:
    context = click.Context(group)
    assert isinstance(group, click.Group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield from (opt for parameter in command.params for opt in parameter.opts if opt.startswith("--"))


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    """`tools/generate_reference.py`, which is no package."""
    spec = importlib.util.spec_from_file_location("generate_reference", ROOT / "tools" / "generate_reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_generated_pages_are_current(tool: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    code = tool.main(["--check"])

    assert code == 0, capsys.readouterr().err


def test_a_page_that_is_not_current_is_named(
    tool: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tool, "ROOT", tmp_path)
    monkeypatch.setattr(tool, "FOLDER", tmp_path)
    monkeypatch.setattr(tool, "PAGES", {"colours.md": lambda: iter(["red"])})
    (tmp_path / "colours.md").write_text("blue\n", encoding="utf-8")

    code = tool.main(["--check"])

    assert code == 1
    assert "colours.md is not current" in capsys.readouterr().err
    assert (tmp_path / "colours.md").read_text(encoding="utf-8") == "blue\n"


@pytest.mark.parametrize("group", [bridgecheck_cli, bridge_ref_cli], ids=["bridgecheck", "bridge-ref"])
def test_every_option_is_described(group: click.Command) -> None:
    assert set(options_of(group)) <= words_of("cli.md")


@pytest.mark.parametrize("group", [bridgecheck_cli, bridge_ref_cli], ids=["bridgecheck", "bridge-ref"])
def test_every_option_explains_itself(group: click.Command) -> None:
    context = click.Context(group)
    assert isinstance(group, click.Group)
    commands = [group.get_command(context, name) for name in group.list_commands(context)]

    silent = [p.name for c in commands if c for p in c.params if isinstance(p, click.Option) and not p.help]

    assert silent == []


def test_every_check_is_described() -> None:
    assert {name for name, _, _ in all_checks()} <= words_of("checks.md")


def test_every_requirement_occurs() -> None:
    assert set(load_catalogue()) <= set(ID.findall(text_of(REFERENCE / "requirements.md")))


def test_requirements_named_by_hand_exist() -> None:
    named = {found for page in BY_HAND if page.parent.name != "targets" for found in FAMILY.findall(text_of(page))}

    assert named <= set(load_catalogue())


def test_every_defect_is_described() -> None:
    assert DEFECTS
    assert set(DEFECTS) <= words_of("defects.md")


def test_every_variant_is_described() -> None:
    assert VARIANTS
    assert set(VARIANTS) <= words_of("variants.md")


def test_every_story_is_described() -> None:
    page = text_of(REFERENCE / "stories.md")

    for story in stories():
        file, name = story.name.split("::")
        assert f"## {file}" in page
        assert f"`{name}`" in page


def test_every_story_says_what_happens() -> None:
    assert [story.name for story in stories() if not story.sentence] == []


def test_every_exit_code_is_described() -> None:
    page = text_of(REFERENCE / "exit-codes.md")

    for code in ExitCode:
        assert f"| {code.value} | {code.label} |" in page


def test_every_dialect_is_described() -> None:
    page = text_of(REFERENCE / "dialects.md")

    assert all(f"## {name}" in page for name in DIALECTS)
    assert set(ALIASES) <= words_of("dialects.md")


def test_a_profile_has_the_keys_of_a_run() -> None:
    keys = set(get_schema("profile/profile")["properties"])

    assert keys == {field.name for field in dataclasses.fields(Options)} | set(COMMAND_TABLES)
    tables = {key for name in TABLES for key in get_schema("profile/profile")["properties"][name]["properties"]}
    assert (keys - set(TABLES)) | tables <= words_of("profile.md")
    assert all(f"## [{name}]" in text_of(REFERENCE / "profile.md") for name in TABLES)
    assert {name: {field.name for field in dataclasses.fields(table)} for name, table in TABLES.items()} == {
        name: set(get_schema("profile/profile")["properties"][name]["properties"]) for name in TABLES
    }


@pytest.mark.parametrize("kind", _KINDS)
def test_every_kind_of_entry_is_described(kind: str) -> None:
    names = {field.name for field in dataclasses.fields(_KINDS[kind])}

    assert {kind, *names} <= words_of("journal.md")


@pytest.mark.parametrize("shape", [Exchange, Request, Response])
def test_every_field_of_an_exchange_is_described(shape: type) -> None:
    assert {field.name for field in dataclasses.fields(shape)} <= words_of("journal.md")


def test_the_figures_of_the_readme_are_those_of_the_catalogue() -> None:
    by_default = Options(url="http://127.0.0.1").claims
    whole, chosen = len(load_catalogue()), len(load_catalogue().of_claims(by_default))

    assert f"**{chosen} requirements in a default run**" in text_of(ROOT / "README.md")
    assert f"{whole:,} in all" in text_of(ROOT / "README.md")


def test_there_are_pages() -> None:
    assert len(PAGES) > 20


def test_every_setting_of_a_pull_is_described_with_its_default() -> None:
    page = text_of(ROOT / "docs" / "how-to" / "google-workspace-pull.md")
    defaults = {each.name: each.default for each in msgspec.structs.fields(WorkspaceSettings)}

    rows = dict(re.findall(r"^\| (`[a-z_`, ]+`) \| ([^|]*) \|", page, re.MULTILINE))
    told = {name: default for names, default in rows.items() for name in re.findall(r"`([a-z_]+)`", names)}

    assert set(told) == set(NAMES)
    numbers = {name: default for name, default in defaults.items() if type(default) in (int, float)}
    lacking = {name for name, default in numbers.items() if str(round(default)) not in told[name].replace(",", "")}
    assert lacking == set()


def test_every_request_of_the_fake_directory_api_is_described() -> None:
    page = text_of(ROOT / "docs" / "how-to" / "google-workspace-pull.md")

    assert {scope for scope in SCOPES if scope.rpartition("/")[2] not in page} == set()
