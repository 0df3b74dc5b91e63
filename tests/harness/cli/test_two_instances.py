"""Two instances of a bridge, given with --second-url: on one account, on two accounts, and one that invites twice."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from harness.target.target import free_port
from tests.bridge_ref.postgres import new_database
from tests.harness.cli.runs import bridgecheck, rows_in, texts_in

pytestmark = [pytest.mark.slow, pytest.mark.long]

STORY = "test_two_instances_overlap"


@contextmanager
def instance(folder: Path, store: tuple[str, str], *words: str) -> Iterator[str]:
    """An instance with its store and the token of the folder; its SCIM base address."""
    port = free_port()
    kind = ("lab", *words) if "--defect" in words else ("serve", *words)
    argv = [sys.executable, "-m", "bridge_ref", *kind, "--port", str(port), *store]
    bridge = subprocess.Popen([*argv, "--token-file", str(folder / "token")], stdout=subprocess.PIPE)
    try:
        assert bridge.stdout is not None
        assert json.loads(bridge.stdout.readline())["event"] == "ready"
        yield f"http://127.0.0.1:{port}/scim/v2"
    finally:
        bridge.terminate()
        bridge.wait(20)


@contextmanager
def two(folder: Path, *stores: tuple[str, str], defect: str = "") -> Iterator[tuple[str, ...]]:
    """Two instances, the first with a probe; the options by which bridgecheck reaches both."""
    for name in ("token", "probe-token"):
        (folder / name).touch(mode=0o600)
        (folder / name).write_text(f"first-{name}-of-this-test")
    probe = free_port()
    seen = ("--control-port", str(probe), "--control-token-file", str(folder / "probe-token"))
    chosen = ("--defect", defect) if defect else ()
    with ExitStack() as stack:
        first = stack.enter_context(instance(folder, stores[0], *seen, *chosen))
        second = stack.enter_context(instance(folder, stores[1], *chosen))
        yield (
            *("--url", first, "--second-url", second, "--token-file", str(folder / "token"), "--declare-disposable"),
            *("--probe-url", f"http://127.0.0.1:{probe}/probe/v1", "--probe-token-file", str(folder / "probe-token")),
        )


def judged(folder: Path, words: tuple[str, ...]) -> tuple[int, dict[str, tuple[str, str | None, tuple[str, ...]]]]:
    """The exit code of a run of the story, and what its report says of each requirement."""
    done = bridgecheck("run", *words, "--only", STORY, "--format", "json", "--report-dir", str(folder / "report"))
    return done.returncode, rows_in(folder / "report")


def test_two_instances_on_one_account_are_as_one(tmp_path: Path) -> None:
    store = ("--database", new_database())

    with two(tmp_path, store, store) as words:
        exit_code, rows = judged(tmp_path, words)

    assert exit_code == 0
    assert rows["P-26"] == ("pass", None, ())


def test_a_second_mail_is_seen(tmp_path: Path) -> None:
    store = ("--database", new_database())

    with two(tmp_path, store, store, defect="conflicts-remind-the-invited") as words:
        exit_code, rows = judged(tmp_path, words)

    assert exit_code == 1
    assert rows["P-26"][0] == "warn"


def test_instances_that_know_their_own_people_alone_are_seen(tmp_path: Path) -> None:
    with two(tmp_path, ("--data", str(tmp_path / "one")), ("--data", str(tmp_path / "other"))) as words:
        exit_code, rows = judged(tmp_path, words)

    assert exit_code == 1
    assert rows["P-26"][0] == "warn"


def test_without_a_second_instance_it_is_not_judged(tmp_path: Path) -> None:
    with two(tmp_path, ("--data", str(tmp_path / "one")), ("--data", str(tmp_path / "other"))) as words:
        alone = tuple(word for word in words if word not in words[2:4])
        _, rows = judged(tmp_path, alone)

    assert rows["P-26"][:2] == ("skip", "not applicable")
    assert "--second-url" in texts_in(tmp_path / "report")


def test_a_second_instance_that_does_not_answer_is_told_before_the_first_story(tmp_path: Path) -> None:
    nowhere = "http://127.0.0.1:1/scim/v2"

    with two(tmp_path, ("--data", str(tmp_path / "one")), ("--data", str(tmp_path / "other"))) as words:
        given = ("--url", words[1], "--second-url", nowhere, *words[4:], "--wait-for", "0.2")
        done = bridgecheck("run", *given, "--report-dir", str(tmp_path / "report"))

    assert done.returncode == 3
    assert nowhere in done.stdout
