"""Every command line in the documents can be parsed, and the cheap ones are run."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from bridge_ref.cli.main import cli as bridge_ref_cli
from harness.cli.main import COMMANDS
from harness.cli.main import cli as bridgecheck_cli
from harness.cli.run_command import options_from
from harness.cli.selection import FailedRun
from harness.idp.dialects import DIALECTS
from harness.judge.coverage import stories
from harness.stories.selection import is_named
from harness.target.options import make_options
from harness.target.target import PLACEHOLDERS
from tests.docs.pages import BY_HAND, ROOT, CommandLine, command_lines, text_of, without_blocks, write_profiles

LINES = command_lines()
OURS = {"bridgecheck": bridgecheck_cli, "bridge-ref": bridge_ref_cli}
OTHERS = {
    "make",
    ".",
    "curl",
    "grep",
    "head",
    "gzip",
    "sed",
    "printf",
    "umask",
    "python3",
    "locust",
    "export",
    "mypy",
    "pip",
    "pytest",
}
CHEAP = {("bridgecheck", "explain"), ("bridgecheck", "list"), ("bridge-ref", "lab", "--list")}
TOLD = [f"{story.name}[{dialect}]" for story in stories() for dialect in DIALECTS]


def of(*programs: str) -> list[CommandLine]:
    return list(dict.fromkeys(line for line in LINES if line.words[0] in programs))


def shown(line: CommandLine) -> str:
    return f"{line.page}: {' '.join(line.words)[:60]}"


def parse(words: tuple[str, ...]) -> dict[str, Any]:
    """The parameters as click reads them. Raises click's UsageError."""
    program, name, *rest = words
    group = OURS[program]
    assert isinstance(group, click.Group)
    command = group.get_command(click.Context(group), name)
    assert command is not None, f"{program} has no command {name!r}"
    try:
        return command.make_context(name, list(rest)).params
    except click.exceptions.Exit:
        return {}


def is_cheap(line: CommandLine) -> bool:
    return any(line.words[: len(start)] == start for start in CHEAP)


def test_every_program_is_known() -> None:
    assert {line.words[0] for line in LINES} <= {*OURS, *OTHERS}


@pytest.mark.parametrize("line", of("bridgecheck", "bridge-ref"), ids=shown)
def test_a_command_line_is_understood(line: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_profiles(line.page, tmp_path)
    monkeypatch.chdir(tmp_path)

    given = parse(line.words)

    if line.words[1] == "run":
        earlier = FailedRun((), (), {"url": "http://127.0.0.1/scim", "token_env": "T"}) if given.pop("failed") else None
        options = options_from(given.pop("profile"), given, earlier)
        named = () if options.stories else (*options.only, *options.skip)  # those may name the folder's own
        assert all(any(is_named(name, (glob,)) for name in TOLD) for glob in named)
    if line.words[1] == "load":
        make_options({name: given[name] for name in ("url", "start", "token_file", "token_env", "idp")}, {})


@pytest.mark.parametrize("line", [line for line in of("bridgecheck") if "--start" in line.words], ids=shown)
def test_a_start_command_is_understood(line: CommandLine) -> None:
    start = line.words[line.words.index("--start") + 1]

    assert set(re.findall(r"{(\w+)}", start)) <= set(PLACEHOLDERS)
    if start.startswith("bridge-ref"):
        parse(tuple(shlex.split(re.sub(r"{\w+}", "8080", start))))


@pytest.mark.parametrize("line", [line for line in of("bridgecheck", "bridge-ref") if is_cheap(line)], ids=shown)
def test_a_cheap_command_works(line: CommandLine, capsys: pytest.CaptureFixture[str]) -> None:
    code = OURS[line.words[0]].main(list(line.words[1:]), standalone_mode=False)

    assert not code
    assert len(capsys.readouterr().out.splitlines()) > 3


@pytest.mark.parametrize("line", of("make"), ids=shown)
def test_a_target_of_make_is_there(line: CommandLine) -> None:
    targets = re.findall(r"^([a-z]+):", text_of(ROOT / "Makefile"), re.MULTILINE)

    assert {word for word in line.words[1:] if "=" not in word} <= set(targets)


def test_locust_knows_the_options_of_its_command_lines() -> None:
    # In a process of its own: locust replaces the sockets of whoever imports it. Its help leaves our options out.
    command = [sys.executable, "-m", "locust", "-f", "loadtests/locustfile.py", "--help"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=True).stdout
    ours = {f"--scim-{name}" for name in re.findall(r'add\("([a-z0-9-]+)"', text_of(ROOT / "loadtests/locustfile.py"))}
    options = {word for line in of("locust") for word in line.words if word.startswith("--")} - ours

    assert options
    assert {option for option in options if not re.search(rf"{option}\b", told)} == set()
    assert {line.words[line.words.index("-f") + 1] for line in of("locust")} == {"loadtests/locustfile.py"}


def test_commands_in_running_text_exist() -> None:
    # The decisions name what is not there yet.
    text = "\n".join(without_blocks(text_of(page)) for page in BY_HAND if page.parent.name != "decisions")

    assert set(re.findall(r"`bridgecheck ([a-z][a-z-]*)", text)) <= set(COMMANDS)
    assert set(re.findall(r"`bridge-ref ([a-z-]+)", text)) <= set(
        bridge_ref_cli.list_commands(click.Context(bridge_ref_cli))
    )


def test_patterns_of_stories_in_running_text_match() -> None:
    text = "\n".join(without_blocks(text_of(page)) for page in BY_HAND)

    for glob in re.findall(r"`(\*[a-z_]+\*)`", text):
        assert any(is_named(name, (glob,)) for name in TOLD), glob
