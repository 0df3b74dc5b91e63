"""Filters against what a story knows: each wrong and each missing hit, at the most exact row (RFC 7644 3.4.2.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from harness.catalogue.verdict import Finding, Recorded
from harness.checks.filter_features import EXACTNESS, ROW, Leaf, features, leaves, operator_row
from harness.checks.queries import NAMES, Query, RowsTold, Shown, blamed_rows, own_of, queries_of, rows_told, told
from harness.checks.registry import Case, History, Outcome, history_check
from harness.model.characteristics import ResourceSchema, Spot
from harness.model.filters import BadFilter, Compared, FilterTree, OneValue, is_exact, parse_filter
from harness.model.matching import matches, must_be_refused
from harness.model.members import is_unassigned, member, value_at, values_of
from harness.model.selecting import apart_from_own
from harness.record.exchange import Json, get_attribute
from harness.record.journal import Entry

# A refusal of these says that the bridge does not take what it takes in another spelling or alone.
_NO_REASON_TO_REFUSE = ("03", "04", "19", "20", "22", "29", "30", "40")
_NEVER_REFUSED = {f"{ROW}{number}" for number in _NO_REASON_TO_REFUSE} | {"RFC7644-3.10-04"}


@dataclass(frozen=True, slots=True)
class FilterCase:
    """A filter with its rows, and what is wrong with its answer. `is_telling`: it was to find something of ours."""

    query: Query
    tree: FilterTree
    rows: frozenset[str]
    wrong: tuple[Finding, ...]
    is_telling: bool
    sources: tuple[Entry, ...]


def parsed(query: Query) -> FilterTree | None:
    """The tree of a filter that keeps the grammar to the letter; None for any other."""
    text = query.text("filter")
    try:
        return parse_filter(text) if text and is_exact(text) else None
    except BadFilter:
        return None


def filter_cases(queries: Iterable[Query]) -> list[FilterCase]:
    """The answered filters of a story of which it is known whether each of its own resources matches."""
    return [case for query in queries if query.is_listed and not query.asked.get("cursor") for case in _compared(query)]


def _compared(query: Query) -> Iterator[FilterCase]:
    tree = parsed(query)
    if tree is None or any(_is_open(leaf, query) for leaf in leaves(tree)):
        return
    rest = apart_from_own(tree)
    told_of: dict[str, list[tuple[Json, Json]]] = {}
    wrong: list[Finding] = []
    hits = misses = 0
    sources: list[Entry] = []
    shown_ids = {str(get_attribute(each, "id")) for each in query.items}
    for (endpoint, scim_id), shown in own_of(query):
        schema = query.schema_of(endpoint)
        if any(_is_hidden(leaf, shown, schema) for leaf in leaves(rest)):
            continue
        answer = _answer(tree, rest, shown.resource, schema)
        if answer is None or (answer and not query.is_whole and scim_id not in shown_ids):
            continue
        hits, misses = hits + answer, misses + (not answer)
        told_of.setdefault(endpoint, []).append((shown.resource, shown.sent))
        if answer is not (scim_id in shown_ids):
            said = f"{scim_id!r}, shown in entry {shown.entry.id}"
            found = "not listed" if answer else "listed"
            wrong.append(Finding(f"{said}, {'listed' if answer else 'not listed'}", found, "/Resources"))
            sources.append(shown.entry)
    text = query.text("filter")
    rows = {row for at, known in told_of.items() for row in features(rest, text, query.schema_of(at), known)}
    if query.is_search:
        rows.add("RFC7644-3.4.3-08")
    if not query.endpoint:
        rows = {row for row in rows if not row.startswith(ROW)} | set(_root_rows(query, rest))
    if hits or misses:
        yield FilterCase(query, tree, frozenset(rows), tuple(wrong), bool(hits), tuple(dict.fromkeys(sources)))


def _is_open(leaf: Leaf, query: Query) -> bool:
    """Whether others may have changed an attribute, or a primary that is left out may be read as false or as none."""
    is_primary = leaf.name.text.lower().endswith("primary") and getattr(leaf.node, "literal", None) is not True
    return is_primary or leaf.name.name.lower() in query.open


def _is_hidden(leaf: Leaf, shown: Shown, schema: ResourceSchema) -> bool:
    """Whether a resource has what is compared and does not show it.

    It is shown on request alone (RFC 7643 section 7), or the create brought it and the answer leaves it out: another
    check says so, and what a filter finds then can't be told.
    """
    place = schema.find(leaf.name.text)
    if place is None or place.attribute is None:
        return False
    whole = Spot(place.urn, place.attribute)
    if place.attribute.returned == "request":
        return value_at(shown.resource, whole) is None
    if place.sub is None:
        return False
    sent, given = (
        any(not is_unassigned(member(each, place.sub.name)) for each in values_of(value_at(body, whole)))
        for body in (shown.sent, shown.resource)
    )
    return sent and not given


def _answer(tree: FilterTree, rest: FilterTree, resource: dict[str, object], schema: ResourceSchema) -> bool | None:
    if _is_about_nothing(rest, schema):
        return False
    return matches(tree, resource, schema)


def _is_about_nothing(rest: FilterTree, schema: ResourceSchema) -> bool:
    """Whether a filter compares an attribute that there is not."""
    is_equality = isinstance(rest, Compared) and rest.operator == "eq" and rest.literal is not None
    return is_equality and isinstance(rest, Compared) and schema.find(rest.name.text) is None


def _root_rows(query: Query, rest: FilterTree) -> Iterator[str]:
    names = [leaf.name.text for leaf in leaves(rest)]
    found = [[query.schema_of(each).find(name) is not None for each in NAMES] for name in names]
    if any(True in each and False in each for each in found):
        yield "RFC7644-3.4.2.1-06"
    yield "RFC7644-3.4.2.1-05"


def _answers(entries: History) -> Iterator[Case[RowsTold]]:
    cases = filter_cases(queries_of(entries))
    held = {row for case in cases if not case.wrong and case.is_telling for row in case.rows}
    held_by: dict[str, set[str]] = {}  # the attributes with which a row held
    for case in cases:
        for row in case.rows if not case.wrong and case.is_telling else ():
            held_by.setdefault(row, set()).update(_names(case))
    wrong = [case for case in cases if case.wrong]
    blamed = blamed_rows((case.rows for case in wrong), held, EXACTNESS)
    for case in cases:
        if case.wrong:
            row = blamed.get(case.rows, f"{ROW}02")
            if held_by.get(row, set()) - _names(case) and not _is_about(row, case):
                row = _by_comparison(case, wrong) or row
            said = [Finding(f"{each.expected}, by {_text(case.query)}", each.actual, each.pointer, row)
                    for each in case.wrong]  # fmt: skip
            yield told(case.query, (row,), said, *case.sources)
        else:
            yield told(case.query, case.rows)


def _by_comparison(case: FilterCase, wrong: Iterable[FilterCase]) -> str:
    """The row of a filter whose operator, name and value all do well elsewhere: together they do not.

    That is the operator's, where it is the only one that goes wrong at the attribute; where several do, the attribute
    is not found, whatever the operator. Of several comparisons in one filter it is told where one goes wrong alone.
    """
    alone: dict[tuple[str, str], set[str]] = {}
    for each in wrong:
        found = leaves(apart_from_own(each.tree))
        first, second = next(found, None), next(found, None)
        if first is not None and second is None:
            at = each.query.endpoint, first.name.text.lower()
            alone.setdefault(at, set()).add(_operator_row(each, first))
    for leaf in leaves(apart_from_own(case.tree)):
        rows = alone.get((case.query.endpoint, leaf.name.text.lower()), set())
        if len(rows) > 1:
            return f"{ROW}02"
        if rows and _operator_row(case, leaf) in rows:
            return next(iter(rows))
    return ""


def _is_about(row: str, case: FilterCase) -> bool:
    """Whether a row is about the very attribute of a filter, and not only about how it is named."""
    is_of_members = row == f"{ROW}42" and any(name.startswith("members") for name in _names(case))
    return is_of_members or row in (f"{ROW}33", f"{ROW}39", f"{ROW}41", "RFC7644-3.10-03")


def _names(case: FilterCase) -> set[str]:
    return {leaf.name.text.lower() for leaf in leaves(apart_from_own(case.tree))}


def _operator_row(case: FilterCase, leaf: Leaf) -> str:
    place = case.query.schema_of(case.query.endpoint).find(leaf.name.text)
    return operator_row(leaf, place.leaf) if place is not None and place.leaf is not None else f"{ROW}02"


def _text(query: Query) -> str:
    text = query.text("filter")
    return text if len(text) < 200 else f"{text[:200]}…"


_ROWS = tuple(dict.fromkeys((*EXACTNESS, f"{ROW}02")))


@history_check(*_ROWS, over=_answers, rows_of=rows_told)
def a_filter_finds_what_it_says(case: Case[RowsTold]) -> Iterator[Outcome]:
    """A filter finds those of our resources that match, and no other: by operator, structure, name and value."""
    yield from case.event.outcomes


# Refusals.


def _refusals(entries: History) -> Iterator[Case[RowsTold]]:
    queries = [query for query in queries_of(entries) if query.supports("filter") and query.endpoint]
    taken: dict[tuple[str, str, str], Entry] = {}
    answered: set[str] = set()
    for query, tree, rows in _joined(queries):
        if query.is_listed:
            answered |= rows
            for leaf in leaves(tree):
                taken.setdefault(_atom(query, leaf.name.text, leaf.operator), query.entry)
    for query, tree, rows in _joined(queries):
        if query.is_listed and rows:
            yield told(query, sorted(rows))
        elif query.exchange.status in (400, 422):
            row = next((each for each in EXACTNESS if each in rows - answered), "")
            if row:
                yield from _refused(query, tree, row, taken)


def _joined(queries: Iterable[Query]) -> Iterator[tuple[Query, FilterTree, set[str]]]:
    """Filters without value paths that need not be refused, with those of their rows that give no reason for it."""
    for query in queries:
        tree, schema = parsed(query), query.schema_of(query.endpoint)
        if tree is not None and not must_be_refused(tree, schema):
            rest = apart_from_own(tree)
            if not has_brackets(rest):
                yield query, tree, features(rest, query.text("filter"), schema, ()) & _NEVER_REFUSED


def _refused(
    query: Query, tree: FilterTree, row: str, taken: dict[tuple[str, str, str], Entry]
) -> Iterator[Case[RowsTold]]:
    """A finding where each comparison of a refused filter has had an answer elsewhere."""
    atoms = dict.fromkeys(_atom(query, leaf.name.text, leaf.operator) for leaf in leaves(tree))
    if all(atom in taken for atom in atoms):
        seen = ", ".join(sorted({taken[atom].id for atom in atoms}))
        said = f"an answer to {_text(query)}, as its parts have one in entries {seen}"
        finding = Finding(said, f"status {query.exchange.status}", requirement=row)
        yield told(query, (row,), [finding], *(taken[atom] for atom in atoms))


def _atom(query: Query, name: str, operator: str) -> tuple[str, str, str]:
    place = query.schema_of(query.endpoint).find(name)
    return query.endpoint, place.path.lower() if place else name.lower(), operator


def has_brackets(tree: FilterTree) -> bool:
    """Whether a filter has a value path."""
    if isinstance(tree, OneValue):
        return True
    inner = getattr(tree, "terms", ()) or ((tree.term,) if hasattr(tree, "term") else ())
    return any(map(has_brackets, inner))


@history_check(*sorted(_NEVER_REFUSED), over=_refusals, rows_of=rows_told)
def what_is_taken_alone_is_taken_joined(case: Case[RowsTold]) -> Iterator[Outcome]:
    """Comparisons that a bridge answers one by one it answers in any letter case, with a URN, joined and grouped."""
    yield from case.event.outcomes


def _brackets(entries: History) -> Iterator[Case[RowsTold]]:
    for query in queries_of(entries):
        tree = parsed(query)
        if tree is None or not query.endpoint or query.exchange.status not in (200, 400, 501):
            continue
        rest = apart_from_own(tree)
        if has_brackets(rest):
            is_nested = f"{ROW}26" in features(rest, "", query.schema_of(query.endpoint), ())
            said = "answered" if query.is_listed else f"status {query.exchange.status}"
            rows = (f"{ROW}23", f"{ROW}26") if is_nested else (f"{ROW}23",)
            yield told(query, rows, [Recorded(f"value paths: {said}", row) for row in rows])


@history_check(f"{ROW}23", f"{ROW}26", over=_brackets, rows_of=rows_told)
def value_paths_are_recorded(case: Case[RowsTold]) -> Iterator[Outcome]:
    """Whether a bridge filters by what stands in square brackets."""
    yield from case.event.outcomes


def _handled(entries: History) -> Iterator[Case[RowsTold]]:
    for query in queries_of(entries):
        if query.text("filter") and parsed(query) is not None and query.exchange.status:
            said = "declared" if query.supports("filter") else "not declared"
            how = "answered" if query.is_listed else f"status {query.exchange.status}"
            yield told(query, (f"{ROW}01",), [Recorded(f"filters are {said}; one is {how}")])


@history_check(f"{ROW}01", over=_handled)
def filtering_is_recorded(case: Case[RowsTold]) -> Iterator[Outcome]:
    """Whether a bridge filters at all."""
    yield from case.event.outcomes
