"""The checks of Microsoft Entra ID's own traffic."""

from __future__ import annotations

from collections.abc import Iterator

from harness.catalogue.verdict import Finding, Recorded
from harness.checks.patching import operations_of
from harness.checks.registry import Case, History, Outcome, check, history_check
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
from harness.checks.vendors import accepted, activated, active_in, asks_by_filter, changes_members, sets_active
from harness.record.exchange import Exchange, Json, find_header, get_attribute, is_list
from harness.record.journal import exchanges
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


@check("ENTRA-11", over=sets_active)
def active_is_accepted_in_any_form(exchange: Exchange) -> Iterator[Outcome]:
    """`active` as text or Boolean, with a path and an op in either case, is accepted; it comes back as a Boolean."""
    yield from activated(exchange)


def _is_plain_with_capitals(exchange: Exchange) -> bool:
    """A PATCH of one operation with a capital, about which no other row says anything."""
    operations = operations_of(exchange)
    if len(operations) != 1 or sets_active(exchange) or not considered(exchange) or exchange.status == 409:
        return False
    op, path = str(operations[0].get("op")), str(operations[0].get("path", "urn:"))
    is_plain_path = not path.startswith("urn:") and "[" not in path and path != "manager"
    return op in ("Add", "Replace") and is_plain_path


@check("ENTRA-10", over=_is_plain_with_capitals)
def operations_are_accepted_in_any_letter_case(exchange: Exchange) -> Iterator[Outcome]:
    """Add and Replace with a capital are accepted."""
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
    said = [find_header(exchange.request.headers, name) for name in ("Accept", "Content-Type", "User-Agent")]
    is_answer = 200 <= exchange.status < 300 or exchange.status in (403, 406, 415)
    return exchange.request.method == "GET" and said == [None] * 3 and is_answer


@check("ENTRA-02", over=_bare_read)
def a_read_without_headers_gives_scim_json(exchange: Exchange) -> Iterator[Outcome]:
    """A GET without Accept, Content-Type and User-Agent gives SCIM JSON."""
    media = (exchange.header("Content-Type") or "").split(";")[0]
    if exchange.status in (403, 406, 415) or "json" not in media:
        yield Finding("SCIM JSON", f"status {exchange.status}, {media!r}")


def _patches_attributes(exchange: Exchange) -> bool:
    return exchange.request.name == "change user" and considered(exchange)


def _patches_several(exchange: Exchange) -> bool:
    # A manager in a spelling that is refused is ENTRA-15, an attribute that nobody knows ENTRA-17, 409 is ENTRA-09.
    is_own_matter = exchange.status != 409 and not _patches_a_manager(exchange) and not _is_unknown(exchange)
    return _patches_attributes(exchange) and len(operations_of(exchange)) > 1 and is_own_matter


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
    is_known = any(path.lower().startswith(KNOWN_URNS) for path in _paths(exchange))
    return _patches_attributes(exchange) and is_known and not _is_unknown(exchange)


@check("ENTRA-14", over=lambda e: _patches_at_a_urn(e) and not _patches_a_manager(e) and e.status != 409)
def paths_behind_a_urn_are_understood(exchange: Exchange) -> Iterator[Outcome]:
    """A path with a colon between the URN of the schema and the attribute is accepted."""
    yield from accepted(exchange, "the PATCH to be accepted")


def _patches_a_manager(exchange: Exchange) -> bool:
    names = _names(exchange)
    return _patches_attributes(exchange) and any(name == "manager" or name.endswith(":manager") for name in names)


@check("ENTRA-15", over=lambda e: _patches_a_manager(e) and e.status != 409)
def a_manager_is_taken_in_any_spelling(exchange: Exchange) -> Iterator[Outcome]:
    """A manager as bare text, as an object or as an array is accepted, and so is taking it away."""
    yield from accepted(exchange, "the manager to be accepted")


def _dotted(exchange: Exchange) -> dict[str, object]:
    values = [op.get("value") for op in operations_of(exchange) if "path" not in op]
    return {k: v for value in values if isinstance(value, dict) for k, v in value.items() if "." in k.split(":")[-1]}


def _patches_dotted(exchange: Exchange) -> bool:
    is_own_matter = exchange.status != 409 and not _patches_a_manager(exchange) and not _is_unknown(exchange)
    return _patches_attributes(exchange) and bool(_dotted(exchange)) and is_own_matter


@check("ENTRA-16", over=_patches_dotted)
def dotted_keys_are_understood(exchange: Exchange) -> Iterator[Outcome]:
    """A pathless replace with dotted keys is accepted, and what they name is changed where the answer shows it."""
    yield from accepted(exchange, "the PATCH to be accepted")
    for key, wanted in _dotted(exchange).items():
        name, _, part = key.partition(".")
        shown = get_attribute(exchange.json, name)
        actual = get_attribute(shown, part) if isinstance(shown, dict) else None
        if 200 <= exchange.status < 300 and actual is not None and actual != wanted:
            yield Finding(f"{key} {wanted!r}", repr(actual), f"/{name}/{part}")


def _has_bare_key(exchange: Exchange) -> bool:
    keys = exchange.route.query.split("&")
    return any(key and "=" not in key for key in keys) and considered(exchange) and exchange.status not in (404, 409)


@check("ENTRA-19", over=_has_bare_key)
def an_unknown_bare_key_is_let_be(exchange: Exchange) -> Iterator[Outcome]:
    """A query parameter that nobody knows, a bare key, changes nothing."""
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
    over=lambda e: "members" in excluded_attributes(e) and e.route.endpoint == "Groups" and e.status == 200,
)
def members_are_excluded_for_entra(exchange: Exchange) -> Iterator[Outcome]:
    """excludedAttributes=members is honoured on lists and single reads."""
    shown = resources_in(exchange) if listed(exchange) else [exchange.json]
    if any(get_attribute(group, "members") for group in shown):
        yield Finding("groups without members", "members are shown", "/members")


@check("ENTRA-27", over=lambda e: changes_members(e) and 200 <= e.status < 300)
def a_membership_answer_is_small(exchange: Exchange) -> Iterator[Outcome]:
    """A membership change is answered with 204 or a body."""
    yield Recorded(str(exchange.status))
    if exchange.status not in (200, 204):
        yield Finding("status 200 or 204", f"status {exchange.status}")


@check("ENTRA-35", over=lambda e: created(e) and e.has_json)
def values_come_back_as_sent(exchange: Exchange) -> Iterator[Outcome]:
    """What a create sent comes back as it was sent."""
    sent, shown = exchange.sent_json, exchange.json
    for name in ("userName", "displayName", "externalId"):
        wanted, given = get_attribute(sent, name), get_attribute(shown, name)
        if isinstance(wanted, str) and isinstance(given, str) and wanted.casefold() != given.casefold():
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
