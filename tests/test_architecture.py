"""DESIGN section 3: who may import whom."""

from __future__ import annotations

import ast
import re
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# Lowest first. A module may import from its own layer and from the ones before it.
LAYERS = (
    {"clock", "errors", "resources"},
    {"record"},
    {"catalogue"},
    {"directory", "schema"},
    {"idp", "checks"},
    {"judge"},
    {"target", "directory_api"},
    {"stories", "simulate", "report", "load"},
    {"cli", "pytest_plugin"},
)
LAYER_OF = {name: number for number, layer in enumerate(LAYERS) for name in layer}

REQUIREMENT = re.compile(r"\b(?:RFC\d{4}-[\d.]+-[A-Z]?\d{2}|(?:OKTA|ENTRA|GOOGLE|SEED|SEC|REL)-\d{2})\b")
IMPURE = {"os", "time", "random", "socket", "subprocess", "requests", "threading", "asyncio", "secrets", "pathlib"}

# The same of the reference bridge: its folders, and the modules beside them. Rooms of one floor, such as `http` and
# `decisions`, do not import each other.
BRIDGE_LAYERS = (
    {"clock", "ids"},
    {"account", "credentials", "logs"},
    {"scim"},
    {"http", "decisions"},
    {"storage"},
    {"runtime"},
    {"workspace", "mailing"},
    {"monitor"},
    {"endpoints"},
    {"server"},
    {"lab"},
    {"cli"},
    {"__main__"},
)
BRIDGE_LAYER_OF = {name: number for number, layer in enumerate(BRIDGE_LAYERS) for name in layer}


@cache
def imports_of(path: Path) -> set[str]:
    """The full names of all modules that a file imports, wherever the import stands."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide where things come from"
            names.add(node.module or "")
    return names


def tops(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imports_of(path)}


def files(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def room_of(path: Path, package: str = "harness") -> str:
    return path.relative_to(ROOT / package).parts[0].removesuffix(".py")


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def modules_of(package: str) -> dict[str, Path]:
    return {module_name(path): path for path in files(package)}


def imported_modules(path: Path, package: str) -> set[str]:
    """The modules of the package that a file imports, whether by their names or out of their folder."""
    names = set(imports_of(path))
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names & set(modules_of(package)) - {package}


@pytest.mark.parametrize("path", files("harness"), ids=lambda p: str(p.relative_to(ROOT)))
def test_inside_harness_imports_go_downwards(path: Path) -> None:
    room = room_of(path)
    if room == "__init__":
        assert not any(name.startswith("harness") for name in imports_of(path))
        return

    for name in imports_of(path):
        parts = name.split(".")
        if parts[0] == "harness" and len(parts) > 1:
            assert LAYER_OF[parts[1]] <= LAYER_OF[room], f"{room} imports {name}, which lies above it"


def test_every_module_of_harness_has_its_layer() -> None:
    rooms = {room_of(path) for path in files("harness")} - {"__init__"}

    assert rooms == set(LAYER_OF)


@pytest.mark.parametrize("path", files("bridge_ref"), ids=lambda p: str(p.relative_to(ROOT)))
def test_inside_the_bridge_imports_go_downwards(path: Path) -> None:
    room = room_of(path, "bridge_ref")
    own_floor = BRIDGE_LAYER_OF.get(room, len(BRIDGE_LAYERS))

    for other in {name.split(".")[1] for name in imported_modules(path, "bridge_ref")} - {room}:
        assert BRIDGE_LAYER_OF[other] < own_floor, f"{room} imports {other}, which does not lie below it"


def test_every_module_of_the_bridge_has_its_floor() -> None:
    rooms = {room_of(path, "bridge_ref") for path in files("bridge_ref")} - {"__init__"}

    assert rooms == set(BRIDGE_LAYER_OF)


@pytest.mark.parametrize("package", ["bridge_ref"])
def test_no_modules_import_each_other_in_a_circle(package: str) -> None:
    imported = {name: imported_modules(path, package) for name, path in modules_of(package).items()}

    # Raises CycleError, which names the modules.
    assert set(TopologicalSorter(imported).static_order()) == set(imported)


@pytest.mark.parametrize("package", ["bridge_ref"])
def test_a_public_class_name_occurs_once_in_a_package(package: str) -> None:
    places: dict[str, list[str]] = {}
    for path in files(package):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places.setdefault(node.name, []).append(str(path.relative_to(ROOT)))

    assert {name: found for name, found in places.items() if len(found) > 1} == {}


@pytest.mark.parametrize("folder", ["harness", "scenarios", "loadtests"])
def test_the_judge_never_imports_the_judged(folder: str) -> None:
    assert [p for p in files(folder) if "bridge_ref" in tops(p)] == []


def test_the_judged_never_imports_the_judge() -> None:
    ours = {"harness", "schemas", "scenarios", "loadtests", "tests"}

    assert [p for p in files("bridge_ref") if tops(p) & ours] == []


def test_only_the_lab_command_loads_the_lab() -> None:
    outside = [p for p in files("bridge_ref") if "lab" not in p.relative_to(ROOT / "bridge_ref").parts]
    users = [p for p in outside if any(n.startswith("bridge_ref.lab") for n in imports_of(p))]

    assert users == [ROOT / "bridge_ref/cli/lab.py"]


def test_checks_and_providers_never_import_each_other() -> None:
    for path in files("harness/checks"):
        assert not any(name.startswith("harness.idp") for name in imports_of(path))
    for path in files("harness/idp"):
        assert not any(name.startswith("harness.checks") for name in imports_of(path))


@pytest.mark.parametrize("folder", ["harness/checks", "harness/idp"])
def test_judging_and_planning_are_pure(folder: str) -> None:
    assert {p.name: sorted(tops(p) & IMPURE) for p in files(folder) if tops(p) & IMPURE} == {}


@pytest.mark.parametrize(
    ("package", "allowed"),
    [
        ("locust", ("loadtests",)),
        ("gevent", ("loadtests",)),
        ("allure_commons", ("harness/report/allure.py",)),
        ("faker", ("harness/directory/population.py",)),
        ("pytest", ("harness/pytest_plugin.py", "harness/cli", "scenarios", "tests", "conftest.py")),
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
    users = [p.name for p in files("scenarios/lifecycle") if "harness.record.message" in imports_of(p)]

    assert users == []


def test_the_running_bridge_knows_no_http() -> None:
    imported = imported_modules(ROOT / "bridge_ref/runtime/service.py", "bridge_ref")

    assert [name for name in imported if name.startswith("bridge_ref.http")] == []


@pytest.mark.parametrize("path", files("bridge_ref"), ids=lambda p: str(p.relative_to(ROOT)))
def test_a_docstring_of_the_bridge_names_at_most_two_requirements(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = [ast.get_docstring(node) or "" for node in ast.walk(tree) if isinstance(node, documented)]

    assert [each for each in docstrings if "Source:" in each or len(REQUIREMENT.findall(each)) > 2] == []
