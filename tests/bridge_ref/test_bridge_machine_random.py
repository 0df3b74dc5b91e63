"""Whatever happens to members in whatever order: what must hold always, holds after every step."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bridge_ref.account.members import identity_key
from bridge_ref.account.policy import Policy
from tests.bridge_ref.world import USER, World

NAMES = ("ada@example.com", "grace@example.com", "alan@new.example", "straße@example.com")
SPELLINGS = st.sampled_from([*NAMES, "ADA@Example.com", "STRASSE@example.com", "Grace@EXAMPLE.com"])
ACTS = st.sampled_from(["confirm", "suspend", "reactivate", "recover", "delete"])
# The same lives each time, so that nothing is red by chance; LIFE_EXAMPLES=500 looks at others.
EXAMPLES = int(os.environ.get("LIFE_EXAMPLES", "20"))
DAY_S = 86_400
# After which event a member is in which states; whoever is suspended is never confirmed.
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


class Life(RuleBasedStateMachine):
    """People, an identity provider and administrators, who do what they like."""

    @initialize(policy=POLICIES)
    def open(self, policy: Policy) -> None:
        """An account with a guest and an owner."""
        self.folder = tempfile.TemporaryDirectory(prefix="bridge-ref-life-")
        self.world = World(Path(self.folder.name) / "data", policy=policy)
        self.policy = policy
        owner = {"email": "olga@example.com", "name": "Olga", "owner": True}
        guest = {"email": "guest@example.com", "name": "Guest", "type": "GUEST"}
        self.world.control("POST", "fixtures", {"members": [owner, guest], "groups": [{"name": "Design"}]})
        self.guest = self.world.member("guest@example.com")
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

    @rule(which=st.integers(0, 9), is_active=st.booleans())
    def set_active(self, which: int, is_active: bool) -> None:
        self._patch(which, {"op": "replace", "path": "active", "value": is_active})

    @rule(which=st.integers(0, 9), name=SPELLINGS)
    def change_address(self, which: int, name: str) -> None:
        self._patch(which, {"op": "replace", "path": "userName", "value": name})

    @rule(which=st.integers(0, 9))
    def delete_user(self, which: int) -> None:
        if user := self._user(which):
            self._scim("DELETE", f"/Users/{user}", None)

    # What people and administrators do.

    @rule(which=st.integers(0, 9), age=st.integers(0, 3))
    def follow_a_link(self, which: int, age: int) -> None:
        mails = self.world.control("GET", "mail").body["messages"]
        links = [link for each in mails for link in each["links"]]
        act = "accept-address" if links and "/accept/" in links[-1 - age % len(links)] else "sign-up"
        if links:
            self._act(which, act, {"link": links[-1 - age % len(links)]})

    @rule(which=st.integers(0, 9), act=ACTS)
    def act(self, which: int, act: str) -> None:
        self._act(which, act, {})

    @rule(seconds=st.sampled_from([60, 300, DAY_S, 3 * DAY_S]))
    def wait(self, seconds: int) -> None:
        self.is_over_scim = False
        self.world.control("POST", "clock/advance", {"seconds": seconds})

    @rule(is_on=st.booleans())
    def switch(self, is_on: bool) -> None:
        self.is_over_scim = False
        self.world.control("POST", "provisioning", {"on": is_on})

    @rule()
    def restart(self) -> None:
        self.is_over_scim = False
        self.world.runner.run(self.world.service.start())

    # What holds always.

    @invariant()
    def one_member_per_address(self) -> None:
        members = self._members()
        keys = [identity_key(each["email"]) for each in members]
        keys += [identity_key(each["new_email"]) for each in members if each["new_email"]]
        assert len(keys) == len(set(keys))

    @invariant()
    def nothing_over_scim_ends_a_membership(self) -> None:
        now = {each["id"] for each in self._members()}
        if self.is_over_scim:
            assert self.known <= now
        self.known = now

    @invariant()
    def one_mail_for_each_event_that_brings_one(self) -> None:
        events = [each["event"] for each in self._events()]
        kinds = [each["kind"] for each in self.world.control("GET", "mail").body["messages"]]
        assert kinds.count("invitation") == events.count("invited")
        assert kinds.count("start") == events.count("confirmed")
        asked = events.count("address_change_requested")
        if self.policy.address_change == "accepted":
            assert kinds.count("address_change") <= asked
            if self.policy.suspended_address == "apply":
                assert kinds.count("address_change") == asked

    @invariant()
    def whoever_is_suspended_is_never_confirmed(self) -> None:
        states: dict[str, str] = {}
        for each in self._events():
            if each["event"] == "confirmed":
                assert states[each["member_id"]] == "PENDING"
            if each["member_id"] and each["state"]:
                states[each["member_id"]] = each["state"]

    @invariant()
    def scim_says_active_of_whoever_has_access(self) -> None:
        active = {each["scim_id"]: each["state"] not in SUSPENDED for each in self._members() if each["scim_id"]}
        if not self.world.control("GET", "settings").body["provisioning"]:
            assert self.world.send("GET", "/Users").status == 503
            return
        shown = {each["id"]: each["active"] for each in self.world.send("GET", "/Users").body["Resources"]}
        assert shown == active

    @invariant()
    def an_owner_is_left_and_the_guest_is_as_before(self) -> None:
        assert any(each["owner"] and each["state"] in ("ACTIVE", "RECOVERING") for each in self._members())
        assert next(each for each in self._members() if each["email"] == "guest@example.com") == self.guest

    def _members(self) -> list[dict[str, Any]]:
        members: list[dict[str, Any]] = self.world.control("GET", "members").body["members"]
        return members

    def _events(self) -> list[dict[str, Any]]:
        events: list[dict[str, Any]] = self.world.control("GET", "journal").body["events"]
        return events

    def _scim(self, method: str, path: str, body: Any) -> None:
        self.is_over_scim = True
        assert self.world.send(method, path, body).status in self._possible()

    def _user(self, which: int) -> str | None:
        users = sorted(each["scim_id"] for each in self._members() if each["scim_id"])
        return users[which % len(users)] if users else None

    def _patch(self, which: int, operation: dict[str, Any]) -> None:
        if user := self._user(which):
            self.is_over_scim = True
            assert self.world.patch(f"/Users/{user}", operation).status in self._possible()

    def _possible(self) -> set[int]:
        is_on = self.world.control("GET", "settings").body["provisioning"]
        return {200, 201, 204, 400, 403, 409} if is_on else {503}

    def _act(self, which: int, act: str, body: dict[str, str]) -> None:
        people = [each["id"] for each in self._members() if each["type"] == "MEMBER"]
        self.is_over_scim = False
        assert self.world.control("POST", f"members/{people[which % len(people)]}/{act}", body).status < 500


TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=30,
    deadline=None,
    derandomize="LIFE_EXAMPLES" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
