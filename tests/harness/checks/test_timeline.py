"""The timeline of a resource: a span for each view, with the view before it and the writes between."""

from __future__ import annotations

from harness.checks.timeline import Span, next_view, spans
from harness.record.exchange import Exchange
from tests.harness.checks.samples import ADA, GRACE, delete, error, get, group, history, patch, post, put

AT = "/Users/u-ada"
RENAME = {"op": "replace", "path": "displayName", "value": "Ada King"}


def told(*events: Exchange) -> list[tuple[str, list[str], str]]:
    """Each span as the entries of its view before, its writes, and its view after."""
    return [_ids(span) for span in spans(history(*events))]


def _ids(span: Span) -> tuple[str, list[str], str]:
    return span.before[0].id if span.before else "", [entry.id for entry, _ in span.writes], span.after[0].id


def test_a_view_ends_a_span_and_begins_the_next() -> None:
    assert told(get(AT, ADA), patch(AT, RENAME), get(AT, ADA), get(AT, ADA)) == [
        ("", [], "0:1"),
        ("0:1", ["0:2"], "0:3"),
        ("0:3", [], "0:4"),
    ]


def test_an_answer_that_shows_the_resource_is_a_view() -> None:
    assert told(post("/Users", {}, ADA), put(AT, ADA, ADA)) == [("", [], "0:1"), ("0:1", [], "0:2")]


def test_each_resource_has_a_timeline_of_its_own() -> None:
    events = (get(AT, ADA), patch("/Users/u-grace", RENAME), get("/Groups/u-ada", group("u-ada")), get(AT, ADA))

    assert told(*events) == [("", [], "0:1"), ("", [], "0:3"), ("0:1", [], "0:4")]


def test_a_selection_is_no_view_and_a_read_is_no_write() -> None:
    selection = get(f"{AT}?attributes=userName", {"id": "u-ada", "userName": "ada"})

    assert told(get(AT, ADA), selection, get(AT, error(404), 404), get(AT, ADA))[1:] == [("0:1", [], "0:4")]


def test_what_is_forgotten_is_no_view_before() -> None:
    entries = history(get(AT, ADA), delete("/Users/u-grace"), get(AT, ADA))

    found = list(spans(entries, forgets=lambda exchange: exchange.request.method == "DELETE"))

    assert [_ids(span) for span in found] == [("", [], "0:1"), ("", [], "0:3")]


def test_the_next_view_is_by_id_and_before_the_next_write() -> None:
    changed = patch(AT, RENAME)

    seen = next_view(changed, history(get("/Users/u-grace", GRACE), get(AT, ADA)))

    assert seen is not None
    assert seen[0].id == "0:2"
    assert next_view(changed, history(patch(AT, RENAME), get(AT, ADA))) is None
    assert next_view(changed, history(get("/Users/u-grace", GRACE))) is None
