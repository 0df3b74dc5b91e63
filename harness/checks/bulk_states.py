"""What becomes of resources by a Bulk job: references, circles, order and versions (RFC 7644 sections 3.7 to 3.7.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from harness.catalogue.verdict import Finding, Recorded
from harness.checks.bulk_jobs import METHODS, ToldOperation, is_processed, made_ids, told_by
from harness.checks.by_default import shown_by_default
from harness.checks.registry import Case, History, Outcome, Shows, history_check
from harness.checks.selectors import is_projected
from harness.record.exchange import Exchange, Json, get_attribute
from harness.record.journal import Entry, exchanges

_MARK = "bulkId:"
_PLAIN = ("title", "nickName", "displayName")


@dataclass(frozen=True, slots=True)
class Seen:
    """One operation of a job, or several of one resource, and the resource as it was shown next."""

    job: Exchange
    told: ToldOperation
    shown: Exchange | None = None


def references_in(value: Any, within: str = "") -> Iterator[tuple[str, str]]:
    """Every bulkId that data refers to by a value, with the name of the attribute."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from references_in(each, within if name in ("value", "data") and within else name)
    elif isinstance(value, list):
        for each in value:
            yield from references_in(each, within)
    elif isinstance(value, str) and value.startswith(_MARK):
        yield within, value.removeprefix(_MARK)


def _referring(told: ToldOperation) -> list[tuple[str, str]]:
    data = told.sent.get("data")
    if told.sent.get("method") == "PATCH" and isinstance(data, dict):
        listed = get_attribute(data, "Operations")
        operations = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
        return [each for op in operations for each in references_in(op.get("value"), str(op.get("path") or ""))]
    return list(references_in(data)) if isinstance(data, dict) else []


def id_of(told: ToldOperation, made: dict[str, str]) -> str:
    """The id of the resource that an operation was about; empty where it is not known."""
    if told.sent.get("method") == "POST":
        return made.get(str(told.sent.get("bulkId")), "")
    name = unquote(str(told.sent.get("path")).strip("/").rsplit("/", 1)[-1])
    return made.get(name.removeprefix(_MARK), "") if name.startswith(_MARK) else name


def _endpoint_of(told: ToldOperation) -> str:
    return str(told.sent.get("path")).strip("/").partition("/")[0]


def _next_look(later: History, endpoint: str, scim_id: str) -> tuple[Entry, Exchange] | None:
    """The next read of a resource by its id, unless it was written before."""
    for entry, exchange in exchanges(later):
        if exchange.route.endpoint == "Bulk":
            return None
        if (exchange.route.endpoint, exchange.route.id) == (endpoint, scim_id) and scim_id:
            is_look = exchange.request.method == "GET" and exchange.status in (200, 404)
            return (entry, exchange) if is_look and not is_projected(exchange) else None
    return None


def _jobs(entries: History) -> Iterator[tuple[int, Entry, Exchange]]:
    for index, entry in enumerate(entries):
        if isinstance(entry.event, Exchange) and is_processed(entry.event):
            yield index, entry, entry.event


def _looked_at(entries: History) -> Iterator[tuple[Entry, Entry, Seen, dict[str, str]]]:
    for index, entry, job in _jobs(entries):
        made = made_ids(job)
        for told in told_by(job):
            look = _next_look(entries[index + 1 :], _endpoint_of(told), id_of(told, made)) if told.is_done else None
            if look is not None:
                yield entry, look[0], Seen(job, told, look[1]), made


def _replaced(entries: History, names: tuple[str, ...]) -> Iterable[Case[Seen]]:
    for entry, at, seen, made in _looked_at(entries):
        wanted = [bulk_id for name, bulk_id in _referring(seen.told) if _is_within(name, names)]
        if wanted and all(bulk_id in made for bulk_id in wanted) and seen.shown and seen.shown.status == 200:
            yield Case(at, seen, (entry, at), entry)


def _is_within(name: str, names: tuple[str, ...]) -> bool:
    return name.lower().rpartition(":")[2].partition(".")[0] in names


def _resolved(case: Case[Seen], names: tuple[str, ...]) -> Iterator[Outcome]:
    seen, made = case.event, made_ids(case.event.job)
    text = _text(seen.shown.json if seen.shown else {})
    for name, bulk_id in _referring(seen.told):
        if _is_within(name, names):
            if f"{_MARK}{bulk_id}" in text:
                yield Finding(f"the id of {bulk_id!r} in {name}", f"{_MARK}{bulk_id}", f"/{name}")
            elif made[bulk_id] not in text:
                yield Finding(f"the id {made[bulk_id]!r} in {name}", "it is not there", f"/{name}")


def _text(shown: Json) -> str:
    """All that a resource shows but its own id and meta."""
    return repr({name: each for name, each in shown.items() if name not in ("id", "meta")})


@history_check(
    "RFC7644-3.7.2-01",
    over=shown_by_default("Group", "members", lambda h: _replaced(h, ("members",))),
    is_of_run=True,
)
def references_by_bulk_id_become_ids(case: Case[Seen]) -> Iterator[Outcome]:
    """A member named by a bulkId is the resource that was made under it."""
    yield from _resolved(case, ("members",))


@history_check(
    "RFC7644-3.7.2-02",
    over=shown_by_default("User", "manager", lambda h: _replaced(h, ("manager",))),
    is_of_run=True,
)
def references_in_extensions_become_ids(case: Case[Seen]) -> Iterator[Outcome]:
    """A manager named by a bulkId is the user who was made under it."""
    yield from _resolved(case, ("manager",))


def _refers_back(entries: History) -> Iterable[Case[Seen]]:
    """Operations whose data refer only to what operations before them have made, where the bridge has such a thing."""
    jobs = list(_jobs(entries))
    there = {told.sent.get("path") for _, _, job in jobs for told in told_by(job) if told.is_done}
    for _, entry, job in jobs:
        made: set[str] = set()
        for told in told_by(job):
            named = {bulk_id for _, bulk_id in _referring(told)}
            is_offered = told.status not in (405, 501) and (told.status != 404 or told.sent.get("path") in there)
            if named and named <= made and told.entry is not None and is_offered:
                yield Case(entry, Seen(job, told), (entry,))
            if told.sent.get("method") == "POST" and told.is_done:
                made.add(str(told.sent.get("bulkId")))


@history_check("RFC7644-3.7.2-01", over=_refers_back)
def what_refers_to_what_is_made_is_done(case: Case[Seen]) -> Iterator[Outcome]:
    """An operation that refers by bulkId to what was made before it in the job does not fail."""
    told = case.event.told
    if not told.is_done:
        yield Finding(f"the {told.sent.get('method')} to be done", f"status {told.status}", told.pointer)


def _dangling(entries: History) -> Iterable[Case[Seen]]:
    for _, entry, job in _jobs(entries):
        known = {str(told.sent.get("bulkId")) for told in told_by(job) if told.sent.get("method") == "POST"}
        for told in told_by(job):
            if told.entry is not None and any(bulk_id not in known for _, bulk_id in _referring(told)):
                yield Case(entry, Seen(job, told), (entry,))


@history_check("RFC7644-3.7.2-03", over=_dangling)
def an_unknown_bulk_id_is_an_error(case: Case[Seen]) -> Iterator[Outcome]:
    """An operation that refers to a bulkId which the job does not have fails."""
    if case.event.told.is_done:
        yield Finding("an error", f"status {case.event.told.status}", case.event.told.pointer)


def _by_path(entries: History) -> Iterable[Case[Seen]]:
    for _, entry, job in _jobs(entries):
        made = made_ids(job)
        for told in told_by(job):
            name = str(told.sent.get("path")).rsplit("/", 1)[-1]
            is_offered = told.status not in (405, 501)  # a bridge without PATCH says so here, too
            if name.startswith(_MARK) and name.removeprefix(_MARK) in made and told.entry is not None and is_offered:
                yield Case(entry, Seen(job, told), (entry,))


@history_check("RFC7644-3.7.2-04", over=_by_path)
def a_path_can_name_a_bulk_id(case: Case[Seen]) -> Iterator[Outcome]:
    """An operation on what the job made before it, by its bulkId in the path, is done."""
    told = case.event.told
    yield Recorded("applied" if told.is_done else f"refused with {told.status}")
    if not told.is_done:
        yield Finding("the operation to be done", f"status {told.status}", told.pointer)


def _circles(entries: History) -> Iterable[Case[Seen]]:
    for index, entry, job in _jobs(entries):
        told = {str(each.sent.get("bulkId")): each for each in told_by(job) if each.sent.get("method") == "POST"}
        named = {own: {bulk_id for _, bulk_id in _referring(each)} for own, each in told.items()}
        for own, each in told.items():
            if not any(own in named.get(other, ()) for other in named[own] - {own}) or each.entry is None:
                continue
            look = _next_look(entries[index + 1 :], _endpoint_of(each), id_of(each, made_ids(job)))
            # A bridge without nested groups refuses both, for a reason of its own.
            if look is not None or each.status == 409 or each.status >= 500:
                at = look[0] if look else entry
                yield Case(at, Seen(job, each, look[1] if look else None), (entry, at) if look else (entry,), entry)


@history_check("RFC7644-3.7.1-01", over=_circles)
def circles_are_resolved(case: Case[Seen]) -> Iterator[Outcome]:
    """Two resources of a job that name each other are made with each other's ids, or refused with 409."""
    seen = case.event
    if not seen.told.is_done:
        if seen.told.status != 409:
            yield Finding("both to be made, or status 409", f"status {seen.told.status}", seen.told.pointer)
    elif seen.shown is not None and _MARK in _text(seen.shown.json):
        yield Finding("the ids of each other", f"the text {_MARK}", "/members")


@history_check("RFC7644-3.7.1-02", over=_circles)
def what_becomes_of_circles_is_noted(case: Case[Seen]) -> Iterator[Outcome]:
    """Whether a circle is resolved or given up is the bridge's choice."""
    yield Recorded("resolved" if case.event.told.is_done else f"refused with {case.event.told.status}")


def _patches(entries: History) -> Iterable[Case[Seen]]:
    for _, entry, job in _jobs(entries):
        for told in told_by(job):
            is_plain = told.sent.get("method") == "PATCH" and told.entry is not None and _is_plain_patch(told)
            if is_plain and (told.is_done or told.status == 400):
                yield Case(entry, Seen(job, told), (entry,))


def _is_plain_patch(told: ToldOperation) -> bool:
    data = told.sent.get("data")
    listed = get_attribute(data, "Operations") if isinstance(data, dict) and "schemas" in data else None
    return isinstance(listed, list) and all(
        isinstance(each, dict) and each.get("op") in ("add", "replace") and each.get("path") in _PLAIN
        for each in listed
    )


@history_check("RFC7644-3.7-14", over=_patches)
def data_has_the_form_of_a_single_request(case: Case[Seen]) -> Iterator[Outcome]:
    """A PATCH in a job takes the message that a single PATCH takes."""
    told = case.event.told
    if not told.is_done:
        yield Finding("the PATCH to be done", f"status {told.status}", told.pointer)


# Order.


def _written_again(entries: History) -> Iterable[Case[tuple[list[ToldOperation], Exchange]]]:
    for index, entry, job in _jobs(entries):
        made = made_ids(job)
        by_resource: dict[tuple[str, str], list[ToldOperation]] = {}
        for told in told_by(job):
            by_resource.setdefault((_endpoint_of(told), id_of(told, made)), []).append(told)
        for (endpoint, scim_id), several in by_resource.items():
            look = _next_look(entries[index + 1 :], endpoint, scim_id)
            if len(several) > 1 and look and all(each.is_done for each in several):
                yield Case(look[0], (several, look[1]), (entry, look[0]), entry)


@history_check("RFC7644-3.7-25", over=_written_again)
def a_job_ends_as_its_order_says(case: Case[tuple[list[ToldOperation], Exchange]]) -> Iterator[Outcome]:
    """What a job writes several times ends as if the operations were done one after the other."""
    several, shown = case.event
    if several[-1].sent.get("method") == "DELETE":
        if shown.status != 404:
            yield Finding("status 404, as the last operation deletes it", f"status {shown.status}")
        return
    if shown.status == 404:
        yield Finding("the resource", "status 404")
        return
    for name, wanted in _last_values(several).items():
        given = get_attribute(shown.json, name)
        if given is not None and given != wanted:
            yield Finding(f"{name} {wanted!r}", repr(given), f"/{name}")


def _last_values(several: list[ToldOperation]) -> dict[str, str]:
    found: dict[str, str] = {}
    for told in several:
        data = told.sent.get("data")
        if told.sent.get("method") in ("POST", "PUT"):
            found = {name: data[name] for name in _PLAIN if isinstance(data, dict) and isinstance(data.get(name), str)}
        elif isinstance(data, dict) and _is_plain_patch(told):
            found |= {op["path"]: op["value"] for op in data["Operations"] if isinstance(op.get("value"), str)}
    return found


# Versions.


def _with_version(entries: History) -> Iterable[Case[Seen]]:
    for _, entry, job in _jobs(entries):
        for told in told_by(job):
            if told.sent.get("version") and told.sent.get("method") != "POST" and told.entry is not None:
                yield Case(entry, Seen(job, told), (entry,))


def _method_of(case: Case[Seen]) -> tuple[str, ...]:
    return (str(case.event.told.sent["method"]),)


@history_check("RFC7644-3.7-10", over=_with_version, facets=Shows(METHODS[1:], _method_of))
def versions_in_a_job_are_noted(case: Case[Seen]) -> Iterator[Outcome]:
    """Whether an operation heeds the version that it names is the bridge's choice."""
    yield Recorded(f"a {case.event.told.sent['method']} with a version is answered with {case.event.told.status}")


def _versioned(entries: History) -> Iterable[Case[Seen]]:
    for entry, at, seen, _ in _looked_at(entries):
        is_there = seen.told.sent.get("method") != "DELETE" and seen.shown and seen.shown.status == 200
        if is_there and seen.shown and seen.shown.header("ETag") and _is_written_once(seen):
            yield Case(at, seen, (entry, at), entry)


def _is_written_once(seen: Seen) -> bool:
    made = made_ids(seen.job)
    own = id_of(seen.told, made)
    others = [told for told in told_by(seen.job) if told is not seen.told and told.sent != seen.told.sent]
    return all(id_of(told, made) != own and _endpoint_of(told) != "Groups" for told in others)


@history_check("RFC7644-3.7-27", over=_versioned)
def the_version_of_an_entry_is_that_of_the_resource(case: Case[Seen]) -> Iterator[Outcome]:
    """An entry may carry the version that its operation has made."""
    seen = case.event
    given = get_attribute(seen.told.entry or {}, "version")
    yield Recorded("with version" if given else "without version")
    tag = seen.shown.header("ETag") if seen.shown else None
    if isinstance(given, str) and tag and given.removeprefix("W/") != tag.removeprefix("W/"):
        yield Finding(f"version {tag}", repr(given), f"{seen.told.pointer}/version")
