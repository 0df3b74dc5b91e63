"""Which writes a bridge takes, what they clash with, and what a delete leaves (RFC 7644 sections 3.5, 3.6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from harness.catalogue.verdict import Finding, Recorded
from harness.checks.facets import BY_TYPE
from harness.checks.registry import Case, History, Outcome, check, history_check
from harness.checks.selectors import considered, is_projected, one_resource, query_of
from harness.checks.timeline import next_view
from harness.model.patch import PATCH_OP
from harness.record.exchange import DISCOVERY, RESOURCES, Exchange, Json, get_attribute
from harness.record.journal import Act, Entry, Observation, exchanges

_NOT_THERE = (405, 501)


def _writes(method: str) -> Any:
    def over(exchange: Exchange) -> bool:
        is_resource = exchange.route.endpoint in RESOURCES and bool(exchange.route.id) and not exchange.route.rest
        return exchange.request.method == method and is_resource and considered(exchange) and exchange.status != 403

    return over


def _put_taken(exchange: Exchange) -> bool:
    return bool(_writes("PUT")(exchange)) and (200 <= exchange.status < 300 or exchange.status in _NOT_THERE)


@check("RFC7644-3.5-01", over=_put_taken, facets=BY_TYPE)
def put_is_supported(exchange: Exchange) -> Iterator[Outcome]:
    """Every resource can be replaced with PUT."""
    if exchange.status in _NOT_THERE:
        yield Finding("PUT to be supported", f"status {exchange.status}")


def _patches_where_declared(record: History) -> Iterator[Case[Exchange]]:
    told = [pair for pair in exchanges(record) if _patch_support(pair[1]) is not None]
    patches = [pair for pair in exchanges(record) if told and _writes("PATCH")(pair[1])]
    taken = {exchange.route.endpoint for _, exchange in patches if 200 <= exchange.status < 300}
    for entry, exchange in patches:
        # Where some are taken, 501 is about what this one asks for.
        if 200 <= exchange.status < 300 or (exchange.status in _NOT_THERE and exchange.route.endpoint not in taken):
            yield Case(entry, exchange, (told[0][0], entry))


def _patch_support(exchange: Exchange) -> bool | None:
    if exchange.route.endpoint != DISCOVERY[0] or exchange.status != 200 or exchange.request.method != "GET":
        return None
    patch = get_attribute(exchange.json, "patch")
    supported = patch.get("supported") if isinstance(patch, dict) else None
    return supported if isinstance(supported, bool) else None


@history_check("RFC7644-3.5-02", "RFC7644-3.5.2-01", over=_patches_where_declared, is_of_run=True)
def patch_is_there_as_declared(case: Case[Exchange]) -> Iterator[Outcome]:
    """Where PATCH is declared, each kind of resource takes it; where it is not, that is noted."""
    supported, status = _patch_support(case.exchanges[0]), case.event.status
    yield Recorded(f"patch.supported {str(supported).lower()}")
    if supported and status in _NOT_THERE:
        yield Finding("PATCH to be supported, as declared", f"status {status}")


def _with_another_schema(exchange: Exchange) -> bool:
    named = get_attribute(exchange.sent_json, "schemas")
    is_other = not isinstance(named, list) or PATCH_OP not in named
    return _writes("PATCH")(exchange) and is_other and exchange.status not in (404, *_NOT_THERE)


@check("RFC7644-3.5.2-02", over=lambda e: _with_another_schema(e) and e.sends_json)
def a_patch_of_another_schema_is_refused_or_read(exchange: Exchange) -> Iterator[Outcome]:
    """A PATCH whose schemas do not name PatchOp is refused with 400; a bridge that reads one without any is noted."""
    named = get_attribute(exchange.sent_json, "schemas")
    what = "another schema" if named else "no schema"
    given = exchange.json.get("scimType")
    yield Recorded(f"{what}: {'refused' if exchange.status >= 400 else 'taken'}")
    if exchange.status >= 500:
        yield Finding("status 400", f"status {exchange.status}")
    elif exchange.status == 400 and given not in (None, "invalidSyntax", "invalidValue"):
        yield Finding("scimType invalidSyntax or invalidValue", repr(given), "/scimType")
    elif named and exchange.status < 300:
        yield Finding("status 400 for a message that is no PatchOp", f"status {exchange.status}")


def _selects(exchange: Exchange) -> bool:
    wanted = query_of(exchange).get("attributes", "")
    return _writes("PATCH")(exchange) and 200 <= exchange.status < 300 and wanted.isalnum()


@check("RFC7644-3.5.2-31", over=_selects)
def a_patch_that_selects_is_answered_with_200(exchange: Exchange) -> Iterator[Outcome]:
    """A PATCH with the parameter attributes is answered with 200 and these attributes."""
    if exchange.status != 200:
        yield Finding("status 200", f"status {exchange.status}")
        return
    wanted = query_of(exchange)["attributes"].lower()
    beside = sorted({name.lower() for name in exchange.json} - {wanted, "id", "schemas", "meta"})
    if beside and wanted not in ("username", "displayname"):
        beside = [name for name in beside if name not in ("username", "displayname")]
    if beside:
        yield Finding(f"{wanted}, and what is always shown", ", ".join(beside))


# Names that are taken.


def _clashes(entries: History, method: str) -> Iterable[Case[Exchange]]:
    """Writes that give a user the userName which another one was shown with, and which nobody wrote to since."""
    names: dict[str, tuple[Entry, str]] = {}
    for entry, exchange in exchanges(entries):
        if exchange.route.endpoint != "Users":
            continue
        own = exchange.route.id
        wanted = _wanted_name(exchange) if exchange.request.method == method else ""
        holders = [(at, scim_id) for scim_id, (at, name) in names.items() if name == wanted and scim_id != own]
        if (
            wanted
            and holders
            and considered(exchange)
            and exchange.status not in (404, 412, *_NOT_THERE)
            and own in names
            and not _is_refused_for_its_form(exchange)
        ):
            yield Case(entry, exchange, (holders[0][0], entry))
        if exchange.request.method in ("PUT", "PATCH", "DELETE") and not 400 <= exchange.status < 500:
            names.pop(own, None)
        shown = get_attribute(exchange.json, "userName")
        if one_resource(exchange) and isinstance(shown, str) and isinstance(exchange.json.get("id"), str):
            names[exchange.json["id"]] = entry, shown.casefold()


def _is_refused_for_its_form(exchange: Exchange) -> bool:
    """Whether a bridge to the letter declined a PATCH that is none: what else is wrong with it need not be told."""
    listed = get_attribute(exchange.sent_json, "Operations")
    verbs = [each.get("op") for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    is_odd = any(verb not in ("add", "remove", "replace") for verb in verbs)
    return is_odd and exchange.status == 400 and exchange.json.get("scimType") in ("invalidSyntax", "invalidValue")


def _wanted_name(exchange: Exchange) -> str:
    if exchange.request.method == "PUT":
        value = get_attribute(exchange.sent_json, "userName")
    else:
        listed = get_attribute(exchange.sent_json, "Operations")
        operations = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
        value = next((_name_in(each) for each in operations if _name_in(each)), "")
    return value.casefold() if isinstance(value, str) else ""


def _name_in(operation: Json) -> Any:
    if str(operation.get("op")).lower() not in ("add", "replace"):
        return ""
    path, value = operation.get("path"), operation.get("value")
    if path is None and isinstance(value, dict):
        return get_attribute(value, "userName")
    return value if str(path).lower() == "username" else ""


def _clash_judged(exchange: Exchange) -> Iterator[Outcome]:
    given = exchange.json.get("scimType")
    yield Recorded(str(exchange.status))
    if exchange.status not in (400, 409):
        yield Finding("status 409, or 400 with scimType uniqueness", f"status {exchange.status}")
    elif given not in (None, "uniqueness") or (exchange.status == 400 and given is None):
        yield Finding("scimType uniqueness", repr(given), "/scimType")


@history_check("RFC7644-3.5.1-17", over=lambda h: _clashes(h, "PUT"))
def a_put_takes_no_name_of_another(case: Case[Exchange]) -> Iterator[Outcome]:
    """A PUT with the userName of another user is refused."""
    yield from _clash_judged(case.event)


@history_check("RFC7644-3.5.2-34", over=lambda h: _clashes(h, "PATCH"))
def a_patch_takes_no_name_of_another(case: Case[Exchange]) -> Iterator[Outcome]:
    """A PATCH to the userName of another user is refused."""
    yield from _clash_judged(case.event)


# An extension that a PATCH names first, and fills then.


def _extended(entries: History) -> Iterable[Case[Exchange]]:
    for index, (entry, exchange) in enumerate(listed := list(exchanges(entries))):
        if not (_writes("PATCH")(exchange) and 200 <= exchange.status < 300 and _filled(exchange)):
            continue
        is_shown = one_resource(exchange) and not is_projected(exchange)
        after = (entry, exchange) if is_shown else next_view(exchange, tuple(e for e, _ in listed[index + 1 :]))
        if after is not None and after[1].status == 200:
            yield Case(after[0], exchange, (entry, after[0]), entry)


def _filled(exchange: Exchange) -> tuple[str, str, str] | None:
    """The URN that an operation adds to schemas, and the attribute below it that a later one sets, with its value."""
    operations = get_attribute(exchange.sent_json, "Operations")
    urns: list[str] = []
    for each in operations if isinstance(operations, list) else ():
        path, value = str(get_attribute(each, "path") or ""), get_attribute(each, "value")
        if path.lower() == "schemas":
            urns += [urn for urn in value if isinstance(urn, str)] if isinstance(value, list) else [str(value)]
        urn, _, name = path.rpartition(":")
        if urn in urns and isinstance(value, str):
            return urn, name, value
    return None


@history_check("RFC7644-3.5.2-21", over=_extended)
def later_operations_see_changed_schemas(case: Case[Exchange]) -> Iterator[Outcome]:
    """An extension that one operation names can be filled by the next one."""
    urn, name, wanted = _filled(case.event) or ("", "", "")
    extension = get_attribute(case.exchanges[-1].json, urn)
    given = get_attribute(extension, name) if isinstance(extension, dict) else None
    if given != wanted:
        yield Finding(f"{name} {wanted!r}", repr(given) if given is not None else "none", f"/{urn}/{name}")


# Deletes.


def _group_deleted(entries: History) -> Iterable[Case[Exchange]]:
    """Users, as they are shown after a group was deleted that they were shown in; each once for each group."""
    groups: dict[str, set[str]] = {}
    gone: dict[str, Entry] = {}
    for entry, exchange in exchanges(entries):
        if exchange.route.endpoint == "Groups" and exchange.request.method == "DELETE" and exchange.status == 204:
            gone[exchange.route.id] = entry
        if exchange.route.endpoint != "Users" or not exchange.route.id or not one_resource(exchange):
            continue
        if is_projected(exchange) or exchange.request.method != "GET":
            continue
        left = groups.get(exchange.route.id, set()) & gone.keys()
        for scim_id in sorted(left):
            yield Case(entry, exchange, (gone[scim_id], entry), gone[scim_id])
        shown = get_attribute(exchange.json, "groups")
        named = [each for each in shown if isinstance(each, dict)] if isinstance(shown, list) else []
        groups[exchange.route.id] = {str(each.get("value")) for each in named}


@history_check("RFC7644-3.6-11", over=_group_deleted)
def nobody_is_in_a_deleted_group(case: Case[Exchange]) -> Iterator[Outcome]:
    """Who was in a group that is deleted is not shown in it any more."""
    deleted, shown = case.exchanges
    if deleted.route.id in str(get_attribute(shown.json, "groups")):
        yield Finding("no group that was deleted", repr(deleted.route.id), "/groups")


def _deleted_then_seen(entries: History) -> Iterable[Case[str]]:
    """What is seen of a member of the account after the user was deleted, before anything else is done to them."""
    names: dict[str, str] = {}
    gone: dict[str, Entry] = {}
    for entry in entries:
        event = entry.event
        if isinstance(event, Exchange) and event.route.endpoint == "Users":
            name = get_attribute(event.json, "userName")
            if one_resource(event) and isinstance(name, str):
                names[str(event.json.get("id"))] = name.casefold()
                gone.pop(name.casefold(), None)
            elif event.request.method == "DELETE" and event.status == 204 and event.route.id in names:
                gone[names[event.route.id]] = entry
        elif isinstance(event, Act):
            gone.clear()
        elif isinstance(event, Observation) and event.kind == "account.members" and event.data is not None:
            for name, at in gone.items():
                yield Case(entry, _state_of(name, event.data), (at, entry), at)
            gone.clear()


def _state_of(name: str, members: Any) -> str:
    found = [each for each in members if str(each.get("email")).casefold() == name]
    return f"kept as {str(found[0].get('state')).lower()}" if found else "removed"


@history_check("RFC7644-3.6-03", over=_deleted_then_seen)
def what_a_delete_leaves_is_noted(case: Case[str]) -> Iterator[Outcome]:
    """Whether the account keeps whom SCIM deletes is the bridge's choice."""
    yield Recorded(case.event)
