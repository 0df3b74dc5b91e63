"""The words of a refusal, without what differs from one request to the next."""

from __future__ import annotations

import re
from dataclasses import dataclass

from harness.checks.patching import operations_of
from harness.record.exchange import Exchange, get_attribute

_WORDS = 300
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`|‘[^’]*’|“[^”]*”")
_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+|https?://\S+")
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
    for pattern, sign in ((_ADDRESS, "ADDRESS"), (_QUOTED, "…"), (_ID, "ID")):
        text = pattern.sub(sign, text)
    return text.casefold()


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
