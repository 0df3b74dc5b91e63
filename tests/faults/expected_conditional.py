"""What the first cause must be for the faults that show under a condition, and all expectations together.

Written from the requirement and from what the fault does, not from what comes out.
"""

from __future__ import annotations

from harness.record.exchange import Exchange
from tests.faults.expected import EXPECTED as PUBLIC
from tests.faults.expected import Expected, sent
from tests.faults.representing import REPRESENTING_EXPECTED

# Three rows say that what is returned by default is shown: of attributes, of lists, and of every answer.
_AS_READ = ("RFC7643-7-29", "RFC7644-3.4.2-12", "RFC7644-3.9-01")


def _is_filter(exchange: Exchange) -> bool:
    return sent("GET")(exchange) and "filter=" in exchange.route.query


def _is_list(exchange: Exchange) -> bool:
    return sent("GET")(exchange) and not exchange.route.id


def _is_read(exchange: Exchange) -> bool:
    return sent("GET")(exchange) and bool(exchange.route.id)


def _sends(method: str, place: str, *words: str) -> Expected:
    """A write of that kind whose body holds these words, by whichever row."""
    wanted = [word.encode() for word in words]

    def test(exchange: Exchange) -> bool:
        body = (exchange.request.body or b"").lower()
        return sent(method, place)(exchange) and all(word.lower() in body for word in wanted)

    return Expected(("*",), f"{method} {place} with {' and '.join(words)}", test)


def _with(expected: Expected, *rows: str) -> Expected:
    return Expected(rows, expected.words, expected.is_it)


_WRITES_MEMBERS = _sends("PATCH", "/Groups/{id}", "members")
_PATCH_OF_SEVERAL = _sends("PATCH", "/", "Operations")
_ROWS_OF_PATCH = ("RFC7644-3.5.2*", "OKTA-2*", "OKTA-19", "ENTRA-2*", "RFC7643-2.5-*")

CONDITIONAL_EXPECTED: dict[str, Expected] = {
    "title-lost-in-lists": Expected(_AS_READ, "a list", _is_list),
    "email-type-lost-in-searches": Expected((*_AS_READ, "ENTRA-35"), "a search", _is_filter),
    "family-name-stale-in-reads": Expected(
        ("RFC7644-3.4.2-12", "RFC7643-2.3.1-01", "RFC7644-3.5.2-35", "RFC7644-3.5.1-02"), "a read", _is_read
    ),
    "location-wrong-in-lists": Expected(("RFC7643-3.1-25",), "a list", _is_list),
    "created-moves-in-lists": Expected(("RFC7643-3.1-22",), "a list", _is_list),
    "members-lost-in-searches": Expected(_AS_READ, "a search", _is_filter),
    "active-as-text-in-lists": Expected(("RFC7643-2.3.2-01", "RFC7643-2.3-02"), "a list", _is_list),
    "groups-stale-in-reads": Expected(
        ("RFC7643-4.1.2-19", "RFC7644-3.4.2-12"),
        "a read, or the write after which it is wrong",
        lambda e: _is_read(e) or sent("POST PUT PATCH", "/Groups")(e),
    ),
    "department-lost-in-lists": Expected(_AS_READ, "a list", _is_list),
    "display-name-altered-at-put": _with(_sends("PUT", "/", "displayName"), "RFC7644-3.5.1-02"),
    "given-name-of-put-ignored": _with(_sends("PUT", "/Users", "givenName"), "RFC7644-3.5.1-02"),
    "emails-doubled-at-put": _with(_sends("PUT", "/Users", "emails"), "RFC7644-3.5.1-02", "RFC7643-2.4-10"),
    "apostrophes-lost": _with(_sends("POST", "/Users", "'"), "RFC7643-2.3.1-01"),
    "externalid-folded": _with(_sends("POST", "/Users", "externalId"), "RFC7643-3.1-17"),
    "third-operation-lost": _with(_PATCH_OF_SEVERAL, *_ROWS_OF_PATCH),
    "last-added-member-lost": _with(_WRITES_MEMBERS, *_ROWS_OF_PATCH),
    "exclusion-ignored-in-reads": Expected(("RFC7644-3.4.2.5-0*", "RFC7644-3.9-*", "ENTRA-20"), "a read", _is_read),
    "second-page-repeats": Expected(("RFC7644-3.4.2.4-1*", "RFC7643-3.1-04"), "a page", _is_list),
    "refused-patch-leaves-mark": _with(
        Expected(("*",), "a PATCH that was refused", lambda e: e.request.method == "PATCH" and e.status >= 400),
        "RFC7644-3.5.2-25",
        "RFC7644-3.5.2-26",
    ),
    "refused-put-leaves-mark": Expected(
        ("RFC7644-3.5.1-19", "RFC7644-3.5.2-25", "RFC7644-3.5.2-26", "SEED-18"),
        "a write that was refused with 409",
        lambda e: e.request.method in ("PUT", "PATCH") and e.status == 409,
    ),
    "phone-number-suspends": _with(
        _sends("PATCH", "/Users/{id}", "phoneNumbers"), "RFC7644-3.5.2*", "RFC7643-4.1.1-17", "SEED-*", "ENTRA-*"
    ),
    "renaming-loses-title": _with(_sends("PATCH", "/Users/{id}", "familyName"), "RFC7644-3.5.2*"),
    "contains-acts-as-starts-with": Expected(("RFC7644-3.4.2.2-09",), "the search", _is_filter),
    "filter-finds-the-next": Expected(
        ("RFC7644-3.4.2.2-02", "RFC7644-3.4.2.2-07", "OKTA-17", "ENTRA-2*"), "the search", _is_filter
    ),
    "deleted-member-stays": Expected(("RFC7643-4.2-04",), "the DELETE", sent("DELETE", "/Users/{id}")),
    "deleted-still-listed": Expected(
        ("RFC7644-3.6-08",), "the DELETE, or the list", lambda e: sent("DELETE", "/Users")(e) or _is_list(e)
    ),
    "last-modified-stands-still": Expected(
        ("RFC7643-3.1-24", "RFC7643-3.1-23"), "a write", sent("PUT PATCH", "/Users")
    ),
    "version-stands-still": Expected(("RFC7644-3.14-04", "RFC7644-3.14-11"), "a write", sent("PUT PATCH", "/Groups")),
    "create-changes-the-last": Expected(("SEED-18",), "a create", sent("POST", "/Users")),
    "removed-attribute-stays": _with(
        _sends("PATCH", "/Users/{id}", "remove"), "RFC7644-3.5.2.2-*", "RFC7644-3.5.2-23", "ENTRA-*"
    ),
    "long-names-cut": Expected(
        ("RFC7643-2.3.1-01", "OKTA-19", "OKTA-17", "RFC7644-3.5.*", "ENTRA-*"),
        "a write of a group's name",
        lambda e: sent("POST PUT PATCH", "/Groups")(e) and b"displayName" in (e.request.body or b""),
    ),
    "answer-of-put-is-old": _with(_sends("PUT", "/Users", "userName"), "RFC7644-3.5.1-*", "OKTA-*"),
    "quoted-filter-finds-nobody": Expected(("RFC7644-3.4.2.2-*",), "the search", _is_filter),
}

EXPECTED: dict[str, Expected] = {**PUBLIC, **CONDITIONAL_EXPECTED, **REPRESENTING_EXPECTED}
