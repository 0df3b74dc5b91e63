"""Defects of what a bridge gives a resource for life: its id, the times of its changes. RFC 7643 section 3.1."""

from __future__ import annotations

import re
import secrets
from collections import Counter
from typing import Any, ClassVar

from msgspec.structs import replace as changed

from bridge_ref.decisions.outcome import DecisionContext, ScimDecision
from bridge_ref.decisions.router import Request, Router
from bridge_ref.lab.registry import defect
from bridge_ref.lab.table.changes import at, put
from bridge_ref.lab.table.fault import Inside, asks, door, of_groups, of_users, replies, shown
from bridge_ref.lab.table.messages import Ask, Reply, refusal

_ROW = "RFC7643-3.1-"
# The parameters of a list that asks for nothing.
_OPEN = ((), (("count", "1"),))


@defect("ids-from-two-counters", breaks=(f"{_ROW}04",), reach=("RFC7644-3.4.1-04",))
class IdsFromTwoCounters(Router):
    """Counts the ids of users and those of groups, each from the same beginning."""

    counts: ClassVar[Counter[str]] = Counter()

    def _decide_collection(self, request: Request, context: DecisionContext) -> ScimDecision:
        if request.method == "GET" or request.promised_id:
            return super()._decide_collection(request, context)
        kind = request.segments[0]
        self.counts[kind] += 1
        return super()._decide_collection(changed(request, promised_id=f"a{self.counts[kind]:06}"), context)


@defect(
    "ids-are-given-again",
    breaks=(f"{_ROW}06", "RFC7644-3.6-04"),
    reach=("RFC7644-3.6-*", "SEED-*", "OKTA-*", "ENTRA-*"),
)
class IdsAreGivenAgain(Router):
    """Gives the next new user the id of one who was deleted."""

    free: tuple[str, ...] = ()

    def _decide_resource(self, request: Request, context: DecisionContext) -> ScimDecision:
        if request.method == "DELETE" and request.segments[0] == "Users":
            self.free = (*self.free, request.segments[1])
        return super()._decide_resource(request, context)

    def _decide_collection(self, request: Request, context: DecisionContext) -> ScimDecision:
        if request.method != "POST" or request.segments != ("Users",) or not self.free or request.promised_id:
            return super()._decide_collection(request, context)
        *kept, last = self.free
        self.free = tuple(kept)
        return super()._decide_collection(changed(request, promised_id=last), context)


@defect("ids-name-the-bulk", breaks=(f"{_ROW}07",))
class IdsNameTheBulk(Router):
    """Begins the id of each user with the word bulkId."""

    def _decide_collection(self, request: Request, context: DecisionContext) -> ScimDecision:
        is_meant = request.method == "POST" and request.segments == ("Users",) and not request.promised_id
        name = f"bulkId-{secrets.token_hex(8)}" if is_meant else request.promised_id
        return super()._decide_collection(changed(request, promised_id=name), context)


@door("ids-change-with-the-name", f"{_ROW}05", on=("PUT /Users/*", "PATCH /Users/*"))
async def _(ask: Ask, inside: Inside) -> Reply:
    """Shows another id in the answer to a write that brings another userName."""
    before = await inside.read(ask) or {}
    reply = await inside.answer(ask)
    is_renamed = reply.is_good and reply.body and reply.body.get("userName") != before.get("userName")
    return reply.with_values(id=f"{ask.scim_id}-2") if is_renamed and before and "userName" in reply.body else reply


shown(
    "made-when-changed",
    "Shows as meta.created when a user was last changed.",
    f"{_ROW}22",
    of_users(lambda each: at("meta", "created")(lambda old: each["meta"].get("lastModified", old))(each)),
)
shown(
    "groups-are-never-changed",
    "Shows as lastModified when a group was made.",
    f"{_ROW}24",
    of_groups(lambda each: at("meta", "lastModified")(lambda old: each["meta"].get("created", old))(each)),
)
shown(
    "who-has-no-name-has-none",
    "Lists users who have no name with an empty userName.",
    ("RFC7643-4.1.1-01", "RFC7643-7-29"),
    of_users(lambda each: each if "name" in each else put("", "userName")(each)),
    on="GET /Users",
)


@door("languages-of-a-region-are-refused", "RFC7643-4.1.1-14", on="POST /Users")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses a locale other than two letters and two letters."""
    locale = ask.body.get("locale") if isinstance(ask.body, dict) else None
    is_odd = isinstance(locale, str) and (len(locale) != 5 or not locale.replace("-", "").replace("_", "").isalpha())
    return refusal(400, "The locale is not known.", "invalidValue") if is_odd else await inside.answer(ask)


@door("groups-of-a-user-are-remembered", "RFC7643-4.1.2-19", "RFC7643-4.1.2-20", on="GET /Users/*")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Shows the groups of a user as they were when the user was first read."""
    reply = await inside.answer(ask)
    if reply.status != 200 or ask.parameters:
        return reply
    kept: list[Any] = inside.memory.setdefault(ask.scim_id, reply.body.get("groups", []))
    return reply.with_values(groups=kept) if kept else reply.without("groups")


@replies("no-list-without-a-question", "RFC7644-3.2-01", on="GET /Users", status=200)
def _(ask: Ask, reply: Reply) -> Reply:
    """Does not find /Users where no question comes with it."""
    return reply if ask.parameters not in _OPEN else refusal(404, "There is no such endpoint.")


@replies("no-list-of-groups-without-a-question", "RFC7644-3.2-02", on="GET /Groups", status=200)
def _(ask: Ask, reply: Reply) -> Reply:
    """Does not find /Groups where no question comes with it."""
    return reply if ask.parameters not in _OPEN else refusal(404, "There is no such endpoint.")


@replies("paging-alternates", "RFC9865-2.4-01", "RFC7644-3.4.2-09", on="GET /Users", status=200)
def _(ask: Ask, reply: Reply) -> Reply:
    """Answers a list that names no way of paging by cursor."""
    names = {name for name, _ in ask.parameters}
    is_open = not names & {"startIndex", "cursor"} and "startIndex" in reply.body
    return reply.without("startIndex").with_values(nextCursor="bmV4dA") if is_open else reply


@replies("an-index-is-answered-by-cursor", "RFC9865-2.4-03", "RFC7644-3.4.2-09", on="GET /Users", status=200)
def _(ask: Ask, reply: Reply) -> Reply:
    """Leaves startIndex out of a page that is asked for by index."""
    is_meant = ask.parameter("startIndex") and ask.parameter("cursor") is None
    return reply.without("startIndex").with_values(nextCursor="bmV4dA") if is_meant else reply


shown(
    "cursors-are-not-declared",
    "Takes cursors and does not declare them.",
    "RFC9865-4-01",
    lambda config: {name: part for name, part in config.items() if name != "pagination"},
    on="GET /ServiceProviderConfig",
)


@door("profile-urls-in-any-letter-case", "RFC7643-2.3.7-08", on="GET /Users")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Finds an address of the web in any letter case."""
    found = re.search(r'profileUrl eq "([^"]*)"', ask.parameter("filter") or "")
    if not found or ask.parameter("attributes"):
        return await inside.answer(ask)
    wide = (ask.parameter("filter") or "").replace(found[0], "profileUrl pr")
    reply = await inside.answer(ask.with_parameter("filter", wide))
    resources = reply.body.get("Resources", [])
    kept = [each for each in resources if each["profileUrl"].lower() == found[1].lower()]
    return reply.with_values(Resources=kept, totalResults=len(kept), itemsPerPage=len(kept)) if reply.is_good else reply


@asks("empty-lists-are-present", "RFC7643-2.5-03", on="GET /Users")
def _(ask: Ask) -> Ask:
    """Takes an empty list of phone numbers for one that is there."""
    text = ask.parameter("filter") or ""
    return ask.with_parameter(
        "filter", text.replace("phoneNumbers pr", "userName pr").replace("title pr", "userName pr")
    )
