"""Lists, filters and pages against the set that is known: RFC 7644 section 3.4.2."""

from __future__ import annotations

from dataclasses import dataclass, field

from harness.model.asked import Asked
from harness.model.deviation import Comparisons, Context, StateDeviation
from harness.model.flat import Spellings, flatten
from harness.model.hits import UNREAD, attribute_in, matches, parse_filter
from harness.model.knowledge import Key, Resource
from harness.model.values import Kind
from harness.record.exchange import Exchange, Json
from harness.record.journal import Entry

TYPES = {"Users": "User", "Groups": "Group"}


@dataclass(slots=True)
class Pages:
    """Pages of one query, one behind the other, as far as they were read."""

    endpoint: str
    filter: str
    shown: set[str] = field(default_factory=set)
    entries: list[Entry] = field(default_factory=list)
    count: int = 0


class Sets:
    """Compares what lists hold with what is known to be there."""

    def __init__(self, names: Spellings, *, is_alone: bool) -> None:
        self._names = names
        self._is_alone = is_alone
        self._pages: Pages | None = None

    def forget(self) -> None:
        """Something was written: pages before and behind are not of one set."""
        self._pages = None

    def compare(
        self, look: Comparisons, exchange: Exchange, asked: Asked, items: list[Json], resources: dict[Key, Resource]
    ) -> None:
        """Whether each hit matches the filter, and whether all that match are there."""
        endpoint = exchange.route.endpoint
        if asked.filter:
            self._hits(look, endpoint, asked, items)
        pages = self._pages
        if asked.has_cursor or asked.is_sorted:
            return
        if asked.start == 1 or pages is None or (pages.endpoint, pages.filter) != (endpoint, asked.filter):
            pages = self._pages = Pages(endpoint, asked.filter) if asked.start == 1 else None
        if pages is None or asked.start != pages.count + 1:
            self._pages = None
            return
        pages.count += len(items)
        pages.shown.update(str(item.get("id")) for item in items)
        pages.entries.append(look.entry)
        total = exchange.json.get("totalResults")
        is_short = asked.count is None or len(items) < asked.count  # a full page may have more behind it
        is_last = isinstance(total, int) and not isinstance(total, bool) and pages.count >= total and is_short
        if is_last and asked.count != 0:
            self._whole(look, pages, resources)
            self._pages = None

    def _hits(self, look: Comparisons, endpoint: str, asked: Asked, items: list[Json]) -> None:
        operator = _operator(asked.filter)
        context = Context(operator, TYPES[endpoint], "", "filter")
        for index, item in enumerate(items):
            flat = flatten(item)
            hidden = {"*"} if asked.is_projected else {"password"}
            if asked.is_projected and asked.without:
                hidden = {*asked.without, "password"}
            said = matches(asked.filter, flat, frozenset(hidden))
            if said is False:
                look.deviations.append(
                    StateDeviation(
                        Kind.EXTRA,
                        context,
                        f"only what matches {asked.filter}",
                        f"{item.get('id')!r}, which does not",
                        f"/Resources/{index}",
                        (look.entry,),
                    )
                )
            elif said:
                look.held.add(context)

    def _whole(self, look: Comparisons, pages: Pages, resources: dict[Key, Resource]) -> None:
        """The pages show all that there is: whatever is known to match is on one of them."""
        operator = _operator(pages.filter)
        seen = "filter" if pages.filter else "list"
        for (endpoint, name), resource in resources.items():
            if endpoint != pages.endpoint or resource.is_there is not True or name in pages.shown:
                continue
            flat, unsure = resource.flat(), frozenset(resource.unsure())
            if resource.source is None or (pages.filter and not matches(pages.filter, flat, unsure)):
                continue
            is_another = operator == "eq" and not matches(pages.filter, flat, unsure, minds_case=True)
            context = Context(operator, TYPES[endpoint], "", seen)
            if is_another:
                context = Context("eq in another case", TYPES[endpoint], attribute_in(pages.filter), seen)
            entries = (resource.source, *(e for e in resource.writes if e is not resource.source), *pages.entries)
            wanted = f"{name!r}, which matches {pages.filter}" if pages.filter else f"{name!r} on one of the pages"
            look.deviations.append(
                StateDeviation(
                    Kind.MISSING,
                    context,
                    wanted,
                    f"{len(pages.shown)} others, without it",
                    "/Resources",
                    entries,
                    look.entry,
                )
            )
        if any(endpoint == pages.endpoint for endpoint, _ in resources):
            look.held.add(Context(operator, TYPES[pages.endpoint], "", seen))


def _operator(text: str) -> str:
    """What a filter consists of: the operator of a single comparison, or the words that join several."""
    node = parse_filter(text) if text else ("",)
    if node is UNREAD:
        return "unread"
    return str(node[0])
