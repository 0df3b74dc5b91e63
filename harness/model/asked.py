"""What a request asked to be shown: its filter, its page, its projection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from harness.model.flat import CORE_URNS, top_of
from harness.record.exchange import Exchange

_PARAMETERS = ("attributes", "excludedattributes", "filter", "sortby", "sortorder", "startindex", "count", "cursor")


@dataclass(frozen=True, slots=True)
class Asked:
    """The parameters of a query or of a search request; `is_sorted` says that its order is known."""

    only: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    filter: str = ""
    start: int = 1
    count: int | None = None
    sort_by: str = ""
    is_descending: bool = False
    has_cursor: bool = False
    is_sorted: bool = False

    @property
    def is_projected(self) -> bool:
        """Whether some attributes may be left out."""
        return bool(self.only or self.without)

    @property
    def selection(self) -> str:
        """By which of the two parameters some attributes may be left out."""
        return "exclusion" if self.without and not self.only else "projection"

    def is_wanted(self, path: str) -> bool | None:
        """Whether an attribute must be shown as far as the projection goes; None where it is asked for in part."""
        top = top_of(path)
        if self.without:
            if _is_named(path, top, self.without):
                return False
            return None if any(name.startswith(f"{path}.") for name in self.without) else True
        if self.only:
            if _is_named(path, top, self.only):
                return True
            return None if any(name.startswith(f"{path}.") for name in self.only) else False
        return True


def _is_named(path: str, top: str, names: frozenset[str]) -> bool:
    if path in names or top in names:
        return True
    return path.startswith("urn:") and path.rpartition(":")[0] in names


def asked_by(exchange: Exchange) -> Asked:
    """What an exchange asked for."""
    if exchange.request.method == "POST" and ".search" in (exchange.route.id, exchange.route.endpoint):
        return _asked({name.lower(): value for name, value in exchange.sent_json.items()})
    return _of_query(exchange.route.query)


@lru_cache(maxsize=4096)
def _of_query(query: str) -> Asked:
    made: dict[str, Any] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        made.setdefault(name.lower(), value)
    return _asked(made)


def _asked(given: Mapping[str, Any]) -> Asked:
    order = str(given.get("sortorder") or "").lower()
    return Asked(
        _names(given.get("attributes")),
        _names(given.get("excludedattributes")),
        str(given.get("filter") or ""),
        max(_number(given.get("startindex")) or 1, 1),
        _number(given.get("count")),
        str(given.get("sortby") or ""),
        order == "descending",
        "cursor" in given,
        # Section 3.4.2.3 has two orders, and says of another word not how a list is sorted by it.
        bool(given.get("sortby")) and order in ("", "ascending", "descending"),
    )


def _names(value: Any) -> frozenset[str]:
    listed = value if isinstance(value, list) else str(value or "").split(",")
    names = {str(name).strip().lower() for name in listed} - {""}
    for urn in CORE_URNS:
        names = {name.removeprefix(f"{urn}:") for name in names}
    return frozenset(names)


def _number(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None
