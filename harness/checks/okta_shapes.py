"""The shapes that recordings of Okta have, and what Okta and Entra ID both rely on before they create somebody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.catalogue.verdict import Finding
from harness.checks.facets import always
from harness.checks.patching import operations_of
from harness.checks.registry import Case, History, Outcome, Shows, check, history_check
from harness.checks.selectors import considered, created_user, equality_filter, is_projected, one_resource, resources_in
from harness.checks.timeline import next_view
from harness.checks.vendors import accepted, changes_members
from harness.record.exchange import Exchange, Json, get_attribute
from harness.record.journal import Act, Entry, exchanges

_SET_APART = ("groups", "meta", "schemas", "externalid", "password")


def _member_ids(value: object) -> set[str]:
    entries = [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
    return {str(get_attribute(each, "value")) for each in entries}


def _joiners(exchange: Exchange) -> set[str]:
    added = [op.get("value") for op in operations_of(exchange) if str(op.get("op")).lower() == "add"]
    return {member for value in added for member in _member_ids(value)}


def _pushes_with_the_name_last(entries: History) -> Iterator[Case[tuple[Exchange, ...]]]:
    """A PATCH of a group's members, the read behind it and, where it comes, the rename behind that."""
    pushes: dict[str, list[tuple[Entry, Exchange]]] = {}
    for seen in exchanges(entries):
        entry, exchange = seen
        if exchange.route.endpoint != "Groups" or not exchange.route.id or is_projected(exchange):
            continue
        before = pushes.pop(exchange.route.id, [])
        if changes_members(exchange) and 200 <= exchange.status < 300:
            pushes[exchange.route.id] = [seen]
        elif exchange.request.method == "GET" and len(before) == 1 and considered(exchange):
            if exchange.status == 200:
                pushes[exchange.route.id] = [*before, seen]
            yield Case(entry, (before[0][1], exchange), (before[0][0], entry))
        elif exchange.request.name == "rename group" and len(before) == 2 and considered(exchange):
            yield Case(entry, (before[0][1], exchange), (*(each for each, _ in before), entry))


def _step_of(case: Case[tuple[Exchange, ...]]) -> Iterable[str]:
    return ("the read",) if case.event[-1].request.method == "GET" else ("the name",)


@history_check("OKTA-33", over=_pushes_with_the_name_last, facets=Shows(("the read", "the name"), _step_of))
def the_name_may_follow_the_members(case: Case[tuple[Exchange, ...]]) -> Iterator[Outcome]:
    """A push may send the members, read the group, which shows them, and send the name last."""
    change, last = case.event
    yield from accepted(last, "the group" if last.request.method == "GET" else "the rename to be accepted")
    held = get_attribute(last.json, "members")
    if last.request.method == "GET" and isinstance(held, list) and (missing := _joiners(change) - _member_ids(held)):
        yield Finding(f"the new members {sorted(_joiners(change))}", f"without {sorted(missing)}", "/members")


def _bare_put(exchange: Exchange) -> bool:
    if exchange.request.method != "PUT" or exchange.route.endpoint != "Groups" or not considered(exchange):
        return False
    members = get_attribute(exchange.sent_json, "members")
    entries = members if isinstance(members, list) else []
    is_null = any(isinstance(each, dict) and each.get("display", "") is None for each in entries)
    return is_null and get_attribute(exchange.sent_json, "meta") is None and exchange.status != 409


@check("OKTA-34", over=_bare_put)
def a_bare_put_of_a_group_is_taken(exchange: Exchange) -> Iterator[Outcome]:
    """A PUT of a group without `meta`, and members with a `display` of null, is accepted and sets that list."""
    yield from accepted(exchange, "the PUT to be accepted")
    held = get_attribute(exchange.json, "members")
    wanted = _member_ids(get_attribute(exchange.sent_json, "members"))
    if exchange.status == 200 and isinstance(held, list) and _member_ids(held) != wanted:
        yield Finding(f"members {sorted(wanted)}", f"{sorted(_member_ids(held))}", "/members")


def _sets_password(exchange: Exchange) -> bool:
    return considered(exchange) and exchange.request.name == "set user password"


def _password_patches(entries: History, *, again: bool) -> Iterator[Case[Exchange]]:
    """PATCHes of a password: the first for a user, or those after it."""
    told: set[str] = set()
    for entry, exchange in exchanges(entries):
        if _sets_password(exchange):
            if (exchange.route.id in told) is again:
                yield Case(entry, exchange, (entry,))
            told.add(exchange.route.id)


@history_check("OKTA-35", over=lambda entries: _password_patches(entries, again=False), facets=always("once"))
def a_password_is_taken(case: Case[Exchange]) -> Iterator[Outcome]:
    """A PATCH of the password alone is accepted."""
    yield from accepted(case.event, "the password to be accepted")


@history_check("OKTA-35", over=lambda entries: _password_patches(entries, again=True), facets=always("again"))
def a_password_is_taken_again(case: Case[Exchange]) -> Iterator[Outcome]:
    """A PATCH of the password alone is accepted after another one for the same user, too."""
    yield from accepted(case.event, "the password to be accepted again")


def _same_profile(sent: Json, shown: Json) -> bool:
    """Whether a PUT says what was shown, apart from what Okta adds or the bridge alone sets."""
    held = {name.lower(): value for name, value in shown.items()}
    told = {name.lower(): value for name, value in sent.items() if name.lower() not in _SET_APART}
    return all(held.get(name) == value for name, value in told.items())


def _unchanged_puts(entries: History) -> Iterator[Case[tuple[Exchange, Json, Json | None]]]:
    """PUTs that change nothing about a user who is in groups: the view before, and the next one after."""
    views: dict[str, tuple[Entry, Json]] = {}
    seen = list(exchanges(entries))
    for index, (entry, exchange) in enumerate(seen):
        if exchange.route.endpoint != "Users":
            if exchange.request.method != "GET":
                views.clear()  # a write to a group changes who is in it
            continue
        before = views.get(exchange.route.id)
        if before and _repeats(exchange, before[1]):
            after, view = _view_after(exchange, seen[index + 1 :])
            yield Case(entry, (exchange, before[1], view), (before[0], entry, *after))
        if one_resource(exchange) and not is_projected(exchange):
            views[str(exchange.json.get("id"))] = (entry, exchange.json)


def _repeats(exchange: Exchange, shown: Json) -> bool:
    is_put = exchange.request.name == "replace user" and considered(exchange)
    return is_put and bool(get_attribute(shown, "groups")) and _same_profile(exchange.sent_json, shown)


def _view_after(exchange: Exchange, later: list[tuple[Entry, Exchange]]) -> tuple[tuple[Entry, ...], Json | None]:
    if exchange.status == 200 and exchange.has_json:
        return (), exchange.json
    found = next_view(exchange, tuple(each for each, _ in later))
    return ((found[0],), found[1].json) if found and found[1].status == 200 else ((), None)


@history_check("OKTA-36", over=_unchanged_puts)
def an_unchanged_put_leaves_the_groups(case: Case[tuple[Exchange, Json, Json | None]]) -> Iterator[Outcome]:
    """A PUT that changes nothing about somebody in groups, `groups` empty in it, is accepted and leaves them there."""
    exchange, before, after = case.event
    yield from accepted(exchange, "the PUT to be accepted")
    held = _member_ids(get_attribute(before, "groups"))
    if (
        after is not None
        and 200 <= exchange.status < 300
        and (lost := held - _member_ids(get_attribute(after, "groups")))
    ):
        yield Finding(f"groups {sorted(held)}", f"without {sorted(lost)}", "/groups")


def _creates_after_nobody_was_found(entries: History) -> Iterator[Case[Exchange]]:
    """Creates of somebody for whom the last look-up found nobody, while nothing else can have made one.

    Whom a story has put into the account may be there without a user, as a guest is.
    """
    nobody: dict[str, Entry] = {}
    put_in_place: set[str] = set()
    for entry in entries:
        if isinstance(entry.event, Act):
            nobody.clear()
            put_in_place |= {entry.event.address.casefold()} if entry.event.name == "fixtures" else set()
        for _, exchange in exchanges((entry,)):
            if exchange.route.endpoint != "Users":
                continue
            attribute, value = equality_filter(exchange) or ("", "")
            if exchange.request.method == "GET" and attribute.lower() == "username" and exchange.status == 200:
                is_empty = get_attribute(exchange.json, "totalResults") == 0 and not resources_in(exchange)
                nobody.pop(value.casefold(), None)
                nobody.update({value.casefold(): entry} if is_empty else {})
                continue
            name = str(get_attribute(exchange.sent_json, "userName")).casefold()
            is_told = created_user(exchange) or exchange.status == 409
            if exchange.request.name == "create user" and name in nobody.keys() - put_in_place and is_told:
                yield Case(entry, exchange, (nobody[name], entry))
            if exchange.request.method == "POST":
                nobody.pop(name, None)
            elif exchange.request.method not in ("GET", "HEAD"):
                nobody.clear()


@history_check("OKTA-37", "ENTRA-48", over=_creates_after_nobody_was_found)
def who_is_not_found_can_be_created(case: Case[Exchange]) -> Iterator[Outcome]:
    """A create of somebody for whom the look-up before it found nobody is no conflict."""
    if case.event.status == 409:
        yield Finding("the create to be accepted, since the look-up found nobody", "status 409")
