"""The checks of Okta's own traffic."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.catalogue.verdict import Finding
from harness.checks.facets import always
from harness.checks.patching import operations_of
from harness.checks.registry import Outcome, Selector, Shows, check
from harness.checks.selectors import (
    considered,
    created_user,
    is_error,
)
from harness.checks.vendors import (
    accepted,
    activated,
    active_in,
    asks_by_filter,
    changes_members,
    creates_a_user,
    label_accepted,
    sets_active,
)
from harness.model.comparing import is_same_text
from harness.record.exchange import Exchange, find_header, get_attribute, is_list

NAMED_BY_OKTA_27 = (401, 404)


def _named(name: str) -> Selector:
    return lambda exchange: exchange.response is not None and exchange.request.name == name


@check("OKTA-01", over=_named("test connection"))
def okta_connection_test_is_a_list(exchange: Exchange) -> Iterator[Outcome]:
    """The first two users come as a list with real numbers."""
    body = exchange.json
    if exchange.status != 200 or not is_list(body):
        yield Finding("status 200 and a list", f"status {exchange.status}")
    for name in ("totalResults", "startIndex", "itemsPerPage"):
        if name in body and (not isinstance(body[name], int) or isinstance(body[name], bool)):
            yield Finding(f"{name} as a JSON number", repr(body[name]), f"/{name}")


@check("OKTA-17", over=lambda e: asks_by_filter(e) and e.route.endpoint == "Groups")
def groups_are_found_by_name(exchange: Exchange) -> Iterator[Outcome]:
    """The filter on displayName is understood."""
    yield from accepted(exchange, "status 200 and a list")


@check("OKTA-07", over=created_user)
def a_create_shows_an_id(exchange: Exchange) -> Iterator[Outcome]:
    """The answer to a create has a body with an id."""
    if not exchange.json.get("id"):
        yield Finding(
            "an id in the body",
            f"{len(exchange.response.body) if exchange.response else 0} bytes without one",
        )


@check("OKTA-06", over=lambda e: creates_a_user(e) and e.has_json, facets=always("the password is not returned"))
def no_password_is_shown_to_okta(exchange: Exchange) -> Iterator[Outcome]:
    """The password that Okta's create carries does not come back."""
    if get_attribute(exchange.json, "password") is not None:
        yield Finding("no password in the answer", "a password attribute", "/password")


@check("OKTA-12", over=sets_active, facets=Shows(("false", "true"), lambda e: (str(active_in(e)).lower(),)))
def a_pathless_activation_is_accepted(exchange: Exchange) -> Iterator[Outcome]:
    """A replace without a path sets `active`, in both directions."""
    yield from activated(exchange)


def _put_of_a_user(exchange: Exchange) -> bool:
    return exchange.request.method == "PUT" and exchange.route.endpoint == "Users" and considered(exchange)


@check(
    "OKTA-09",
    over=_put_of_a_user,
    facets=Shows(("id", "meta", "groups"), lambda e: {"id", "meta", "groups"} & e.sent_json.keys()),
)
def the_overlaid_put_is_accepted(exchange: Exchange) -> Iterator[Outcome]:
    """A PUT of the bridge's own answer, id and meta included, is accepted."""
    yield from accepted(exchange, "the PUT to be accepted")


def _put_with_stale_formatted(exchange: Exchange) -> bool:
    is_taken = _put_of_a_user(exchange) and 200 <= exchange.status < 300
    return is_taken and isinstance(get_attribute(exchange.sent_json, "displayName"), str)


@check("OKTA-10", over=_put_with_stale_formatted)
def a_put_ends_with_the_new_name(exchange: Exchange) -> Iterator[Outcome]:
    """After a PUT the display name is the one that was sent, whatever else is stale."""
    wanted, shown = (get_attribute(body, "displayName") for body in (exchange.sent_json, exchange.json))
    if shown is not None and not is_same_text(str(wanted), str(shown)):
        yield Finding(f"displayName {wanted!r}", repr(shown), "/displayName")


def _pathless_rename(exchange: Exchange) -> bool:
    if not considered(exchange) or exchange.request.name != "rename group":
        return False
    operations = operations_of(exchange)
    value = operations[0].get("value") if len(operations) == 1 and "path" not in operations[0] else None
    return isinstance(value, dict)


@check("OKTA-19", over=_pathless_rename, facets=always("the id is ignored"))
def a_rename_that_brings_the_id_is_accepted(exchange: Exchange) -> Iterator[Outcome]:
    """A pathless replace with id and displayName is accepted."""
    yield from accepted(exchange, "the rename to be accepted")


def _removes_members(exchange: Exchange) -> bool:
    return changes_members(exchange) and any(op.get("op") == "remove" for op in operations_of(exchange))


def _order_of_operations(exchange: Exchange) -> Iterable[str]:
    words = [str(op.get("op")) for op in operations_of(exchange)]
    yield from ["several removals"] if words.count("remove") > 1 else []
    yield from ["an addition behind a removal"] if words[-2:] == ["remove", "add"] else []


@check(
    "OKTA-20",
    over=_removes_members,
    facets=Shows(("several removals", "an addition behind a removal"), _order_of_operations),
)
def member_operations_are_accepted(exchange: Exchange) -> Iterator[Outcome]:
    """Removals by filter path, and one add with an array behind them, are accepted in one PATCH."""
    yield from accepted(exchange, "the membership change to be accepted")


@check("OKTA-21", over=lambda e: changes_members(e) and not _removes_members(e))
def bare_members_are_accepted(exchange: Exchange) -> Iterator[Outcome]:
    """Members are added by `value` and `display`, without type and `$ref`."""
    yield from accepted(exchange, "the new members to be accepted")


_NAMED_ERRORS = {401: "401 for a bad token", 404: "404 for an unknown id"}


@check(
    "OKTA-27",
    over=lambda e: is_error(e) and e.status in NAMED_BY_OKTA_27,
    facets=Shows(tuple(_NAMED_ERRORS.values()), lambda e: (_NAMED_ERRORS[e.status],)),
)
def a_bad_token_or_id_is_explained(exchange: Exchange) -> Iterator[Outcome]:
    """401 for a bad token and 404 for an unknown id have a body with a human text in `detail`."""
    yield from _explained(exchange)


@check("OKTA-29", over=lambda e: is_error(e) and e.status not in NAMED_BY_OKTA_27)
def an_error_tells_the_admin_why(exchange: Exchange) -> Iterator[Outcome]:
    """Every other error has a body with a human text in `detail`: the administrator sees it."""
    yield from _explained(exchange)


def _explained(exchange: Exchange) -> Iterator[Outcome]:
    if not exchange.json.get("detail"):
        yield Finding("an Error body with detail", "none", "/detail")


@check("OKTA-28", over=lambda e: e.status == 429, is_about_load=True)
def throttling_names_whole_seconds(exchange: Exchange) -> Iterator[Outcome]:
    """A 429 carries Retry-After in whole seconds."""
    value = exchange.header("Retry-After")
    if not (value or "").isdigit():
        yield Finding("Retry-After in whole seconds", repr(value))


def _labelled(exchange: Exchange) -> bool:
    return exchange.response is not None and find_header(exchange.request.headers, "Content-Type") is not None


def _kind_of_label(exchange: Exchange) -> Iterable[str]:
    media = (find_header(exchange.request.headers, "Content-Type") or "").split(";")[0]
    if exchange.request.method in ("GET", "DELETE"):
        word = "read" if exchange.request.method == "GET" else "DELETE"
        yield f"a {word} with a Content-Type"
    elif media == "application/json":
        yield "a write as application/json"


@check(
    "OKTA-26",
    over=_labelled,
    facets=Shows(
        ("a read with a Content-Type", "a DELETE with a Content-Type", "a write as application/json"), _kind_of_label
    ),
)
def oktas_labels_are_accepted(exchange: Exchange) -> Iterator[Outcome]:
    """Reads and deletions that carry a Content-Type, and writes as plain JSON, are not refused for it."""
    yield from label_accepted(exchange)
