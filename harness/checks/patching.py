"""Changing resources with PATCH: RFC 7644 section 3.5.2."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from harness.catalogue.verdict import Finding, Recorded
from harness.checks.by_default import shown_by_default
from harness.checks.facets import BY_TYPE, always
from harness.checks.registry import Case, History, Outcome, Shows, check, history_check
from harness.checks.selectors import is_projected, listed, object_in, resources_in
from harness.checks.timeline import Key, next_view, spans
from harness.model.group_members import is_suspended, suspends
from harness.record.exchange import RESOURCES, Exchange, Json, get_attribute
from harness.record.journal import Act, Entry, exchanges
from harness.record.message import is_error_message

_ONE_MEMBER = re.compile(r'members\[value eq "([^"\\]*)"\]', re.IGNORECASE)


def _patched(exchange: Exchange) -> bool:
    return exchange.request.method == "PATCH" and exchange.route.is_resource_endpoint and exchange.response is not None


def _patch_succeeded(exchange: Exchange) -> bool:
    return _patched(exchange) and 200 <= exchange.status < 300 and not is_projected(exchange)


def operations_of(exchange: Exchange) -> list[Json]:
    """The operations of a PATCH body."""
    operations = exchange.sent_json.get("Operations")
    return [op for op in operations if isinstance(op, dict)] if isinstance(operations, list) else []


@check("RFC7644-3.5.2-29", over=_patch_succeeded, facets=BY_TYPE)
def a_patch_answers_with_all_or_nothing(exchange: Exchange) -> Iterator[Outcome]:
    """A PATCH that succeeds is answered with 200 and the entire resource, or with 204 and no body."""
    size = len(exchange.response.body) if exchange.response else 0
    yield Recorded(str(exchange.status))
    if exchange.status == 204 and size:
        yield Finding("204 without a body", f"{size} bytes")
    elif exchange.status == 200:
        always = {"Users": "userName", "Groups": "displayName"}[exchange.route.endpoint]  # a User, a Group has it
        whole = ("id", "schemas", "meta", always)
        missing = [n for n in whole if get_attribute(exchange.json, n) is None]
        if missing:
            yield Finding("200 with the entire resource", f"without {', '.join(missing)}")
    elif exchange.status not in (200, 204):
        yield Finding("status 200 or 204", f"status {exchange.status}")


@check("RFC7644-3.5.2-30", over=_patch_succeeded)
def patch_status_is_recorded(exchange: Exchange) -> Iterator[Outcome]:
    """Which of the two answers a bridge chooses."""
    yield Recorded(str(exchange.status))


def _patch_failed(exchange: Exchange) -> bool:
    return _patched(exchange) and 400 <= exchange.status < 500


@check("RFC7644-3.5.2-28", over=_patch_failed)
def a_refused_patch_is_explained(exchange: Exchange) -> Iterator[Outcome]:
    """A PATCH that fails is answered with an Error message."""
    if not is_error_message(exchange.json):
        yield Finding("an Error message", f"HTTP {exchange.status} without one")


def _refused_between_views(entries: History) -> Iterable[Case[Exchange]]:
    """Refused PATCHes of several operations between two views of a resource, nothing else written to it in between.

    The entries of a case: the view before, the refused PATCHes, the view after. What their operations name must show
    in one of the views.
    """
    for span in spans(entries):
        tried = [seen for seen in span.writes if len(operations_of(seen[1])) > 1]
        is_read = span.before is not None and span.after[1].request.method == "GET"
        if is_read and tried and all(_patch_failed(exchange) for _, exchange in span.writes):
            case = span.case(*tried)
            if any(_shown_of(name, case) != (None, None) for name in _names_tried(case)):
                yield case


def _names_tried(case: Case[Exchange]) -> set[str]:
    """The attributes that the operations of refused PATCHes name, in lower case; those of extensions are left out."""
    operations = [op for _, exchange in exchanges(case.entries[1:-1]) for op in operations_of(exchange)]
    paths = {re.split(r"[.\[]", op["path"])[0].lower() for op in operations if isinstance(op.get("path"), str)}
    values = {name.lower() for op in operations if not op.get("path") for name in object_in(op, "value")}
    return {name for name in paths | values if name.isalnum()} - {"meta", "schemas", "id"}


def _shown_of(name: str, case: Case[Exchange]) -> tuple[object, object]:
    before, after = (get_attribute(exchange.json, name) for _, exchange in exchanges((case.entries[0], case.at)))
    return _without_order(before), _without_order(after)


def _without_order(value: object) -> object:
    """A list has no order, and an empty one is the same as none (RFC 7643 sections 2.4 and 2.5)."""
    return (sorted(value, key=repr) or None) if isinstance(value, list) else value


@history_check("RFC7644-3.5.2-25", over=_refused_between_views)
def a_refused_patch_changes_nothing(case: Case[Exchange]) -> Iterator[Outcome]:
    """Of a PATCH that is refused no operation is applied."""
    for name in sorted(_names_tried(case)):
        before, after = _shown_of(name, case)
        if before != after:
            yield Finding(f"{name} {before!r}, as before the refused PATCH", repr(after), f"/{name}")


def _set_active(exchange: Exchange) -> bool | None:
    """The value of `active` that a single-purpose PATCH sets, None for every other PATCH."""
    operations = operations_of(exchange)
    if len(operations) != 1 or str(operations[0].get("op")).lower() != "replace":
        return None
    path, value = operations[0].get("path"), operations[0].get("value")
    if isinstance(path, str) and path.lower() == "active":
        return _as_bool(value)
    if path is None and isinstance(value, dict) and {k.lower() for k in value} == {"active"}:
        return _as_bool(next(iter(value.values())))
    return None


def _as_bool(value: object) -> bool | None:
    return {"true": True, "false": False}.get(str(value).lower())


def _active_then_seen(entries: History) -> Iterable[Case[Exchange]]:
    """Successful changes of `active` alone, each with its own answer or the next view of the user by id."""
    for index, entry in enumerate(entries):
        exchange = entry.event
        if not isinstance(exchange, Exchange) or not _patch_succeeded(exchange) or _set_active(exchange) is None:
            continue
        if exchange.route.endpoint == "Users" and exchange.status == 200 and exchange.has_json:
            yield Case(entry, exchange, (entry,))
        if found := next_view(exchange, entries[index + 1 :]):
            view, shown = found
            yield Case(view, shown, (entry, view))


def _with_or_without_path(case: Case[Exchange]) -> Iterable[str]:
    operations = operations_of(case.exchanges[0])
    return ("with a path",) if "path" in operations[0] else ("without a path",)


@history_check(
    "RFC7644-3.5.2.3-11",
    over=_active_then_seen,
    facets=Shows(("with a path", "without a path"), _with_or_without_path),
)
def active_is_set_with_and_without_path(case: Case[Exchange]) -> Iterator[Outcome]:
    """A replace of `active` sets it, with a path and without."""
    yield from _active_holds(case)


@history_check("RFC7643-4.1.1-17", over=_active_then_seen, facets=always("PATCH"))
def active_persists(case: Case[Exchange]) -> Iterator[Outcome]:
    """What `active` was set to is what is shown, as a Boolean."""
    yield from _active_holds(case)


@history_check(
    "RFC7644-3.5.2-35",
    over=lambda entries: (c for c in _active_then_seen(entries) if len(c.entries) > 1),
    facets=always("read"),
)
def a_change_shows_in_the_next_read(case: Case[Exchange]) -> Iterator[Outcome]:
    """A change that was confirmed is there at the next read."""
    yield from _active_holds(case)


def _active_then_listed(entries: History) -> Iterable[Case[Exchange]]:
    """Lists that show a user whose last write was a successful change of `active` alone, each with that change."""
    changed: dict[str, Entry] = {}
    for entry in entries:
        exchange = entry.event
        if isinstance(exchange, Act):
            changed.clear()
        if not isinstance(exchange, Exchange) or exchange.route.endpoint != "Users":
            continue
        if exchange.request.method != "GET":
            is_ours = _patch_succeeded(exchange) and _set_active(exchange) is not None
            # A create that is answered with somebody who was there has written to them.
            changed.pop(exchange.route.id or str(exchange.json.get("id")), None)
            if is_ours:
                changed[exchange.route.id] = entry
        elif listed(exchange) and not is_projected(exchange):
            for user in resources_in(exchange):
                if (change := changed.get(str(user.get("id")))) is not None:
                    yield Case(entry, exchange, (change, entry))


@history_check("RFC7644-3.5.2-35", over=_active_then_listed, facets=always("list"))
def a_change_shows_in_the_next_list(case: Case[Exchange]) -> Iterator[Outcome]:
    """A change that was confirmed is there in the next list, filtered or not."""
    change, view = case.exchanges
    for index, user in enumerate(resources_in(view)):
        shown, wanted = get_attribute(user, "active"), _set_active(change)
        if str(user.get("id")) == change.route.id and shown is not wanted:
            yield Finding(f"active {str(wanted).lower()}", repr(shown), f"/Resources/{index}/active")


def _active_holds(case: Case[Exchange]) -> Iterator[Outcome]:
    wanted, shown = _set_active(case.exchanges[0]), get_attribute(case.event.json, "active")
    if shown is not wanted:
        yield Finding(f"active {str(wanted).lower()}", f"{shown!r} (HTTP {case.event.status})", "/active")


def _membership(exchange: Exchange) -> tuple[set[str], set[str]] | None:
    """The ids that a PATCH adds to and removes from a group by name, the last operation about each counting.

    None when it changes members otherwise.
    """
    added: set[str] = set()
    removed: set[str] = set()
    for operation in operations_of(exchange):
        op, path = str(operation.get("op")).lower(), str(operation.get("path", ""))
        if path.lower() == "members" and op in ("add", "remove"):
            values = operation.get("value")
            entries = values if isinstance(values, list) else [values]
            ids = {e["value"] for e in entries if isinstance(e, dict) and isinstance(e.get("value"), str)}
            if len(ids) != len(entries):
                return None
            plus, minus = (ids, set()) if op == "add" else (set(), ids)
            added, removed = (added - minus) | plus, (removed - plus) | minus
        elif (named := _ONE_MEMBER.fullmatch(path)) and op == "remove":
            added, removed = added - {named[1]}, removed | {named[1]}
        elif "members" in path.lower() or "members" in {name.lower() for name in object_in(operation, "value")}:
            return None
    return added, removed


def members_shown(group: Json) -> set[str]:
    """The ids of a group's members; absent, null and empty are the same (REC-14)."""
    members = get_attribute(group, "members")
    entries = members if isinstance(members, list) else []
    return {m["value"] for m in entries if isinstance(m, dict) and isinstance(m.get("value"), str)}


def _member_changes(entries: History) -> Iterable[Case[Exchange]]:
    """Each membership PATCH between two full lists of the group, no other write to that group in between.

    The entries of a case: the list before, the writes to the group, the list after.
    """
    shown = _ids_shown(entries)
    for span in spans(entries, _groups_shown, forgets=_deletes_a_user):
        if span.before and span.writes and all(_is_member_patch(exchange) for _, exchange in span.writes):
            case = span.case(*span.writes)
            if _difference(case)[2] <= shown:  # others may be kept or left out
                yield case


def _ids_shown(entries: History) -> set[str]:
    """The ids of everybody and every group in an answer, but for those who were ever suspended, see `group_members`."""
    shown: set[str] = set()
    suspended: set[str] = set()
    for _, exchange in exchanges(entries):
        if 200 <= exchange.status < 300 and exchange.route.endpoint in RESOURCES:
            listed = [each for each in resources_in(exchange) or [exchange.json] if isinstance(each, dict)]
            shown.update(str(each.get("id")) for each in listed)
            suspended.update(str(each.get("id")) for each in listed if is_suspended(each))
            if exchange.route.endpoint == "Users" and suspends(exchange.sent_json):
                suspended.add(exchange.route.id)
    return shown - suspended


def _deletes_a_user(exchange: Exchange) -> bool:
    # Whoever is deleted leaves every group.
    return exchange.route.endpoint == "Users" and exchange.request.method == "DELETE"


def _groups_shown(exchange: Exchange) -> list[Key]:
    if exchange.route.endpoint != "Groups" or exchange.status != 200 or is_projected(exchange):
        return []
    if exchange.request.method != "GET":
        return []
    return [("Groups", str(group.get("id"))) for group in _group_list(exchange)]


def _group_list(exchange: Exchange) -> list[Json]:
    body = exchange.json
    groups = body.get("Resources") if "Resources" in body else [body]
    return [g for g in groups if isinstance(g, dict) and g.get("id")] if isinstance(groups, list) else []


def _is_member_patch(exchange: Exchange) -> bool:
    return _patch_succeeded(exchange) and any(_membership(exchange) or ())


def _difference(case: Case[Exchange]) -> tuple[set[str], set[str], set[str], set[str]]:
    """Members before and after, and who was added and removed by name in between, the last word counting."""
    first, *writes, last = case.exchanges
    group_id = writes[0].route.id
    before, after = (
        next(members_shown(g) for g in _group_list(view) if str(g["id"]) == group_id) for view in (first, last)
    )
    added: set[str] = set()
    removed: set[str] = set()
    for write in writes:
        plus, minus = _membership(write) or (set(), set())
        added, removed = (added - minus) | plus, (removed | minus) - plus
    return before, after, added, removed


def _with_removals(entries: History) -> Iterable[Case[Exchange]]:
    return (case for case in _member_changes(entries) if _difference(case)[3])


def _with_additions(entries: History) -> Iterable[Case[Exchange]]:
    return (case for case in _member_changes(entries) if _difference(case)[2])


@history_check("RFC7644-3.5.2.1-07", over=shown_by_default("Group", "members", _with_additions), is_of_run=True)
def added_members_are_in_and_others_stay(case: Case[Exchange]) -> Iterator[Outcome]:
    """An add to members adds the named ones and keeps the others."""
    before, after, added, removed = _difference(case)
    yield from _compare((before | added) - removed, after)


def _removals_by_filter(entries: History) -> Iterable[Case[Exchange]]:
    return (case for case in _with_removals(entries) if _all_removals(case, by_filter=True))


def _removals_by_value(entries: History) -> Iterable[Case[Exchange]]:
    return (case for case in _with_removals(entries) if _all_removals(case, by_filter=False))


def _all_removals(case: Case[Exchange], *, by_filter: bool) -> bool:
    writes = case.exchanges[1:-1]
    operations = [op for write in writes for op in operations_of(write) if str(op.get("op")).lower() == "remove"]
    return all(("[" in str(op.get("path"))) is by_filter for op in operations)


@history_check("RFC7644-3.5.2.2-04", over=shown_by_default("Group", "members", _removals_by_filter), is_of_run=True)
def only_filtered_members_are_removed(case: Case[Exchange]) -> Iterator[Outcome]:
    """A remove with a filter takes out the matching members, and nobody else."""
    before, after, added, removed = _difference(case)
    yield from _compare((before | added) - removed, after)


@history_check(
    "RFC7644-3.5.2.2-13", "ENTRA-22", over=shown_by_default("Group", "members", _removals_by_value), is_of_run=True
)
def only_members_named_in_value_are_removed(case: Case[Exchange]) -> Iterator[Outcome]:
    """A remove at members that names members in `value` takes out these, never all."""
    before, after, added, removed = _difference(case)
    yield from _compare((before | added) - removed, after)


def _compare(wanted: set[str], after: set[str]) -> Iterator[Outcome]:
    lost, surplus = wanted - after, after - wanted
    if lost:
        yield Finding(f"members {sorted(wanted)}", f"{sorted(lost)} missing", "/members")
    if surplus:
        yield Finding(f"members {sorted(wanted)}", f"{sorted(surplus)} still there", "/members")
