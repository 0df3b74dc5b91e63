"""SARIF 2.1.0: held to rules of the standard by tests of our own, since no package of ours brings its schema.

The files of two whole runs were held to the schema, and to what GitHub asks, by the multitool of SARIF by hand.
"""

from __future__ import annotations

import json
import re
from typing import Any

from harness.judge.exit_code import ExitCode
from harness.report.formats.sarif import render_sarif
from harness.report.model import Report
from tests.harness.report.formats.worlds import HOSTILE, hostile_report, refused, told, took
from tests.harness.report.samples import judged, story, without_location

KEYS = {
    "ruleId",
    "ruleIndex",
    "kind",
    "level",
    "message",
    "locations",
    "partialFingerprints",
    "occurrenceCount",
    "properties",
    "webRequest",
    "webResponse",
}


def run_of(report: Report) -> Any:
    document = json.loads(render_sarif(report))
    assert set(document) == {"$schema", "version", "runs"}
    assert document["version"] == "2.1.0"
    (run,) = document["runs"]
    return run


def test_each_cause_is_a_result_of_a_rule() -> None:
    report = judged(story(without_location()))

    run = run_of(report)

    rules = run["tool"]["driver"]["rules"]
    assert len(run["results"]) == len(report.causes) > 0
    assert len({rule["id"] for rule in rules}) == len(rules)
    for result in run["results"]:
        assert set(result) <= KEYS
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note")
        assert result["message"]["text"]


def test_each_result_has_the_relative_place_that_github_asks_for() -> None:
    for result in run_of(hostile_report())["results"]:
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert re.fullmatch(r"scim(/[A-Za-z]+)?", place["artifactLocation"]["uri"])
        assert place["region"] == {"startLine": 1}


def test_the_exchange_is_the_request_and_the_answer() -> None:
    result = run_of(judged(story(without_location())))["results"][0]

    assert (result["webRequest"]["method"], result["webRequest"]["target"]) == ("POST", "/Users")
    assert result["webRequest"]["headers"]["Authorization"] == "Bearer ‹credential:scim›"
    assert result["webResponse"]["statusCode"] == 201
    assert '"userName": "ada@example.com"' in result["webRequest"]["body"]["text"]


def test_a_fingerprint_is_the_same_in_the_next_run_and_unique_in_one() -> None:
    first, second = (
        [result["partialFingerprints"]["bridgecheck/v1"] for result in run_of(report)["results"]]
        for report in (hostile_report(), hostile_report())
    )

    assert first == second
    assert len(set(first)) == len(first)


def test_a_link_of_a_bridge_is_none() -> None:
    entries = told(("a::b", (), (took(refused("[open](http://192.0.2.1/)"), 1.0),)))

    texts = [result["message"]["text"] for result in run_of(judged(entries))["results"]]

    assert any("[open] (http" in text for text in texts)
    assert not any("](" in text for text in texts)


def test_a_run_without_a_verdict_was_no_success() -> None:
    (invocation,) = run_of(judged(story(), ExitCode.HARNESS_ERROR, message=HOSTILE))["invocations"]

    assert invocation["executionSuccessful"] is False
    assert (invocation["exitCode"], invocation["exitCodeDescription"]) == (70, "harness error")
    assert invocation["toolExecutionNotifications"]
