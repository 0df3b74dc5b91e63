"""What the first cause of a report must be for each fault: written from the requirement, not from what comes out."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable
from dataclasses import dataclass

from harness.judge.refusal import shape_of
from harness.record.exchange import Exchange

Test = Callable[[Exchange], bool]


@dataclass(frozen=True, slots=True)
class Expected:
    """The rows of which one must head the first cause (ids or globs), and what its exchange must be, in words too."""

    rows: tuple[str, ...]
    words: str
    is_it: Test

    def has(self, row: str) -> bool:
        """Whether that row may head the first cause."""
        return any(fnmatch.fnmatchcase(row, glob) for glob in self.rows)


def sent(method: str, place: str = "", status: int = 0) -> Test:
    """A request with one of these methods to that place, answered so; 0 stands for success."""

    def test(exchange: Exchange) -> bool:
        is_answered = exchange.status == status if status else 200 <= exchange.status < 300
        return exchange.request.method in method.split() and shape_of(exchange)[1].startswith(place) and is_answered

    return test


def _removes_a_member(exchange: Exchange) -> bool:
    steps = shape_of(exchange)[2:]
    return sent("PATCH", "/Groups/{id}")(exchange) and any(step.startswith("remove members") for step in steps)


def _replaces_without_members(exchange: Exchange) -> bool:
    steps = shape_of(exchange)[2:]
    return sent("PATCH", "/Groups/{id}")(exchange) and any(
        s.startswith("replace") and "members" not in s for s in steps
    )


def _shows_ids(exchange: Exchange) -> bool:
    return exchange.request.method != "DELETE" and exchange.status in (200, 201)


def _renames(exchange: Exchange) -> bool:
    return sent("PUT PATCH", "/Users/{id}")(exchange) and b"userName" in (exchange.request.body or b"")


def _sends_text_for_active(exchange: Exchange) -> bool:
    text = (exchange.request.body or b"").lower().replace(b" ", b"")
    is_text = any(word in text for word in (b'"false"', b'"true"'))
    return sent("PATCH", "/Users/{id}", 400)(exchange) and b"active" in text and is_text


def _has_no_agent(exchange: Exchange) -> bool:
    is_named = any(name.lower() == "user-agent" for name, _ in exchange.request.headers)
    return exchange.status == 403 and not is_named


def _finds_nobody(exchange: Exchange) -> bool:
    return (
        sent("GET", "/Users")(exchange) and "filter=" in exchange.route.query and not exchange.json.get("totalResults")
    )


def _filters(words: str, status: int) -> Test:
    return lambda e: sent("GET", "/Users", status)(e) and words in e.route.query.lower()


def _names_a_stranger(exchange: Exchange) -> bool:
    return exchange.route.endpoint == "Groups" and exchange.status == 500


ON_NAMES = ("RFC7643-3.1-03",)

EXPECTED: dict[str, Expected] = {
    "remove-one-loses-all": Expected(
        ("RFC7644-3.5.2.2-*", "ENTRA-22", "ENTRA-23", "OKTA-20"), "a PATCH that removes a member", _removes_a_member
    ),
    "replace-without-members-empties": Expected(
        ("RFC7644-3.5.2.3-09", "RFC7644-3.5.1-*", "OKTA-19"),
        "a replace that does not name members",
        _replaces_without_members,
    ),
    "email-type-dropped": Expected(("ENTRA-35", "RFC7644-3.3-*"), "a create of a user", sent("POST", "/Users")),
    "lists-without-members": Expected(("RFC7643-7-29",), "a list of groups", sent("GET", "/Groups")),
    "delete-of-member-fails": Expected(("RFC7644-3.12-23",), "the DELETE", sent("DELETE", "/Users/{id}", 500)),
    "delete-of-nobody-fails": Expected(
        ("RFC7644-3.12-23", "RFC7644-3.6-07", "RFC7644-3.6-10"),
        "a DELETE answered 500",
        sent("DELETE", "", 500),
    ),
    "numeric-ids": Expected(ON_NAMES, "an answer with such an id", _shows_ids),
    "ids-missing": Expected(ON_NAMES, "an answer without an id", _shows_ids),
    "ids-of-another-type": Expected(ON_NAMES, "an answer with such an id", _shows_ids),
    "core-under-urn": Expected(("RFC7643-4.1.1-01", "RFC7643-3-*"), "an answer that shows a user", _shows_ids),
    "renaming-suspends": Expected(
        ("RFC7644-3.5.2.3-09", "RFC7644-3.5.1-*", "RFC7643-4.1.1-17"), "a write of userName", _renames
    ),
    "text-booleans-refused": Expected(("ENTRA-11",), "a PATCH with `active` as a text", _sends_text_for_active),
    "agent-demanded": Expected(("ENTRA-02",), "a request without a User-Agent, answered 403", _has_no_agent),
    "plain-text-errors": Expected(("RFC7644-3.12-01",), "an error", lambda e: e.status >= 400),
    "inactive-users-hidden": Expected(
        ("RFC7644-3.4.2.2-07", "ENTRA-07"), "the look-up that found nobody", _finds_nobody
    ),
    "filter-by-externalid-refused": Expected(
        ("ENTRA-04", "ENTRA-05"), "the filter by externalId", _filters("externalid", 400)
    ),
    "unknown-member-fails": Expected(
        ("RFC7643-4.2-04", "RFC7644-3.12-23", "RFC7644-3.12-24"), "the write that names them", _names_a_stranger
    ),
    "refused-create-takes-externalid": Expected(
        ("SEED-18", "SEED-57", "RFC7644-3.3-17"), "the create that was refused", sent("POST", "/Users", 409)
    ),
    "foreign-filter-refused": Expected(("RFC7644-3.4.2.2-28",), "the filter", _filters("%c", 400)),
    "deleted-name-stays-taken": Expected(("RFC7644-3.6-09",), "the second create", sent("POST", "/Groups", 409)),
}
