"""Allowed imports, in both packages and between them; docs/ARCHITECTURE.md draws them."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tools.rooms import (
    FLOORS,
    ROOT,
    Import,
    between_rooms,
    circle_in,
    imports_of,
    leads_uphill,
    main,
    modules_of,
    parse,
    room_of,
)

PACKAGES = tuple(FLOORS)
REQUIREMENT = re.compile(r"\b(?:RFC\d{4}-[\d.]+-[A-Z]?\d{2}|(?:OKTA|ENTRA|GOOGLE|SEED|SEC|REL)-\d{2})\b")
IMPURE = {"os", "time", "random", "socket", "subprocess", "requests", "threading", "asyncio", "secrets", "pathlib"}


@cache
def named_in(path: Path) -> frozenset[str]:
    """The full names of all modules that a file imports, wherever the import stands."""
    names: set[str] = set()
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide where things come from"
            names.add(node.module or "")
    return frozenset(names)


@cache
def tops(path: Path) -> frozenset[str]:
    return frozenset(name.split(".")[0] for name in named_in(path))


@cache
def files(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_go_downwards(package: str) -> None:
    uphill = [each for each in between_rooms(imports_of(package)) if leads_uphill(each)]

    assert uphill == []


@pytest.mark.parametrize("package", PACKAGES)
def test_every_room_has_its_floor(package: str) -> None:
    rooms = {room_of(module) for module in modules_of(package)} - {""}

    assert rooms == set().union(*FLOORS[package])


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_imports_none_of_its_rooms(package: str) -> None:
    assert [each for each in imports_of(package) if each.user == package] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_no_module_imports_itself_by_way_of_others(package: str) -> None:
    assert circle_in(imports_of(package)) == []


def test_an_import_that_leads_uphill_is_seen() -> None:
    assert leads_uphill(Import("harness.record.journal", "harness.judge.judge"))
    assert leads_uphill(Import("bridge_ref.http.app", "bridge_ref.decisions.users"))
    assert not leads_uphill(Import("harness.judge.judge", "harness.record.journal"))


def test_a_circle_is_seen() -> None:
    circle = circle_in(iter([Import("a.x", "a.y"), Import("a.y", "a.z"), Import("a.z", "a.x")]))

    assert len(circle) == 4
    assert set(circle) == {"a.x", "a.y", "a.z"}


def test_another_checkout_can_be_drawn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for package in PACKAGES:
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text("")
    (tmp_path / "harness" / "errors.py").write_text("import harness.judge\n")
    (tmp_path / "harness" / "judge.py").write_text("from harness import errors\nfrom harness.errors import nearest\n")

    assert main(["--checkout", str(tmp_path)]) == 0

    drawn = capsys.readouterr().out
    assert "harness: 2 rooms, 2 arrows between them (3 imports)" in drawn
    assert "harness.errors -> harness.judge" in drawn
    assert "rooms that import each other: errors and judge" in drawn


@pytest.mark.parametrize("package", [*PACKAGES, "loadtests"])
def test_a_public_class_name_occurs_once_in_a_package(package: str) -> None:
    nodes = [node for path in files(package) for node in ast.walk(parse(path))]
    times = Counter(n.name for n in nodes if isinstance(n, ast.ClassDef) and not n.name.startswith("_"))

    assert {name: number for name, number in times.items() if number > 1} == {}


@pytest.mark.parametrize("folder", ["harness", "scenarios", "loadtests"])
def test_the_judge_never_imports_the_judged(folder: str) -> None:
    assert [p for p in files(folder) if "bridge_ref" in tops(p)] == []


def test_the_judged_never_imports_the_judge() -> None:
    ours = {"harness", "schemas", "scenarios", "loadtests", "tests"}

    assert [p for p in files("bridge_ref") if tops(p) & ours] == []


def test_only_the_lab_command_loads_the_lab() -> None:
    outside = [p for p in files("bridge_ref") if "lab" not in p.relative_to(ROOT / "bridge_ref").parts]
    users = [p for p in outside if any(n.startswith("bridge_ref.lab") for n in named_in(p))]

    assert users == [ROOT / "bridge_ref/cli/lab.py"]


def test_checks_and_providers_never_import_each_other() -> None:
    for path in files("harness/checks"):
        assert not any(name.startswith("harness.idp") for name in named_in(path))
    for path in files("harness/idp"):
        assert not any(name.startswith("harness.checks") for name in named_in(path))


@pytest.mark.parametrize("folder", ["harness/checks", "harness/idp"])
def test_judging_and_planning_are_pure(folder: str) -> None:
    assert {p.name: sorted(tops(p) & IMPURE) for p in files(folder) if tops(p) & IMPURE} == {}


@pytest.mark.parametrize(
    ("package", "allowed"),
    [
        ("locust", ("loadtests",)),
        ("gevent", ("loadtests",)),
        ("allure_commons", ("harness/report/formats/allure.py",)),
        ("allure", ("harness/report/allure_story.py",)),
        ("faker", ("harness/directory/population.py",)),
        (
            "pytest",
            ("harness/pytest_plugin.py", "harness/own_stories.py", "harness/cli", "scenarios", "tests", "conftest.py"),
        ),
        ("responses", ("tests",)),
        ("cryptography", ("harness/directory_api/", "bridge_ref/credentials/", "bridge_ref/http/tls.py", "tests")),
        ("google", ("bridge_ref/workspace/", "tests")),
        ("jinja2", ("harness/", "bridge_ref/endpoints/pages/", "tests")),
        ("playwright", ("tests/bridge_ref/browser.py",)),
        ("jsonschema", ("harness/schema/explain.py", "tests")),
    ],
)
def test_a_library_stays_in_its_room(package: str, allowed: tuple[str, ...]) -> None:
    found = [p for f in ("harness", "bridge_ref", "scenarios", "loadtests", "tests") for p in files(f)]
    users = [str(p.relative_to(ROOT)) for p in [*found, ROOT / "conftest.py"] if package in tops(p)]

    assert [user for user in users if not user.startswith(allowed)] == []


def test_stories_import_nothing_but_the_harness() -> None:
    known = {"harness", "pytest", "__future__", "collections"}

    assert {p.name: sorted(tops(p) - known) for p in files("scenarios") if tops(p) - known} == {}


def test_lifecycle_stories_never_build_a_request() -> None:
    users = [p.name for p in files("scenarios/lifecycle") if "harness.record.message" in named_in(p)]

    assert users == []


def test_the_running_bridge_knows_no_http() -> None:
    used = [each.used for each in imports_of("bridge_ref") if each.user == "bridge_ref.runtime.service"]

    assert used
    assert [name for name in used if room_of(name) in ("http", "endpoints")] == []


OURS = [path for folder in (*PACKAGES, "scenarios", "loadtests", "tools") for path in files(folder)]


@pytest.mark.parametrize("path", OURS, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_docstring_names_at_most_two_requirements(path: Path) -> None:
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = [ast.get_docstring(node) or "" for node in ast.walk(parse(path)) if isinstance(node, documented)]

    assert [each for each in docstrings if "Source:" in each or len(REQUIREMENT.findall(each)) > 2] == []
