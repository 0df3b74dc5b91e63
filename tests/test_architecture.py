"""DESIGN section 3: who may import whom."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Container, Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# The rooms of `harness`, highest floor first. A room imports only from the floors below its own.
HARNESS_FLOORS: tuple[set[str], ...] = (
    {"cli"},
    {"pytest_plugin"},
    {"report"},
    {"stories", "simulate", "load"},
    {"target", "directory_api"},
    {"judge"},
    {"checks", "idp"},
    {"directory"},
    {"catalogue"},
    {"schema"},
    {"record"},
    {"resources"},
    {"errors", "clock"},
)

IMPURE = {"os", "time", "random", "socket", "subprocess", "requests", "threading", "asyncio", "secrets", "pathlib"}


def imports_of(path: Path) -> set[str]:
    """The full names of all modules that a file imports, wherever the import stands."""
    names: set[str] = set()
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide where things come from"
            names.add(node.module or "")
    return names


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def public_class(node: ast.AST) -> str:
    """The name of a class that others may use; empty for everything else."""
    return node.name if isinstance(node, ast.ClassDef) and not node.name.startswith("_") else ""


def tops(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imports_of(path)}


def files(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def room_of(module: str) -> str:
    """The room of a package that a module stands in; empty for the package itself."""
    return module.split(".")[1] if "." in module else ""


def floor_of(module: str) -> int:
    """The floor of a module of `harness`, counted from the top; 0 for the package itself, which has none."""
    return next((number for number, floor in enumerate(HARNESS_FLOORS, 1) if room_of(module) in floor), 0)


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def modules_of(package: str) -> dict[str, Path]:
    return {module_of(path): path for path in files(package)}


def graph_of(package: str) -> dict[str, set[str]]:
    """The modules of a package, each with those that it imports."""
    known = modules_of(package)
    return {module: {name for name in named_in(path, known) if name != module} for module, path in known.items()}


def named_in(path: Path, known: Container[str]) -> Iterator[str]:
    """The modules that a file imports; `from a import b` names a.b where that is a module, else a."""
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom):
            names = (f"{node.module}.{alias.name}" for alias in node.names)
            yield from (name if name in known else str(node.module) for name in names)


@pytest.mark.parametrize("path", files("harness"), ids=lambda p: str(p.relative_to(ROOT)))
def test_inside_harness_imports_go_downwards(path: Path) -> None:
    own = module_of(path)

    for name in imports_of(path):
        if name.startswith("harness.") and room_of(name) != room_of(own):
            assert floor_of(name) > floor_of(own), f"{own} imports {name}, which does not lie below it"


def test_every_room_of_harness_has_its_floor() -> None:
    rooms = {room_of(module) for module in modules_of("harness")} - {""}

    assert rooms == set().union(*HARNESS_FLOORS)


@pytest.mark.parametrize("package", ["harness"])
def test_no_module_imports_itself_by_way_of_others(package: str) -> None:
    order = TopologicalSorter(graph_of(package)).static_order()

    assert set(order) >= modules_of(package).keys()


@pytest.mark.parametrize("package", ["harness"])
def test_a_public_class_name_occurs_once_in_a_package(package: str) -> None:
    names = Counter(public_class(node) for path in files(package) for node in ast.walk(parse(path)))

    assert [name for name, times in names.items() if name and times > 1] == []


@pytest.mark.parametrize("folder", ["harness", "scenarios", "loadtests"])
def test_the_judge_never_imports_the_judged(folder: str) -> None:
    assert [p for p in files(folder) if "bridge_ref" in tops(p)] == []


def test_the_judged_never_imports_the_judge() -> None:
    ours = {"harness", "schemas", "scenarios", "loadtests", "tests"}

    assert [p for p in files("bridge_ref") if tops(p) & ours] == []


def test_only_the_lab_command_loads_the_lab() -> None:
    users = [p for p in files("bridge_ref") if any(n.startswith("bridge_ref.lab") for n in imports_of(p))]

    assert all("lab" in p.parts or p.name == "cli.py" for p in users)


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
        ("jinja2", ("harness/", "bridge_ref/http/pages/", "tests")),
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
