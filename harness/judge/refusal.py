"""The words of a refusal, without what differs from one request to the next."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus

from harness.checks.patching import operations_of
from harness.record.exchange import Exchange, get_attribute

UNTOLD = "…"
_WORDS = 300
_FEW = 1  # ours: a single word tells no fault
# How the descriptions of RFC 7644 section 3.12, table 9, and the pages of common servers begin.
_STOCK = (
    "the specified filter syntax",
    "the specified filter yields",
    "one or more of the attribute values",
    "the attempted modification is not compatible",
    "the request body message structure",
    "the path attribute was invalid",
    "the specified path did not",
    "a required value was missing",
    "the specified scim protocol version",
    "the specified request cannot be completed",
    "request is unparsable",
    "<!doctype",
    "<html",
    "an internal server error",
    "internal server error",
    "an unexpected error",
    "validation",
    "invalid request",
    *(status.phrase.casefold() for status in HTTPStatus if status >= HTTPStatus.BAD_REQUEST),
)
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`|‘[^’]*’|“[^”]*”")
_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+|https?://\S+")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z?")
_ID = re.compile(r"\b(?=\w*\d)[\w-]{6,}\b|\b\d+\b|\b[A-Z0-9]{20,}\b")
_FILTERED = re.compile(r"\[.*?\]")


@dataclass(frozen=True, slots=True)
class Words:
    """A bridge's own words: the status (0: no answer), the scimType and the detail, as they came."""

    status: int
    scim_type: str = ""
    detail: str = ""

    def __str__(self) -> str:
        said = f"{self.status} {self.scim_type}".strip() if self.status else "no answer"
        return f"{said}: {self.detail}" if self.detail else said


def words_in(exchange: Exchange) -> Words:
    """What the bridge said; of an error without a `detail` the beginning of its body."""
    if exchange.response is None:
        return Words(0, "", exchange.lost)
    if exchange.status < 400:
        return Words(exchange.status)
    body = exchange.json
    detail, scim_type = get_attribute(body, "detail"), get_attribute(body, "scimType")
    if not isinstance(detail, str):
        detail = " ".join(exchange.response.body.decode("utf-8", "replace").split())
    return Words(exchange.status, scim_type if isinstance(scim_type, str) else "", detail[:_WORDS])


def normalised(text: str) -> str:
    """The text without quotations, addresses, ids and numbers: equal for equal refusals of different requests."""
    for pattern, sign in ((_TIME, "TIME"), (_ADDRESS, "ADDRESS"), (_QUOTED, UNTOLD), (_ID, "ID")):
        text = pattern.sub(sign, text)
    return text.casefold()


def is_telling(detail: str) -> bool:
    """Whether a detail says which fault it speaks of: no phrase of HTTP, and none of the table of scimTypes."""
    said = normalised(detail).strip(" .")
    return len(said.split()) > _FEW and not any(said.startswith(phrase) for phrase in _STOCK)


def refusal_of(exchange: Exchange) -> tuple[str, ...]:
    """Which refusal it is: equal for requests that the bridge refused for the same reason, as far as it told one."""
    words = words_in(exchange)
    where = () if is_telling(words.detail) else shape_of(exchange)
    return str(words.status), words.scim_type, normalised(words.detail), *where


def shape_of(exchange: Exchange) -> tuple[str, ...]:
    """What kind of request it is, whoever it is about: method, endpoint, and of a PATCH what its operations do."""
    route = exchange.route
    place = f"/{route.endpoint}" + ("/{id}" if route.id else "") + (f"/{route.rest}" if route.rest else "")
    if exchange.request.method != "PATCH":
        return exchange.request.method, place
    return exchange.request.method, place, *sorted({_operation(op) for op in operations_of(exchange)})


def _operation(operation: dict[str, object]) -> str:
    path, value = operation.get("path"), operation.get("value")
    named = _FILTERED.sub("[…]", path) if isinstance(path, str) else ""
    inside = ",".join(sorted(value)) if isinstance(value, dict) and not named else ""
    return f"{str(operation.get('op')).lower()} {named or inside}".strip()
