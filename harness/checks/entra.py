"""The checks of Microsoft Entra ID's own traffic."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.catalogue.verdict import Finding, Recorded, SkipReason, Unjudged
from harness.checks.facets import always
from harness.checks.patching import operations_of
from harness.checks.registry import Case, History, Outcome, Shows, check, history_check
from harness.checks.selectors import (
    considered,
    created,
    created_group,
    excluded_attributes,
    listed,
    meta_of,
    one_resource,
    resources_in,
)
from harness.checks.timeline import next_view
from harness.checks.vendors import accepted, activated, active_in, asks_by_filter, changes_members, sets_active
from harness.model.comparing import is_same_text
from harness.record.exchange import Exchange, Json, find_header, get_attribute, is_list
from harness.record.journal import Entry, exchanges
from harness.record.message import CORE_USER, ENTERPRISE_USER

KNOWN_URNS = (f"{CORE_USER.lower()}:", f"{ENTERPRISE_USER.lower()}:")


@check("ENTRA-06", over=lambda e: asks_by_filter(e) and e.status == 200)
def filter_answers_are_lists_with_ids(exchange: Exchange) -> Iterator[Outcome]:
    """A filter is always answered with a list, and every resource in it has an id."""
    if not is_list(exchange.json):
        yield Finding("a ListResponse", "something else")
    for index, resource in enumerate(resources_in(exchange)):
        if not resource.get("id"):
            yield Finding("an id", "none", f"/Resources/{index}/id")


_BEHIND_A_CAPITAL = "a Boolean behind a capital Replace"


def _active_as_sent(exchange: Exchange) -> Iterable[str]:
    operation = operations_of(exchange)[0]
    value = operation.get("value")
    bare = value.get("active") if isinstance(value, dict) else value
    if isinstance(bare, bool) and operation.get("op") == "Replace":
        return (_BEHIND_A_CAPITAL,)
    return (f"the Boolean {str(bare).lower()}",) if isinstance(bare, bool) else (f"the text {bare}",)


_ACTIVE_FORMS = ("the text False", "the text True", "the Boolean false", "the Boolean true", _BEHIND_A_CAPITAL)


@check("ENTRA-11", over=sets_active, facets=Shows(_ACTIVE_FORMS, _active_as_sent))
def active_is_accepted_in_any_form(exchange: Exchange) -> Iterator[Outcome]:
    """`active` as text or Boolean, with a path and an op in either case, is accepted; it comes back as a Boolean."""
    yield from activated(exchange)


def _is_plain(exchange: Exchange) -> bool:
    """A PATCH of one operation, about which no other row says anything."""
    if exchange.request.method != "PATCH" or not considered(exchange) or exchange.status == 409:
        return False
    operations = operations_of(exchange)
    if len(operations) != 1 or sets_active(exchange):
        return False
    op, path = str(operations[0].get("op")), str(operations[0].get("path", "urn:"))
    is_plain_path = not path.startswith("urn:") and "[" not in path and path != "manager"
    return op.lower() in ("add", "replace") and is_plain_path


def _case_of_operation(exchange: Exchange) -> Iterable[str]:
    op = str(operations_of(exchange)[0].get("op"))
    return ("in lower case",) if op.islower() else ("with a capital",)


@check("ENTRA-10", over=_is_plain, facets=Shows(("with a capital", "in lower case"), _case_of_operation))
def operations_are_accepted_in_any_letter_case(exchange: Exchange) -> Iterator[Outcome]:
    """Add and Replace are accepted with a capital and in lower case."""
    yield from accepted(exchange, "the PATCH to be accepted")


def _removes_by_value(operation: Json) -> bool:
    return str(operation.get("op")).lower() == "remove" and operation.get("path") == "members"


def _removed_by_value(exchange: Exchange) -> set[str] | None:
    """The members that a PATCH removes by naming them in `value`; None where it removes none so."""
    removals = [operation for operation in operations_of(exchange) if _removes_by_value(operation)]
    if not removals or not changes_members(exchange):
        return None
    listed = [operation.get("value") for operation in removals]
    entries = [entry for value in listed if isinstance(value, list) for entry in value if isinstance(entry, dict)]
    return {str(entry.get("value")) for entry in entries}


def _removals(entries: History, *, of_suspended: bool) -> Iterator[Case[Exchange]]:
    """Removals by value; `of_suspended` tells whether of members who were deactivated before."""
    inactive: set[str] = set()
    for entry, exchange in exchanges(entries):
        removed = _removed_by_value(exchange)
        if removed is not None and bool(removed & inactive) is of_suspended:
            yield Case(entry, exchange, (entry,))
        elif sets_active(exchange) and 200 <= exchange.status < 300:
            (inactive.discard if active_in(exchange) else inactive.add)(exchange.route.id)


@history_check("ENTRA-26", over=lambda entries: _removals(entries, of_suspended=False))
def a_removal_of_members_succeeds(case: Case[Exchange]) -> Iterator[Outcome]:
    """The removal of a member, named in `value`, succeeds."""
    yield from accepted(case.event, "the removal to be accepted")


@history_check("ENTRA-30", over=lambda entries: _removals(entries, of_suspended=True))
def a_suspended_member_can_be_removed(case: Case[Exchange]) -> Iterator[Outcome]:
    """The removal of a member who was suspended just before succeeds."""
    yield from accepted(case.event, "the removal to be accepted")


def _bare_read(exchange: Exchange) -> bool:
    is_answer = 200 <= exchange.status < 300 or exchange.status in (403, 406, 415)
    if exchange.request.method != "GET" or not is_answer:
        return False
    return all(find_header(exchange.request.headers, name) is None for name in ("Content-Type", "User-Agent"))


def _accept_of(exchange: Exchange) -> Iterable[str]:
    return ("no Accept",) if find_header(exchange.request.headers, "Accept") is None else ("any Accept",)


@check("ENTRA-02", over=_bare_read, facets=Shows(("no Accept", "any Accept"), _accept_of))
def a_read_without_headers_gives_scim_json(exchange: Exchange) -> Iterator[Outcome]:
    """A GET without Content-Type and User-Agent gives SCIM JSON, with any Accept and with none."""
    media = (exchange.header("Content-Type") or "").split(";")[0]
    if exchange.status in (403, 406, 415) or "json" not in media:
        yield Finding("SCIM JSON", f"status {exchange.status}, {media!r}")


def _patches_attributes(exchange: Exchange) -> bool:
    return considered(exchange) and exchange.request.name == "change user"


def _patches_several(exchange: Exchange) -> bool:
    # A manager in a spelling that is refused is ENTRA-15, an attribute that nobody knows ENTRA-17, 409 is ENTRA-09.
    if exchange.status == 409 or not _patches_attributes(exchange) or len(operations_of(exchange)) < 2:
        return False
    return not _patches_a_manager(exchange) and not _is_unknown(exchange)


@check("ENTRA-12", over=_patches_several)
def several_operations_apply_together(exchange: Exchange) -> Iterator[Outcome]:
    """A PATCH with an operation for each attribute is accepted as a whole."""
    yield from accepted(exchange, "the PATCH to be accepted")


def _paths(exchange: Exchange) -> list[str]:
    return [str(op.get("path", "")) for op in operations_of(exchange)]


def _names(exchange: Exchange) -> list[str]:
    """What a PATCH names, in lower case: its paths, and the keys of values without a path."""
    values = [op.get("value") for op in operations_of(exchange) if "path" not in op]
    keys = [str(key) for value in values if isinstance(value, dict) for key in value]
    return [name.lower() for name in (*_paths(exchange), *keys) if name]


def _is_unknown(exchange: Exchange) -> bool:
    """Whether something named is behind a URN that is not one of the core schemas'."""
    return any(name.startswith("urn:") and not name.startswith(KNOWN_URNS) for name in _names(exchange))


def _patches_at_a_urn(exchange: Exchange) -> bool:
    if not _patches_attributes(exchange) or _is_unknown(exchange):
        return False
    return any(path.lower().startswith(KNOWN_URNS) for path in _paths(exchange))


def _department_in(exchange: Exchange) -> Iterable[str]:
    return ("department",) if any(path.lower().endswith(":department") for path in _paths(exchange)) else ()


@check(
    "ENTRA-14",
    over=lambda e: _patches_at_a_urn(e) and not _patches_a_manager(e) and e.status != 409,
    facets=Shows(("department",), _department_in),
)
def paths_behind_a_urn_are_understood(exchange: Exchange) -> Iterator[Outcome]:
    """A path with a colon between the URN of the schema and the attribute is accepted."""
    yield from accepted(exchange, "the PATCH to be accepted")


def _patches_a_manager(exchange: Exchange) -> bool:
    names = _names(exchange) if _patches_attributes(exchange) else []
    return any(name == "manager" or name.endswith(":manager") for name in names)


def _manager_at_a_urn(exchange: Exchange) -> bool:
    """A manager behind the URN, whose path was taken, or refused as a path: another refusal is about the spelling."""
    if not _patches_a_manager(exchange) or not _patches_at_a_urn(exchange):
        return False
    return 200 <= exchange.status < 300 or exchange.json.get("scimType") in ("invalidPath", "noTarget")


@check("ENTRA-14", over=_manager_at_a_urn, facets=always("manager"))
def the_path_of_a_manager_is_understood(exchange: Exchange) -> Iterator[Outcome]:
    """The path with a colon between the URN of the enterprise schema and `manager` is understood."""
    yield from accepted(exchange, "the path of the manager to be understood")


def _spelling_of(exchange: Exchange) -> Iterable[str]:
    """How a PATCH writes a manager, or takes the manager away."""
    for operation in operations_of(exchange):
        path, value = str(operation.get("path", "")).lower(), operation.get("value")
        if not path and isinstance(value, dict):
            path, value = next(((k.lower(), v) for k, v in value.items() if k.lower().endswith("manager")), ("", None))
        if not path.endswith("manager"):
            continue
        if str(operation.get("op")).lower() == "remove":
            yield "cleared by a removal"
        elif value in ("", None):
            yield "cleared by an empty value"
        else:
            yield "array" if isinstance(value, list) else "object" if isinstance(value, dict) else "text"


_SPELLINGS = ("text", "object", "array", "cleared by an empty value", "cleared by a removal")


@check(
    "ENTRA-15",
    over=lambda e: _patches_a_manager(e) and e.status != 409,
    facets=Shows(_SPELLINGS, _spelling_of),
)
def a_manager_is_taken_in_any_spelling(exchange: Exchange) -> Iterator[Outcome]:
    """A manager as bare text, as an object or as an array is accepted, and so is taking it away."""
    yield from accepted(exchange, "the manager to be accepted")


def _dotted(exchange: Exchange) -> dict[str, object]:
    values = [op.get("value") for op in operations_of(exchange) if "path" not in op]
    return {k: v for value in values if isinstance(value, dict) for k, v in value.items() if "." in k.split(":")[-1]}


def _kinds_of_keys(exchange: Exchange) -> Iterable[str]:
    """What keys a pathless replace has: with dots, or with the URN of a schema that the bridge knows."""
    values = [op.get("value") for op in operations_of(exchange) if "path" not in op]
    keys = [str(key).lower() for value in values if isinstance(value, dict) for key in value]
    yield from ["dotted keys"] if _dotted(exchange) else []
    yield from ["URN keys"] if any(key.startswith(KNOWN_URNS) for key in keys) else []


def _patches_with_keys(exchange: Exchange) -> bool:
    if exchange.status == 409 or not _patches_attributes(exchange):
        return False
    is_own_matter = not _patches_a_manager(exchange) and not _is_unknown(exchange)
    return is_own_matter and any(True for _ in _kinds_of_keys(exchange))


@check("ENTRA-16", over=_patches_with_keys, facets=Shows(("dotted keys", "URN keys"), _kinds_of_keys))
def dotted_keys_are_understood(exchange: Exchange) -> Iterator[Outcome]:
    """A pathless replace with dotted and URN keys is accepted; what dots name is changed where the answer shows it."""
    yield from accepted(exchange, "the PATCH to be accepted")
    for key, wanted in _dotted(exchange).items():
        name, _, part = key.partition(".")
        shown = get_attribute(exchange.json, name)
        actual = get_attribute(shown, part) if isinstance(shown, dict) else None
        if 200 <= exchange.status < 300 and actual is not None and actual != wanted:
            yield Finding(f"{key} {wanted!r}", repr(actual), f"/{name}/{part}")


_PARAMETERS = {"filter", "startindex", "count", "sortby", "sortorder", "attributes", "excludedattributes", "cursor"}


def _unknown_keys(exchange: Exchange) -> Iterable[str]:
    """What keys of its query no RFC knows: bare ones, and ones with a value."""
    for part in exchange.route.query.split("&"):
        key, sign, _ = part.partition("=")
        if key and key.lower() not in _PARAMETERS:
            yield "a key with a value" if sign else "a bare key"


def _has_unknown_key(exchange: Exchange) -> bool:
    is_told = considered(exchange) and exchange.status not in (404, 409)
    return is_told and any(True for _ in _unknown_keys(exchange))


@check("ENTRA-19", over=_has_unknown_key, facets=Shows(("a bare key", "a key with a value"), _unknown_keys))
def an_unknown_key_is_let_be(exchange: Exchange) -> Iterator[Outcome]:
    """A query parameter that nobody knows, with a value or a bare key, changes nothing."""
    if not 200 <= exchange.status < 300:
        yield Recorded(f"status {exchange.status}")


def _filtered_removal(exchange: Exchange) -> bool:
    return changes_members(exchange) and any(path.startswith("members[value eq") for path in _paths(exchange))


@check("ENTRA-23", over=_filtered_removal)
def a_removal_by_a_filter_path_is_accepted(exchange: Exchange) -> Iterator[Outcome]:
    """The removal of one member by a filter path succeeds."""
    yield from accepted(exchange, "the removal to be accepted")


@check(
    "ENTRA-20",
    over=lambda e: e.route.endpoint == "Groups" and e.status == 200 and "members" in excluded_attributes(e),
    facets=Shows(("list", "single read"), lambda e: ("list",) if listed(e) else ("single read",)),
)
def members_are_excluded_for_entra(exchange: Exchange) -> Iterator[Outcome]:
    """excludedAttributes=members is honoured on lists and single reads."""
    shown = resources_in(exchange) if listed(exchange) else [exchange.json]
    if any(get_attribute(group, "members") for group in shown):
        yield Finding("groups without members", "members are shown", "/members")


# Ours: nobody says what is small. A group of 5,000 members is some hundreds of kilobytes, one of 100 is below 20.
_SMALL = 65_536


@check("ENTRA-27", over=lambda e: changes_members(e) and 200 <= e.status < 300)
def a_membership_answer_is_small(exchange: Exchange) -> Iterator[Outcome]:
    """A membership change is answered with 204 or a small body, whatever the size of the group."""
    yield Recorded(str(exchange.status))
    size = len(exchange.response.body) if exchange.response else 0
    if exchange.status not in (200, 204):
        yield Finding("status 200 or 204", f"status {exchange.status}")
    elif size > _SMALL:
        yield Finding(f"204, or a body of at most {_SMALL} bytes", f"{size} bytes")


@check("ENTRA-35", over=lambda e: created(e) and e.has_json)
def values_come_back_as_sent(exchange: Exchange) -> Iterator[Outcome]:
    """What a create sent comes back as it was sent."""
    sent, shown = exchange.sent_json, exchange.json
    for name in ("userName", "displayName", "externalId"):
        wanted, given = get_attribute(sent, name), get_attribute(shown, name)
        if isinstance(wanted, str) and isinstance(given, str) and not is_same_text(wanted.casefold(), given.casefold()):
            yield Finding(f"{name} {wanted!r}", repr(given), f"/{name}")
    yield from _types_kept(sent, shown)


def _types_kept(sent: Json, shown: Json) -> Iterator[Outcome]:
    """Entra ID addresses a value by its type, as in `emails[type eq "work"].value`: without it each cycle adds one."""
    for name in ("emails", "phoneNumbers", "addresses"):
        kept = {_text(value, "value"): value for value in _values(shown, name)}
        for index, value in enumerate(_values(sent, name)):
            found = kept.get(_text(value, "value"))
            if found is not None and _text(value, "type") and not _text(found, "type"):
                yield Finding(
                    f"type {_text(value, 'type')} of {_text(value, 'value')}", "none", f"/{name}/{index}/type"
                )


def _values(user: Json, name: str) -> list[Json]:
    held = get_attribute(user, name)
    return [value for value in held if isinstance(value, dict)] if isinstance(held, list) else []


def _text(value: Json, name: str) -> str:
    return str(get_attribute(value, name) or "").casefold()


def _named_group_create(exchange: Exchange) -> bool:
    return created_group(exchange) and one_resource(exchange)


@check("ENTRA-38", over=_named_group_create)
def a_new_group_shows_its_name(exchange: Exchange) -> Iterator[Outcome]:
    """A new group comes back with id and displayName, by which it is matched later."""
    body = exchange.json
    if not body.get("id") or not get_attribute(body, "displayName") or not meta_of(exchange).get("resourceType"):
        yield Finding("id, displayName and meta.resourceType", ", ".join(sorted(body)) or "an empty body")


_WORK = 'emails[type eq "work"].value'


def _work_addresses(user: Json) -> set[str]:
    emails = get_attribute(user, "emails")
    entries = [entry for entry in emails if isinstance(entry, dict)] if isinstance(emails, list) else []
    return {str(entry.get("value")).casefold() for entry in entries if entry.get("type") == "work"}


def _address_changes(entries: History) -> Iterator[Case[Exchange]]:
    """Changes of the work address by value path: the view before, the PATCH, and the next view, where there is one."""
    views: dict[str, Entry] = {}
    for index, (entry, exchange) in enumerate(seen := list(exchanges(entries))):
        is_change = _patches_attributes(exchange) and [op.get("path") for op in operations_of(exchange)] == [_WORK]
        if is_change and exchange.route.id in views and exchange.status != 409:
            found = next_view(exchange, tuple(later for later, _ in seen[index + 1 :]))
            yield Case(entry, exchange, (views[exchange.route.id], entry, *([found[0]] if found else [])))
        if exchange.route.endpoint == "Users" and one_resource(exchange):
            views[str(exchange.json.get("id"))] = entry


@history_check(
    "ENTRA-13",
    over=_address_changes,
    facets=Shows(("Add", "Replace"), lambda case: (str(operations_of(case.event)[0].get("op")).title(),)),
)
def a_work_address_that_is_not_there_is_made(case: Case[Exchange]) -> Iterator[Outcome]:
    """Add and Replace at the work address make the entry where the user has none."""
    before, change, *later = case.exchanges
    if _work_addresses(before.json):
        yield Unjudged(SkipReason.NOT_APPLICABLE, "this bridge gives every user a work address")
        return
    yield from accepted(change, "the address to be made")
    wanted = str(operations_of(change)[0].get("value")).casefold()
    shown = [_work_addresses(view.json) for view in ([change] if change.has_json else later)]
    if 200 <= change.status < 300 and shown and wanted not in shown[0]:
        yield Finding(f"the work address {wanted}", f"{sorted(shown[0]) or 'none'}", "/emails")
