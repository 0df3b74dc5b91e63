"""Defects in what is read of a query before it is answered, as a table: page, order, projection, type."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace as changed

from bridge_ref.decisions.outcome import DecisionContext, Outcome, ScimDecision
from bridge_ref.decisions.paging import Page, Paging, Placed
from bridge_ref.decisions.router import Request, Router
from bridge_ref.lab.registry import defect
from bridge_ref.scim.cursor import Cursors, Position, invalid_cursor
from bridge_ref.scim.discovery import Discovery
from bridge_ref.scim.errors import ScimError, invalid_value
from bridge_ref.scim.projection import EVERYTHING, Projection
from bridge_ref.scim.query import Query, parse_search
from bridge_ref.scim.schema import ResourceType
from bridge_ref.scim.sort import Order, Rank, Sorting

_REACH = (
    "RFC7643-7-29",
    "RFC7643-3.1-22",
    "RFC7643-2.4-*",
    "RFC7644-3.4*",
    "RFC7644-3.9-*",
    "RFC7644-3.10-*",
    "RFC9865-*",
    "OKTA-*",
)
Alter = Callable[[Query], Query]


def _selecting(change: Callable[[Projection], Projection]) -> Alter:
    return lambda query: changed(query, projection=change(query.projection))


def _each_name(change: Callable[[str], str]) -> Alter:
    def alter(chosen: Projection) -> Projection:
        return Projection(tuple(map(change, chosen.attributes)), tuple(map(change, chosen.excluded)))

    return _selecting(alter)


def _nothing_for(is_meant: Callable[[str], bool]) -> Alter:
    """A name that is meant is taken for one that there is not."""
    return _each_name(lambda name: "nosuchattribute" if is_meant(name) else name)


LISTS: Mapping[str, tuple[str, str, Alter]] = {
    "pages-count-from-zero": (
        "RFC7644-3.4.2.4-03",
        "Takes startIndex for an index from 0.",
        lambda query: changed(query, start_index=query.start_index + 1) if query.has_start_index else query,
    ),
    "sort-by-is-passed-over": ("RFC7644-3.4.2.3-02", "Passes over sortBy.", lambda query: changed(query, sort_by=None)),
    "descending-is-passed-over": (
        "RFC7644-3.4.2.3-07",
        "Sorts in ascending order alone.",
        lambda query: changed(query, sort_order=None if query.sort_order == "descending" else query.sort_order),
    ),
    "descending-by-default": (
        "RFC7644-3.4.2.3-08",
        "Sorts in descending order where none is named.",
        lambda query: changed(query, sort_order=query.sort_order or "descending"),
    ),
    "dotted-sorts-are-passed-over": (
        "RFC7644-3.4.2.3-04",
        "Passes over a sortBy that names a sub-attribute.",
        lambda query: changed(query, sort_by=None) if "." in (query.sort_by or "").rpartition(":")[2] else query,
    ),
    "only-the-first-name-is-selected": (
        "RFC7644-3.9-06",
        "Selects the first of several names.",
        _selecting(lambda chosen: Projection(chosen.attributes[:1], chosen.excluded[:1])),
    ),
    "dotted-names-select-all": (
        "RFC7644-3.4.2.5-04",
        "Shows a whole attribute where a part is selected.",
        _each_name(lambda name: name if ":" in name else name.partition(".")[0]),
    ),
    "capitals-select-nothing": (
        "RFC7644-3.10-04",
        "Selects nothing by a name in capitals.",
        _nothing_for(lambda name: name.rpartition(":")[2].isupper() or name.startswith("NAME")),
    ),
    "core-urns-select-nothing": (
        "RFC7644-3.10-01",
        "Selects nothing by a name with the URN of the core schema.",
        _nothing_for(lambda name: ":core:" in name),
    ),
    "selecting-selects-nothing": (
        "RFC7644-3.9-02",
        "Passes over attributes.",
        _selecting(lambda chosen: Projection((), chosen.excluded)),
    ),
    "leaving-out-leaves-nothing-out": (
        "RFC7644-3.9-04",
        "Passes over excludedAttributes.",
        _selecting(lambda chosen: Projection(chosen.attributes, ())),
    ),
    "parts-are-not-left-out": (
        "RFC7644-3.9-09",
        "Passes over a sub-attribute that is to be left out.",
        _selecting(lambda chosen: Projection(chosen.attributes, tuple(n for n in chosen.excluded if "." not in n))),
    ),
}

SEARCHES: Mapping[str, tuple[str, str, Alter]] = {
    "searches-are-not-sorted": (
        "RFC7644-3.4.3-09",
        "Passes over sortBy in a search.",
        lambda query: changed(query, sort_by=None),
    ),
    "searches-select-nothing": (
        "RFC7644-3.4.3-05",
        "Passes over attributes in a search.",
        _selecting(lambda chosen: Projection((), chosen.excluded)),
    ),
    "searches-leave-nothing-out": (
        "RFC7644-3.4.3-06",
        "Passes over excludedAttributes in a search.",
        _selecting(lambda chosen: EVERYTHING if chosen.excluded else chosen),
    ),
    "searches-know-no-urns": (
        "RFC7644-3.4.3-07",
        "Selects nothing by a name with a URN or a dot in a search.",
        _nothing_for(lambda name: ":" in name or "." in name),
    ),
    "searches-know-no-filter": (
        "RFC7644-3.4.3-08",
        "Passes over the filter of a search.",
        lambda query: changed(query, filter=None),
    ),
    "searches-know-no-cursor": (
        "RFC9865-3-01",
        "Begins at the first page whatever the cursor of a search.",
        lambda query: changed(query, cursor="" if query.cursor is not None else None),
    ),
    "searches-know-no-page": (
        "RFC7644-3.4.3-11",
        "Passes over startIndex and count in a search.",
        lambda query: changed(query, count=None, start_index=1),
    ),
}


def _alters(name: str, row: str, summary: str, alter: Alter) -> None:
    def lists(self: Router, kind: str, query: Query, context: DecisionContext) -> ScimDecision:
        return Router._list(self, kind, alter(query), context)

    def resource(self: Router, request: Request, context: DecisionContext) -> ScimDecision:
        chosen = [each for each in request.parameters if each[0] in ("attributes", "excludedAttributes")]
        if request.method != "GET" or not chosen:
            return Router._decide_resource(self, request, context)
        named = {key: tuple(value.split(",")) for key, value in chosen}
        wanted = alter(Query(projection=Projection(named.get("attributes", ()), named.get("excludedAttributes", ()))))
        pairs = (("attributes", wanted.projection.attributes), ("excludedAttributes", wanted.projection.excluded))
        parameters = tuple((key, ",".join(names)) for key, names in pairs if names)
        return Router._decide_resource(self, changed(request, parameters=parameters), context)

    parts = {"_list": lists, "_decide_resource": resource, "__doc__": summary}
    defect(name, breaks=(row,), reach=_REACH)(type(name.title().replace("-", ""), (Router,), parts))


def _alters_searches(name: str, row: str, summary: str, alter: Alter) -> None:
    def search(self: Router, request: Request, context: DecisionContext) -> ScimDecision:
        if request.method != "POST":
            return Router._search(self, request, context)
        kind = request.segments[0] if len(request.segments) == 2 else ""
        return self._list(kind, alter(parse_search(request.body)), context)

    parts = {"_search": search, "__doc__": summary}
    defect(name, breaks=(row,), reach=_REACH)(type(name.title().replace("-", ""), (Router,), parts))


for _name, _row in LISTS.items():
    _alters(_name, *_row)
for _name, _row in SEARCHES.items():
    _alters_searches(_name, *_row)


@defect("searches-make-something", breaks=("RFC7644-3.4.3-01",), reach=("*",))
class SearchesMakeSomething(Router):
    """Answers a search with 201."""

    def _search(self, request: Request, context: DecisionContext) -> ScimDecision:
        outcome = yield from super()._search(request, context)
        if request.method != "POST":
            return outcome
        return _as_made(outcome)


def _as_made(outcome: Outcome) -> Outcome:
    """The same answer as if something had been made."""
    answer = outcome.answer
    return outcome if isinstance(answer, ScimError) else changed(outcome, answer=changed(answer, status=201))


@defect("the-root-shows-users-alone", breaks=("RFC7644-3.4.2.1-02", "RFC7644-3.4.3-03"), reach=_REACH)
class TheRootShowsUsersAlone(Router):
    """Answers a query at the root with users."""

    def _list(self, kind: str, query: Query, context: DecisionContext) -> ScimDecision:
        return super()._list(kind or "Users", query, context)


@defect("the-root-knows-no-filter", breaks=("RFC7644-3.4.2.1-05",), reach=_REACH)
class TheRootKnowsNoFilter(Router):
    """Passes over the filter of a query at the root."""

    def _list(self, kind: str, query: Query, context: DecisionContext) -> ScimDecision:
        return super()._list(kind, query if kind else changed(query, filter=None), context)


@defect("group-searches-find-users", breaks=("RFC7644-3.4.3-02",), reach=("*",))
class GroupSearchesFindUsers(Router):
    """Answers a search of groups with users beside them."""

    def _search(self, request: Request, context: DecisionContext) -> ScimDecision:
        if request.segments[:1] == ("Groups",) and request.method == "POST":
            return self._list("", changed(parse_search(request.body), filter=None), context)
        return super()._search(request, context)


@defect("ids-of-any-type", breaks=("RFC7644-3.4.1-04",), reach=(*_REACH, "RFC7643-3*"))
class IdsOfAnyType(Router):
    """Shows at /Groups a user by its id."""

    def _decide_resource(self, request: Request, context: DecisionContext) -> ScimDecision:
        if request.method == "GET" and request.segments[0] == "Groups":
            try:
                return (yield from super()._decide_resource(request, context))
            except ScimError:
                request = changed(request, segments=("Users", request.segments[1]))
        return (yield from super()._decide_resource(request, context))


@defect("unknown-parameters-refused", breaks=("RFC7644-3.4.2-03",), reach=_REACH)
class UnknownParametersRefused(Router):
    """Refuses a query with a parameter that it does not know."""

    def decide(self, request: Request, context: DecisionContext) -> ScimDecision:
        """The refusal."""
        if any(name == "colour" for name, _ in request.parameters):
            raise invalid_value("colour is no parameter.")
        return super().decide(request, context)


@defect(
    "no-number-breaks-the-page",
    breaks=("RFC7644-3.4.2.4-15", "RFC9865-2.1-04"),
    reach=("RFC7644-3.12-*", "RFC9865-*", "SEC-*"),
)
class NoNumberBreaksThePage(Router):
    """Breaks where count or startIndex is no number."""

    def decide(self, request: Request, context: DecisionContext) -> ScimDecision:
        """The fault."""
        if any(name in ("count", "startIndex") and value.isalpha() for name, value in request.parameters):
            raise ScimError(500, "Something went wrong.")
        return super().decide(request, context)


# The order.


class _OddOrder(Order):
    """An order whose ranks are changed."""

    __slots__ = ()

    def rank(self, resource_type: ResourceType, resource: Mapping[str, Any]) -> Rank:
        """The rank, those without a value first."""
        found = super().rank(resource_type, resource)
        return (-1,) if found == (1,) else found


@defect("nobody-comes-first", breaks=("RFC7644-3.4.2.3-05", "RFC7644-3.4.2.3-06"), reach=_REACH)
class NobodyComesFirst(Sorting):
    """Sorts those without a value first."""

    def parse(self, query: Query, resource_types: Any) -> Order:
        """The other order."""
        found = super().parse(query, resource_types)
        return _OddOrder(found.targets, found.is_descending) if found.targets else found


class _CapitalsFirst(Order):
    __slots__ = ()

    def rank(self, resource_type: ResourceType, resource: Mapping[str, Any]) -> Rank:
        """The rank by the text as it is written."""
        target = self.targets.get(resource_type.name)
        name = target.attribute.name if target and target.attribute and not target.sub else ""
        value = resource.get(name)
        return (0, value) if isinstance(value, str) else super().rank(resource_type, resource)


@defect("capitals-come-first", breaks=("RFC7644-3.4.2.3-09",), reach=_REACH)
class CapitalsComeFirst(Sorting):
    """Sorts capitals before small letters."""

    def parse(self, query: Query, resource_types: Any) -> Order:
        """The other order."""
        found = super().parse(query, resource_types)
        return _CapitalsFirst(found.targets, found.is_descending) if found.targets else found


class _FirstValue(Order):
    __slots__ = ()

    def rank(self, resource_type: ResourceType, resource: Mapping[str, Any]) -> Rank:
        """The rank by the first value."""
        shown = {key: value[:1] if isinstance(value, list) else value for key, value in resource.items()}
        return super().rank(resource_type, shown)


@defect("the-first-value-is-sorted-by", breaks=("RFC7644-3.4.2.3-03",), reach=_REACH)
class TheFirstValueIsSortedBy(Sorting):
    """Sorts by the first value, whichever is the primary."""

    def parse(self, query: Query, resource_types: Any) -> Order:
        """The other order."""
        found = super().parse(query, resource_types)
        return _FirstValue(found.targets, found.is_descending) if found.targets else found


@defect("an-odd-order-breaks-the-list", breaks=("RFC7644-3.4.2.3-13",), reach=("RFC7644-3.12-*", "SEC-*"))
class AnOddOrderBreaksTheList(Sorting):
    """Breaks where sortOrder is no order."""

    def is_descending(self, sort_order: str | None) -> bool:
        """The fault."""
        try:
            return super().is_descending(sort_order)
        except ScimError as error:
            raise ScimError(500, "Something went wrong.") from error


# Pages and cursors.


@defect("totals-of-the-page", breaks=("RFC7644-3.4.2-06",), reach=(*_REACH, "RFC7644-3.4.2.4-11", "P-05"))
class TotalsOfThePage(Paging):
    """Counts what is on the page for the total."""

    def by_index(self, found: Sequence[Any], total: int, query: Query) -> Page[Any]:
        """The page with the other total."""
        return Page(tuple(found), len(found), query.start_index)


@defect("cursors-need-escapes", breaks=("RFC9865-2-02",), reach=("RFC9865-*",))
class CursorsNeedEscapes(Cursors):
    """Writes cursors with a slash and a plus."""

    def render(self, position: Position, question: str, now_ms: int) -> str:
        """The cursor in another alphabet."""
        return f"{super().render(position, question, now_ms)}/+"

    def parse(self, text: str, question: str, now_ms: int) -> Position:
        """The position in such a cursor."""
        return super().parse(text.removesuffix("/+"), question, now_ms)


@defect("cursors-lead-nowhere", breaks=("RFC9865-2-12",), reach=("RFC9865-*",))
class CursorsLeadNowhere(Cursors):
    """Takes none of the cursors that it has given."""

    def parse(self, text: str, question: str, now_ms: int) -> Position:
        """No position at all."""
        raise invalid_cursor("There is no such cursor.")


@defect("pages-by-cursor-overlap", breaks=("RFC9865-2-12",), reach=("RFC9865-*",))
class PagesByCursorOverlap(Paging):
    """Shows the last resource of a page again on the next one."""

    def by_cursor(
        self, following: Sequence[Placed[Any]], total: int, query: Query, endpoint: str, now_ms: int
    ) -> Page[Any]:
        """The page, whose cursor stands one too early."""
        page = super().by_cursor(following, total, query, endpoint, now_ms)
        shown = self.count(query)
        if page.next_cursor is None or self.cursors is None or shown < 2:
            return page
        question = repr((endpoint, query.filter, query.sort_by, query.sort_order))
        return changed(page, next_cursor=self.cursors.render(following[shown - 2].position, question, now_ms))


@defect("walks-end-early", breaks=("RFC9865-2-07", "RFC9865-2-08"), reach=("RFC9865-*",))
class WalksEndEarly(Paging):
    """Gives no cursor on the second page."""

    def by_cursor(
        self, following: Sequence[Placed[Any]], total: int, query: Query, endpoint: str, now_ms: int
    ) -> Page[Any]:
        """The page, without a cursor where it was asked for by one."""
        page = super().by_cursor(following, total, query, endpoint, now_ms)
        return changed(page, next_cursor=None) if query.cursor else page


@defect("wrong-cursors-begin-anew", breaks=("RFC9865-2.1-02", "RFC9865-5.2-04"), reach=("RFC9865-*",))
class WrongCursorsBeginAnew(Paging):
    """Begins at the first page where a cursor leads nowhere."""

    def start(self, query: Query, endpoint: str, now_ms: int) -> Position | None:
        """The position, or the beginning."""
        try:
            return super().start(query, endpoint, now_ms)
        except ScimError:
            return None


@defect(
    "wrong-cursors-break-the-list", breaks=("RFC9865-2.1-01", "RFC9865-2-14"), reach=("RFC9865-*", "RFC7644-3.12-*")
)
class WrongCursorsBreakTheList(Paging):
    """Breaks where a cursor leads nowhere."""

    def start(self, query: Query, endpoint: str, now_ms: int) -> Position | None:
        """The position, or the fault."""
        try:
            return super().start(query, endpoint, now_ms)
        except ScimError as error:
            raise ScimError(500, "Something went wrong.") from error


@defect("cursors-know-no-order", breaks=("RFC9865-2.2-01",), reach=("RFC9865-*",))
class CursorsKnowNoOrder(Router):
    """Passes over sortBy where a page is asked for by cursor."""

    def _list(self, kind: str, query: Query, context: DecisionContext) -> ScimDecision:
        return super()._list(kind, query if query.cursor is None else changed(query, sort_by=None), context)


@defect(
    "no-count-for-cursors", breaks=("RFC9865-2-03", "RFC9865-2-04", "RFC9865-2-05"), reach=("RFC9865-*", "RFC7644-3.4*")
)
class NoCountForCursors(Paging):
    """Passes over count where a page is asked for by cursor."""

    def by_cursor(
        self, following: Sequence[Placed[Any]], total: int, query: Query, endpoint: str, now_ms: int
    ) -> Page[Any]:
        """The page with all that follow."""
        return super().by_cursor(following, total, changed(query, count=None), endpoint, now_ms)


@defect("paging-described-in-words", breaks=("RFC9865-4-02", "RFC9865-4-03"), reach=("*",))
class PagingDescribedInWords(Discovery):
    """Says yes and no in the place of true and false."""

    def config(self) -> dict[str, Any]:
        """The configuration with words."""
        shown = super().config()
        words = {name: "yes" if value is True else value for name, value in shown["pagination"].items()}
        return {**shown, "pagination": words}
