"""Lists, filters and pages against the set that is known: RFC 7644 section 3.4.2."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.model.asked import Asked
from harness.model.characteristics import ResourceSchema
from harness.model.deviation import Comparisons, Context, StateDeviation
from harness.model.filters import BadFilter
from harness.model.flat import flatten, top_of
from harness.model.hits import attribute_in, matches
from harness.model.knowledge import Key, Resource
from harness.model.matching import matches as meets
from harness.model.selecting import operator_of
from harness.model.sorting import misplaced, sort_value
from harness.model.values import Kind
from harness.record.exchange import Exchange, Json
from harness.record.journal import Entry

TYPES = {"Users": "User", "Groups": "Group"}


@dataclass(slots=True)
class Pages:
    """Pages of one query, one behind the other, as far as they were read."""

    endpoint: str
    query: tuple[str, str, bool]
    shown: set[str] = field(default_factory=set)
    entries: list[Entry] = field(default_factory=list)
    count: int = 0


class Sets:
    """Compares what lists hold with what is known to be there."""

    def __init__(self, schemas: Mapping[str, ResourceSchema], *, is_alone: bool) -> None:
        self._schemas = schemas
        self._is_alone = is_alone
        self._pages: Pages | None = None
        self._unsorted: set[tuple[str, str]] = set()  # by which a list did not go up, so that it is not the direction

    def forget(self) -> None:
        """Something was written: pages before and behind are not of one set."""
        self._pages = None

    def compare(
        self, look: Comparisons, exchange: Exchange, asked: Asked, items: list[Json], resources: dict[Key, Resource]
    ) -> None:
        """Whether each hit matches the filter, all that match are there, and they stand in the order asked for."""
        endpoint = exchange.route.endpoint
        if asked.filter:
            self._hits(look, endpoint, asked, items, resources)
        if asked.is_sorted and not asked.is_projected:
            known = [resources.get((endpoint, str(item.get("id")))) for item in items]
            if not any(each and _is_told_otherwise(asked.sort_by, each) for each in known):
                self._order(look, endpoint, asked, items)
        pages = self._pages
        if asked.has_cursor:
            return
        query = (asked.filter, asked.sort_by, asked.is_descending)
        if asked.start == 1 or pages is None or (pages.endpoint, pages.query) != (endpoint, query):
            pages = self._pages = Pages(endpoint, query) if asked.start == 1 else None
        if pages is None or asked.start != pages.count + 1:
            self._pages = None
            return
        pages.count += len(items)
        pages.shown.update(str(item.get("id")) for item in items)
        pages.entries.append(look.entry)
        total = exchange.json.get("totalResults")
        is_short = asked.count is None or len(items) < asked.count  # a full page may have more behind it
        is_last = isinstance(total, int) and not isinstance(total, bool) and pages.count >= total and is_short
        is_one_set = self._is_alone or len(pages.entries) == 1  # others may change the set between two pages
        if is_last and is_one_set and asked.count != 0:
            self._whole(look, pages, resources)
            self._pages = None

    def _hits(
        self, look: Comparisons, endpoint: str, asked: Asked, items: list[Json], resources: dict[Key, Resource]
    ) -> None:
        context = Context(operator_of(asked.filter), TYPES[endpoint], "", "filter")
        for index, item in enumerate(items):
            said = self._matches(asked, item, endpoint)
            known = resources.get((endpoint, str(item.get("id"))))
            if said is False and known is not None and _is_disputed(asked.filter, known):
                continue  # what it was asked for by, and what is shown, are not the same for another reason
            if said is False and known is not None and known.last is not None and self._is_match(asked.filter, known):
                continue  # who is meant: the item shows them otherwise than they are
            if said is False:
                expected, actual = f"only what matches {asked.filter}", f"{item.get('id')!r}, which does not"
                where = f"/Resources/{index}"
                look.deviations.append(StateDeviation(Kind.EXTRA, context, expected, actual, where, (look.entry,)))
            elif said:
                look.held.add(context)

    def _matches(self, asked: Asked, item: Json, endpoint: str) -> bool | None:
        """Whether an item matches as it is shown; what a projection hides can't be told."""
        schema = self._schemas[TYPES[endpoint]]
        if not asked.is_projected and not schema.on_request:
            return met_by(asked.filter, item, schema)
        hidden = {*asked.without, "password", *schema.on_request}
        hidden = {"*"} if asked.only else hidden
        return matches(asked.filter, flatten(item), frozenset(hidden))

    def _order(self, look: Comparisons, endpoint: str, asked: Asked, items: list[Json]) -> None:
        type_, how = TYPES[endpoint], "descending" if asked.is_descending else "ascending"
        wrong = misplaced(items, asked.sort_by, self._schemas[type_], asked.is_descending)
        key = endpoint, asked.sort_by.lower()
        if wrong and not asked.is_descending and wrong[0].because[-2:] != "05":
            self._unsorted.add(key)
        told = "ascending" if key in self._unsorted else f"later page {how}" if asked.start > 1 else how
        is_by_case = _is_sorted_by_case(items, asked.sort_by, self._schemas[type_], asked.is_descending)
        for each in wrong:
            because = each.because[-2:] if each.because[-2:] != "09" or is_by_case else "02"
            context = Context(f"{told} {because}", type_, asked.sort_by.lower(), "sorted")
            expected, actual = f"order by {asked.sort_by}, {how}", f"resource {each.index} behind {each.before}"
            where = f"/Resources/{each.index}"
            look.deviations.append(StateDeviation(Kind.ORDER, context, expected, actual, where, (look.entry,)))
        if not wrong and len(items) > 1:
            look.held.add(Context(told, type_, asked.sort_by.lower(), "sorted"))

    def _whole(self, look: Comparisons, pages: Pages, resources: dict[Key, Resource]) -> None:
        """The pages show all that there is: whatever is known to match is on one of them."""
        filter_, seen = pages.query[0], "filter" if pages.query[0] else "list"
        context = Context(operator_of(filter_), TYPES[pages.endpoint], "", seen)
        for (endpoint, name), resource in resources.items():
            if endpoint != pages.endpoint or resource.is_there is not True or resource.source is None:
                continue
            if filter_ and not self._is_match(filter_, resource):
                continue
            if name in pages.shown:
                look.held.add(context)
                continue
            entries = (resource.source, *(e for e in resource.writes if e is not resource.source), *pages.entries)
            wanted = f"{name!r}, which matches {filter_}" if filter_ else f"{name!r} on one of the pages"
            shown, where = f"{len(pages.shown)} others, without it", self._context(filter_, resource, context)
            look.deviations.append(
                StateDeviation(Kind.MISSING, where, wanted, shown, "/Resources", entries, look.entry)
            )

    def _is_match(self, filter_: str, resource: Resource) -> bool:
        if resource.deviant:
            return matches(filter_, resource.flat(), frozenset((*resource.unsure(), *resource.deviant))) is True
        if resource.last is not None and not resource.unknown and not resource.hidden:
            return met_by(filter_, resource.last, self._schemas[TYPES[resource.key[0]]]) is True
        return matches(filter_, resource.flat(), frozenset(resource.unsure())) is True

    @staticmethod
    def _context(filter_: str, resource: Resource, context: Context) -> Context:
        """What is missing only where letter case counts, is missing for that."""
        unsure = frozenset(resource.unsure())
        if context.how == "eq" and not matches(filter_, resource.flat(), unsure, minds_case=True):
            return Context("eq in another case", context.type, attribute_in(filter_), context.seen)
        return context


def _is_disputed(filter_: str, resource: Resource) -> bool:
    """Whether a filter names an attribute that was shown otherwise than it was written."""
    words = filter_.lower()
    return any(each.rpartition(":")[2] in words for each in resource.deviant)


def _is_sorted_by_case(items: list[Json], sort_by: str, schema: ResourceSchema, is_descending: bool) -> bool:
    """Whether a list is in the order that texts have where letter case counts: that alone is what is wrong with it."""
    place = schema.find(sort_by)
    values = [sort_value(item, place) for item in items] if place is not None else []
    texts = [each for each in values if isinstance(each, str)]
    return texts == sorted(texts, reverse=is_descending)


def _is_told_otherwise(name: str, resource: Resource) -> bool:
    """Whether an attribute was shown otherwise than it is: the order of what is wrongly shown says nothing."""
    top = top_of(name.lower())
    return top in resource.deviant or any(top == top_of(path) for path, _ in resource.told)


def met_by(filter_: str, resource: Json, schema: ResourceSchema) -> bool | None:
    """Whether a whole representation meets a filter; None where it can't be told, or the filter is none.

    A `primary` that is left out counts as false (RFC 7643 section 2.4), and servers read a filter for that either way.
    """
    words = filter_.lower()
    if "primary" in words and "false" in words:
        return None
    try:
        return meets(filter_, resource, schema)
    except BadFilter:
        return None
