"""The selectors that checks name in `over=`: which exchanges are cases of which kind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urljoin

from harness.checks.once import once
from harness.record.exchange import RESOURCES, Exchange, Json, get_attribute, parse_body

_PARAMETERS = {
    name.lower(): name
    for name in ("attributes", "excludedAttributes", "filter", "sortBy", "sortOrder", "startIndex", "count", "cursor")
}
_EQUALS = re.compile(r'^(?P<attribute>userName|displayName|externalId)\s+eq\s+"(?P<value>(?:[^"\\]|\\.)*)"$', re.I)


PULL_ACTS = ("attach", "sync")  # from the first on, a bridge that pulls a directory may write without a request


def answered(exchange: Exchange) -> bool:
    """An answer came at all."""
    return exchange.response is not None


def turned_away(exchange: Exchange) -> bool:
    """The bridge did nothing because of its load: 429 (RFC 6585 section 4), or 503 with the time to come back.

    Such an answer is no verdict on any rule but the one about it.
    """
    return exchange.status == 429 or (exchange.status == 503 and exchange.header("Retry-After") is not None)


def considered(exchange: Exchange) -> bool:
    """An answer that speaks of what was asked, not of the token (401) or of the load."""
    return exchange.status not in (0, 401) and not turned_away(exchange)


def has_body(exchange: Exchange) -> bool:
    """An answer came, with a body."""
    return exchange.response is not None and bool(exchange.response.body)


def is_error(exchange: Exchange) -> bool:
    """The answer is a 4xx or 5xx, to a method that allows a body."""
    return exchange.status >= 400 and exchange.request.method != "HEAD"


def error_with_object(exchange: Exchange) -> bool:
    """An error whose body is a JSON object."""
    return is_error(exchange) and exchange.has_json


def created(exchange: Exchange) -> bool:
    """A POST to a resource endpoint that was answered with a 2xx."""
    return (
        exchange.request.method == "POST"
        and exchange.route.endpoint in RESOURCES
        and not exchange.route.id
        and 200 <= exchange.status < 300
    )


def created_user(exchange: Exchange) -> bool:
    """The same for Users."""
    return created(exchange) and exchange.route.endpoint == "Users"


def created_group(exchange: Exchange) -> bool:
    """The same for Groups."""
    return created(exchange) and exchange.route.endpoint == "Groups"


def one_resource(exchange: Exchange) -> bool:
    """A successful answer that shows one User or Group."""
    is_success = exchange.route.is_resource_endpoint and 200 <= exchange.status < 300
    return is_success and exchange.has_json and not exchange.shows_list


def listed(exchange: Exchange) -> bool:
    """A list of Users or Groups, answered with 200 and a JSON object."""
    return (
        exchange.request.method == "GET"
        and exchange.route.endpoint in RESOURCES
        and not exchange.route.id
        and exchange.status == 200
        and exchange.has_json
        and not is_doubtful(exchange)
    )


def query_of(exchange: Exchange) -> Mapping[str, str]:
    """The query's parameters, names in lower case; of a repeated one the first."""
    return exchange.route.parameters


def has_unknown_parameters(exchange: Exchange) -> bool:
    """Whether a query has a parameter that RFC 7644 and RFC 9865 do not have."""
    return not query_of(exchange).keys() <= _PARAMETERS.keys()


def whole_number(text: str | None) -> int | None:
    """A query parameter as an integer, None when absent or no integer."""
    return int(text) if text and re.fullmatch(r"-?\d{1,9}", text) else None


def equality_filter(exchange: Exchange) -> tuple[str, str] | None:
    """Attribute and value of a plain `attribute eq "value"` filter, None for every other query."""
    match = _EQUALS.match(query_of(exchange).get("filter", "").strip())
    if not match:
        return None
    value = parse_body(f'"{match["value"]}"'.encode()).value
    return (match["attribute"], value) if isinstance(value, str) else None


def filtered_list(exchange: Exchange) -> bool:
    """A list answer to a plain equality filter."""
    return listed(exchange) and equality_filter(exchange) is not None


def is_doubtful(exchange: Exchange) -> bool:
    """Whether nothing says how a query is read: a parameter stands twice, in other letters, or is of another type.

    RFC 7644 section 3.4.2 writes the names in one way, and no section says what a server does with two of one name.
    """
    if is_search(exchange):
        return any(_is_odd(name, value) for name, value in exchange.sent_json.items())
    return bool(exchange.route.query) and _is_doubtful(exchange.route.query)


@lru_cache(maxsize=4096)
def _is_doubtful(query: str) -> bool:
    names = [name for name, _ in parse_qsl(query, keep_blank_values=True)]
    folded = [name.lower() for name in names]
    if any(folded.count(name) > 1 for name in folded):
        return True
    return any(_is_in_other_letters(name) for name in names)


def _is_in_other_letters(name: str) -> bool:
    return name.lower() in _PARAMETERS and name not in _PARAMETERS.values()


def _is_odd(name: str, value: object) -> bool:
    """Whether a parameter of a search request is written in other letters, or is of another type (section 3.4.3)."""
    if name in ("startIndex", "count"):
        return value is not None and (not isinstance(value, int) or isinstance(value, bool))
    if name in ("attributes", "excludedAttributes"):
        is_list = isinstance(value, list) and all(isinstance(each, str) for each in value)
        return value is not None and not is_list
    if name.lower() in _PARAMETERS and name in _PARAMETERS.values():
        return value is not None and not isinstance(value, str)
    return _is_in_other_letters(name)


def is_search(exchange: Exchange) -> bool:
    """A query by POST (RFC 7644 section 3.4.3): it changes nothing."""
    return exchange.request.method == "POST" and exchange.route.path_ends_in(".search")


@once
def is_projected(exchange: Exchange) -> bool:
    """The request selects attributes, in its query or in the body of a search, so that an answer may lack some."""
    asked = {name.lower() for name in exchange.sent_json} if is_search(exchange) else query_of(exchange).keys()
    return bool(asked & {"attributes", "excludedattributes"})


def excluded_attributes(exchange: Exchange) -> set[str]:
    """The names in excludedAttributes, in lower case."""
    return {name.strip().lower() for name in query_of(exchange).get("excludedattributes", "").split(",")} - {""}


def resources_in(exchange: Exchange) -> list[Json]:
    """The resources of a list answer."""
    entries = get_attribute(exchange.json, "Resources")
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def meta_of(exchange: Exchange) -> Json:
    """The `meta` of a shown resource; empty when it is none."""
    return object_in(exchange.json, "meta")


def object_in(resource: Json, name: str) -> Json:
    """A complex attribute; empty when absent or of another type."""
    value = get_attribute(resource, name)
    return value if isinstance(value, dict) else {}


def absolute(exchange: Exchange, address: str) -> str:
    """An address that an answer gives, absolute; as it stands where it is none."""
    try:
        return urljoin(f"{exchange.base}/", address)
    except ValueError:
        return address


def ends_in(address: str, tail: str) -> bool:
    """Whether the path of an address ends so; ids stand in it percent-encoded, as far as they must."""
    return unquote(address.rstrip("/")).endswith(f"/{tail}")
