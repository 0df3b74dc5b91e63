"""Two builds beside each other: causes, and the answers to the same requests."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.gate.answers import AnswersCompared, compare_answers
from harness.gate.diff import ReportsCompared, compare_reports
from harness.gate.gate import Policy, open_gate
from harness.gate.plain_answers import plain_answers
from harness.gate.repeats import Repeats
from harness.gate.report_file import NAME, WrittenReport, read_report
from harness.gate.structural import MISSING, ORDER, places
from harness.judge.exit_code import ExitCode
from harness.record.exchange import Exchange
from harness.record.journal import Entry
from harness.report.diff import diff_json, diff_lines, hide_passwords
from harness.report.json import render_json
from harness.report.model import FoundCauses, make_report
from harness.schema.validate import validate
from tests.harness.gate.samples import LOCATION, MADE, clean, faulty, judged
from tests.harness.report.samples import exchange, story, user

BASE = "http://127.0.0.1:8080/scim/v2"
LATER = "2027-01-02T03:04:05.678Z"


def written(folder: Path, entries: list[Entry], flaky: frozenset[int] = frozenset()) -> WrittenReport:
    folder.mkdir(exist_ok=True)
    verdicts, causes = judged(entries)
    gate = open_gate(verdicts, causes, Policy(), repeats=Repeats(1, flaky)) if flaky else None
    code = ExitCode.CONFORMANCE_FAILURE if causes and not flaky else ExitCode.PASS
    document = render_json(make_report(verdicts, entries, code, 1.0, found=FoundCauses(causes), gate=gate))
    (folder / NAME).write_text(json.dumps(document), encoding="utf-8")
    return read_report(folder)


def marks(found: ReportsCompared) -> dict[str, list[str]]:
    names = ("new", "fixed", "still", "flaky", "not_seen")
    return {name: [cause.requirement for cause in getattr(found, name)] for name in names if getattr(found, name)}


def test_causes_are_new_fixed_or_still_there(tmp_path: Path) -> None:
    good, bad = written(tmp_path / "good", clean()), written(tmp_path / "bad", faulty())

    assert marks(compare_reports(good, bad)) == {"new": [LOCATION]}
    assert marks(compare_reports(bad, good)) == {"fixed": [LOCATION]}
    assert marks(compare_reports(bad, bad)) == {"still": [LOCATION]}
    assert compare_reports(good, bad).broken == compare_reports(bad, good).mended == (LOCATION,)


def test_a_flaky_cause_is_neither_new_nor_fixed(tmp_path: Path) -> None:
    good, flaky = written(tmp_path / "good", clean()), written(tmp_path / "flaky", faulty(), frozenset({1}))

    assert marks(compare_reports(good, flaky)) == marks(compare_reports(flaky, good)) == {"flaky": [LOCATION]}


def test_what_was_not_judged_is_not_fixed(tmp_path: Path) -> None:
    bad, little = written(tmp_path / "bad", faulty()), written(tmp_path / "little", clean(rows=("RFC7643-2.1-01",)))

    found = compare_reports(bad, little)

    assert marks(found) == {"not_seen": [LOCATION]}
    assert LOCATION in found.not_judged


def told(*exchanges: Exchange) -> dict[str, Any]:
    return plain_answers(story(*exchanges, dialect=""), hide_passwords)


def created(scim_id: str = "2819c223-7f76", made: str = MADE, base: str = BASE, **more: Any) -> Exchange:
    meta = {"location": f"{base}/Users/{scim_id}", "created": made, "version": f'W/"{scim_id}"'}
    return replace(exchange(sent=user(), received=user(id=scim_id, meta=meta, **more)), base=base)


def test_ids_times_versions_and_ports_are_no_difference() -> None:
    found = compare_answers(told(created()), told(created("902c246b-6245", LATER, "http://127.0.0.1:31337/scim/v2")))

    assert (found.same_requests, found.deviating) == (1, 0)


def test_an_answer_that_differs_is_told_with_each_place() -> None:
    other = created("902c246b-6245", title="Dr", active=True)

    found = compare_answers(told(created(active="True")), told(other))

    (way,) = found.ways
    assert way.places == (("/active", '"True"', "true"), ("/title", "absent", '"Dr"'))
    assert (way.count, way.kinds) == (1, (("POST /Users (create user)", 1),))


def test_answers_that_differ_in_the_same_places_are_one_way() -> None:
    one, other = [created(title=str(n)) for n in range(3)], [created(title=str(n + 5)) for n in range(3)]

    found = compare_answers(told(*one), told(*other))

    assert [(way.count, way.kinds) for way in found.ways] == [(3, (("POST /Users (create user)", 3),))]


def test_a_status_and_a_header_are_places_too() -> None:
    refused = exchange(sent=user(), status=409, received={"detail": "taken"}, answer_headers=())

    (way,) = compare_answers(told(created()), told(replace(refused, base=created().base))).ways

    assert way.places[:2] == (("status", "201", "409"), ("headers", '"content-type: application/scim+json"', "absent"))


def test_requests_that_only_one_build_was_sent_are_counted() -> None:
    more = exchange("GET", "/Users/2819c223-7f76", status=404, received={})

    found = compare_answers(told(created()), told(created(), replace(more, base=created().base)))

    assert (found.same_requests, found.only_one, found.only_other) == (1, 0, 1)


def test_a_kind_of_request_that_takes_longer_is_told() -> None:
    slow = [replace(created(), elapsed_s=0.2) for _ in range(10)]

    (found,) = compare_answers(told(*[created()] * 10), told(*slow)).slower

    assert (found.name, found.before_s, found.after_s, found.answers) == ("create user", 0.012, 0.2, 10)
    assert compare_answers(told(*[created()] * 9), told(*slow[:9])).slower == ()


def test_no_password_is_told() -> None:
    sent = {**user(), "password": "t1meMa$heen"}
    one = replace(exchange(sent=sent, received=user(id="1", title="t1meMa$heen")), base="http://127.0.0.1:1/scim/v2")
    other = replace(
        exchange(sent=sent, received=user(id="1", password="t1meMa$heen")), base="http://127.0.0.1:1/scim/v2"
    )

    found = compare_answers(told(one), told(other))

    assert "t1meMa$heen" not in repr(found)


LIST = [{"id": "a"}, {"id": "b"}]


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": True}, [("/a", 1, True)]),
        ({"a": {"b/c": 1}}, {"a": {}}, [("/a/b~1c", 1, MISSING)]),
        ([{"value": "x"}, {"value": "y"}], [{"value": "y"}, {"value": "x"}], []),
        ([{"value": "x", "type": "work"}], [{"value": "x"}], [("[x]/type", "work", MISSING)]),
        (["a", "b"], ["b"], [("[a]", "a", MISSING)]),
        ([1, 2], [1], [("/1", 2, MISSING)]),
        ({"Resources": LIST}, {"Resources": LIST[::-1]}, [(ORDER, ["a", "b"], ["b", "a"])]),
    ],
)
def test_where_two_values_differ(one: Any, other: Any, found: list[Any]) -> None:
    assert list(places(one, other)) == found


def test_a_difference_is_written_as_text_and_as_json(tmp_path: Path) -> None:
    good, bad = written(tmp_path / "good", clean()), written(tmp_path / "bad", faulty())
    answers = compare_answers(told(created(title="\x1b[31m")), told(created(title="Dr")))

    found = compare_reports(good, bad, answers)
    text = "\n".join(diff_lines(found))

    assert f"✗ new: 1 cause\n  {LOCATION}/7f3e7dead7 MUST The Location header" in text
    assert "1 of 1 answers to the same requests differ, in 1 way" in text
    assert '/title: "\\u001b[31m" → "Dr"' in text
    assert "\x1b" not in text + json.dumps(diff_json(found), ensure_ascii=False)
    assert validate(diff_json(found), "report/diff") == []
    assert validate(diff_json(compare_reports(good, bad, None, "no journal")), "report/diff") == []


def test_nothing_to_compare_is_no_difference() -> None:
    assert compare_answers({}, {}) == AnswersCompared(0, 0, 0, 0, (), ())
