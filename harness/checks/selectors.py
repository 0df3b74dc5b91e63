"""The selectors that checks name in `over=`: which exchanges are cases of which kind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote, urljoin

from harness.record.exchange import RESOURCES, Exchange, Json, get_attribute, parse_body

_EQUALS = re.compile(r'^(?P<attribute>userName|displayName|externalId)\s+eq\s+"(?P<value>(?:[^"\\]|\\.)*)"$', re.I)


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
    )


def query_of(exchange: Exchange) -> Mapping[str, str]:
    """The query's parameters, names in lower case; of a repeated one the first."""
    return exchange.route.parameters


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


def is_search(exchange: Exchange) -> bool:
    """A query by POST (RFC 7644 section 3.4.3): it changes nothing."""
    return exchange.request.method == "POST" and exchange.route.path_ends_in(".search")


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
