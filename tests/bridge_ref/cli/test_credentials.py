"""`bridge-ref setup` and `bridge-ref rotate`."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bridge_ref.cli.main import cli
from bridge_ref.clock import SystemClock
from bridge_ref.credentials.files import write_secret
from bridge_ref.credentials.session import SessionFile
from bridge_ref.decisions.queries import FindTokens
from tests.bridge_ref.world import START_MS, World


class SessionWorld:
    """A bridge that is served with a session file, on a store that `bridge-ref setup` has prepared."""

    def __init__(self, folder: Path, name: str) -> None:
        self.file = folder / f"{name}.scimsession"
        self.data = folder / name
        made = run_cli("setup", "--data", str(self.data), "--session", str(self.file))
        self.token = made.splitlines()[-1]

    def ask(self, token: str, session: Path | None = None, late_s: int = 0) -> int:
        """What a bridge on this store, with this or another session file, answers to a token: now, or later."""
        file = SessionFile(session or self.file)
        # The commands go by the machine's clock.
        late_s += (SystemClock().now_ms() - START_MS) // 1000
        settings: dict[str, Any] = {
            "session_file": file.path,
            "opens": file.is_opened_by,
            "signing_key": file.signing_key(),
        }
        world = World(self.data, late_s=late_s, **settings)
        try:
            return world.send("GET", "/Users", token=token).status
        finally:
            world.close()


def run_cli(*words: str, code: int = 0) -> str:
    done = CliRunner().invoke(cli, words)
    assert (done.exit_code, done.exception) == (code, None) or code != 0, done.output
    return done.stdout if code == 0 else done.output


def test_setup_makes_a_pair_of_which_each_half_is_worth_nothing_alone(tmp_path: Path) -> None:
    """SEED-28."""
    first, second = SessionWorld(tmp_path, "first"), SessionWorld(tmp_path, "second")

    assert first.ask(first.token) == 200
    assert first.ask(second.token) == 401
    assert first.ask(first.token, second.file) == 401
    assert stat.S_IMODE(first.file.stat().st_mode) == 0o600
    assert first.token not in first.file.read_text()


def test_setup_is_done_once(tmp_path: Path) -> None:
    bridge = SessionWorld(tmp_path, "bridge")
    before = bridge.file.read_bytes()

    again = run_cli("setup", "--data", str(bridge.data), "--session", str(tmp_path / "other"), code=2)
    over = run_cli("setup", "--data", str(tmp_path / "new"), "--session", str(bridge.file), code=2)

    assert "has been set up already" in again
    assert "File exists" in over
    assert bridge.file.read_bytes() == before
    assert not (tmp_path / "other").exists()
    assert bridge.ask(bridge.token) == 200


def test_rotate_replaces_both_and_the_old_token_ends_after_the_overlap(tmp_path: Path) -> None:
    """SEED-28."""
    bridge = SessionWorld(tmp_path, "bridge")
    old_file = tmp_path / "old.scimsession"
    write_secret(old_file, bridge.file.read_bytes())

    rotated = run_cli("rotate", "--data", str(bridge.data), "--session", str(bridge.file), "--overlap", "1h")
    new = rotated.splitlines()[-1]
    during = [bridge.ask(bridge.token), bridge.ask(new), bridge.ask(new, old_file)]
    after = [bridge.ask(token, late_s=3_660) for token in (bridge.token, new)]

    assert during == [200, 200, 401]
    assert after == [401, 200]
    assert bridge.file.read_bytes() != old_file.read_bytes()


def test_rotate_adds_tokens_of_smaller_scope_and_leaves_the_pair_alone(tmp_path: Path) -> None:
    bridge = SessionWorld(tmp_path, "bridge")

    reading = run_cli("rotate", "--data", str(bridge.data), "--scope", "read-only").splitlines()[-1]

    assert (bridge.ask(reading), bridge.ask(bridge.token)) == (200, 200)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["rotate", "--session", "s"], "name one store"),
        (["rotate", "--data", "d"], "--session is needed for a full token"),
        (["rotate", "--data", "d", "--session", "s", "--scope", "read-only"], "not allowed for others"),
        (["rotate", "--data", "d", "--session", "s", "--overlap", "soon"], "is not a duration"),
        (["rotate", "--data", "d", "--session", "s", "--overlap", "31d"], "30d at most"),
        (["rotate", "--control", "http://x", "--session", "s"], "must be given together"),
        (["rotate", "--data", "d", "--session", "no/such/folder/s"], "No such file or directory"),
        (["setup", "--data", "d", "--session", "no/such/folder/s"], "No such file or directory"),
        (["setup", "--session", "s"], "name one store"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)

    output = run_cli(*words, code=2)

    assert said in " ".join(output.split())
    assert not (tmp_path / "s").exists()
    if (tmp_path / "d").exists():
        world = World(tmp_path / "d")
        assert world.ask(FindTokens()) == []
        world.close()
