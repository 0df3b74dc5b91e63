"""Defects of lists: what they hold, their pages, their order. RFC 7644 sections 3.4.1 to 3.4.3."""

from __future__ import annotations

from typing import Any

from bridge_ref.lab.table.changes import Change, at, drop
from bridge_ref.lab.table.fault import Inside, asks, door, of_both, replies, shown
from bridge_ref.lab.table.messages import Ask, Reply, refusal, without

_LISTS = ("GET /Users", "GET /Groups")
_USERS = "GET /Users"
_P = "RFC7644-3.4.2.4-"


def _number(ask: Ask, name: str, default: int) -> int:
    text = ask.parameter(name) or ""
    return int(text) if text.lstrip("-").isdigit() else default


def _is_by_index(ask: Ask) -> bool:
    return ask.parameter("cursor") is None


def _is_page(ask: Ask) -> bool:
    return ask.parameter("startIndex") is not None and _is_by_index(ask)


def _is_whole(ask: Ask) -> bool:
    """Whether nothing is selected from what is listed."""
    return not {"attributes", "excludedAttributes"} & {name for name, _ in ask.parameters}


def _resources(reply: Reply) -> list[Any]:
    found: list[Any] = reply.body.get("Resources", []) if isinstance(reply.body, dict) else []
    return found


@replies("later-pages-have-no-resources", "RFC7644-3.4.2-07", on=_LISTS, status=200)
def _(ask: Ask, reply: Reply) -> Reply:
    """Calls the array of a later page `resources`, in lower case."""
    if _number(ask, "startIndex", 1) < 2 or not _resources(reply):
        return reply
    return Reply(reply.status, reply.headers, {**without(reply.body, "Resources"), "resources": _resources(reply)})


@replies("searches-everywhere-show-none", "RFC7644-3.4.2-07", on=("GET /", "POST /.search"), status=200)
def _(ask: Ask, reply: Reply) -> Reply:
    """Counts what it finds among all types, and shows none of it."""
    return reply.with_values(Resources=[]) if _resources(reply) else reply


@asks("a-start-of-zero-is-refused", f"{_P}01", on=_LISTS)
def _(ask: Ask) -> Ask:
    """Refuses a startIndex below 1."""
    return ask.with_parameter("count", "none") if _number(ask, "startIndex", 1) < 1 else ask


@replies("pages-begin-at-zero", f"{_P}02", f"{_P}10", on=_LISTS, status=200)
def _(ask: Ask, reply: Reply) -> Reply:
    """Says of a list without startIndex that it begins at 0."""
    is_whole = ask.parameter("startIndex") is None and "startIndex" in reply.body
    return reply.with_values(startIndex=0) if is_whole else reply


@asks("a-negative-count-is-refused", f"{_P}04", on=_LISTS)
def _(ask: Ask) -> Ask:
    """Refuses a count below 0."""
    return ask.with_parameter("count", "none") if _number(ask, "count", 0) < 0 and _is_by_index(ask) else ask


@asks("a-count-of-zero-is-no-limit", f"{_P}05", on=_LISTS)
def _(ask: Ask) -> Ask:
    """Takes a count of 0 for no limit."""
    return ask.without_parameters("count") if ask.parameter("count") == "0" and _is_by_index(ask) else ask


@asks("groups-come-all-at-once", f"{_P}06", on="GET /Groups")
def _(ask: Ask) -> Ask:
    """Passes over the count of a list of groups."""
    return ask.without_parameters("count") if _number(ask, "count", 0) > 0 and _is_by_index(ask) else ask


@replies("items-per-page-repeats-the-count", f"{_P}09", on=_LISTS, status=200)
def _(ask: Ask, reply: Reply) -> Reply:
    """Repeats as itemsPerPage the count that was asked for."""
    count = _number(ask, "count", 0)
    return reply.with_values(itemsPerPage=count) if count > 0 else reply


@replies("every-page-is-the-first", f"{_P}10", on=_LISTS, status=200)
def _(ask: Ask, reply: Reply) -> Reply:
    """Says of every page that it begins at 1."""
    return reply.with_values(startIndex=1) if _is_page(ask) else reply


@replies("totals-of-what-follows", f"{_P}11", "RFC7644-3.4.2-06", on=_LISTS, status=200)
def _(ask: Ask, reply: Reply) -> Reply:
    """Counts as totalResults what comes from this page on."""
    passed = max(_number(ask, "startIndex", 1) - 1, 0) if _is_page(ask) else 0
    return reply.with_values(totalResults=max(reply.body["totalResults"] - passed, len(_resources(reply))))


@door("pages-overlap-by-one", f"{_P}12", f"{_P}03", on=_LISTS)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Begins each later page with the last resource of the page before."""
    start = _number(ask, "startIndex", 1)
    if start < 2:
        return await inside.answer(ask)
    reply = await inside.answer(ask.with_parameter("startIndex", str(start - 1)))
    return reply.with_values(startIndex=start) if reply.is_good and _resources(reply) else await inside.answer(ask)


@replies("a-start-past-the-end-is-not-found", f"{_P}13", on=_LISTS, status=200)
def _(ask: Ask, reply: Reply) -> Reply:
    """Answers 404 to a startIndex past the end."""
    is_past = _is_page(ask) and _number(ask, "startIndex", 1) > max(reply.body["totalResults"], 1)
    return refusal(404, "There is no such page.") if is_past else reply


shown("lists-without-meta", "Leaves meta out of the users that it lists.",
      ("RFC7643-3-01", "RFC7643-3.1-20", "RFC7643-3.1-21"), of_both(drop("meta")), on=_USERS)  # fmt: skip


@replies("lists-cut-texts", "RFC7644-3.4.2-12", on=_USERS, status=200)
def _(ask: Ask, reply: Reply) -> Reply:
    """Shows in lists the first letters of a display name."""
    cut: Change = of_both(at("displayName")(lambda text: text[:4]))
    return reply.with_body(cut(reply.body)) if _is_whole(ask) else reply


shown(
    "groups-are-listed-without-ids",
    "Lists groups without their id.",
    ("RFC7643-3.1-03", "RFC7643-3.1-10"),
    of_both(drop("id")),
    on="GET /Groups",
)


@replies("an-id-can-be-left-out", "RFC7644-3.4.2.5-03", "RFC7643-3.1-10", "RFC7643-7-26", on="GET /*", status=200)
def _(ask: Ask, reply: Reply) -> Reply:
    """Leaves out the id where excludedAttributes names it."""
    is_named = "id" in (ask.parameter("excludedAttributes") or "").split(",")
    leave: Change = of_both(drop("id"))
    return reply.with_body(leave(reply.body)) if is_named else reply


@asks("dotted-sorts-are-lost-in-a-search", "RFC7644-3.4.3-10", on="POST *.search")
def _(ask: Ask) -> Ask:
    """Passes over a sortBy with a dot in a search."""
    is_dotted = ask.sends("sortBy") and "." in str(ask.body["sortBy"]).rpartition(":")[2]
    return ask.without_values("sortBy", "sortOrder") if is_dotted else ask


@replies("who-has-no-address-is-not-found", "RFC7644-3.4.1-01", on="GET /Users/*", status=200)
def _(ask: Ask, reply: Reply) -> Reply:
    """Reads users together with their e-mail addresses, so that a user without one is not found by the id."""
    return refusal(404, "Not found.") if "emails" not in reply.body and _is_whole(ask) else reply


@replies("empty-groups-are-not-found", "RFC7644-3.4.1-02", on="GET /Groups/*", status=200)
def _(ask: Ask, reply: Reply) -> Reply:
    """Reads groups together with their members, so that a group without one is not found by its id."""
    return refusal(404, "Not found.") if "members" not in reply.body and _is_whole(ask) else reply


@replies("an-unknown-id-is-a-mistake", "RFC7644-3.4.1-03", on=("GET /Users/*", "GET /Groups/*"), status=404)
def _(ask: Ask, reply: Reply) -> Reply:
    """Answers 400 to the read of an id that there is not."""
    return refusal(400, "The id cannot be resolved.", "invalidValue")


@door("later-cursors-repeat-themselves", "RFC9865-2-09", on=_LISTS)
async def _(ask: Ask, inside: Inside) -> Reply:
    """Gives on the last page of a walk by cursor the cursor that led there."""
    reply = await inside.answer(ask)
    cursor = ask.parameter("cursor")
    is_last = cursor and reply.is_good and "nextCursor" not in reply.body
    return reply.with_values(nextCursor=cursor) if is_last else reply


@replies("the-first-page-has-a-previous-one", "RFC9865-2-11", on=_LISTS, status=200)
def _(ask: Ask, reply: Reply) -> Reply:
    """Gives on the first page of a walk by cursor a cursor of the page before."""
    return reply.with_values(previousCursor="none") if ask.parameter("cursor") == "" else reply


@asks("an-empty-cursor-is-wrong", "RFC9865-2-01", on=_LISTS)
def _(ask: Ask) -> Ask:
    """Refuses the empty cursor with which a walk begins."""
    return ask.with_parameter("cursor", "none") if ask.parameter("cursor") == "" else ask
