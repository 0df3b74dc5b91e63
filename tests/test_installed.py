"""An installed bridgecheck: the wheel in an environment of its own, outside the checkout and without any extra.

Our dependencies are linked into it from the environment of these tests, so that the suite needs no network. With
BRIDGECHECK_INSTALL=index pip fetches them, as for a user: `tox run -e installed` does that before a release.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from importlib.metadata import Distribution, distribution, distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
FROM_INDEX = os.environ.get("BRIDGECHECK_INSTALL") == "index"
SERVE = (
    "bridge-ref serve --port {port} --data {data} --token-file {token_file} "
    "--control-port {probe_port} --control-token-file {probe_token_file}"
)
STORY = "lifecycle/test_group_moves.py::test_moving_between_groups_never_suspends*"
NEEDED = (
    "bridge_ref/endpoints/pages/templates/layout.html",
    "bridge_ref/endpoints/pages/templates/style.css",
    "harness/catalogue/requirements/rfc7644.toml",
    "harness/catalogue/requirements/bridge.toml",
    "harness/idp/okta/requirements.toml",
    "harness/idp/okta/reactions.toml",
    "harness/idp/jumpcloud/requirements.toml",
    "harness/py.typed",
    "harness/report/formats/github.py",
    "harness/report/templates/report.html",
    "harness/report/templates/page.js",
    "harness/report/templates/page/cause.html",
    "harness/report/templates/history.html",
    "harness/report/templates/style.css",
    "harness/_data/loadtests/__init__.py",
    "harness/_data/loadtests/locustfile.py",
    "harness/_data/scenarios/conftest.py",
    "harness/_data/scenarios/pytest.ini",
    "harness/_data/scenarios/lifecycle/test_group_moves.py",
    "harness/_data/schemas/report/conformance.json",
    "harness/_data/schemas/rfc7643/user.json",
)
MODULE_THAT_STOPS = "raise SystemExit(f'{__name__} of the user was imported')"


class Installation:
    """The commands of an environment, called from a folder as a user would, with the environment not active."""

    def __init__(self, bin_folder: Path) -> None:
        self.bin = bin_folder

    def __call__(
        self, folder: Path, command: str, *words: str, environment: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        ours = ("PYTHON", "PYTEST", "VIRTUAL_ENV", "COVERAGE", "PATH")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        return subprocess.run(
            [str(self.bin / command), *words],
            cwd=folder,
            env={**inherited, "PATH": os.defpath, **(environment or {})},
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
            stdin=subprocess.DEVNULL,
        )


def pip(*words: str) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *words]
    subprocess.run(command, check=True, timeout=300)


def required(top: Distribution) -> list[Distribution]:
    """All distributions that one requires without extras, directly or not, found in the environment of these tests."""
    todo = [(top, "")]
    found: dict[tuple[NormalizedName, str], Distribution] = {}
    while todo:
        dist, extra = todo.pop()
        for need in map(Requirement, dist.requires or ()):
            if need.marker is None or need.marker.evaluate({"extra": extra}):
                keys = [(canonicalize_name(need.name), wanted) for wanted in ("", *need.extras)]
                new = {key: distribution(need.name) for key in keys if key not in found}
                found |= new
                todo += [(each, wanted) for (_, wanted), each in new.items()]
    return [each for (_, extra), each in found.items() if not extra]


def link(dist: Distribution, site_packages: Path) -> None:
    """Make the files of a distribution visible in another environment, apart from its commands."""
    for file in dist.files or ():
        source, target = Path(str(dist.locate_file(file))), site_packages / file
        if ".." not in file.parts and source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(source)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", str(ROOT), "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(folder))
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel and what it requires, and nothing else."""
    folder = tmp_path_factory.mktemp("environment") / "venv"
    venv.create(folder, with_pip=False, symlinks=True)
    python = str(folder / "bin" / "python")
    if FROM_INDEX:
        pip("--python", python, "install", str(wheel))
    else:
        pip("--python", python, "install", "--no-deps", "--no-index", str(wheel))
        for dist in required(installed_in(folder)["bridgecheck"]):
            link(dist, site_packages_of(folder))
    return folder


@pytest.fixture(scope="module")
def installed(environment: Path) -> Installation:
    """The commands of that environment."""
    return Installation(environment / "bin")


def site_packages_of(environment: Path) -> Path:
    return next(environment.glob("lib/python*/site-packages"))


def installed_in(environment: Path) -> dict[str, Distribution]:
    return {
        canonicalize_name(dist.metadata["Name"]): dist
        for dist in distributions(path=[str(site_packages_of(environment))])
    }


def start_command(installed: Installation) -> str:
    """For `--start`: the reference bridge by its full path, since the environment is not active."""
    return f"{installed.bin}/{SERVE}"


def test_the_wheel_holds_all_that_commands_read_and_nothing_of_ours(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    assert set(NEEDED) <= set(names)
    assert [name for name in names if name.endswith(".dist-info/licenses/LICENSE")]
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"harness", "bridge_ref"}
    assert not [name for name in names if "/peers/" in name or "node_modules" in name or name.endswith(".pyc")]


def test_all_data_of_the_checkout_is_in_the_wheel(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    data = [
        file.relative_to(ROOT).as_posix()
        for folder in ("harness", "bridge_ref", "scenarios", "schemas")
        for file in (ROOT / folder).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    ]

    missing = [file for file in data if file not in names and f"harness/_data/{file}" not in names]

    assert missing == []


def test_the_source_distribution_can_be_tested_and_built(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "--target", "sdist", "--directory", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)

    with tarfile.open(next(tmp_path.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}

    assert {"LICENSE", "README.md", "pyproject.toml", "requirements.lock", "tests/test_installed.py"} <= names
    assert "schemas/report/conformance.json" in names
    assert not [name for name in names if name.startswith((".venv", "bridgecheck-report"))]


def test_no_extra_comes_along(environment: Path) -> None:
    extras = {"locust", "gevent", "asyncpg", "allure-pytest", "allure-python-commons"}

    assert not extras & set(installed_in(environment))


def test_the_demo_ends_with_a_report_that_names_the_part_left_out(installed: Installation, tmp_path: Path) -> None:
    done = installed(tmp_path, "bridgecheck", "demo")

    left_out = "load: left out, since load runs need locust: pip install 'bridgecheck[load]'"
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines().count(left_out) == 1
    folder = tmp_path / "bridgecheck-report"
    assert f"Open the report: {folder / 'report.html'}" in done.stdout
    assert "left out, since load runs need locust" in (folder / "report.html").read_text(encoding="utf-8")
    assert json.loads((folder / "conformance.json").read_text(encoding="utf-8"))["verdict"]["name"] == "pass"
    assert not (folder / "load.json").exists()


@pytest.fixture
def crowded(tmp_path: Path) -> Path:
    """A user's folder with packages and a pytest configuration that are none of our business."""
    for package in ("harness", "bridge_ref", "scenarios", "schemas", "loadtests", "tests", "click"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text(MODULE_THAT_STOPS, encoding="utf-8")
    (tmp_path / "conftest.py").write_text(MODULE_THAT_STOPS, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --unknown-option\n", encoding="utf-8")
    return tmp_path


def test_a_story_is_told_in_a_folder_with_packages_and_settings_of_its_own(
    installed: Installation, crowded: Path
) -> None:
    theirs = {"PYTEST_ADDOPTS": "--unknown-option", "PYTEST_PLUGINS": "nowhere_to_be_found"}

    done = installed(
        crowded, "bridgecheck", "run", "--start", start_command(installed), "--only", STORY, environment=theirs
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("Nothing broken that the gate asks for; ")
    assert "  story 1 of 4: okta-oin: Ada leaves Design" in done.stderr
    assert (crowded / "bridgecheck-report" / "report.html").is_file()


def test_the_lab_is_found_in_a_folder_with_packages_of_its_own(installed: Installation, crowded: Path) -> None:
    done = installed(crowded, "bridgecheck", "selftest", "--only", "no-such-defect")

    assert done.stderr == (
        "bridgecheck: --only 'no-such-defect' matches no defect or variant; "
        "`bridgecheck list defects` and `list variants` show their names\n"
    )


def test_a_company_is_provisioned(installed: Installation, tmp_path: Path) -> None:
    done = installed(tmp_path, "bridgecheck", "simulate", "okta", "--people", "20", "--start", start_command(installed))

    assert done.returncode == 0, done.stderr
    assert "equal: directory and bridge are the same" in done.stdout


def test_the_catalogue_can_be_asked(installed: Installation, tmp_path: Path) -> None:
    listed = installed(tmp_path, "bridgecheck", "list", "stories")
    explained = installed(tmp_path, "bridgecheck", "explain", "SEED-46")

    assert STORY.rstrip("*") in listed.stdout
    assert f"story {STORY.rstrip('*')}" in explained.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("load", "--start", SERVE), "load runs need locust: pip install 'bridgecheck[load]'"),
        (
            ("run", "--format", "allure", "--start", SERVE),
            "the format 'allure' needs Allure's library: pip install 'bridgecheck[allure]'",
        ),
    ],
)
def test_a_missing_extra_is_one_line_that_says_how_to_install_it(
    installed: Installation, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    done = installed(tmp_path, "bridgecheck", *words, environment={"PATH": f"{installed.bin}{os.pathsep}{os.defpath}"})

    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == f"bridgecheck: {said}"
    assert "Traceback" not in done.stderr


def test_a_bridge_on_postgresql_says_how_to_install_its_extra(installed: Installation, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("a-token-of-a-test", encoding="utf-8")
    store = ("--database", "postgresql://nobody/nothing")

    done = installed(tmp_path, "bridge-ref", "serve", "--port", "1", "--token-file", "token", *store)

    assert done.returncode == 2
    assert done.stderr == "bridge-ref: --database needs the extra `postgres`: pip install 'bridgecheck[postgres]'\n"


def test_a_command_of_an_inactive_environment_is_pointed_out(installed: Installation, tmp_path: Path) -> None:
    done = installed(tmp_path, "bridgecheck", "run", "--start", SERVE)

    assert done.returncode == 2
    there = installed.bin / "bridge-ref"
    assert f"--start: 'bridge-ref' can't be run: No such file or directory; there is {there}\n" in done.stderr


@pytest.mark.parametrize("plugin", [(), ("-p", "harness.pytest_plugin")], ids=["found", "named"])
def test_the_plugin_is_inert_in_a_vendors_own_tests(
    installed: Installation, tmp_path: Path, plugin: tuple[str, ...]
) -> None:
    (tmp_path / "test_vendor.py").write_text(
        "def test_own():\n    pass\n\ndef test_story(scim_idp):\n    pass\n", encoding="utf-8"
    )

    done = installed(tmp_path, "python", "-m", "pytest", "-q", *plugin)

    assert "1 passed, 1 error" in done.stdout
    assert (
        "\nstories need a bridge: `bridgecheck run --stories DIR --url …` or `--start …` tells them, and so does "
        in done.stdout
    )
    assert "Traceback" not in done.stdout + done.stderr


def test_a_vendors_own_tests_may_tell_a_story(installed: Installation, tmp_path: Path) -> None:
    (tmp_path / "test_vendor.py").write_text(
        "def test_own():\n    pass\n\n"
        "def test_ada_comes(scim_idp, scim_expect):\n"
        "    (design,) = scim_idp.assign_groups('Design')\n"
        "    ada = scim_idp.hire('Ada', design)\n"
        "    scim_idp.sync()\n"
        "    scim_expect.state(ada, 'INVITED', proves='SEED-45')\n",
        encoding="utf-8",
    )

    done = installed(
        tmp_path, "python", "-m", "pytest", "-q", "--scim-start", start_command(installed), "--scim-idp", "okta"
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout
    assert (tmp_path / "bridgecheck-report" / "report.html").is_file()
