"""Random sequences of events on members: the invariants hold after every step."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bridge_ref.account.members import identity_key
from bridge_ref.account.policy import Policy
from tests.bridge_ref.world import USER, World

pytestmark = pytest.mark.slow

NAMES = ("ada@example.com", "grace@example.com", "alan@new.example", "straße@example.com")
SPELLINGS = st.sampled_from([*NAMES, "ADA@Example.com", "STRASSE@example.com", "Grace@EXAMPLE.com"])
ACTS = st.sampled_from(["confirm", "suspend", "reactivate", "recover", "delete"])
WHICH = st.integers(0, 5)
# The same lives each time, so that nothing is red by chance; LIFE_EXAMPLES=500 looks at others.
IS_LOOKING = "LIFE_EXAMPLES" in os.environ
EXAMPLES = int(os.environ.get("LIFE_EXAMPLES", "40"))
DAY_S = 86_400
SUSPENDED = {"INVITED_SUSPENDED", "PENDING_SUSPENDED", "SUSPENDED"}

POLICIES = st.builds(
    Policy,
    invitation_days=st.sampled_from([0, 1]),
    retention_days=st.sampled_from([0, 2]),
    existing_user=st.sampled_from(["conflict", "adopt"]),
    returning=st.sampled_from(["old-link", "new-invitation"]),
    address_change=st.sampled_from(["accepted", "at-once"]),
    pending_user_name=st.sampled_from(["new", "old"]),
    suspended_address=st.sampled_from(["apply", "ask-on-return"]),
    recovery=st.sampled_from(["administrator", "watcher"]),
    account_acts=st.sampled_from(["allow", "refuse"]),
)


@dataclass(frozen=True)
class Look:
    """All that there is to see at one moment."""

    members: list[dict[str, Any]]
    events: list[dict[str, Any]]
    mails: list[dict[str, Any]]
    is_on: bool

    def count(self, event: str) -> int:
        """How often something has happened."""
        return sum(each["event"] == event for each in self.events)

    def mailed(self, kind: str) -> int:
        """How many mails of a kind there are."""
        return sum(each["kind"] == kind for each in self.mails)


class Life(RuleBasedStateMachine):
    """People, an identity provider and administrators, who do what they like."""

    @initialize(policy=POLICIES)
    def open(self, policy: Policy) -> None:
        """An account with a guest, two owners, and somebody at every stage."""
        self.folder = tempfile.TemporaryDirectory(prefix="bridge-ref-life-")
        self.world = World(Path(self.folder.name) / "data", policy=policy)
        self.policy = policy
        owners = [{"email": f"o{number}@example.com", "name": "O", "owner": True} for number in (1, 2)]
        guest = {"email": "guest@example.com", "name": "Guest", "type": "GUEST"}
        placed = self.world.control("POST", "fixtures", {"members": [*owners, guest]}).body
        self.guest = placed["members"][-1]
        for name in NAMES[:2]:
            self.world.invite(name)
        self.world.act(NAMES[0], "sign-up")
        self.world.act(NAMES[0], "confirm")
        self.known: set[str] = set()
        self.is_over_scim = True

    def teardown(self) -> None:
        """Let go of the store."""
        self.world.close()
        self.folder.cleanup()

    # What an identity provider does.

    @rule(name=SPELLINGS, is_active=st.booleans())
    def create(self, name: str, is_active: bool) -> None:
        self._scim("POST", "/Users", {"schemas": [USER], "userName": name, "active": is_active})

    @rule(which=WHICH)
    def turn_over(self, which: int) -> None:
        if user := self._user(which):
            shown = self.world.send("GET", f"/Users/{user}").body
            self._patch(user, {"op": "replace", "path": "active", "value": not shown.get("active", False)})

    @rule(which=WHICH, name=SPELLINGS)
    def change_address(self, which: int, name: str) -> None:
        if user := self._user(which):
            for _ in range(2):
                self._patch(user, {"op": "replace", "path": "userName", "value": name})

    @rule(which=WHICH)
    def delete_user(self, which: int) -> None:
        if user := self._user(which):
            self._scim("DELETE", f"/Users/{user}", None)

    # What people and administrators do.

    @rule(which=WHICH)
    def follow_a_link(self, which: int) -> None:
        mails = [each for each in self._look().mails if each["links"]]
        mail = mails[-1 - which % len(mails)]
        act = "accept-address" if mail["kind"] == "address_change" else "sign-up"
        for member in self._look().members:
            if mail["to"] in (member["email"], member["new_email"]):
                self._act(member, act, {"link": mail["links"][0]})

    @rule(which=WHICH, act=ACTS)
    def act(self, which: int, act: str) -> None:
        people = [each for each in self._look().members if each["type"] == "MEMBER"]
        self._act(people[which % len(people)], act, {})

    @rule(seconds=st.sampled_from([60, 300, DAY_S, 3 * DAY_S]))
    def wait(self, seconds: int) -> None:
        self.is_over_scim = False
        self.world.control("POST", "clock/advance", {"seconds": seconds})

    @rule(is_on=st.sampled_from([True, True, True, False]))
    def switch(self, is_on: bool) -> None:
        self.is_over_scim = False
        self.world.control("POST", "provisioning", {"on": is_on})

    @rule()
    def restart(self) -> None:
        self.is_over_scim = False
        self.world.runner.run(self.world.service.start())

    # What holds always.

    @invariant()
    def what_must_hold_holds(self) -> None:
        look = self._look()
        one_member_per_address(look)
        self.nothing_over_scim_ends_a_membership(look)
        self.one_mail_for_each_event_that_brings_one(look)
        whoever_is_suspended_is_never_confirmed(look)
        self.scim_says_active_of_whoever_has_access(look)
        an_owner_is_left(look)
        assert next(each for each in look.members if each["id"] == self.guest["id"]) == self.guest

    def nothing_over_scim_ends_a_membership(self, look: Look) -> None:
        now = {each["id"] for each in look.members}
        assert self.known <= now or not self.is_over_scim
        self.known = now

    def one_mail_for_each_event_that_brings_one(self, look: Look) -> None:
        assert look.mailed("invitation") == look.count("invited")
        assert look.mailed("start") == look.count("confirmed")
        if self.policy.address_change == "accepted":
            assert look.mailed("address_change") <= look.count("address_change_requested")
            if self.policy.suspended_address == "apply":
                assert look.mailed("address_change") == look.count("address_change_requested")

    def scim_says_active_of_whoever_has_access(self, look: Look) -> None:
        answer = self.world.send("GET", "/Users")
        if not look.is_on:
            assert answer.status == 503
            return
        shown = {each["id"]: each["active"] for each in answer.body["Resources"]}
        assert shown == {each["scim_id"]: each["state"] not in SUSPENDED for each in look.members if each["scim_id"]}

    def _look(self) -> Look:
        def read(name: str, key: str) -> list[dict[str, Any]]:
            found: list[dict[str, Any]] = self.world.control("GET", name).body[key]
            return found

        is_on = self.world.control("GET", "settings").body["provisioning"]
        return Look(read("members", "members"), read("journal", "events"), read("mail", "messages"), is_on)

    def _scim(self, method: str, path: str, body: Any) -> None:
        self.is_over_scim = True
        self._check(self.world.send(method, path, body).status)

    def _patch(self, user: str, operation: dict[str, Any]) -> None:
        self.is_over_scim = True
        self._check(self.world.patch(f"/Users/{user}", operation).status)

    def _check(self, status: int) -> None:
        is_on = self.world.control("GET", "settings").body["provisioning"]
        assert status in ({200, 201, 204, 400, 403, 409} if is_on else {503})

    def _user(self, which: int) -> str | None:
        users = [each["scim_id"] for each in self._look().members if each["scim_id"]]
        return users[which % len(users)] if users else None

    def _act(self, member: dict[str, Any], act: str, body: dict[str, str]) -> None:
        self.is_over_scim = False
        status = self.world.control("POST", f"members/{member['id']}/{act}", body).status
        assert status in (200, 403, 409)


def one_member_per_address(look: Look) -> None:
    """Addresses that are to be accepted count too."""
    keys = [identity_key(each["email"]) for each in look.members]
    keys += [identity_key(each["new_email"]) for each in look.members if each["new_email"]]
    assert len(keys) == len(set(keys))


def whoever_is_suspended_is_never_confirmed(look: Look) -> None:
    """Nor is anybody else who has not signed up."""
    states: dict[str, str] = {}
    for each in look.events:
        if each["event"] == "confirmed":
            assert states[each["member_id"]] == "PENDING"
        if each["event"] == "suspended":
            assert each["state"] in SUSPENDED
        if each["member_id"] and each["state"]:
            states[each["member_id"]] = each["state"]


def an_owner_is_left(look: Look) -> None:
    """Somebody who can run the account."""
    assert any(each["owner"] and each["state"] not in SUSPENDED for each in look.members)


TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=40,
    deadline=None,
    derandomize=not IS_LOOKING,
    # Making a life short takes minutes; whoever looks for one has them.
    phases=tuple(Phase) if IS_LOOKING else (Phase.generate,),
    suppress_health_check=[HealthCheck.too_slow],
)
