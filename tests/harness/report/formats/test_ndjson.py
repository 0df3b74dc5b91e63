from __future__ import annotations

import json
from collections import Counter

from harness.report.formats.ndjson import render_ndjson
from tests.harness.report.samples import judged, story, without_location


def test_each_line_is_an_object_of_a_kind_and_the_end_is_last() -> None:
    report = judged(story(without_location()))

    lines = [json.loads(line) for line in render_ndjson(report).splitlines()]

    kinds = Counter(line["kind"] for line in lines)
    assert (lines[0]["kind"], lines[-1]["kind"]) == ("run", "end")
    assert lines[0]["schema"] == "bridgecheck/verdicts/1"
    assert kinds["verdict"] == len(report.rows)
    assert kinds["finding"] == sum(len(row.findings) for row in report.rows)
    assert kinds["cause"] == len(report.causes)


def test_a_finding_names_its_requirement_and_its_cause() -> None:
    lines = [json.loads(line) for line in render_ndjson(judged(story(without_location()))).splitlines()]

    found = next(line for line in lines if line["kind"] == "finding" and line["requirement"] == "RFC7644-3.3-12")
    assert found["expected"] == "a Location header"
    assert found["dialect"] == "okta-oin"
    assert found["cause"] in [line["number"] for line in lines if line["kind"] == "cause"]
