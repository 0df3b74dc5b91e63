"""The bridge under test: a running one by address, or one that we start by command and stop."""

from __future__ import annotations

import contextlib
import os
import random
import re
import secrets
import shlex
import shutil
import socket
import string
import subprocess
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from harness.errors import UsageError
from harness.reading import TINY, read_text
from harness.target.connection import find_base
from harness.target.options import Options
from harness.target.probe import AccountProbe, HttpProbe, NoProbe
from harness.target.process import BridgeProcess, spawn
from harness.target.secrets import Secrets
from harness.target.trust import trusting_context

PLACEHOLDERS = ("port", "data", "token", "token_file", "probe_port", "probe_token_file")
RETURN_S = 30.0  # ours: how long a bridge may take at least to come back after a restart
TOKEN = "token"
OLD = "old"
"""The name of the token that was replaced."""
_FIRST_PORT = 10_240
_NUMBER_OF_PORTS = 22_528  # up to 32,767, below the range of outgoing connections on Linux
_PORTS = count()


@dataclass(slots=True)
class Target:
    """The bridge's address, token and probe, and its process if we started it.

    `second_url` is the address of a second instance on the same account; empty where there is none.
    `skew_s` is how far its clock is before ours, in seconds; None: not told. `values` are the placeholders of its
    command, for the operator's hooks.
    """

    name: str
    url: str
    token: str = field(repr=False)
    probe_url: str = ""
    probe_token: str = field(default="", repr=False)
    process: BridgeProcess | None = None
    folder: Path | None = None
    ca_file: str | None = None
    second_url: str = ""
    skew_s: float | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    secrets: Secrets = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.secrets = Secrets({"scim": self.token, "probe": self.probe_token})

    def probe(self) -> AccountProbe:
        """The account probe, or NoProbe. Raises TargetError for a probe that breaks its contract."""
        return HttpProbe(self.probe_url, self.probe_token, self.ca_file, self.secrets) if self.probe_url else NoProbe()

    def death(self, patience_s: float = 0.0) -> str:
        """Why the bridge's process has ended; empty while it runs, or if we did not start it.

        A process whose connections have just broken may need a moment to end: `patience_s`.
        """
        return self.process.death(patience_s, self.secrets) if self.process is not None else ""

    def stop(self) -> None:
        """End the process group if we started it, and remove its folder."""
        if self.process is not None:
            self.process.end()
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)

    def keep_token(self, token: str) -> None:
        """The bridge has another token now; the file that a bridge of ours reads it from is renewed."""
        self.secrets.replace("scim", token, OLD)
        self.token = token
        if self.folder is not None:
            _keep(self.folder / TOKEN, token)

    def wait(self, wait_s: float) -> None:
        """Wait until the bridge answers again after a restart. Raises TargetError."""
        find_base(
            self.url,
            self.token,
            is_given=True,
            wait_s=max(wait_s, RETURN_S),
            is_started=True,
            ca_file=self.ca_file,
            death=self.death,
        )


def open_target(options: Options, token: str = "") -> Target:
    """Find or start the bridge, and make sure that it speaks SCIM and accepts our token.

    `token` is the one that the options name, where it has been read already.
    Raises UsageError, Unreachable, AuthenticationRefused or NotScim.
    """
    target = _start(options, token) if options.start else running_target(options, token)
    try:
        look = find_base(
            target.url,
            target.token,
            is_given=bool(options.url),
            wait_s=options.wait_for,
            is_started=bool(options.start),
            ca_file=options.ca_file,
            death=target.death,
        )
        target.url, target.skew_s = look.url, look.skew_s
        if options.second_url:
            target.second_url = _second(options, target.token)
    except BaseException:
        target.stop()
        raise
    return target


def _second(options: Options, token: str) -> str:
    """The base of the second instance, which accepts the same token. Raises as `open_target` does."""
    url = _address("--second-url", options.second_url)
    return find_base(url, token, is_given=True, wait_s=options.wait_for, is_started=False, ca_file=options.ca_file,
                     death=lambda: "").url  # fmt: skip


def check_secrets(options: Options) -> None:
    """Make sure before a run that the files with secrets and certificates are readable. Raises UsageError."""
    if options.token_file or options.token_env:
        read_token(options)
    if options.probe_token_file:
        read_secret(Path(options.probe_token_file), "--probe-token-file")
    trusting_context(options.ca_file)


def read_token(options: Options) -> str:
    """The token, from a file, a variable or a command. Raises UsageError; no message shows the token."""
    if options.token_file:
        return read_secret(Path(options.token_file), "--token-file")
    if options.token_env:
        value = os.environ.get(options.token_env, "").strip()
        if not value:
            raise UsageError(f"--token-env: the environment variable {options.token_env} is not set")
        return value
    return _token_from_command(options.token_command or "")


def read_secret(path: Path, option: str) -> str:
    """A secret from a file, without surrounding whitespace. Raises UsageError."""
    value = read_text(path, f"{option} {path}", TINY).strip()
    if not value:
        raise UsageError(f"{option} {path} is empty")
    if any(character.isspace() or not character.isprintable() for character in value):
        raise UsageError(f"{option} {path} must hold one token; there are blanks or control characters inside it")
    return value


def _token_from_command(command: str) -> str:
    try:
        done = subprocess.run(shlex.split(command), capture_output=True, text=True, timeout=60, check=True)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise UsageError(f"--token-command failed: {type(error).__name__}") from error
    if not done.stdout.strip():
        raise UsageError("--token-command printed nothing")
    return done.stdout.strip()


def running_target(options: Options, token: str = "") -> Target:
    """The bridge at `--url`, without a look at it. Raises UsageError."""
    url = _address("--url", options.url)
    probe_token = ""
    if options.probe_token_file:
        probe_token = read_secret(Path(options.probe_token_file), "--probe-token-file")
    return Target(url, url, token or read_token(options), options.probe_url or "", probe_token, ca_file=options.ca_file)


def _address(option: str, given: str | None) -> str:
    if not re.match(r"https?://[^/]+", str(given)):
        raise UsageError(f"{option} {given!r} is not an http or https address")
    return str(given).rstrip("/")


def _start(options: Options, token: str) -> Target:
    folder = Path(tempfile.mkdtemp(prefix="bridgecheck-"))
    try:
        return _start_in(options, folder, token)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def new_token() -> str:
    """A token that nobody can guess, and that no command takes for an option: it does not begin with a dash."""
    return f"{secrets.choice(string.ascii_letters)}{secrets.token_urlsafe(32)}"


def _start_in(options: Options, folder: Path, given: str) -> Target:
    has_own_token = any((options.token_file, options.token_env, options.token_command))
    token = given or read_token(options) if has_own_token else new_token()
    probe_token = new_token()
    values = {
        "port": str(free_port()),
        "probe_port": str(free_port()),
        "data": str(folder / "data"),
        "token": token,
        "token_file": _keep(folder / TOKEN, token),
        "probe_token_file": _keep(folder / "probe-token", probe_token),
    }
    command = str(options.start)
    if has_own_token and "{token}" in command:
        raise UsageError(
            "--start: use {token_file} instead of {token}, since other processes can see a command's arguments"
        )
    words = [_fill(word, values, "--start") for word in _split(command)]
    probe_url = options.probe_url or ("http://127.0.0.1:{probe_port}/probe/v1" if "{probe_port}" in command else "")
    process = spawn(words, folder)
    name = command.replace("{token}", "…")
    url = _fill(options.url or "http://127.0.0.1:{port}", values, "--url")
    return Target(
        name,
        url,
        token,
        _fill(probe_url, values, "--probe-url"),
        probe_token,
        process,
        folder,
        options.ca_file,
        values={key: value for key, value in values.items() if key != "token"},
    )


def _split(command: str) -> list[str]:
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise UsageError(f"--start {command!r} can't be split into words: {error}") from error
    if not words:
        raise UsageError("--start is empty")
    return words


def _fill(text: str, values: dict[str, str], option: str) -> str:
    def value(match: re.Match[str]) -> str:
        if match[1] not in values:
            raise UsageError(f"{option}: unknown placeholder {{{match[1]}}}; there are {', '.join(PLACEHOLDERS)}")
        return values[match[1]]

    return re.sub(r"\{([a-z_]+)\}", value, text)


def _keep(path: Path, secret: str) -> str:
    path.touch(mode=0o600)
    path.write_text(secret, encoding="utf-8")
    return str(path)


def free_port() -> int:
    """A free port on loopback that another run of ours hardly ever takes before a server listens on it.

    It is below the range of outgoing connections. Each process has sixteen ports of its own, by its process id, and
    takes them in turn, so that parallel runs on one machine do not choose the same one in the same moment.
    Raises UsageError when none of these, and none of fifty others, is free.
    """
    for port in _candidates():
        with socket.socket() as listener, contextlib.suppress(OSError):
            listener.bind(("127.0.0.1", port))
            return port
    raise UsageError(f"no free port on loopback from {_FIRST_PORT} on")


def _candidates() -> Iterator[int]:
    for _ in range(16):
        yield _FIRST_PORT + (_process() * 16 + next(_PORTS) % 16) % _NUMBER_OF_PORTS
    yield from random.SystemRandom().sample(range(_FIRST_PORT, _FIRST_PORT + _NUMBER_OF_PORTS), 50)


def _process() -> int:
    """The process id; in containers that share a network, processes of one id differ by their namespace."""
    with contextlib.suppress(OSError):
        return os.getpid() + zlib.crc32(os.readlink("/proc/self/ns/pid").encode())
    return os.getpid()
