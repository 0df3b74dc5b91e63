"""A story on the account, and every question that a decision can ask about it."""

from __future__ import annotations

from typing import Any

from bridge_ref.decisions import queries
from tests.bridge_ref.world import START_MS, USER, World


def live(world: World) -> None:
    """A story in which every kind of change occurs."""
    ada = world.invite("ada@example.com", displayName="Ada", externalId="e1", emails=[{"value": "A@Example.com"}])
    grace = world.invite("grace@example.com", displayName="Grace Ö", title="Rear Admiral")
    alan = world.invite("alan@example.com", active=False)
    world.act("grace@example.com", "sign-up")
    design = world.form("Design", ada, grace)
    world.form("Ops", alan)
    world.clock.advance(300)
    world.runner.run(world.service.tick())
    world.patch(f"/Users/{ada}", {"op": "replace", "path": "emails", "value": [{"value": "ada@new.example"}]})
    world.patch(f"/Users/{grace}", {"op": "replace", "path": "active", "value": False})
    world.patch(f"/Groups/{design}", {"op": "remove", "path": f'members[value eq "{ada}"]'})
    world.patch(f"/Groups/{design}", {"op": "replace", "path": "displayName", "value": "Design 2"})
    world.send("DELETE", f"/Users/{alan}")
    world.control("POST", "fixtures", {"members": [{"email": "guest@example.com", "name": "G", "type": "GUEST"}]})
    live_on_the_account(world)


def live_on_the_account(world: World) -> None:
    """What happens there without SCIM: owners, vaults, addresses to accept, switches."""
    fixtures = {
        "members": [
            {"email": "olga@example.com", "name": "Olga", "owner": True},
            {"email": "rita@example.com", "name": "Rita"},
        ],
        "groups": [
            {"name": "Sales", "members": ["olga@example.com"], "permissions": ["a b", "c"], "description": "Ö"},
            {"name": "Single sign-on", "members": ["rita@example.com"], "sso": True, "managed": True},
            {"name": "Owners", "type": "OWNERS"},
        ],
        "vaults": [
            {"name": "Plans", "groups": ["Sales", {"group": "Owners", "permissions": ["read", "write"]}]},
            {"name": "Empty"},
        ],
    }
    assert world.control("POST", "fixtures", fixtures).status == 201
    rita = world.member("rita@example.com")["scim_id"]
    world.patch(f"/Users/{rita}", {"op": "replace", "path": "userName", "value": "rita@new.example"})
    world.act("rita@example.com", "recover")
    world.control("POST", "managed-groups", {"add": ["Sales"], "remove": ["Single sign-on"]})
    world.act("olga@example.com", "suspend")
    world.control("POST", "provisioning", {"notification_address": "x@example.com", "allowed_domains": ["b.example"]})
    world.control("POST", "provisioning", {"notification_address": "ops@example.com", "on": True})
    assert world.send("POST", "/Users", {"schemas": [USER], "userName": "new@example.com"}).status == 400
    world.control("POST", "provisioning", {"allowed_domains": []})


CONDITIONS = (
    queries.Term("name", "eq", "ada@example.com"),
    queries.Term("name", "sw", "g"),
    queries.Term("display", "eq", "ada"),
    queries.Term("external_id", "eq", "e1"),
    queries.Term("address", "eq", "ada@new.example"),
    queries.Term("address", "sw", "ada@"),
    queries.Term("active", "eq", True),
    queries.Term("active", "eq", False),
    queries.Term("modified", "gt", START_MS + 1000),
    queries.AllOf((queries.Term("name", "sw", "a"), queries.Term("active", "eq", True))),
    queries.AnyOf((queries.Term("name", "sw", "g"), queries.AllOf((queries.Term("modified", "le", START_MS),)))),
)


def group_conditions(user_id: str) -> tuple[queries.Condition, ...]:
    return (
        queries.Term("display", "eq", "ops"),
        queries.Term("display", "sw", "des"),
        queries.Term("member", "eq", user_id),
        queries.Term("modified", "ge", START_MS),
        queries.AnyOf((queries.Term("id", "eq", "nobody"), queries.Term("external_id", "eq", "nobody"))),
    )


# Wildcards of SQL are letters like any other.
LIKENESSES = ("", "example", "ada@", "%", "_", "!", "a\0")


def questions(world: World) -> list[queries.Find[Any]]:
    """Every kind of question, asked about what is there and about what is not."""
    members = world.ask(queries.FindMembers())
    users = world.ask(queries.FindUserPage())
    groups = world.ask(queries.FindAccountGroups())
    ids = tuple(member.id for member in members)
    return [
        *(queries.FindMember(each) for each in (*ids, "nobody")),
        *(queries.FindMemberByAddress(each) for each in ("ada@new.example", "guest@example.com", "nobody", "a\0b")),
        queries.FindMembers(),
        queries.FindMemberByAddress("rita@new.example"),
        queries.FindPending(),
        queries.FindRecovering(),
        queries.FindOwners(),
        queries.FindSuspendedBefore(START_MS),
        queries.FindSuspendedBefore(START_MS + 10**9),
        queries.FindSuspendedBefore(START_MS + 10**9, 1),
        *(queries.FindIsInSso(each) for each in ids),
        queries.FindAccountSettings(),
        queries.FindVaults(),
        *(queries.FindUser(user.id) for user in users),
        queries.FindUser("nobody"),
        *(queries.FindUserAndGroups(user.id) for user in users),
        *(queries.FindShownUser(user.id) for user in users),
        queries.FindShownUser("nobody"),
        *(queries.FindShownUsersWhere(condition) for condition in CONDITIONS),
        queries.FindUserAndGroups("nobody"),
        queries.FindUserByName("ada@example.com"),
        *(queries.FindUsersWhere(condition) for condition in CONDITIONS),
        *(queries.FindUsersWhere(condition, 1, 1, 1) for condition in CONDITIONS),
        *(queries.CountUsersWhere(condition) for condition in CONDITIONS),
        queries.FindUsersAt(tuple(user.ordinal for user in users[1:])),
        *(queries.FindUserPage(skip, count) for skip in range(4) for count in (0, 1, 5)),
        queries.FindUserPage(),
        *(queries.FindUsersAfter(user.ordinal, 2) for user in users),
        queries.CountUsers(),
        *(queries.FindGroup(group.scim_id or "none") for group in groups),
        *(queries.FindAccountGroup(group.id) for group in groups),
        queries.FindGroupByName("design 2"),
        *(queries.FindGroupsWhere(condition) for condition in group_conditions(users[0].id)),
        *(queries.FindGroupsWhere(condition, 1, 0, 1) for condition in group_conditions(users[0].id)),
        *(queries.CountGroupsWhere(condition) for condition in group_conditions(users[0].id)),
        queries.FindGroupsAt((1, 2, 3)),
        queries.FindGroupPage(),
        queries.FindGroupPage(1, 1),
        *(queries.FindGroupsAfter(ordinal, 2) for ordinal in range(3)),
        queries.CountGroups(),
        *(queries.FindGroupUsers(group.id) for group in groups),
        *(queries.FindGroupMembers(group.id) for group in groups),
        *(queries.FindJoined(group.id, ids) for group in groups),
        queries.FindGroupsOf(ids),
        queries.FindGroupsOf(()),
        queries.FindMembersByScimId(tuple(user.id for user in users)),
        queries.FindAccountGroups(),
        queries.FindGroupIdsOf(),
        *(queries.FindGroupIdsOf(each) for each in ids),
        *(queries.FindMembersLike(key, skip, 2) for key in LIKENESSES for skip in range(2)),
        *(queries.CountMembersLike(key) for key in LIKENESSES),
        queries.FindEvents(0),
        queries.FindEvents(3),
        *(queries.FindLatestEvents(each, 2) for each in ids),
        queries.FindLastEvents(ids, ("invited", "suspended")),
        queries.FindLastEvents((), ("invited",)),
        *(queries.FindLatestMail(before, 2) for before in (0, 3, 1_000_000)),
        queries.FindMail(0),
        *(queries.FindSettings(prefix) for prefix in ("watched_", "nothing", "")),
        queries.FindMail(0, "ada@example.com"),
        queries.FindMail(1, "GRACE@example.com"),
        queries.FindMailDue(START_MS),
        queries.CountMailToSend(),
        queries.FindTokens(),
    ]
