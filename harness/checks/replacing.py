"""Replacing resources with PUT: RFC 7644 section 3.5.1."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.catalogue.verdict import Finding
from harness.checks.facets import BY_TYPE, always, methods
from harness.checks.registry import Case, History, Outcome, check, history_check
from harness.checks.selectors import considered, is_projected, meta_of, object_in, one_resource
from harness.checks.timeline import next_view
from harness.model.values import is_spelling
from harness.record.exchange import Exchange, Json, get_attribute
from harness.record.journal import Entry, exchanges


def _replaced(exchange: Exchange) -> bool:
    return (
        exchange.request.method == "PUT"
        and exchange.route.is_resource_endpoint
        and 200 <= exchange.status < 300
        and not is_projected(exchange)
    )


@check("RFC7644-3.5.1-15", over=_replaced, facets=BY_TYPE)
def a_put_answers_with_the_resource(exchange: Exchange) -> Iterator[Outcome]:
    """A PUT that succeeds is answered with 200 and the entire resource."""
    missing = [name for name in ("id", "schemas", "meta") if get_attribute(exchange.json, name) is None]
    if exchange.status != 200:
        yield Finding("status 200", f"status {exchange.status}")
    elif missing:
        yield Finding("the entire resource", f"without {', '.join(missing)}")


def _user_replaced(exchange: Exchange) -> bool:
    return _replaced(exchange) and exchange.route.endpoint == "Users" and exchange.has_json


def _replaced_then_seen(entries: History) -> Iterable[Case[Exchange]]:
    """Successful PUTs of a User: the view before, the PUT, and what shows its effect: its answer, and the next read.

    Where there is no view before, the PUT stands in its place.
    """
    views: dict[str, Entry] = {}
    for index, entry in enumerate(entries):
        exchange = entry.event
        if not isinstance(exchange, Exchange) or exchange.route.endpoint != "Users":
            continue
        if _user_replaced(exchange):
            known = views.get(exchange.route.id, entry)
            yield Case(entry, exchange, (known, entry, entry))
            found = next_view(exchange, entries[index + 1 :])
            if found and found[1].has_json:
                view, shown = found
                yield Case(view, shown, (known, entry, view))
        if one_resource(exchange) and not is_projected(exchange):
            views[str(exchange.json.get("id"))] = entry


@history_check("RFC7644-3.5.1-02", over=_replaced_then_seen)
def a_put_stores_what_was_sent(case: Case[Exchange]) -> Iterator[Outcome]:
    """The values that a PUT brings replace the old ones, in its answer and in the next read."""
    before, put, after = case.exchanges
    old, sent, shown = _values_in(before.json), _values_in(put.sent_json), _values_in(after.json)
    for name, wanted in sent.items():
        given = shown.get(name, "")
        # What a bridge has never shown it does not keep, as it may; what it did show must not get lost.
        is_lost = not given and name in old
        if is_lost or (given and not is_spelling(name.lower(), wanted, given)):
            yield Finding(f"{name} {wanted!r}", repr(given) if given else "none", f"/{name.replace('.', '/')}")
    yield from _emails_replaced(put.sent_json, after.json)


def _values_in(user: Json) -> dict[str, str]:
    """The texts of a User that a PUT is judged by, those that are assigned."""
    values = {name: get_attribute(user, name) for name in ("userName", "displayName", "externalId", "title")}
    values |= {f"name.{name}": object_in(user, "name").get(name) for name in ("givenName", "familyName")}
    return {name: value for name, value in values.items() if isinstance(value, str) and value}


def _emails_replaced(sent: Json, shown: Json) -> Iterator[Outcome]:
    # A bridge may keep fewer, and may show the userName as an address of its own: only what stayed behind is wrong.
    wanted, kept = _addresses_in(sent), _addresses_in(shown)
    left = kept - wanted - {str(get_attribute(shown, "userName")).casefold()}
    if wanted and left:
        yield Finding(f"emails {sorted(wanted)}", f"{sorted(left)} as well", "/emails")


def _addresses_in(user: Json) -> set[str]:
    emails = get_attribute(user, "emails")
    entries = emails if isinstance(emails, list) else []
    return {e["value"].casefold() for e in entries if isinstance(e, dict) and isinstance(e.get("value"), str)}


def _active_replaced_then_seen(entries: History) -> Iterable[Case[Exchange]]:
    for case in _replaced_then_seen(entries):
        if all(isinstance(value, bool) for value in _active_in(case)):
            yield case


def _active_in(case: Case[Exchange]) -> tuple[object, object]:
    """`active` as a PUT brings it, and as it is shown afterwards."""
    _, put, after = case.exchanges
    return get_attribute(put.sent_json, "active"), get_attribute(after.json, "active")


@history_check(
    "RFC7643-4.1.1-17", "RFC7644-3.5.1-02", over=_active_replaced_then_seen, facets={"RFC7643-4.1.1-17": always("PUT")}
)
def a_put_sets_active(case: Case[Exchange]) -> Iterator[Outcome]:
    """The value of `active` that a PUT brings is what is shown afterwards."""
    wanted, given = _active_in(case)
    if given is not wanted:
        yield Finding(f"active {str(wanted).lower()}", str(given).lower(), "/active")


def _put_with_another_id(exchange: Exchange) -> bool:
    return _user_replaced(exchange) and get_attribute(exchange.sent_json, "id") not in (None, exchange.route.id)


@check("RFC7644-3.5.1-11", "RFC7643-3.1-09", over=_put_with_another_id, facets={"RFC7643-3.1-09": methods("PUT")})
def the_id_in_a_put_is_ignored(exchange: Exchange) -> Iterator[Outcome]:
    """Whatever id stands in the body of a PUT, the resource keeps its own."""
    shown = exchange.json.get("id")
    if shown != exchange.route.id:
        yield Finding(f"id {exchange.route.id!r}", repr(shown), "/id")


# What a client may bring in meta. The bridge writes lastModified anew, so only a value of the client's own tells.
_META = ("resourceType", "created", "lastModified", "location", "version")


def _put_with_altered_meta(entries: History) -> Iterable[Case[Exchange]]:
    """PUTs of a User that bring a meta which differs from the one shown last."""
    views: dict[str, tuple[Entry, Exchange]] = {}
    for entry, exchange in exchanges(entries):
        if exchange.request.method == "PUT" and exchange.route.id in views and considered(exchange):
            known, view = views[exchange.route.id]
            if _alterations(view, exchange):
                yield Case(entry, exchange, (known, entry))
        if exchange.route.endpoint == "Users" and one_resource(exchange) and meta_of(exchange):
            views[str(exchange.json.get("id"))] = (entry, exchange)


def _alterations(known: Exchange, put: Exchange) -> dict[str, object]:
    """What a PUT brings in meta that the bridge had not shown."""
    own, brought = meta_of(known), object_in(put.sent_json, "meta")
    return {name: brought[name] for name in _META if brought.get(name) is not None and brought[name] != own.get(name)}


@history_check("RFC7644-3.5.1-12", "RFC7643-3.1-19", over=_put_with_altered_meta)
def meta_in_a_put_is_ignored(case: Case[Exchange]) -> Iterator[Outcome]:
    """A PUT that brings another meta is accepted, and gets the bridge's own back."""
    known, put = case.exchanges
    if put.status == 400:
        yield Finding("meta to be ignored", "status 400")
    elif _user_replaced(put):
        given = meta_of(put)
        if not given:
            yield Finding("the bridge's own meta", "no meta", "/meta")
        for name, value in _alterations(known, put).items():
            if given.get(name) == value:
                yield Finding(f"the bridge's own meta.{name}", f"the client's {value!r}", f"/meta/{name}")


def _put_with_read_only(entries: History) -> Iterable[Case[Exchange]]:
    """PUTs with id and meta; of those that are refused none that brings a new userName, which may be the reason."""
    names: dict[str, object] = {}
    for entry, exchange in exchanges(entries):
        if exchange.route.endpoint != "Users":
            continue
        scim_id, sent = exchange.route.id, get_attribute(exchange.sent_json, "userName")
        is_of_them = exchange.status != 400 or names.get(scim_id, sent) == sent
        if is_of_them and _put_sent_with_read_only(exchange):
            yield Case(entry, exchange, (entry,))
        if one_resource(exchange) and not is_projected(exchange):
            names[str(exchange.json.get("id"))] = get_attribute(exchange.json, "userName")


@history_check("RFC7644-3.1-06", over=_put_with_read_only)
def read_only_attributes_need_not_be_removed(case: Case[Exchange]) -> Iterator[Outcome]:
    """A PUT that carries id and meta as the bridge gave them is accepted."""
    if case.event.status == 400:
        yield Finding("the read-only attributes to be ignored", "status 400")


def _put_sent_with_read_only(exchange: Exchange) -> bool:
    sent = exchange.sent_json
    return (
        exchange.request.method == "PUT"
        and exchange.route.endpoint == "Users"
        and exchange.response is not None
        and get_attribute(sent, "id") == exchange.route.id
        and isinstance(get_attribute(sent, "meta"), dict)
    )
