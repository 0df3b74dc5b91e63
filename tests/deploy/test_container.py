"""The container file: what it promises holds, as far as that shows without building it; its promises are also kept.

No base image can be had here, so the image itself is not built. The last test runs bridgecheck as the image would: with
no rights, on a root that can't be written, without a shell.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from harness.report.files import FORMATS
from tests.deploy.files import CONTAINER, ROOT, instructions
from tests.harness.cli.runs import OPTIONS

PIN = re.compile(r"^([a-z0-9._-]+==[^ ;]+)", re.MULTILINE)
NOBODY = "65532"
# Mounts of our own, in a name space that ends with the process; shells can't be started in it.
BOX = """
mount --make-rprivate / && mount -t tmpfs -o mode=1777,size=64m tmpfs /mnt && mkdir -m 1777 /mnt/tmp /mnt/reports
for shell in /usr/bin/dash /usr/bin/bash; do [ -e "$shell" ] && mount --bind /dev/null "$shell"; done
mount -o remount,ro,bind /
exec "$@"
"""


def of(word: str) -> list[str]:
    return [rest for found, rest in instructions() if found == word]


def pins(path: Path) -> dict[str, frozenset[str]]:
    """Each pin of a file of requirements with its hashes."""
    blocks = re.split(r"\n(?=[a-z0-9])", path.read_text("utf-8"))
    found = [(PIN.match(block), block) for block in blocks]
    return {match[1]: frozenset(re.findall(r"sha256:[0-9a-f]{64}", block)) for match, block in found if match}


def test_it_runs_as_nobody_and_needs_no_shell() -> None:
    final = instructions()[[word for word, _ in instructions()].index("FROM", 1) :]

    words = [word for word, _ in final]
    assert "RUN" not in words  # there is no shell in that image
    assert dict(final)["USER"] == "65532:65532"
    assert dict(final)["ENTRYPOINT"].startswith('["')
    assert dict(final)["CMD"].startswith('["')


def test_every_base_image_has_a_tag_that_is_not_the_latest() -> None:
    images = [line.split()[0] for line in of("FROM")]

    assert len(images) == 2
    assert all(re.search(r":[a-z0-9.-]+$", image) and not image.endswith(":latest") for image in images)


def test_both_stages_and_the_entry_point_have_the_same_python() -> None:
    (version,) = re.findall(r"python:(3\.\d+)-", of("FROM")[0])

    assert f"/usr/bin/python{version}" in of("ENTRYPOINT")[0]


def test_all_that_is_copied_is_there_and_not_ignored() -> None:
    ignored = (CONTAINER.parent / "Containerfile.dockerignore").read_text("utf-8").splitlines()
    copied = [word for line in of("COPY") if "--from" not in line for word in line.split()[:-1]]

    assert all((ROOT / name).exists() for name in copied)
    assert {f"!{name}" for name in copied} <= set(ignored)
    assert ignored[0] == "*"


def test_the_packages_are_those_of_the_lock_and_no_more_than_a_run_needs() -> None:
    ours, lock = pins(CONTAINER.parent / "requirements.txt"), pins(ROOT / "requirements.lock")

    assert len(ours) > 20
    assert {name: hashes for name, hashes in ours.items() if lock.get(name) != hashes} == {}
    assert not [name for name in ours if name.startswith(("mypy", "ruff", "tox", "hypothesis", "playwright"))]


@pytest.mark.skipif(shutil.which("hadolint") is None, reason="hadolint is not installed")
def test_it_is_clean_to_hadolint() -> None:
    done = subprocess.run(["hadolint", str(CONTAINER)], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def box() -> list[str]:
    """The words that start a command as the image would; skips where this host does not let us."""
    python = f"/usr/bin/python3.{sys.version_info.minor}"
    if os.geteuid() != 0 or not all(map(shutil.which, ("unshare", "setpriv", python))):
        pytest.skip("this needs root, unshare, setpriv and a Python in /usr/bin of the version of these tests")
    packages = next(path for path in map(Path, sys.path) if path.name == "site-packages")
    drop = ["setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups", "--no-new-privs", "--inh-caps=-all"]
    environment = [
        *("env", "-i", "PATH=/usr/bin", "TMPDIR=/mnt/tmp", "PYTHONDONTWRITEBYTECODE=1", "LANG=C.UTF-8"),
        f"PYTHONPATH={packages}:{ROOT}",
    ]
    words = ["unshare", "-m", "sh", "-c", BOX, "box", *drop, "--bounding-set=-all", *environment, python, "-P"]
    tried = subprocess.run([*words, "-c", "import click, msgspec"], capture_output=True, timeout=600, check=False)
    if tried.returncode:
        pytest.skip(f"this host gives no such box: {tried.stderr.decode(errors='replace')[-200:]}")
    return words


@pytest.mark.slow
def test_a_run_needs_no_rights_no_shell_and_no_place_but_its_reports_and_tmp() -> None:
    words = box()
    start = f"{words[-2]} -P -m bridge_ref serve {OPTIONS}"
    story = "lifecycle/test_group_moves.py::test_moving_between_groups_never_suspends[okta-oin]"
    told = ("--start", start, "--only", story, "--idp", "okta", "--claim", "rfc,bridge")
    kept = ("--report-dir", "/mnt/reports/run", "--format", ",".join(FORMATS))

    done = subprocess.run(
        [*words, "-m", "harness.cli.main", "run", *told, *kept],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        stdin=subprocess.DEVNULL,
        cwd="/",
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "/mnt/reports/run/journal.ndjson.gz" in done.stdout


@pytest.mark.slow
def test_the_box_keeps_what_the_image_promises() -> None:
    code = "import os, subprocess\nfor act in (lambda: open('/x', 'w'), lambda: subprocess.run(['/bin/sh', '-c', ''])):"
    code += "\n try: act(); print('did')\n except OSError as error: print(type(error).__name__)\nprint(os.getuid())"

    done = subprocess.run([*box(), "-c", code], capture_output=True, text=True, timeout=600, check=False, cwd="/")

    assert done.stdout.split() == ["OSError", "PermissionError", NOBODY]
