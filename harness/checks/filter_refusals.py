"""Filters that are none: what a bridge must decline (RFC 7644 section 3.4.2.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from harness.catalogue.verdict import Finding, Recorded
from harness.checks.filter_features import ROW, leaves
from harness.checks.filter_rows import has_brackets, parsed
from harness.checks.queries import Query, RowsTold, queries_of, rows_told, told
from harness.checks.registry import Case, History, Outcome, history_check
from harness.model.filters import OPERATORS, BadFilter, TooDeep, parse_filter
from harness.model.matching import must_be_refused
from harness.model.selecting import apart_from_own
from harness.record.exchange import get_attribute

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_COMPARED = re.compile(r'[A-Za-z][\w.:]* (?P<operator>[A-Za-z]+)(?: ""| \d+| true| false)')
_HALF = re.compile(r'(?:[A-Za-z][\w.]*|[A-Za-z][\w.]* (?:eq|ne|co|sw|ew|gt|ge|lt|le)|(?:eq|co) ""|[A-Za-z][\w.]* "")')


def fault_of(text: str) -> str:
    """The row that a text breaks which is no filter; empty for one that is, and for what vendors add to filters."""
    try:
        parse_filter(text)
        return ""
    except TooDeep:
        return ""
    except BadFilter:
        bare = _STRING.sub('""', text).strip()
    if not bare:
        return f"{ROW}05"
    found = _COMPARED.fullmatch(bare)
    if found and found["operator"].lower() not in (*OPERATORS, "pr"):
        return f"{ROW}36"
    if _HALF.fullmatch(bare):
        return f"{ROW}06"
    if "[" in bare:
        is_vendors = re.search(r"\]\.", bare)  # Entra ID asks for emails[type eq "work"].value eq "x"
        return "" if is_vendors else f"{ROW}25"
    return f"{ROW}27"


def _is_answered(query: Query) -> bool:
    """Whether an answer speaks of the filter: not of the token, the load, the method or the endpoint."""
    return query.exchange.status not in (0, 401, 403, 404, 405, 414, 429, 501, 503)


def _malformed(entries: History) -> Iterator[Case[RowsTold]]:
    queries = [query for query in queries_of(entries) if query.supports("filter")]
    takes_brackets = any(query.is_listed and (tree := parsed(query)) and has_brackets(tree) for query in queries)
    for query in queries:
        row = fault_of(query.text("filter")) if "filter" in query.asked else ""
        if not row or not _is_answered(query) or (row == f"{ROW}25" and not takes_brackets):
            continue
        rows = [row, *((f"{ROW}37",) if row == f"{ROW}36" else ()), *(("RFC7644-3.4.3-08",) if query.is_search else ())]
        yield told(query, rows, _declined(query, row))


def _declined(query: Query, row: str) -> Iterator[Finding]:
    body, status = query.exchange.json, query.exchange.status
    kind = get_attribute(body, "scimType")
    said = f"status 400 for the filter {query.text('filter')[:100]!r}"
    if status != 400:
        yield Finding(said, f"status {status}", requirement=row)
        if query.is_search and 200 <= status < 300:
            yield Finding(said, f"status {status}", requirement="RFC7644-3.4.3-08")
    elif row == f"{ROW}36" and kind != "invalidFilter":
        yield Finding(f"{said} and scimType invalidFilter", f"scimType {kind!r}", "/scimType", row)
    if row == f"{ROW}36" and status == 400 and not str(get_attribute(body, "detail") or "").strip():
        yield Finding("a detail that says what is wrong", "none", "/detail", f"{ROW}37")


@history_check(
    f"{ROW}05", f"{ROW}06", f"{ROW}25", f"{ROW}27", f"{ROW}36", f"{ROW}37", "RFC7644-3.4.3-08",
    over=_malformed, rows_of=rows_told,
)  # fmt: skip
def what_is_no_filter_is_declined(case: Case[RowsTold]) -> Iterator[Outcome]:
    """A text that is no filter, or that names an operator which there is not, is declined with 400 and the reason."""
    yield from case.event.outcomes


def _orderings(entries: History) -> Iterator[Case[RowsTold]]:
    for query in queries_of(entries):
        tree = parsed(query)
        if tree is None or not query.endpoint or not query.supports("filter") or not _is_answered(query):
            continue
        if row := must_be_refused(tree, query.schema_of(query.endpoint)):
            kind = get_attribute(query.exchange.json, "scimType")
            is_right = query.exchange.status == 400 and kind == "invalidFilter"
            said = f"status {query.exchange.status}" + (f" and scimType {kind!r}" if kind else "")
            wrong = [] if is_right else [Finding("status 400 and scimType invalidFilter", said)]
            yield told(query, (row,), wrong)


@history_check(f"{ROW}17", f"{ROW}18", over=_orderings, rows_of=rows_told)
def what_has_no_order_is_not_compared_by_it(case: Case[RowsTold]) -> Iterator[Outcome]:
    """Greater and less are declined for Booleans and binary values."""
    yield from case.event.outcomes


def _unknown_names(entries: History) -> Iterator[Case[RowsTold]]:
    for query in queries_of(entries):
        tree = parsed(query)
        if tree is None or not query.endpoint or not query.supports("filter") or not _is_answered(query):
            continue
        schema = query.schema_of(query.endpoint)
        if any(schema.find(leaf.name.text) is None for leaf in leaves(apart_from_own(tree))):
            status = query.exchange.status
            how = "answered" if query.is_listed else f"status {status}"
            wrong: list[Outcome] = [Recorded(f"a filter by an attribute that there is not: {how}")]
            if status >= 500:
                wrong.append(Finding("a list without it, or status 400", f"status {status}"))
            yield told(query, (f"{ROW}43",), wrong)


@history_check(f"{ROW}43", over=_unknown_names)
def an_unknown_name_is_no_fault_of_the_bridge(case: Case[RowsTold]) -> Iterator[Outcome]:
    """A filter by an attribute that there is not is answered or declined, and breaks nothing."""
    yield from case.event.outcomes
