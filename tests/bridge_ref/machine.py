"""The state machines of members and groups, a row for each transition: what happens, and a story that shows it.

`docs/reference/machine.md` is made from these rows; `account/test_machine.py` plays each story.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.bridge_ref.world import GROUP, USER, Reply, World

Story = Callable[[World], None]

ADA, NEW = "ada@example.com", "lovelace@new.example"
DAY_S = 86_400.0


@dataclass(frozen=True)
class Row:
    """One transition, under the choices that it is shown with; without any under the defaults."""

    number: str
    sentence: str
    story: Story
    policy: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The number, and the choices where they are not the defaults."""
        return " ".join((self.number, *self.policy))


ROWS: list[Row] = []

# What Google's directory decides is no event of the account: the pull has tests of its own.
ELSEWHERE = {
    "M27": "an existing member whom no chosen group of Google's directory has is suspended by the pull",
    "M28": "a pull that cannot read everything suspends nobody",
}


def row(number: str, sentence: str, *policy: str) -> Callable[[Story], Story]:
    """Put a story on the table."""

    def register(story: Story) -> Story:
        ROWS.append(Row(number, sentence, story, policy))
        return story

    return register


# Short ways to say things.


def create(world: World, name: str = ADA, **attributes: Any) -> Reply:
    return world.send("POST", "/Users", {"schemas": [USER], "userName": name, **attributes})


def set_active(world: World, scim_id: str, is_active: bool) -> Reply:
    return world.patch(f"/Users/{scim_id}", {"op": "replace", "path": "active", "value": is_active})


def rename_user(world: World, scim_id: str, name: str) -> Reply:
    return world.patch(f"/Users/{scim_id}", {"op": "replace", "path": "userName", "value": name})


def enrol(world: World, name: str = ADA) -> str:
    """Somebody who is invited, signs up and is confirmed."""
    scim_id = world.invite(name)
    world.act(name, "sign-up")
    world.act(name, "confirm")
    return scim_id


def put(world: World, **fixtures: Any) -> Any:
    placed = world.control("POST", "fixtures", fixtures)
    assert placed.status == 201, placed.body
    return placed.body


def pass_time(world: World, seconds: float) -> None:
    assert world.control("POST", "clock/advance", {"seconds": seconds}).status == 200


def refusals(world: World) -> list[str]:
    events = world.control("GET", "journal").body["events"]
    return [each["detail"] for each in events if each["event"] == "refused"]


def group_named(world: World, name: str) -> Any:
    return next((each for each in world.control("GET", "groups").body["groups"] if each["name"] == name), None)


def links(world: World, address: str, kind: str) -> list[str]:
    mail = world.control("GET", "mail", query=f"to={address}").body["messages"]
    return [link for each in mail if each["kind"] == kind for link in each["links"]]


def active_over_scim(world: World, scim_id: str) -> Any:
    return world.send("GET", f"/Users/{scim_id}").body["active"]


# Members.


@row("M1", "a create for an unknown address invites: one mail, and the user is active over SCIM")
def m1(world: World) -> None:
    """SEED-13, SEED-49, SEED-51, SEED-56"""
    created = create(world)

    assert (created.status, created.body["active"]) == (201, True)
    assert (world.state(ADA), world.member(ADA)["managed"]) == ("INVITED", True)
    assert (world.mail_to(ADA), world.events()) == (["invitation"], ["invited"])


@row("M2", "an address of a domain that is not allowed is refused: nobody is made, nobody is mailed")
def m2(world: World) -> None:
    world.control("POST", "provisioning", {"allowed_domains": ["good.example"]})

    refused = create(world)

    assert (refused.status, refused.body["scimType"]) == (400, "invalidValue")
    assert (world.member(ADA), world.mail_to(ADA)) == (None, [])
    assert refusals(world) == [f"the domain of {ADA} is not allowed"]
    assert create(world, "ada@GOOD.example").status == 201


@row("M3", "a create with active false makes a member without access and sends no mail")
def m3(world: World) -> None:
    assert create(world, active=False).status == 201

    assert (world.state(ADA), world.mail_to(ADA)) == ("INVITED_SUSPENDED", [])


@row("M3", "a create with active false is refused", "inactive_create=refuse")
def m3_refuse(world: World) -> None:
    assert create(world, active=False).status == 400

    assert world.member(ADA) is None


@row("M4", "a create for an active member is a conflict; nothing changes and nobody is mailed")
def m4(world: World) -> None:
    """SEED-55, SEED-57, SEED-58"""
    put(world, members=[{"email": ADA, "name": "Ada"}])
    before = world.member(ADA)

    assert create(world, "ADA@Example.com").status == 409

    assert (world.member(ADA), world.mail_to(ADA), world.events()) == (before, [], [])


@row(
    "M4", "a create for an active member gives the user that is there, and the member is managed", "existing_user=adopt"
)
def m4_adopt(world: World) -> None:
    """SEED-55, SEED-58, SEED-59"""
    placed = put(world, members=[{"email": ADA, "name": "Ada"}])["members"][0]

    adopted = create(world, "ADA@Example.com", displayName="Another")

    assert (adopted.status, adopted.body["id"]) == (200, placed["scim_id"])
    assert (world.member(ADA)["managed"], world.member(ADA)["name"]) == (True, "Ada")
    assert (world.mail_to(ADA), world.events()) == ([], ["adopted"])


@row("M5", "a second create for somebody invited or pending sends no second invitation")
def m5(world: World) -> None:
    """SEED-55"""
    create(world)
    invited = create(world).status
    world.act(ADA, "sign-up")
    pending = create(world).status

    assert (invited, pending) == (409, 409)
    assert (world.state(ADA), world.mail_to(ADA)) == ("PENDING", ["invitation"])


@row("M5", "a second create for somebody invited gives the same user and no second invitation", "existing_user=adopt")
def m5_adopt(world: World) -> None:
    first, second = create(world), create(world)

    assert (second.status, second.body["id"]) == (200, first.body["id"])
    assert world.mail_to(ADA) == ["invitation"]


@row("M6", "a create for a suspended member who has a user is a conflict")
def m6(world: World) -> None:
    ada = enrol(world)
    set_active(world, ada, False)

    assert create(world).status == 409

    assert world.state(ADA) == "SUSPENDED"


@row("M6", "a create for a suspended member brings them back, uninvited, under the same id", "existing_user=adopt")
def m6_adopt(world: World) -> None:
    ada = enrol(world)
    set_active(world, ada, False)

    back = create(world)

    assert (back.status, back.body["id"], back.body["active"]) == (200, ada, True)
    assert (world.state(ADA), world.mail_to(ADA)) == ("ACTIVE", ["invitation", "start"])


@row("M7", "a guest is untouched by whatever comes over SCIM")
def m7(world: World) -> None:
    """SEED-06"""
    put(world, members=[{"email": ADA, "name": "Ada", "type": "GUEST"}])
    before = world.member(ADA)

    assert create(world).status == 409

    assert world.send("GET", "/Users").body["totalResults"] == 0
    assert (world.member(ADA), world.mail_to(ADA)) == (before, [])


@row("M7", "a guest is not adopted either", "existing_user=adopt")
def m7_adopt(world: World) -> None:
    m7(world)


@row("M8", "the person signs up by the link and waits for confirmation; the link works once")
def m8(world: World) -> None:
    """SEED-52"""
    create(world)
    (link,) = links(world, ADA, "invitation")

    first = world.act(ADA, "sign-up", {"link": link})
    replayed = world.act(ADA, "sign-up", {"link": link})

    assert (first.status, first.body["state"]) == (200, "PENDING")
    assert (replayed.status, world.state(ADA)) == (409, "PENDING")
    assert refusals(world) == ["sign-up by a dead link"]


@row("M8", "a link is dead after five days", "invitation_days=5")
def m8_expiry(world: World) -> None:
    create(world)
    pass_time(world, 5 * DAY_S)

    refused = world.act(ADA, "sign-up", {"link": links(world, ADA, "invitation")[0]})

    assert (refused.status, world.state(ADA)) == (409, "INVITED")
    assert refusals(world) == ["sign-up by an expired link"]


@row("M8", "a link that never expires", "invitation_days=0")
def m8_for_ever(world: World) -> None:
    create(world)
    pass_time(world, 400 * DAY_S)

    assert world.act(ADA, "sign-up").status == 200


@row("M9", "the watcher confirms: active, and one mail to start, not before")
def m9(world: World) -> None:
    """SEED-14, SEED-50, SEED-53, SEED-54"""
    create(world)
    world.act(ADA, "sign-up")
    before = world.mail_to(ADA)

    pass_time(world, 300)
    pass_time(world, 300)

    assert before == ["invitation"]
    assert (world.state(ADA), world.mail_to(ADA)) == ("ACTIVE", ["invitation", "start"])


@row("M10", "who signed up while no bridge watched is confirmed when one starts")
def m10(world: World) -> None:
    """SEED-26, SEED-53"""
    create(world)
    world.act(ADA, "sign-up")
    world.clock.advance(3600)

    world.runner.run(world.service.start())

    assert (world.state(ADA), world.mail_to(ADA)) == ("ACTIVE", ["invitation", "start"])


@row("M11", "out of scope before signing up: suspended, and the link leads nowhere")
def m11(world: World) -> None:
    ada = world.invite(ADA)
    set_active(world, ada, False)

    refused = world.act(ADA, "sign-up", {"link": links(world, ADA, "invitation")[0]})

    assert (refused.status, world.state(ADA)) == (409, "INVITED_SUSPENDED")
    assert refusals(world) == ["sign-up of a member who is INVITED_SUSPENDED"]


@row("M12", "out of scope between sign-up and confirmation: never confirmed; on return the watcher confirms")
def m12(world: World) -> None:
    ada = world.invite(ADA)
    world.act(ADA, "sign-up")
    set_active(world, ada, False)
    pass_time(world, 900)
    suspended = (world.state(ADA), world.mail_to(ADA))

    set_active(world, ada, True)
    pass_time(world, 300)

    assert suspended == ("PENDING_SUSPENDED", ["invitation"])
    assert (world.state(ADA), world.mail_to(ADA)) == ("ACTIVE", ["invitation", "start"])


@row("M13", "back in scope before signing up: invited, and the link that was sent works again")
def m13(world: World) -> None:
    ada = world.invite(ADA)
    set_active(world, ada, False)
    set_active(world, ada, True)

    assert (world.state(ADA), world.mail_to(ADA)) == ("INVITED", ["invitation"])
    assert world.act(ADA, "sign-up", {"link": links(world, ADA, "invitation")[0]}).status == 200


@row("M13", "back in scope before signing up: a new invitation, and the old link is dead", "returning=new-invitation")
def m13_anew(world: World) -> None:
    ada = world.invite(ADA)
    set_active(world, ada, False)
    set_active(world, ada, True)
    old, new = links(world, ADA, "invitation")

    assert world.act(ADA, "sign-up", {"link": old}).status == 409
    assert world.act(ADA, "sign-up", {"link": new}).status == 200


@row("M13", "back in scope after the link has expired: a new invitation", "invitation_days=1")
def m13_expired(world: World) -> None:
    ada = world.invite(ADA)
    set_active(world, ada, False)
    pass_time(world, 2 * DAY_S)
    set_active(world, ada, True)

    assert world.mail_to(ADA) == ["invitation", "invitation"]
    assert world.act(ADA, "sign-up").status == 200


@row("M14", "out of scope: suspended, by active false and by DELETE alike; no mail")
def m14(world: World) -> None:
    """SEED-16, SEED-62, SEED-63, SEED-65"""
    ada, grace = enrol(world), enrol(world, "grace@example.com")

    set_active(world, ada, False)
    world.send("DELETE", f"/Users/{grace}")

    assert (world.state(ADA), world.state("grace@example.com")) == ("SUSPENDED", "SUSPENDED")
    assert (active_over_scim(world, ada), world.member(ADA)["scim_id"]) == (False, ada)
    assert world.mail_to(ADA) == world.mail_to("grace@example.com") == ["invitation", "start"]


@row("M15", "out of scope once more: nothing happens")
def m15(world: World) -> None:
    """SEED-65"""
    ada = enrol(world)
    set_active(world, ada, False)
    before = (world.member(ADA), world.events())

    assert set_active(world, ada, False).status == 200

    assert (world.member(ADA), world.events()) == before


@row("M16", "back in scope: active again under the same id, in the same groups, uninvited")
def m16(world: World) -> None:
    """SEED-66"""
    ada = enrol(world)
    design = world.form("Design", ada)
    set_active(world, ada, False)

    set_active(world, ada, True)

    assert (world.state(ADA), world.member(ADA)["scim_id"]) == ("ACTIVE", ada)
    assert (world.members_of(design), world.mail_to(ADA)) == ([ada], ["invitation", "start"])


@row("M17", "an administrator deletes a member; only this ends a membership")
def m17(world: World) -> None:
    """SEED-67"""
    ada = enrol(world)
    set_active(world, ada, False)

    assert world.act(ADA, "delete").status == 200

    assert (world.member(ADA), world.send("GET", f"/Users/{ada}").status) == (None, 404)
    assert world.events()[-1] == "deleted"


@row("M17", "the account deletes who has been suspended for its time, at that moment", "retention_days=30")
def m17_retention(world: World) -> None:
    """SEED-66, SEED-67"""
    ada = enrol(world)
    set_active(world, ada, False)
    pass_time(world, 29 * DAY_S)
    kept = world.state(ADA)

    pass_time(world, 2 * DAY_S)

    assert (kept, world.member(ADA)) == ("SUSPENDED", None)
    assert world.control("GET", "journal").body["events"][-1]["at"] == "2026-04-01T12:01:00.000Z"


@row("M17", "deletion, suspension and return wait until provisioning is off", "account_acts=refuse")
def m17_off_first(world: World) -> None:
    enrol(world)
    refused = [world.act(ADA, act).status for act in ("delete", "suspend", "reactivate")]
    world.control("POST", "provisioning", {"on": False})

    assert refused == [409, 409, 409]
    assert refusals(world)[0] == "deletion while provisioning is on"
    assert world.act(ADA, "delete").status == 200


@row("M18", "a create after deletion makes somebody new: another id, an invitation; the old id stays gone")
def m18(world: World) -> None:
    old = enrol(world)
    old_member = world.member(ADA)["id"]
    world.act(ADA, "delete")

    new = world.invite(ADA)

    assert world.send("GET", f"/Users/{old}").status == 404
    assert new != old
    assert world.member(ADA)["id"] != old_member
    assert (world.state(ADA), world.mail_to(ADA)) == ("INVITED", ["invitation", "start", "invitation"])


@row("M19", "recovery is begun and ended by administrators; the watcher has no part in it, and no mail is sent")
def m19(world: World) -> None:
    enrol(world)
    world.act(ADA, "recover")
    pass_time(world, 900)
    recovering = world.state(ADA)

    world.act(ADA, "confirm")

    assert (recovering, world.state(ADA)) == ("RECOVERING", "ACTIVE")
    assert world.mail_to(ADA) == ["invitation", "start"]
    assert world.events()[-2:] == ["recovery_begun", "recovered"]


@row("M19", "the watcher ends a recovery", "recovery=watcher")
def m19_watcher(world: World) -> None:
    enrol(world)
    world.act(ADA, "recover")

    pass_time(world, 300)

    assert (world.state(ADA), world.mail_to(ADA)) == ("ACTIVE", ["invitation", "start"])


@row("M20", "out of scope during recovery: suspended")
def m20(world: World) -> None:
    ada = enrol(world)
    world.act(ADA, "recover")

    set_active(world, ada, False)

    assert world.state(ADA) == "SUSPENDED"


@row("M21", "the last owner is not suspended, neither over SCIM nor by an administrator, and not deleted")
def m21(world: World) -> None:
    olga = put(world, members=[{"email": ADA, "name": "Olga", "owner": True}])["members"][0]["scim_id"]

    over_scim = [set_active(world, olga, False).status, world.send("DELETE", f"/Users/{olga}").status]
    by_hand = [world.act(ADA, act).status for act in ("suspend", "delete")]

    assert (over_scim, by_hand) == ([403, 403], [403, 403])
    assert (world.state(ADA), active_over_scim(world, olga)) == ("ACTIVE", True)
    assert refusals(world) == ["the last owner keeps access"] * 4


@row("M21", "one of two owners is suspended, and then not the other")
def m21_two(world: World) -> None:
    owners = [{"email": each, "name": "O", "owner": True} for each in (ADA, "grace@example.com")]
    ada, grace = (each["scim_id"] for each in put(world, members=owners)["members"])

    assert [set_active(world, each, False).status for each in (ada, grace)] == [200, 403]


@row("M21", "the last owner is suspended", "last_owner=suspend")
def m21_suspend(world: World) -> None:
    olga = put(world, members=[{"email": ADA, "name": "Olga", "owner": True}])["members"][0]["scim_id"]

    assert set_active(world, olga, False).status == 200

    assert world.state(ADA) == "SUSPENDED"


@row("M22", "a new display name holds at once, without mail")
def m22(world: World) -> None:
    """SEED-15, SEED-60"""
    ada = enrol(world)

    world.patch(f"/Users/{ada}", {"op": "replace", "path": "displayName", "value": "Ada Lovelace"})

    assert (world.member(ADA)["name"], world.state(ADA)) == ("Ada Lovelace", "ACTIVE")
    assert world.mail_to(ADA) == ["invitation", "start"]


@row("M23", "a new address is asked for at the new address, once, however often it is sent; SCIM shows it")
def m23(world: World) -> None:
    """SEED-15, SEED-61"""
    ada = enrol(world)

    shown = [rename_user(world, ada, NEW).body["userName"] for _ in range(3)]
    world.send("PUT", f"/Users/{ada}", {"schemas": [USER], "userName": NEW, "title": "Countess"})

    assert shown == [NEW] * 3
    assert (world.member(ADA)["new_email"], world.mail_to(NEW)) == (NEW, ["address_change"])
    assert (world.mail_to(ADA), world.state(ADA)) == (["invitation", "start"], "ACTIVE")


@row("M23", "until acceptance SCIM shows the old address", "pending_user_name=old")
def m23_old(world: World) -> None:
    ada = enrol(world)

    shown = [rename_user(world, ada, NEW).body["userName"] for _ in range(3)]
    world.patch(f"/Users/{ada}", {"op": "replace", "path": "title", "value": "Countess"})
    pending = world.member(ADA)["new_email"]
    world.act(ADA, "accept-address")

    assert (shown, pending, world.mail_to(NEW)) == ([ADA] * 3, NEW, ["address_change"])
    assert world.send("GET", f"/Users/{ada}").body["userName"] == NEW


@row("M23", "a new address holds at once, and the new one is told", "address_change=at-once")
def m23_at_once(world: World) -> None:
    ada = enrol(world)

    rename_user(world, ada, NEW)

    assert (world.state(NEW), world.member(ADA)) == ("ACTIVE", None)
    assert (world.mail_to(NEW), links(world, NEW, "address_change")) == (["address_change"], [])


@row("M23", "an address of a domain that is not allowed is not asked for")
def m23_domain(world: World) -> None:
    ada = enrol(world)
    world.control("POST", "provisioning", {"allowed_domains": ["example.com"]})

    refused = rename_user(world, ada, NEW)

    assert (refused.status, world.member(ADA)["new_email"], world.mail_to(NEW)) == (400, None, [])
    assert refusals(world) == [f"the domain of {NEW} is not allowed"]


@row("M23", "who has not signed up is invited at the new address, and the old link is dead")
def m23_invited(world: World) -> None:
    ada = world.invite(ADA)
    rename_user(world, ada, NEW)

    assert (world.state(NEW), world.mail_to(NEW)) == ("INVITED", ["invitation"])
    assert world.act(NEW, "sign-up", {"link": links(world, ADA, "invitation")[0]}).status == 409


@row("M24", "the person accepts, signed in with the old address: it is replaced, the member stays the same")
def m24(world: World) -> None:
    """SEED-15, SEED-61"""
    ada = enrol(world)
    member_id = world.member(ADA)["id"]
    rename_user(world, ada, NEW)
    (link,) = links(world, NEW, "address_change")

    wrong = world.act(ADA, "accept-address", {"link": link, "signed_in_as": NEW})
    right = world.act(ADA, "accept-address", {"link": link, "signed_in_as": ADA})
    replayed = world.act(NEW, "accept-address", {"link": link})

    assert [each.status for each in (wrong, right, replayed)] == [409, 200, 409]
    assert (right.body["id"], right.body["email"], right.body["new_email"]) == (member_id, NEW, None)
    assert world.send("GET", f"/Users/{ada}").body["userName"] == NEW
    assert (world.events().count("address_changed"), len(refusals(world))) == (1, 2)


@row("M24", "with Unlock with SSO the person is signed in with the new address; an owner never is")
def m24_sso(world: World) -> None:
    """SEED-04, SEED-08"""
    owner = {"email": "olga@example.com", "name": "Olga", "owner": True}
    put(world, members=[{"email": ADA, "name": "Ada"}, owner])
    put(world, groups=[{"name": "SSO", "members": [ADA, "olga@example.com"], "sso": True}])
    for address, new in ((ADA, NEW), ("olga@example.com", "olga@new.example")):
        rename_user(world, world.member(address)["scim_id"], new)

    assert world.act(ADA, "accept-address", {"signed_in_as": ADA}).status == 409
    assert world.act(ADA, "accept-address", {"signed_in_as": NEW}).status == 200
    assert world.act("olga@example.com", "accept-address", {"signed_in_as": "olga@new.example"}).status == 409
    assert world.act("olga@example.com", "accept-address", {"signed_in_as": "olga@example.com"}).status == 200


@row("M25", "the old address sent again takes the change back; its link is dead")
def m25(world: World) -> None:
    ada = enrol(world)
    rename_user(world, ada, NEW)
    rename_user(world, ada, ADA)

    refused = world.act(ADA, "accept-address", {"link": links(world, NEW, "address_change")[0]})

    assert (world.member(ADA)["new_email"], refused.status) == (None, 409)
    assert "address_change_cancelled" in world.events()
    assert world.mail_to(ADA) == ["invitation", "start"]
    assert create(world, NEW).status == 201  # the address is free again


@row("M25", "the same where SCIM goes on showing the old address", "pending_user_name=old")
def m25_old(world: World) -> None:
    ada = enrol(world)
    rename_user(world, ada, NEW)

    rename_user(world, ada, ADA)

    assert (world.member(ADA)["new_email"], world.events()[-1]) == (None, "address_change_cancelled")


@row("M26", "a new address of a suspended member holds without mail; return and create make no second member")
def m26(world: World) -> None:
    ada = enrol(world)
    member_id = world.member(ADA)["id"]
    set_active(world, ada, False)
    rename_user(world, ada, NEW)

    again = create(world, NEW).status
    set_active(world, ada, True)

    assert (again, world.member(NEW)["id"], world.state(NEW)) == (409, member_id, "ACTIVE")
    assert (world.mail_to(NEW), world.member(ADA)) == ([], None)


@row("M26", "a suspended member is asked about a new address on return", "suspended_address=ask-on-return")
def m26_later(world: World) -> None:
    ada = enrol(world)
    set_active(world, ada, False)
    rename_user(world, ada, NEW)
    early = (world.mail_to(NEW), world.act(ADA, "accept-address").status, create(world, NEW).status)

    set_active(world, ada, True)

    assert early == ([], 409, 409)
    assert world.mail_to(NEW) == ["address_change"]
    set_active(world, ada, False)
    set_active(world, ada, True)
    assert world.mail_to(NEW) == ["address_change"]  # asked once
    assert world.act(ADA, "accept-address").status == 200
    assert world.state(NEW) == "ACTIVE"


@row("M26", "who was suspended before signing up cannot sign up by the link in the old mailbox")
def m26_invited(world: World) -> None:
    ada = world.invite(ADA)
    set_active(world, ada, False)
    rename_user(world, ada, NEW)
    set_active(world, ada, True)

    assert (world.state(NEW), world.mail_to(NEW)) == ("INVITED", ["invitation"])
    assert world.act(NEW, "sign-up", {"link": links(world, ADA, "invitation")[0]}).status == 409


@row("M29", "out of one group, into another: where the provider sends both, suspended and back, uninvited")
def m29(world: World) -> None:
    """SEED-46"""
    ada = enrol(world)
    set_active(world, ada, False)
    set_active(world, ada, True)

    assert world.state(ADA) == "ACTIVE"
    assert world.events()[-2:] == ["suspended", "reactivated"]
    assert world.mail_to(ADA) == ["invitation", "start"]


@row("M30", "leaving a group never suspends: active throughout")
def m30(world: World) -> None:
    """SEED-45, SEED-46, SEED-64"""
    ada = enrol(world)
    design, sales = world.form("Design", ada), world.form("Sales")

    world.patch(f"/Groups/{design}", {"op": "remove", "path": f'members[value eq "{ada}"]'})
    world.patch(f"/Groups/{sales}", {"op": "add", "path": "members", "value": [{"value": ada}]})

    assert world.state(ADA) == "ACTIVE"
    assert "suspended" not in world.events()


@row("M31", "provisioning off: SCIM answers 503, nobody is confirmed, health says so; on again, all goes on")
def m31(world: World) -> None:
    world.invite(ADA)
    world.act(ADA, "sign-up")
    world.control("POST", "provisioning", {"on": False})
    refused = [create(world, "x@example.com").status, world.send("GET", "/Users").status]
    pass_time(world, 900)
    off = (world.state(ADA), world.control("GET", "health").body["status"])

    world.control("POST", "provisioning", {"on": True})
    pass_time(world, 300)

    assert (refused, off) == ([503, 503], ("PENDING", "degraded"))
    assert (world.state(ADA), world.member("x@example.com")) == ("ACTIVE", None)
    assert (world.events()[-3:], world.mail_to(ADA)) == (
        ["provisioning_off", "provisioning_on", "confirmed"],
        ["invitation", "start"],
    )


@row("M31", "provisioning off: SCIM answers 500, as was seen of the product", "provisioning_off=500")
def m31_500(world: World) -> None:
    world.control("POST", "provisioning", {"on": False})

    refused = world.send("GET", "/Users")

    assert (refused.status, refused.body["status"]) == (500, "500")


# Groups.


@row("G1", "a create makes a managed group without members, vaults and permissions")
def g1(world: World) -> None:
    """SEED-11"""
    design = world.form("Design")

    group = group_named(world, "Design")
    assert (group["scim_id"], group["managed"], group["permissions"]) == (design, True, [])
    assert world.members_of(design) == []


@row("G2", "a create for the name of a group that provisioning does not manage is a conflict")
def g2(world: World) -> None:
    put(world, groups=[{"name": "Design"}])

    assert world.send("POST", "/Groups", {"schemas": [GROUP], "displayName": "DESIGN"}).status == 409

    assert group_named(world, "Design")["managed"] is False


@row("G2", "a create for the name of such a group adopts it, with its members", "existing_group=adopt")
def g2_adopt(world: World) -> None:
    placed = put(world, members=[{"email": ADA, "name": "Ada"}], groups=[{"name": "Design", "members": [ADA]}])

    adopted = world.send("POST", "/Groups", {"schemas": [GROUP], "displayName": "design"})

    assert (adopted.status, adopted.body["displayName"]) == (200, "Design")
    assert group_named(world, "Design")["id"] == placed["groups"][0]["id"]
    assert world.members_of(adopted.body["id"]) == [world.member(ADA)["scim_id"]]
    assert world.events() == ["group_managed"]


@row("G3", "a create for the name of a managed group is a conflict")
def g3(world: World) -> None:
    world.form("Design")

    assert world.send("POST", "/Groups", {"schemas": [GROUP], "displayName": "Design"}).status == 409


@row("G3", "a create for the name of a managed group gives that group, and nothing changes", "existing_group=adopt")
def g3_adopt(world: World) -> None:
    design = world.form("Design")
    before = world.events()

    again = world.send("POST", "/Groups", {"schemas": [GROUP], "displayName": "Design"})

    assert (again.status, again.body["id"], world.events()) == (200, design, before)


@row("G4", "a group of the account itself is neither shown nor adopted, renamed over, managed nor deleted")
def g4(world: World) -> None:
    """SEED-33, SEED-34, SEED-35"""
    before = group_named(world, "Provision Managers")
    design = world.form("Design")
    name = {"op": "replace", "path": "displayName", "value": "Provision Managers"}

    created = world.send("POST", "/Groups", {"schemas": [GROUP], "displayName": "provision managers"}).status
    renamed = world.patch(f"/Groups/{design}", name).status
    hidden = world.send("DELETE", f"/Groups/{before['id']}").status
    managed = world.control("POST", "managed-groups", {"add": ["Provision Managers"]}).status
    deleted = world.control("POST", f"groups/{before['id']}/delete").status
    placed = world.control("POST", "fixtures", {"groups": [{"name": "Provision Managers", "managed": True}]}).status

    assert (created, renamed, hidden, managed, deleted, placed) == (409, 409, 404, 409, 409, 409)
    assert group_named(world, "Provision Managers") == before
    assert world.control("GET", f"groups/{before['id']}/members").body["members"] == []
    assert world.send("GET", "/Groups").body["totalResults"] == 1
    assert len(refusals(world)) == 5


@row("G4", "nor is it adopted where others are", "existing_group=adopt")
def g4_adopt(world: World) -> None:
    g4(world)


@row("G5", "a group put on the list of managed groups shows over SCIM and can be changed there")
def g5(world: World) -> None:
    """SEED-40"""
    group_id = put(world, groups=[{"name": "Design"}])["groups"][0]["id"]

    listed = world.control("POST", "managed-groups", {"add": ["design"]}).body["managed_groups"]

    shown = world.send("GET", "/Groups").body["Resources"]
    assert (listed, [each["displayName"] for each in shown]) == ([group_id], ["Design"])
    assert (
        world.patch(f"/Groups/{shown[0]['id']}", {"op": "replace", "path": "displayName", "value": "D"}).status == 204
    )


def _taken_off(world: World) -> tuple[str, list[str]]:
    ada = enrol(world)
    design = world.form("Design", ada)
    group_id = group_named(world, "Design")["id"]
    put(world, vaults=[{"name": "Plans", "groups": ["Design"]}])
    world.control("POST", "managed-groups", {"remove": [group_id]})
    members = world.control("GET", f"groups/{group_id}/members").body["members"]
    assert world.send("GET", f"/Groups/{design}").status == 404
    assert world.control("GET", "vaults").body["vaults"][0]["groups"] == [group_id]
    return world.state(ADA), [each["email"] for each in members]


@row("G6", "a group taken off the list is left alone: gone from SCIM, its members and vaults stay")
def g6(world: World) -> None:
    """SEED-40"""
    assert _taken_off(world) == ("ACTIVE", [ADA])


@row("G6", "a group taken off the list loses its members, who keep their state", "unmanaged_group=empty")
def g6_empty(world: World) -> None:
    assert _taken_off(world) == ("ACTIVE", [])


@row("G7", "members come and go, and with them access to the group's vaults; its permissions stay")
def g7(world: World) -> None:
    """SEED-05, SEED-12, SEED-39, SEED-43"""
    ada = enrol(world)
    design = world.form("Design")
    put(world, vaults=[{"name": "Plans", "groups": [{"group": "Design", "permissions": ["read"]}]}])
    vaults, group = world.control("GET", "vaults").body, group_named(world, "Design")
    member = {"value": ada}

    world.patch(f"/Groups/{design}", {"op": "add", "path": "members", "value": [member]})
    joined = world.member(ADA)["groups"]
    world.patch(f"/Groups/{design}", {"op": "remove", "path": "members", "value": [member]})

    assert (joined, world.member(ADA)["groups"]) == ([group["id"]], [])
    assert (world.control("GET", "vaults").body, group_named(world, "Design")) == (vaults, group)


def _add_unknown(world: World, value: str) -> tuple[int, list[str]]:
    ada, grace = world.invite(ADA), world.invite("grace@example.com")
    design = world.form("Design", ada)
    answer = world.patch(
        f"/Groups/{design}", {"op": "add", "path": "members", "value": [{"value": grace}, {"value": value}]}
    )
    names = {ada: "ada", grace: "grace"}
    return answer.status, sorted(names[each] for each in world.members_of(design))


@row("G8", "an id that names nobody, or a group, is refused, and the other members stay as they were")
def g8(world: World) -> None:
    """SEED-47"""
    assert _add_unknown(world, "nobody") == (400, ["ada"])


@row("G8", "an id that names nobody is passed over", "unknown_member=skip")
def g8_skip(world: World) -> None:
    assert _add_unknown(world, "nobody") == (204, ["ada", "grace"])


def _join_suspended(world: World) -> list[str]:
    ada, grace = world.invite(ADA), enrol(world, "grace@example.com")
    set_active(world, grace, False)
    members = [{"value": ada}, {"value": grace}]
    created = world.send("POST", "/Groups", {"schemas": [GROUP], "displayName": "Design", "members": members}).body
    names = {ada: "ada", grace: "grace"}
    shown = sorted(names[each["value"]] for each in created["members"])
    assert sorted(names[each] for each in world.members_of(created["id"])) == shown
    assert (world.state(ADA), world.state("grace@example.com")) == ("INVITED", "SUSPENDED")
    return shown


@row("G9", "invited and suspended members join, and stay what they are")
def g9(world: World) -> None:
    assert _join_suspended(world) == ["ada", "grace"]


@row("G9", "a suspended member does not join", "suspended_join=skip")
def g9_skip(world: World) -> None:
    assert _join_suspended(world) == ["ada"]


@row("G10", "a renamed group keeps its id, members, vaults and permissions")
def g10(world: World) -> None:
    """SEED-36, SEED-39"""
    ada = world.invite(ADA)
    put(world, groups=[{"name": "Design", "managed": True, "permissions": ["recover"]}])
    put(world, vaults=[{"name": "Plans", "groups": ["Design"]}])
    before, vaults = group_named(world, "Design"), world.control("GET", "vaults").body
    path = f"/Groups/{before['scim_id']}"
    world.patch(path, {"op": "add", "path": "members", "value": [{"value": ada}]})

    world.patch(path, {"op": "replace", "path": "displayName", "value": "Makers"})

    assert group_named(world, "Makers") == {**before, "name": "Makers"}
    assert (world.members_of(before["scim_id"]), world.control("GET", "vaults").body) == ([ada], vaults)


@row("G11", "members replaced by the same ones: nothing happens to anybody")
def g11(world: World) -> None:
    ada = enrol(world)
    design = world.form("Design", ada)
    before = (world.events(), world.member(ADA))

    world.patch(f"/Groups/{design}", {"op": "replace", "path": "members", "value": [{"value": ada}]})

    assert (world.events(), world.member(ADA)) == before


@row("G12", "a group deleted over SCIM is gone; its members stay members")
def g12(world: World) -> None:
    ada = enrol(world)
    design = world.form("Design", ada)

    assert world.send("DELETE", f"/Groups/{design}").status == 204

    assert (group_named(world, "Design"), world.state(ADA), world.member(ADA)["groups"]) == (None, "ACTIVE", [])


@row("G12", "a group deleted over SCIM is only taken off the list", "deleted_group=unmanage")
def g12_unmanage(world: World) -> None:
    ada = enrol(world)
    design = world.form("Design", ada)

    assert world.send("DELETE", f"/Groups/{design}").status == 204

    assert (world.send("GET", f"/Groups/{design}").status, group_named(world, "Design")["managed"]) == (404, False)
    assert world.member(ADA)["groups"] == [group_named(world, "Design")["id"]]


@row("G13", "a restart changes nothing, the choice of managed groups included")
def g13(world: World) -> None:
    """SEED-26"""
    put(world, groups=[{"name": "Design"}, {"name": "Sales"}])
    world.control("POST", "managed-groups", {"add": ["Sales"]})
    before = world.control("GET", "groups").body, world.control("GET", "settings").body

    world.runner.run(world.service.start())

    assert (world.control("GET", "groups").body, world.control("GET", "settings").body) == before
