"""What each identity provider needs of a bridge, seen in its own traffic: idp-wire.md section 5.

The judge counts these only for exchanges that a client of that vendor sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.catalogue.verdict import Finding, Recorded
from harness.checks.cases import (
    considered,
    created,
    created_group,
    created_user,
    equality_filter,
    excluded_attributes,
    is_error,
    is_projected,
    listed,
    meta_of,
    one_resource,
    resources_in,
)
from harness.checks.creating import conflicting_creates
from harness.checks.listing import answered_filters
from harness.checks.patching import operations_of
from harness.checks.registry import Case, History, Outcome, check, history_check
from harness.record.exchange import Exchange, find_header, get_attribute, is_list
from harness.record.journal import exchanges
from harness.record.message import CORE_USER, ENTERPRISE_USER

KNOWN_URNS = (f"{CORE_USER.lower()}:", f"{ENTERPRISE_USER.lower()}:")


def _named(name: str) -> object:
    return lambda exchange: exchange.request.name == name and exchange.response is not None


def _accepted(exchange: Exchange, wanted: str) -> Iterator[Outcome]:
    if not 200 <= exchange.status < 300:
        detail = (exchange.received or {}).get("detail", "")
        yield Finding(wanted, f"status {exchange.status} {detail}".strip())


@check("OKTA-01", over=_named("test connection"))  # type: ignore[arg-type]
def okta_connection_test_is_a_list(exchange: Exchange) -> Iterator[Outcome]:
    """The first two users come as a list with real numbers."""
    body = exchange.received or {}
    if exchange.status != 200 or not is_list(body):
        yield Finding("status 200 and a list", f"status {exchange.status}")
    for name in ("totalResults", "startIndex", "itemsPerPage"):
        if name in body and (not isinstance(body[name], int) or isinstance(body[name], bool)):
            yield Finding(f"{name} as a JSON number", repr(body[name]), f"/{name}")


def _filter_query(exchange: Exchange) -> bool:
    return exchange.request.method == "GET" and equality_filter(exchange) is not None and considered(exchange)


@check("OKTA-03", "ENTRA-03", "GOOGLE-03", over=lambda e: _filter_query(e) and e.route.endpoint == "Users")
def the_match_query_is_understood(exchange: Exchange) -> Iterator[Outcome]:
    """The match query is answered with a list of users whose name is the one asked for."""
    yield from _accepted(exchange, "status 200 and a list")
    attribute, value = equality_filter(exchange) or ("", "")
    for index, user in enumerate(resources_in(exchange)):
        shown = get_attribute(user, attribute)
        if isinstance(shown, str) and shown.casefold() != value.casefold():
            yield Finding(f"{attribute} {value!r}", repr(shown), f"/Resources/{index}/{attribute}")


@history_check("OKTA-04", "ENTRA-01", over=answered_filters)
def no_match_is_200(case: Case) -> Iterator[Outcome]:
    """Where nothing matches the answer is 200 and an empty list, never 404."""
    exchange = case.at.event
    assert isinstance(exchange, Exchange)
    if exchange.status == 404:
        yield Finding("status 200 and an empty list", "status 404")


@check("ENTRA-06", over=lambda e: _filter_query(e) and e.status == 200)
def filter_answers_are_lists_with_ids(exchange: Exchange) -> Iterator[Outcome]:
    """A filter is always answered with a list, and every resource in it has an id."""
    if not is_list(exchange.received or {}):
        yield Finding("a ListResponse", "something else")
    for index, resource in enumerate(resources_in(exchange)):
        if not resource.get("id"):
            yield Finding("an id", "none", f"/Resources/{index}/id")


@check("OKTA-17", over=lambda e: _filter_query(e) and e.route.endpoint == "Groups")
def groups_are_found_by_name(exchange: Exchange) -> Iterator[Outcome]:
    """The filter on displayName is understood."""
    yield from _accepted(exchange, "status 200 and a list")


def _create_user_sent(exchange: Exchange) -> bool:
    return exchange.request.name == "create user" and considered(exchange) and exchange.status != 409


@check("OKTA-06", "ENTRA-08", "GOOGLE-01", over=_create_user_sent)
def the_vendors_create_is_accepted(exchange: Exchange) -> Iterator[Outcome]:
    """The create is accepted as this vendor writes it."""
    yield from _accepted(exchange, "the create to be accepted")
    if get_attribute(exchange.received or {}, "password") is not None:
        yield Finding("no password in the answer", "a password attribute", "/password")


@check("OKTA-07", over=created_user)
def a_create_shows_an_id(exchange: Exchange) -> Iterator[Outcome]:
    """The answer to a create has a body with an id."""
    if not (exchange.received or {}).get("id"):
        yield Finding(
            "an id in the body",
            f"{len(exchange.response.body) if exchange.response else 0} bytes without one",
        )


@history_check("OKTA-08", "ENTRA-09", over=conflicting_creates)
def a_duplicate_conflicts(case: Case) -> Iterator[Outcome]:
    """A second create of one address gives 409 with an Error body, or adopts with 200."""
    exchange = case.at.event
    assert isinstance(exchange, Exchange)
    yield Recorded({409: "conflict-409", 200: "adopt-200"}.get(exchange.status, str(exchange.status)))
    if exchange.status not in (200, 409):
        yield Finding("status 409, or 200 with the existing user", f"status {exchange.status}")


def _put_of_a_user(exchange: Exchange) -> bool:
    return exchange.request.method == "PUT" and exchange.route.endpoint == "Users" and considered(exchange)


@check("OKTA-09", over=_put_of_a_user)
def the_overlaid_put_is_accepted(exchange: Exchange) -> Iterator[Outcome]:
    """A PUT of the bridge's own answer, id and meta included, is accepted."""
    yield from _accepted(exchange, "the PUT to be accepted")


def _put_with_stale_formatted(exchange: Exchange) -> bool:
    name = get_attribute(exchange.sent or {}, "displayName")
    return _put_of_a_user(exchange) and 200 <= exchange.status < 300 and isinstance(name, str)


@check("OKTA-10", over=_put_with_stale_formatted)
def a_put_ends_with_the_new_name(exchange: Exchange) -> Iterator[Outcome]:
    """After a PUT the display name is the one that was sent, whatever else is stale."""
    wanted, shown = (get_attribute(body or {}, "displayName") for body in (exchange.sent, exchange.received))
    if shown is not None and shown != wanted:
        yield Finding(f"displayName {wanted!r}", repr(shown), "/displayName")


def _sets_active(exchange: Exchange) -> bool:
    return exchange.request.name == "set user active" and considered(exchange)


@check("OKTA-12", "OKTA-13", "ENTRA-11", "ENTRA-10", "ENTRA-18", over=_sets_active)
def activation_is_accepted(exchange: Exchange) -> Iterator[Outcome]:
    """The vendor's form of activation and deactivation is answered with 200 or 204, and takes effect."""
    if exchange.status not in (200, 204):
        yield Finding("status 200 or 204", f"status {exchange.status}")
    elif exchange.status == 200:
        shown = get_attribute(exchange.received or {}, "active")
        wanted = _active_in(exchange)
        if shown is not wanted:
            yield Finding(f"active {str(wanted).lower()} as a Boolean", repr(shown), "/active")


def _active_in(exchange: Exchange) -> bool:
    value = operations_of(exchange)[0].get("value")
    return str(value["active"] if isinstance(value, dict) else value).lower() == "true"


def _read_after_deactivation(entries: History) -> Iterable[Case]:
    """Reads by id of users whose last write was a deactivation that succeeded."""
    inactive: set[str] = set()
    for entry, exchange in exchanges(entries):
        user_id = exchange.route.id
        if exchange.route.endpoint != "Users":
            continue
        if exchange.request.method == "GET":
            if user_id in inactive and considered(exchange) and not is_projected(exchange):
                yield Case(entry, (entry,))
        elif _sets_active(exchange) and 200 <= exchange.status < 300 and not _active_in(exchange):
            inactive.add(user_id)
        else:
            inactive.discard(user_id)


@history_check("OKTA-14", "ENTRA-07", over=_read_after_deactivation)
def a_deactivated_user_stays_readable(case: Case) -> Iterator[Outcome]:
    """A deactivated user is read by id, with active false."""
    exchange = case.at.event
    assert isinstance(exchange, Exchange)
    if exchange.status != 200 or get_attribute(exchange.received or {}, "active") is not False:
        shown = get_attribute(exchange.received or {}, "active")
        yield Finding("status 200 and active false", f"status {exchange.status}, active {shown!r}", "/active")


@check("OKTA-18", "ENTRA-21", over=lambda e: e.request.name == "create group" and considered(e) and e.status != 409)
def the_vendors_group_create_is_accepted(exchange: Exchange) -> Iterator[Outcome]:
    """The create of a group is accepted as this vendor writes it."""
    yield from _accepted(exchange, "the create to be accepted")


def _pathless_rename(exchange: Exchange) -> bool:
    operations = operations_of(exchange)
    value = operations[0].get("value") if len(operations) == 1 and "path" not in operations[0] else None
    return exchange.request.name == "rename group" and isinstance(value, dict) and considered(exchange)


@check("OKTA-19", over=_pathless_rename)
def a_rename_that_brings_the_id_is_accepted(exchange: Exchange) -> Iterator[Outcome]:
    """A pathless replace with id and displayName is accepted."""
    yield from _accepted(exchange, "the rename to be accepted")


def _changes_members(exchange: Exchange) -> bool:
    return exchange.request.name == "change group members" and considered(exchange)


@check("OKTA-20", "OKTA-21", over=_changes_members)
def member_operations_are_accepted(exchange: Exchange) -> Iterator[Outcome]:
    """Removals by filter path and one add with an array are accepted in one PATCH."""
    yield from _accepted(exchange, "the membership change to be accepted")


def _value_removal(exchange: Exchange) -> bool:
    operations = operations_of(exchange)
    return _changes_members(exchange) and any(
        str(op.get("op")).lower() == "remove" and op.get("path") == "members" for op in operations
    )


@check("ENTRA-26", "ENTRA-30", over=_value_removal)
def a_removal_of_members_succeeds(exchange: Exchange) -> Iterator[Outcome]:
    """The removal of a member succeeds, also when the member was suspended just before."""
    yield from _accepted(exchange, "the removal to be accepted")


@check(
    "OKTA-25",
    "ENTRA-29",
    # Microsoft's validator deletes what is not there, too: whoever sends that says so in the request's name.
    over=lambda e: (
        e.request.method == "DELETE"
        and e.route.endpoint == "Groups"
        and e.request.name != "delete missing group"
        and considered(e)
    ),
)
def a_group_can_be_deleted(exchange: Exchange) -> Iterator[Outcome]:
    """DELETE of a group gives 204."""
    if exchange.status != 204:
        yield Finding("status 204", f"status {exchange.status}")


@check("OKTA-27", "OKTA-29", over=is_error)
def an_error_tells_the_admin_why(exchange: Exchange) -> Iterator[Outcome]:
    """Every error has a body with a human text in `detail`: the administrator sees it."""
    if not (exchange.received or {}).get("detail"):
        yield Finding("an Error body with detail", "none", "/detail")


@check("OKTA-28", over=lambda e: e.status == 429)
def throttling_names_whole_seconds(exchange: Exchange) -> Iterator[Outcome]:
    """A 429 carries Retry-After in whole seconds."""
    value = exchange.response.header("Retry-After") if exchange.response else None
    if not (value or "").isdigit():
        yield Finding("Retry-After in whole seconds", repr(value))


def _bare_read(exchange: Exchange) -> bool:
    said = [find_header(exchange.request.headers, name) for name in ("Accept", "Content-Type", "User-Agent")]
    is_answer = 200 <= exchange.status < 300 or exchange.status in (406, 415)
    return exchange.request.method == "GET" and said == [None] * 3 and is_answer


@check("ENTRA-02", over=_bare_read)
def a_read_without_headers_gives_scim_json(exchange: Exchange) -> Iterator[Outcome]:
    """A GET without Accept, Content-Type and User-Agent gives SCIM JSON."""
    media = (exchange.response.header("Content-Type") or "").split(";")[0] if exchange.response else ""
    if exchange.status in (406, 415) or "json" not in media:
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
    yield from _accepted(exchange, "the PATCH to be accepted")


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
    yield from _accepted(exchange, "the PATCH to be accepted")


def _patches_a_manager(exchange: Exchange) -> bool:
    names = _names(exchange)
    return _patches_attributes(exchange) and any(name == "manager" or name.endswith(":manager") for name in names)


@check("ENTRA-15", over=lambda e: _patches_a_manager(e) and e.status != 409)
def a_manager_is_taken_in_any_spelling(exchange: Exchange) -> Iterator[Outcome]:
    """A manager as bare text, as an object or as an array is accepted, and so is taking it away."""
    yield from _accepted(exchange, "the manager to be accepted")


def _dotted(exchange: Exchange) -> dict[str, object]:
    values = [op.get("value") for op in operations_of(exchange) if "path" not in op]
    return {k: v for value in values if isinstance(value, dict) for k, v in value.items() if "." in k.split(":")[-1]}


def _patches_dotted(exchange: Exchange) -> bool:
    is_own_matter = exchange.status != 409 and not _patches_a_manager(exchange) and not _is_unknown(exchange)
    return _patches_attributes(exchange) and bool(_dotted(exchange)) and is_own_matter


@check("ENTRA-16", over=_patches_dotted)
def dotted_keys_are_understood(exchange: Exchange) -> Iterator[Outcome]:
    """A pathless replace with dotted keys is accepted, and what they name is changed where the answer shows it."""
    yield from _accepted(exchange, "the PATCH to be accepted")
    for key, wanted in _dotted(exchange).items():
        name, _, part = key.partition(".")
        shown = get_attribute(exchange.received or {}, name)
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
    return _changes_members(exchange) and any(path.startswith("members[value eq") for path in _paths(exchange))


@check("ENTRA-23", over=_filtered_removal)
def a_removal_by_a_filter_path_is_accepted(exchange: Exchange) -> Iterator[Outcome]:
    """The removal of one member by a filter path succeeds."""
    yield from _accepted(exchange, "the removal to be accepted")


@check(
    "ENTRA-20",
    over=lambda e: "members" in excluded_attributes(e) and e.route.endpoint == "Groups" and e.status == 200,
)
def members_are_excluded_for_entra(exchange: Exchange) -> Iterator[Outcome]:
    """excludedAttributes=members is honoured on lists and single reads."""
    shown = resources_in(exchange) if listed(exchange) else [exchange.received or {}]
    if any(get_attribute(group, "members") for group in shown):
        yield Finding("groups without members", "members are shown", "/members")


@check("ENTRA-27", over=lambda e: _changes_members(e) and 200 <= e.status < 300)
def a_membership_answer_is_small(exchange: Exchange) -> Iterator[Outcome]:
    """A membership change is answered with 204 or a body."""
    yield Recorded(str(exchange.status))
    if exchange.status not in (200, 204):
        yield Finding("status 200 or 204", f"status {exchange.status}")


@check("ENTRA-35", over=lambda e: created(e) and e.received is not None)
def values_come_back_as_sent(exchange: Exchange) -> Iterator[Outcome]:
    """What a create sent comes back as it was sent."""
    sent, shown = exchange.sent or {}, exchange.received or {}
    for name in ("userName", "displayName", "externalId"):
        wanted, given = get_attribute(sent, name), get_attribute(shown, name)
        if isinstance(wanted, str) and isinstance(given, str) and wanted.casefold() != given.casefold():
            yield Finding(f"{name} {wanted!r}", repr(given), f"/{name}")


@check("OKTA-26", "GOOGLE-02", over=lambda e: e.request.method in ("POST", "PUT", "PATCH") and e.response is not None)
def the_vendors_labels_are_accepted(exchange: Exchange) -> Iterator[Outcome]:
    """No request is refused for its media type."""
    if exchange.status in (406, 415):
        yield Finding("the request to be read", f"status {exchange.status}")


@check("GOOGLE-04", over=lambda e: e.response is not None)
def googles_agent_is_let_in(exchange: Exchange) -> Iterator[Outcome]:
    """The agent string of Google's client is not taken for a robot."""
    if exchange.status in (403, 406, 429):
        yield Finding("the request to be served", f"status {exchange.status}")


def _named_group_create(exchange: Exchange) -> bool:
    return created_group(exchange) and one_resource(exchange)


@check("ENTRA-38", over=_named_group_create)
def a_new_group_shows_its_name(exchange: Exchange) -> Iterator[Outcome]:
    """A new group comes back with id and displayName, by which it is matched later."""
    body = exchange.received or {}
    if not body.get("id") or not get_attribute(body, "displayName") or not meta_of(exchange).get("resourceType"):
        yield Finding("id, displayName and meta.resourceType", ", ".join(sorted(body)) or "an empty body")
