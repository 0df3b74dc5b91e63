"""What an operator can do with a bridge: by hooks, by the probe, or with a process of ours."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Any

import pytest

from harness.errors import UsageError
from harness.record.exchange import Json
from harness.target.hook import HookFailed
from harness.target.operator import Operator, check_hooks
from harness.target.options import Options, make_options
from harness.target.probe import NoProbe, NotOffered
from harness.target.target import Target, open_target

REFERENCE = (
    f"{shlex.quote(sys.executable)} -m bridge_ref serve --port {{port}} --data {{data}} --token-file {{token_file}}"
)


@pytest.fixture(autouse=True)
def waits(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long a bridge is waited for at most; it is there at once."""
    waited: list[float] = []
    if not request.node.get_closest_marker("slow"):
        monkeypatch.setattr(Target, "wait", lambda self, wait_s: waited.append(wait_s))
    return waited


class Acts:
    """A probe that takes a bridge offline, and makes a token anew."""

    reads: frozenset[str] = frozenset()
    acts = frozenset({"bridge/stop", "bridge/start", "credentials/rotate", "provisioning"})
    confirmation_interval_s = 300.0

    def __init__(self) -> None:
        self.done: list[tuple[str, Json]] = []

    def read(self, name: str, **query: Any) -> Json:
        raise NotOffered(name)

    def act(self, path: str, body: Json) -> Json:
        self.done.append((path, body))
        return {"token": "from-the-probe", "now": "2026-01-05T09:00:00Z"}


def printing(text: str) -> str:
    return f"{shlex.quote(sys.executable)} -c {shlex.quote(f'print({text!r})')}"


def operator(probe: Any = None, url: str = "http://127.0.0.1:1", **hooks: Any) -> Operator:
    options = make_options({"url": url, "token_env": "T", "wait_for": 0.2}, {"hooks": hooks})
    target = Target("bridge", url, "old-token")
    return Operator(options, target, probe or NoProbe())


def test_without_a_hook_nothing_can_be_done_and_each_says_what_is_missing() -> None:
    bare = operator()

    for act, words in ((bare.restart, "no hook 'restart'"), (bare.stop, "no hooks 'stop'"), (bare.rotate, "'rotate'")):
        with pytest.raises(NotOffered, match=words):
            act()


def test_a_hook_restarts_the_bridge_and_it_is_waited_for(tmp_path: Path, waits: list[float]) -> None:
    operator(restart=f"touch {shlex.quote(str(tmp_path / 'restarted'))}").restart()

    assert (tmp_path / "restarted").exists()
    assert waits == [0.2]


def test_stop_and_start_make_a_restart_too(tmp_path: Path) -> None:
    stop, start = (f"touch {shlex.quote(str(tmp_path / name))}" for name in ("stopped", "started"))
    operator(stop=stop, start=start).restart()

    assert sorted(path.name for path in tmp_path.iterdir()) == ["started", "stopped"]


def test_an_outage_by_the_probe() -> None:
    probe = Acts()
    chosen = operator(probe)
    chosen.stop()
    was_stopped = chosen.is_stopped
    chosen.start()

    assert (was_stopped, chosen.is_stopped) == (True, False)
    assert [path for path, _ in probe.done] == ["bridge/stop", "bridge/start"]


def test_the_token_that_a_hook_prints_is_the_new_one_and_the_old_one_has_a_name() -> None:
    chosen = operator(rotate=printing("new-token"))

    chosen.rotate()

    secrets = chosen._target.secrets
    assert (secrets.bearer("scim"), secrets.bearer("old")) == ("Bearer new-token", "Bearer old-token")
    assert secrets.redact("old-token, new-token") == "‹credential:old›, ‹credential:scim›"


def test_a_hook_that_prints_nothing_has_put_the_token_where_it_is_read_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("T", "new-token")
    chosen = operator(rotate=printing(""))

    chosen.rotate()

    assert chosen._target.secrets.bearer("scim") == "Bearer new-token"


@pytest.mark.parametrize(
    ("printed", "words"), [("old-token", "left the token as it was"), ("two tokens", "something else than one token")]
)
def test_a_token_that_is_none_is_refused(printed: str, words: str) -> None:
    with pytest.raises(HookFailed, match=words):
        operator(rotate=printing(printed)).rotate()


def test_the_token_of_a_bridge_of_others_is_not_replaced_by_the_probe() -> None:
    """Nobody but us would know the new one."""
    probe = Acts()

    with pytest.raises(NotOffered, match="no hook 'rotate'"):
        operator(probe).rotate()

    assert probe.done == []


def test_who_is_told_is_changed_by_a_hook_or_by_the_probe(tmp_path: Path) -> None:
    probe, told = Acts(), tmp_path / "told"
    code = f"import sys; open({str(told)!r}, 'w').write(sys.argv[1])"

    operator(probe, notify=f"{shlex.quote(sys.executable)} -c {shlex.quote(code)} {{address}}").notify("a@x.example")
    operator(probe).notify("b@x.example")

    assert told.read_text() == "a@x.example"
    assert probe.done == [("provisioning", {"notification_address": "b@x.example"})]


@pytest.mark.parametrize(
    ("hooks", "words"),
    [
        ({"restart": "svc restart {token}"}, "use {token_file} instead of {token}"),
        ({"restart": "svc restart {port}"}, "unknown placeholder {port}"),
        ({"stop": "svc stop"}, "give both, or neither"),
        ({"rotate": "'"}, "can't be split"),
    ],
)
def test_wrong_hooks_are_refused_before_a_run(hooks: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        check_hooks(make_options({"url": "http://b", "token_env": "T"}, {"hooks": hooks}))


def test_an_unknown_hook_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="has no key 'restrat'; did you mean 'restart'"):
        make_options({"url": "http://b", "token_env": "T"}, {"hooks": {"restrat": "x"}})


@pytest.mark.slow
def test_a_bridge_of_ours_is_restarted_on_its_data() -> None:
    options = Options(start=REFERENCE)
    target = open_target(options)
    try:
        before = target.process and target.process.pid
        Operator(options, target, NoProbe()).restart()
        after = target.process and target.process.pid
        died = target.death()
    finally:
        target.stop()

    assert before != after
    assert died == ""
