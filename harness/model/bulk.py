"""Bulk requests taken apart: each operation with its result, as if it had been sent alone (RFC 7644 section 3.7)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from harness.record.exchange import Exchange, Json, Request, Response, get_attribute, parse_body

BULK_ID = "bulkId:"
_REFERENCE = re.compile(r"^bulkId:(.+)$")


def parts_of(exchange: Exchange) -> list[Exchange] | None:
    """The operations as exchanges of their own, in their order; None where it is not sure which result is whose.

    An operation behind which the server stopped, since too many failed, has no result and is left out.
    """
    asked, told = _operations(exchange.sent_json), _operations(exchange.json)
    if exchange.status != 200 or not asked or len(told) > len(asked):
        return None
    names = _made(told)
    made: list[Exchange] = []
    for sent, result in zip(asked, told, strict=False):  # fewer results: the server stopped there
        if not _is_its(sent, result):
            return None
        made.append(_part(exchange, sent, result, names))
    return made


def sent_in_bulk(request: Request) -> Iterator[Request | None]:
    """The operations of a Bulk request as requests of their own, bulkIds as they stand; None for one that is none."""
    whole = parse_body(request.body or b"").value
    found = get_attribute(whole, "Operations") if isinstance(whole, dict) else None
    for each in found if isinstance(found, list) else (None,):
        operation = each if isinstance(each, dict) else {}
        method, path = get_attribute(operation, "method"), get_attribute(operation, "path")
        body = _body_of(get_attribute(operation, "data"))
        is_whole = isinstance(method, str) and isinstance(path, str)
        yield Request(method.upper(), path, request.name, request.headers, body) if is_whole else None


def left_open(exchange: Exchange) -> Iterator[Exchange]:
    """The creates of a Bulk request whose results can't be told from its answer, as exchanges without an answer."""
    if 300 <= exchange.status < 500 or parts_of(exchange) is not None:
        return
    for part in sent_in_bulk(exchange.request):
        if part is not None and part.method == "POST":
            yield Exchange(exchange.base, part, None, "no result", exchange.started_at, exchange.elapsed_s)


def _operations(body: Json) -> list[Json]:
    found = get_attribute(body, "Operations")
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _is_its(sent: Json, result: Json) -> bool:
    """Whether a result can be that of an operation: the same method, and the same bulkId or place."""
    if str(get_attribute(sent, "method")).upper() != str(get_attribute(result, "method")).upper():
        return False
    own, other = get_attribute(sent, "bulkId"), get_attribute(result, "bulkId")
    if own is not None or other is not None:
        return bool(own == other)
    location, path = get_attribute(result, "location"), str(get_attribute(sent, "path"))
    return (
        not isinstance(location, str)
        or "bulkId:" in path
        or unquote(location.rstrip("/")).endswith(unquote(path.rstrip("/")))
    )


def _made(told: list[Json]) -> dict[str, str]:
    """The ids of what was made, by bulkId."""
    names: dict[str, str] = {}
    for each in told:
        bulk_id, place = get_attribute(each, "bulkId"), _place_of(each)
        if isinstance(bulk_id, str) and place:
            names[bulk_id] = unquote(place.rpartition("/")[2])
    return names


def _place_of(result: Json) -> str:
    """The path of a resource below the base: `/Users/42`; empty where no location is given."""
    location = get_attribute(result, "location")
    parts = urlsplit(location).path.rstrip("/").split("/") if isinstance(location, str) else []
    return "/" + "/".join(parts[-2:]) if len(parts) > 1 else ""


def _part(exchange: Exchange, sent: Json, result: Json, names: Mapping[str, str]) -> Exchange:
    method, path = str(get_attribute(sent, "method")).upper(), str(get_attribute(sent, "path"))
    data, shown = get_attribute(sent, "data"), get_attribute(result, "response")
    status, place = _status(get_attribute(result, "status")), _place_of(result)
    target = place if method != "POST" and place else str(_resolved(path, names))
    if method == "POST" and not isinstance(shown, dict) and place:
        shown = {"id": unquote(place.rpartition("/")[2])}
    body = _body_of(_resolved(data, names))
    answer = json.dumps(shown).encode() if isinstance(shown, dict) else b""
    request = Request(method, target, exchange.request.name, exchange.request.headers, body)
    response = Response(status, (), answer)
    return Exchange(exchange.base, request, response, "", exchange.started_at, exchange.elapsed_s)


def _body_of(data: Any) -> bytes | None:
    return json.dumps(data).encode() if isinstance(data, dict) else None


def _status(value: Any) -> int:
    code = get_attribute(value, "code") if isinstance(value, dict) else value
    return int(code) if re.fullmatch(r"\d{3}", str(code)) else 0


def _resolved(value: Any, names: Mapping[str, str]) -> Any:
    """A value with the bulkIds in it replaced by the ids that were given."""
    if isinstance(value, dict):
        return {name: _resolved(part, names) for name, part in value.items()}
    if isinstance(value, list):
        return [_resolved(part, names) for part in value]
    if not isinstance(value, str) or "bulkId:" not in value:
        return value
    if whole := _REFERENCE.match(value):
        return names.get(whole[1], value)
    parts = [(part, names.get(part.removeprefix("bulkId:"))) for part in value.split("/")]
    return "/".join(part if name is None else quote(name, safe="") for part, name in parts)


def unresolved(parts: list[Exchange]) -> Iterator[Exchange]:
    """The parts in which a bulkId is left that nothing was made for."""
    return (part for part in parts if b"bulkId:" in (part.request.body or b"") or "bulkId:" in part.request.target)
