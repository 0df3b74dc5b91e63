from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from harness.checks.expectations import KINDS, View, expectations, judge_expectation, same
from harness.checks.registry import Case
from harness.record.journal import Event
from tests.harness.checks.samples import (
    ADA,
    ADA_ADDRESS,
    GRACE,
    GRACE_ADDRESS,
    act,
    error,
    get,
    group,
    groups,
    history,
    lost,
    member,
    members,
    page,
    refused,
    render,
    seen,
    states,
    step,
    user,
    users,
)

AT = "/Users/u-ada"
THERE = members(member(), member("grace"))
UNREADABLE = "not observable: the account's members can't be read"


def event(seq: int, what: str = "suspended", state: str = "SUSPENDED", name: str = "ada") -> dict[str, Any]:
    """A row of the account's event journal."""
    at = "2026-01-05T09:00:00Z"
    return {"seq": seq, "at": at, "event": what, "member_id": f"m-{name}", "group_id": None, "state": state}


def happened(*events: dict[str, Any]) -> Event:
    """The account's event journal as it was seen."""
    return seen("account.journal", list(events))


def mail(*messages: tuple[int, str, str]) -> Event:
    """The outbox as it was seen: position, kind and receiver of each message."""
    return seen("account.mail", [{"seq": s, "kind": k, "to": to, "subject": f"about {k}"} for s, k, to in messages])


def account_groups(name: str = "Design", managed: bool = True) -> Event:
    """The account's groups as they were seen."""
    return seen("account.groups", [{"id": "g-1", "name": name, "managed": managed}])


@dataclass(frozen=True, slots=True)
class Stated:
    """One kind of expectation over one literal history, and what its judge says: nothing means that it holds."""

    kind: str
    note: str
    events: tuple[Event, ...]
    params: dict[str, Any]
    wanted: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.kind}: {self.note}"

    def said(self) -> tuple[str, ...]:
        """What the judge of this kind says."""
        (case,) = expectations(history(*self.events, states(self.kind, **self.params)))
        return tuple(render(outcome) for outcome in judge_expectation(case))


def vault(*opened: str) -> Event:
    """One vault, open to these groups."""
    return seen("account.vaults", [{"id": "v-1", "name": "Drawings", "groups": list(opened)}])


OPENS: dict[str, Any] = {"address": ADA_ADDRESS, "vault": "Drawings", "open": True}
CLOSED: dict[str, Any] = {**OPENS, "open": False}


def holds(kind: str, note: str, *events: Event, **params: Any) -> Stated:
    """The expectation holds."""
    return Stated(kind, note, events, params, ())


def breaks(kind: str, note: str, *events: Event, says: str | tuple[str, ...], **params: Any) -> Stated:
    """The expectation is broken, or can't be judged: the judge says this."""
    return Stated(kind, note, events, params, (says,) if isinstance(says, str) else says)


CONFLICT: dict[str, Any] = {"entry": "0:1", "statuses": [400, 409], "scim_types": ["uniqueness"]}
NAMED = {"entry": "0:1", "attributes": {"userName": ADA_ADDRESS}}
ONE = {"entry": "0:1", "at_least": 1, "at_most": 1}

EXCHANGES = (
    holds("answer", "the status and the scimType", refused(409, error(409, scimType="uniqueness")), **CONFLICT),
    holds("answer", "a success needs no scimType", refused(200), **{**CONFLICT, "statuses": [200]}),
    breaks("answer", "another status", refused(404), **CONFLICT, says="status 400 or 409 ⟶ status 404"),
    breaks(
        "answer",
        "no scimType",
        refused(409),
        **CONFLICT,
        says="status 400 or 409 with scimType uniqueness ⟶ scimType None @ /scimType",
    ),
    breaks("answer", "no answer", lost("GET", AT), **CONFLICT, says="not observable: no answer came: timeout"),
    holds("shows", "the value, whatever its name's case", get(AT, {"USERNAME": ADA_ADDRESS}), **NAMED),
    breaks(
        "shows",
        "another value",
        get(AT, GRACE),
        **NAMED,
        says="userName 'ada@example.com' ⟶ 'grace@example.com' (HTTP 200) @ /userName",
    ),
    breaks(
        "shows", "nothing", get(AT, None, 404), **NAMED, says="userName 'ada@example.com' ⟶ None (HTTP 404) @ /userName"
    ),
    breaks("shows", "no answer", lost("GET", AT), **NAMED, says="not observable: no answer came: timeout"),
    holds("shows-one-of", "one of the values", get(AT, ADA), entry="0:1", attributes={"title": [None, ""]}),
    breaks(
        "shows-one-of",
        "another value",
        get(AT, user(title="Analyst")),
        entry="0:1",
        attributes={"title": [None, ""]},
        says="title None or '' ⟶ 'Analyst' @ /title",
    ),
    breaks(
        "shows-one-of",
        "an attribute that a bridge need not have",
        get(AT, ADA),
        entry="0:1",
        attributes={"locale": ["es-419"]},
        says="not observable: the bridge does not keep locale",
    ),
    breaks(
        "shows-one-of",
        "nothing",
        get(AT, error(404), 404),
        entry="0:1",
        attributes={"title": [None]},
        says="not observable: no resource is shown (HTTP 404)",
    ),
    breaks(
        "shows-one-of",
        "no answer",
        lost("GET", AT),
        entry="0:1",
        attributes={"title": [None]},
        says="not observable: no answer came: timeout",
    ),
    holds("listed", "one", get("/Users", page(ADA)), **ONE),
    breaks("listed", "two", get("/Users", page(ADA, GRACE)), **ONE, says="1 to 1 resources ⟶ 2 @ /Resources"),
    breaks("listed", "a refusal", get("/Users", error(403), 403), **ONE, says="status 200 and a list ⟶ status 403"),
    breaks("listed", "no answer", lost("GET", "/Users"), **ONE, says="not observable: no answer came: timeout"),
)

SUSPENDED = {"address": "ADA@example.com", "states": ["SUSPENDED", "INVITED_SUSPENDED"]}
NEVER = {"address": ADA_ADDRESS, "states": ["SUSPENDED"], "since": 5}
GUEST = member(type="GUEST")

ACCOUNT = (
    holds("state", "one of the states, letter case aside", members(member(state="SUSPENDED")), **SUSPENDED),
    holds("state", "as the last time", members(member(state="SUSPENDED")), seen("account.members", None), **SUSPENDED),
    breaks("state", "another", THERE, **SUSPENDED, says="ADA@example.com is SUSPENDED or INVITED_SUSPENDED ⟶ ACTIVE"),
    breaks(
        "state",
        "no such member",
        members(),
        **SUSPENDED,
        says="ADA@example.com is SUSPENDED or INVITED_SUSPENDED ⟶ no such member",
    ),
    breaks("state", "unseen", users(ADA), **SUSPENDED, says=UNREADABLE),
    holds("guest", "a guest", members(GUEST), address=ADA_ADDRESS),
    breaks(
        "guest",
        "a member by now",
        members(member()),
        address=ADA_ADDRESS,
        says="ada@example.com is one guest, active, in no group ⟶ [('MEMBER', 'ACTIVE', 0)]",
    ),
    breaks("guest", "unseen", address=ADA_ADDRESS, says=UNREADABLE),
    holds("opens", "through her group", members(member(groups=["g1"])), vault("g1"), **OPENS),
    holds("opens", "not for the suspended", members(member(state="SUSPENDED", groups=["g1"])), vault("g1"), **CLOSED),
    breaks(
        "opens",
        "in another group",
        members(member(groups=["g2"])),
        vault("g1"),
        **OPENS,
        says="ada@example.com has access to Drawings ⟶ none",
    ),
    breaks(
        "opens",
        "in the group still",
        members(member(groups=["g1"])),
        vault("g1"),
        **CLOSED,
        says="ada@example.com has no access to Drawings ⟶ access",
    ),
    breaks("opens", "unseen", members(member()), **OPENS, says="not observable: members and vaults can't be read"),
    holds("group", "listed", groups(group()), name="Design", listed=True),
    holds("group", "not listed", groups(), name="Design", listed=False),
    breaks("group", "not listed", groups(), name="Design", listed=True, says="SCIM lists Design once ⟶ 0 times"),
    breaks("group", "unseen", name="Design", listed=True, says="not observable: the list of groups can't be read"),
    holds("never", "before, or somebody else", THERE, happened(event(5), event(6, name="grace")), **NEVER),
    breaks(
        "never",
        "suspended and back",
        THERE,
        happened(event(6), event(7, "reactivated", "ACTIVE")),
        **NEVER,
        says="ada@example.com never SUSPENDED ⟶ suspended made it SUSPENDED at 2026-01-05T09:00:00Z (event 6)",
    ),
    breaks(
        "never",
        "suspended and gone",
        THERE,
        members(member("grace")),
        happened(event(6), event(7, "deleted", "DELETED")),
        **NEVER,
        says="ada@example.com never SUSPENDED ⟶ suspended made it SUSPENDED at 2026-01-05T09:00:00Z (event 6)",
    ),
    breaks(
        "never",
        "never a member",
        members(),
        happened(),
        **NEVER,
        says="not observable: a member ada@example.com can't be read",
    ),
    breaks(
        "never",
        "unseen, and SCIM shows it",
        users(user(active=False)),
        **NEVER,
        says="ada@example.com never suspended ⟶ SCIM shows active false @ /active",
    ),
    breaks("never", "unseen", users(ADA), **NEVER, says="not observable: the account's event journal can't be read"),
    breaks(
        "never",
        "unseen, and not about suspension",
        users(user(active=False)),
        **{**NEVER, "states": ["ACTIVE"]},
        says="not observable: the account's event journal can't be read",
    ),
    holds("account", "Ada is in, Grace is not", members(member()), addresses=[ADA_ADDRESS], absent=[GRACE_ADDRESS]),
    breaks(
        "account",
        "the other way round",
        members(member("grace")),
        addresses=[ADA_ADDRESS],
        absent=[GRACE_ADDRESS],
        says=(
            "ada@example.com is a member of the account ⟶ no such member",
            "grace@example.com is no member of the account ⟶ is one",
        ),
    ),
    breaks("account", "unseen", addresses=[], absent=[], says=UNREADABLE),
)

ONE_INVITATION = {"address": ADA_ADDRESS, "mail": "invitation", "times": 1, "since": 1}
NO_MAIL = {"addresses": [ADA_ADDRESS], "since": 1}

MAIL = (
    holds(
        "mail",
        "one since",
        mail((1, "invitation", ADA_ADDRESS), (2, "invitation", "Ada@Example.com"), (3, "invitation", GRACE_ADDRESS)),
        **ONE_INVITATION,
    ),
    breaks("mail", "none", mail(), **ONE_INVITATION, says="1 invitation mail to ada@example.com ⟶ 0"),
    breaks(
        "mail",
        "a mail of an unknown kind",
        mail((2, "other", ADA_ADDRESS)),
        **ONE_INVITATION,
        says="not observable: the kind of a mail can't be read",
    ),
    breaks("mail", "unseen", **ONE_INVITATION, says="not observable: mail can't be read"),
    holds(
        "no-mail",
        "before, or to somebody else",
        mail((1, "invitation", ADA_ADDRESS), (2, "x", GRACE_ADDRESS)),
        **NO_MAIL,
    ),
    breaks(
        "no-mail",
        "one",
        mail((2, "other", ADA_ADDRESS)),
        **NO_MAIL,
        says="no mail ⟶ other mail 'about other' to ada@example.com",
    ),
    breaks(
        "no-mail",
        "one to anybody",
        mail((2, "invitation", GRACE_ADDRESS)),
        **{**NO_MAIL, "addresses": None},
        says="no mail ⟶ invitation mail 'about invitation' to grace@example.com",
    ),
    breaks("no-mail", "unseen", **NO_MAIL, says="not observable: mail can't be read"),
)

IN_DESIGN = {"address": ADA_ADDRESS, "groups": ["Design"], "applicable": True}
DESIGN_WITH_ADA = groups(group("g-design", "Design", "u-ada"), group("g-sales", "Sales", "u-grace"))
SAME_ID = {"address": ADA_ADDRESS, "id": "u-ada"}
ACTIVE = {"address": ADA_ADDRESS, "active": True}
LOVELACE = {"address": ADA_ADDRESS, "name": "Ada Lovelace"}

OVER_SCIM = (
    holds("groups", "in Design", users(ADA), DESIGN_WITH_ADA, **IN_DESIGN),
    holds(
        "groups",
        "in Design, whose name is spelt DisplayName",
        users(ADA),
        groups({"id": "g-design", "DisplayName": "Design", "Members": [{"value": "u-ada"}]}),
        **IN_DESIGN,
    ),
    holds(
        "groups",
        "in Design here and there",
        users(ADA),
        DESIGN_WITH_ADA,
        members(member(groups=["g-1", "g-other"])),
        account_groups(),
        **IN_DESIGN,
    ),
    breaks(
        "groups",
        "in none",
        users(ADA),
        groups(group()),
        **IN_DESIGN,
        says="ada@example.com in ['Design'] ⟶ over SCIM in [] @ /members",
    ),
    breaks(
        "groups",
        "not on the account",
        users(ADA),
        DESIGN_WITH_ADA,
        members(member()),
        account_groups(),
        **IN_DESIGN,
        says="ada@example.com in ['Design'] ⟶ on the account in []",
    ),
    breaks(
        "groups", "unseen", users(ADA), **IN_DESIGN, says="not observable: the lists of users and groups can't be read"
    ),
    breaks(
        "groups",
        "a provider without groups",
        **{**IN_DESIGN, "applicable": False},
        says="not applicable: this identity provider sends no groups",
    ),
    holds("active", "true", users(ADA), **ACTIVE),
    breaks("active", "a string", users(user(active="true")), **ACTIVE, says="active true ⟶ active 'true' @ /active"),
    breaks("active", "nobody", users(GRACE), **ACTIVE, says="one user ada@example.com ⟶ 0 users of that name"),
    breaks("active", "unseen", **ACTIVE, says="not observable: the list of users can't be read"),
    holds("gone", "only Grace", users(GRACE), address=ADA_ADDRESS),
    breaks(
        "gone", "still there", users(ADA), address=ADA_ADDRESS, says="no user ada@example.com ⟶ 1 listed, active True"
    ),
    breaks("gone", "unseen", address=ADA_ADDRESS, says="not observable: the list of users can't be read"),
    holds("one-user", "one here, one there", users(ADA), THERE, **SAME_ID),
    holds("one-user", "only SCIM can be read", users(ADA), **{**SAME_ID, "id": ""}),
    breaks(
        "one-user",
        "two here, none there, another id",
        users(user("u-2"), ADA),
        members(),
        **SAME_ID,
        says=(
            "one user ada@example.com ⟶ 2 users of that name",
            "one member ada@example.com ⟶ 0 members of that address",
            "the same id 'u-ada' ⟶ id 'u-2' @ /id",
        ),
    ),
    breaks("one-user", "unseen", **SAME_ID, says="not observable: users and members can't be read"),
    holds("name", "the new one", users(user(displayName="Ada Lovelace")), **LOVELACE),
    breaks(
        "name",
        "the old one, here and there",
        users(user(displayName="Ada")),
        THERE,
        **LOVELACE,
        says=("displayName 'Ada Lovelace' ⟶ 'Ada' @ /displayName", "the account shows 'Ada Lovelace' ⟶ 'Ada'"),
    ),
    breaks("name", "nobody", users(), **LOVELACE, says="displayName 'Ada Lovelace' ⟶ no such user @ /displayName"),
    holds("name", "in parts", users(user(name={"givenName": "Ada", "familyName": "Lovelace"})), **LOVELACE),
    breaks("name", "no name anywhere", users(ADA), **LOVELACE, says="not observable: a name can't be read"),
    breaks("name", "unseen", **LOVELACE, says="not observable: the list of users can't be read"),
    holds("silent", "nothing changed", users(ADA), step(), users(ADA), since="0:2"),
    holds("silent", "another order", users(ADA, GRACE), step(), users(GRACE, ADA), since="0:2"),
    holds("silent", "first seen afterwards", users(ADA), step(), users(ADA), THERE, since="0:2"),
    breaks(
        "silent",
        "a version and an event",
        users(ADA),
        happened(),
        step(),
        users(user(meta={"version": "2"})),
        happened(event(1)),
        since="0:3",
        says=(
            "account.journal as before ⟶ changed, though only reading requests were sent",
            "scim.users as before ⟶ changed, though only reading requests were sent",
        ),
    ),
    breaks("silent", "unseen", step(), since="0:1", says="not observable: users and members can't be read"),
)

NOTICE = {"address": "ops@example.com", "since": 1, "at_least": 1, "at_most": 1}
KEPT = {"since": "0:2"}
PULLED = seen("bridge.pull", [{"pulls": True, "health": "ok"}])


def pinged(status: int, location: str = "", **more: str) -> Event:
    """The answer to a ping."""
    return seen("bridge.pings", [{"url": "https://b.example/ping", "status": status, "location": location, **more}])


OPERATION = (
    holds(
        "notices",
        "one, of whatever kind",
        mail((1, "other", "ops@example.com"), (2, "other", "OPS@example.com")),
        **NOTICE,
    ),
    breaks(
        "notices",
        "none",
        mail((2, "other", ADA_ADDRESS)),
        **NOTICE,
        says="1 mail to ops@example.com about the bridge's health ⟶ 0",
    ),
    breaks("notices", "unseen", **NOTICE, says="not observable: mail can't be read"),
    holds("pings", "answered", pinged(200), pinged(204)),
    breaks(
        "pings",
        "a token is asked for",
        pinged(401),
        says="GET https://b.example/ping without credentials is answered with success ⟶ status 401",
    ),
    breaks(
        "pings",
        "sent on",
        pinged(307, "/app"),
        says="GET https://b.example/ping without credentials is answered with success ⟶ status 307 and sent on to /app",
    ),
    breaks(
        "pings",
        "no such path",
        pinged(404),
        says="not observable: GET https://b.example/ping is answered 404: "
        "[monitoring] ping_path in the profile names the path",
    ),
    breaks("pings", "not asked", says="not observable: the answer to a ping can't be read"),
    holds("kept", "in another order, and confirmed", users(ADA, GRACE), step(), users(GRACE, ADA), **KEPT),
    holds(
        "kept",
        "somebody was confirmed",
        members(member(state="PENDING")),
        step(),
        members(member(state="ACTIVE")),
        **KEPT,
    ),
    breaks(
        "kept",
        "somebody is gone",
        users(ADA, GRACE),
        step(),
        users(ADA),
        **KEPT,
        says="scim.users as before: 'grace@example.com' is there ⟶ gone",
    ),
    breaks(
        "kept",
        "somebody is there twice",
        users(ADA),
        step(),
        users(ADA, user("u-ada-2")),
        **KEPT,
        says="scim.users as before: nobody and nothing new ⟶ 'ada@example.com' as well",
    ),
    breaks(
        "kept",
        "a group has lost its member",
        groups(group("g-design", "Design", "u-ada")),
        step(),
        groups(group("g-design", "Design")),
        **KEPT,
        says="scim.groups as before: 'Design' with u-ada ⟶ 'Design' with nobody",
    ),
    breaks(
        "kept",
        "a member was suspended",
        members(member()),
        step(),
        members(member(state="SUSPENDED")),
        **KEPT,
        says="account.members as before: 'ada@example.com' with no group, ACTIVE ⟶ "
        "'ada@example.com' with no group, SUSPENDED",
    ),
    breaks("kept", "unseen", step(), step(), **KEPT, says="not observable: users, groups and members can't be read"),
    holds("pull-kept", "it pulls", PULLED),
    holds("pull-kept", "lost, and told", seen("bridge.pull", [{"pulls": False, "health": "degraded"}])),
    breaks(
        "pull-kept",
        "lost in silence",
        seen("bridge.pull", [{"pulls": False, "health": "ok"}]),
        says="the settings of the pull are kept, or health says that they are lost ⟶ lost, and health is ok",
    ),
    breaks(
        "pull-kept",
        "health is not told",
        seen("bridge.pull", [{"pulls": False, "health": ""}]),
        says="not observable: the bridge's health can't be read",
    ),
    breaks("pull-kept", "unseen", says="not observable: the pull can't be read"),
)

NOTICED = "the first notice of a channel, which has no body, is answered with 200"
BURST = {"request": "", "rps": 3}
PULLING = (
    holds("notices-taken", "both", seen("bridge.notices", [{"status": 200}, {"status": 204}])),
    breaks(
        "notices-taken",
        "one refused",
        seen("bridge.notices", [{"status": 200}, {"status": 403}]),
        says=f"{NOTICED} ⟶ status 403",
    ),
    breaks("notices-taken", "none answered", seen("bridge.notices", [{"status": 0}]), says=f"{NOTICED} ⟶ no answer"),
    breaks("notices-taken", "no channel", says="not observable: the bridge has opened no channel for notices"),
    holds("one-group", "one", account_groups(), name="design"),
    breaks(
        "one-group",
        "another beside",
        seen("account.groups", [{"id": "g-1", "name": "Design"}, {"id": "g-2", "name": "DESIGN"}]),
        name="Design",
        says="one group named Design on the account ⟶ 2 of them",
    ),
    breaks(
        "one-group",
        "shown twice",
        groups(group(), group("g-2")),
        name="Design",
        says="one group named Design over SCIM ⟶ 2 of them",
    ),
    breaks("one-group", "unseen", name="Design", says="not observable: groups can't be read"),
    holds("stands", "three", *[get("/Users", page())] * 3, **BURST),
    breaks(
        "stands",
        "the third is turned away",
        *[get("/Users", page())] * 2,
        get("/Users", error(429), 429),
        **BURST,
        says="3 requests in a second are answered ⟶ status 429 to request 3",
    ),
    breaks(
        "stands",
        "too few",
        get("/Users", page()),
        **BURST,
        says="not observable: only 1 requests could be sent in a second here",
    ),
)

STATED = (*EXCHANGES, *ACCOUNT, *MAIL, *OVER_SCIM, *OPERATION, *PULLING)


@pytest.mark.parametrize("row", STATED, ids=str)
def test_expectations(row: Stated) -> None:
    assert row.said() == row.wanted


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_has_a_row_that_holds_one_that_breaks_and_one_that_cannot_be_judged(kind: str) -> None:
    said = [row.said() for row in STATED if row.kind == kind]

    assert any(not lines for lines in said)
    assert any(lines and not lines[0].startswith("not ") for lines in said)
    assert any(lines and lines[0].startswith("not ") for lines in said)


def test_an_expectation_sees_what_came_before_it_only() -> None:
    entries = history(users(ADA), states("gone", address=ADA_ADDRESS), users(), states("gone", address=ADA_ADDRESS))

    first, second = expectations(entries)

    assert [len(list(judge_expectation(case))) for case in (first, second)] == [1, 0]
    assert (first.at.id, second.at.id) == ("0:2", "0:4")
    assert isinstance(second, Case)


def test_the_newest_observation_of_a_kind_counts_unless_it_is_as_the_last_one() -> None:
    view = View(history(users(ADA), act(), users(GRACE), seen("scim.users", None)))

    assert view.find("scim.users") == [GRACE]
    assert view.find("scim.groups") is None


def test_addresses_are_one_letter_case_aside() -> None:
    assert same("STRASSE@example.com", "straße@example.com") is True
    assert same(None, "None") is False
