"""The probe behind the guard: acts on members and groups of the run, and on nobody else."""

from __future__ import annotations

import pytest

from harness.clock import ManualClock
from harness.record.exchange import Exchange, Json, Request
from harness.record.made import Made
from harness.target.guard import Guard
from harness.target.guarded_probe import MEMBER_ACTS, GuardedProbe
from harness.target.options import Options
from harness.target.probe import ACT_SCHEMAS, NeedsDisposable, NotOffered, NotOurs, NotThere, ProbeRefused
from harness.target.removal import Removal

MARK = "3f9c0ffee1"
ADA, BOB = f"Ada.{MARK.upper()}@example.com", "bob@corp.example"
WHOLE = sorted(set(ACT_SCHEMAS) - MEMBER_ACTS - {"fixtures", "delete-group"})


class Listener:
    """A probe with a member and a group of ours and of somebody else."""

    reads = frozenset({"members", "groups"})
    acts = frozenset(ACT_SCHEMAS)
    confirmation_interval_s = 300.0

    def __init__(self) -> None:
        self.done: list[str] = []

    def read(self, name: str, **query: str | list[str]) -> Json:
        """Who is there."""
        return {
            "members": [{"id": "a/1", "email": ADA}, {"id": "b", "email": BOB}],
            "groups": [{"id": "g", "name": f"Design {MARK}"}, {"id": "h", "name": "Design"}],
        }

    def act(self, path: str, body: Json) -> Json:
        """Remember it."""
        self.done.append(path)
        return {}


def _no_look(request: Request) -> Exchange:
    raise AssertionError(request.target)


def behind(listener: Listener, **options: object) -> GuardedProbe:
    guard = Guard(Options(**{"url": "http://b", **options}), _no_look)  # type: ignore[arg-type]
    guard.owned.invent(MARK)
    return GuardedProbe(listener, guard)


@pytest.mark.parametrize("act", sorted(MEMBER_ACTS))
def test_an_act_on_a_member_of_the_run_is_done_and_on_nobody_else(act: str) -> None:
    listener = Listener()
    probe = behind(listener)

    probe.act(f"members/a%2F1/{act}", {})
    for path in (f"members/b/{act}", f"members/unknown/{act}"):
        with pytest.raises(NotOurs, match=f"the act '{act}' would change member"):
            probe.act(path, {})

    assert listener.done == [f"members/a%2F1/{act}"]


class Forgetful(Listener):
    """A probe that shows members one by one, and answers with this status instead."""

    reads = frozenset({"members", "member"})

    def __init__(self, status: int) -> None:
        super().__init__()
        self._status = status

    def read(self, name: str, **query: str | list[str]) -> Json:
        """Refused."""
        raise ProbeRefused(f"the probe refused GET {name}: HTTP {self._status}", self._status)


def test_a_member_who_is_gone_is_told_from_one_of_whom_the_probe_says_nothing() -> None:
    with pytest.raises(NotThere, match="which the account does not have"):
        behind(Forgetful(404)).act("members/a%2F1/delete", {})
    with pytest.raises(ProbeRefused, match="HTTP 503"):
        behind(Forgetful(503)).act("members/a%2F1/delete", {})


@pytest.mark.parametrize(("status", "became"), [(404, "gone"), (503, "remains")])
def test_what_is_gone_when_it_shall_be_taken_away_is_not_left(status: int, became: str) -> None:
    probe = behind(Forgetful(status))
    guard = Guard(Options(url="http://b"), _no_look)

    def act(path: str, name: str) -> None:
        probe.act(path, {})

    removal = Removal(guard, _no_look, act, ManualClock(), 0.0)

    assert removal.remove(Made("members/a%2F1", ADA)).became == became


def test_a_group_is_deleted_when_the_run_made_it() -> None:
    listener = Listener()
    probe = behind(listener)

    probe.act("groups/g/delete", {})
    with pytest.raises(NotOurs, match="would change group Design, which this run did not make"):
        probe.act("groups/h/delete", {})

    assert listener.done == ["groups/g/delete"]


@pytest.mark.parametrize("act", WHOLE)
def test_an_act_on_the_whole_account_needs_a_disposable_one(act: str) -> None:
    listener = Listener()

    with pytest.raises(NeedsDisposable, match=f"needs a disposable account: the probe's act '{act}' reaches all of it"):
        behind(listener).act(act, {})
    behind(listener, declare_disposable=True).act(act, {})

    assert listener.done == [act]


def test_an_act_that_nobody_knows_yet_counts_as_one_on_the_whole_account() -> None:
    listener = Listener()
    listener.acts = frozenset({"explode"})

    with pytest.raises(NeedsDisposable):
        behind(listener).act("explode", {})


def test_an_act_that_the_target_lacks_is_told_so() -> None:
    listener = Listener()
    listener.acts = frozenset()
    listener.act = lambda path, body: _raise()  # type: ignore[method-assign]

    with pytest.raises(NotOffered, match="no such act"):
        behind(listener).act("reset", {})


def _raise() -> Json:
    raise NotOffered("no such act")


@pytest.mark.parametrize(
    "body",
    [
        {"members": [{"email": BOB}]},
        {"groups": [{"name": "Design"}]},
        {"groups": [{"name": f"X {MARK}", "members": [BOB]}]},
        {"vaults": [{"name": "Payroll"}]},
        {"vaults": [{"name": f"V {MARK}", "groups": ["Design"]}]},
        {"vaults": [{"name": f"V {MARK}", "groups": [{"group": "Design"}]}]},
    ],
    ids=["a member", "a group", "a member of a group", "a vault", "a group of a vault", "a grant"],
)
def test_a_fixture_touches_nobody_else(body: Json) -> None:
    listener = Listener()

    with pytest.raises(NotOurs, match="which this run did not invent"):
        behind(listener).act("fixtures", body)

    assert listener.done == []


@pytest.mark.parametrize(
    "body", [{"members": [{"email": ADA, "owner": True}]}, {"groups": [{"name": f"X {MARK}", "type": "OWNERS"}]}]
)
def test_a_fixture_that_reaches_further_needs_a_disposable_account(body: Json) -> None:
    with pytest.raises(NeedsDisposable, match="owners or groups of the account itself"):
        behind(Listener()).act("fixtures", body)


def test_a_fixture_of_our_own_is_put_in_place() -> None:
    listener = Listener()
    group = {"name": f"X {MARK}", "members": [ADA]}

    behind(listener).act("fixtures", {"members": [{"email": ADA}], "groups": [group], "vaults": []})

    assert listener.done == ["fixtures"]
