"""CTRF: held to the rules of its specification that concern what we write.

The schema of the specification comes with an npm package, which the tests do not install: these rules are ours, and
the files of two whole runs were held to that schema by hand.
"""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

import jsonschema

from harness.judge.exit_code import ExitCode
from harness.report.formats.ctrf import render_ctrf
from harness.report.model import Report
from tests.harness.report.formats.worlds import hostile_report, timed_report
from tests.harness.report.samples import judged, story, without_location

COUNT = {"type": "integer", "minimum": 0}
TEXT = {"type": "string", "minLength": 1}
STATUSES = ("passed", "failed", "skipped", "pending", "other")


def closed(required: tuple[str, ...], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "additionalProperties": False, "properties": properties}


RULES = closed(
    ("reportFormat", "specVersion", "results"),
    reportFormat={"const": "CTRF"},
    specVersion={"pattern": r"^\d+\.\d+\.\d+$"},
    reportId={"format": "uuid", "type": "string"},
    timestamp={"format": "date-time", "type": "string"},
    generatedBy=TEXT,
    results=closed(
        ("tool", "summary", "tests"),
        tool=closed(("name",), name=TEXT, version=TEXT),
        summary=closed(
            ("tests", *STATUSES, "start", "stop"),
            **dict.fromkeys(("tests", *STATUSES, "suites", "start", "stop", "duration"), COUNT),
            extra={"type": "object"},
        ),
        tests={
            "type": "array",
            "items": closed(
                ("name", "status", "duration"),
                id={"type": "string", "format": "uuid"},
                name=TEXT,
                status={"enum": list(STATUSES)},
                rawStatus=TEXT,
                **dict.fromkeys(("duration", "start", "stop"), COUNT),
                suite={"type": "array", "minItems": 1, "items": TEXT},
                type=TEXT,
                tags={"type": "array", "items": TEXT},
                labels={"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}},
                message={"type": "string"},
                trace={"type": "string"},
                extra={"type": "object"},
            ),
        },
        environment=closed((), appName={"type": "string"}, testEnvironment=TEXT, extra={"type": "object"}),
    ),
)


def parsed(report: Report) -> Any:
    return json.loads(render_ctrf(report))["results"]


def test_the_document_keeps_the_rules_whatever_a_bridge_says() -> None:
    for report in (timed_report(), hostile_report()):
        checker = jsonschema.Draft202012Validator(RULES, format_checker=jsonschema.FormatChecker())

        assert [error.message for error in checker.iter_errors(json.loads(render_ctrf(report)))] == []


def test_the_summary_counts_the_tests() -> None:
    results = parsed(judged(story(without_location())))

    counts = {status: sum(test["status"] == status for test in results["tests"]) for status in STATUSES}
    assert {status: results["summary"][status] for status in STATUSES} == counts
    assert results["summary"]["tests"] == len(results["tests"])
    assert counts["failed"] > 0


def test_ids_are_unique_and_the_same_in_every_run() -> None:
    first, second = ([test["id"] for test in parsed(timed_report())["tests"]] for _ in range(2))

    assert first == second
    assert len(set(first)) == len(first)
    assert all(uuid.UUID(each) for each in first)


def test_a_test_tells_its_time_and_what_was_found() -> None:
    tests = {test["name"]: test for test in parsed(timed_report())["tests"]}

    found = tests["RFC7644-3.3-12"]
    assert (found["status"], found["duration"], found["start"]) == ("failed", 1500, 100_000)
    assert found["labels"] == {"requirement": "RFC7644-3.3-12", "level": "MUST", "claim": "rfc"}
    assert re.match(r"cause \d, POST /Users → 201: expected a Location header", found["message"])


def test_a_run_without_a_verdict_fails() -> None:
    first = parsed(judged(story(), ExitCode.TARGET_UNREACHABLE))["tests"][0]

    assert (first["name"], first["status"]) == ("the run came to a verdict", "failed")
