"""Small runs at Ada's company for the tests of the reports, right and wrong."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from harness.catalogue.requirement import load_catalogue
from harness.catalogue.verdict import Finding, SkipReason, Verdict
from harness.judge.exit_code import ExitCode, decide
from harness.judge.judge import Result, Verdicts, judge
from harness.judge.tally import Judgement
from harness.record.exchange import Exchange, Headers, Request, Response
from harness.record.journal import (
    SCHEMA,
    Entry,
    Event,
    Expectation,
    Journal,
    RunHeader,
    ScenarioBegin,
    ScenarioEnd,
    Step,
)
from harness.report.model import Report, make_report

BASE = "https://bridge.example/scim/v2"
SCIM: Headers = (("Content-Type", "application/scim+json"),)
TOKEN: Headers = (("Authorization", "Bearer ‹credential:scim›"),)
USER = "urn:ietf:params:scim:schemas:core:2.0:User"


def header(*claims: str, gate: str = "must", dialects: tuple[str, ...] = ("okta-oin", "entra-default")) -> RunHeader:
    return RunHeader(
        SCHEMA,
        "0.1.0",
        claims,
        dialects,
        ("protocol", "lifecycle", "idp"),
        "safe",
        7,
        gate,
        "Bridge",
        BASE,
        1_700_000_000.0,
    )


def exchange(
    method: str = "POST",
    target: str = "/Users",
    sent: Any = None,
    status: int = 201,
    received: Any = None,
    name: str = "create user",
    headers: Headers = SCIM + TOKEN,
    answer_headers: Headers = SCIM,
    unconfirmed: str = "",
) -> Exchange:
    request = Request(method, target, name, headers, _bytes(sent), unconfirmed=unconfirmed)
    return Exchange(BASE, request, Response(status, answer_headers, _bytes(received) or b""), elapsed_s=0.012)


def user(name: str = "ada@example.com", **more: Any) -> dict[str, Any]:
    return {"schemas": [USER], "userName": name, **more}


def story(*events: Event, dialect: str = "okta-oin", claims: tuple[str, ...] = ("rfc", "okta", "entra")) -> list[Entry]:
    """The journal of one story: Ada is hired."""
    journal = Journal()
    journal.add(header(*claims))
    journal.place("scenarios/lifecycle/test_hiring.py::test_ada_is_hired", dialect)
    for event in (ScenarioBegin("Ada is hired."), Step("Ada is assigned"), *events, ScenarioEnd("completed")):
        journal.add(event)
    return journal.entries


def without_location(**more: Any) -> Exchange:
    """Breaks RFC7644-3.3-12 and others: a new resource without a Location header."""
    return exchange(sent=user(), received=user(id="1", **more))


def judged(entries: list[Entry], exit_code: ExitCode | None = None, **more: Any) -> Report:
    verdicts = judge(entries, load_catalogue())
    return make_report(verdicts, entries, decide(verdicts) if exit_code is None else exit_code, 1.5, **more)


def by_hand(
    *results: Result, claims: Iterable[str] = ("rfc", "okta", "entra"), gate: str = "must", errors: tuple[str, ...] = ()
) -> Verdicts:
    return Verdicts(header(*claims, gate=gate), results, errors, {"patch": True, "schemas": None}, 3)


def result(
    requirement: str,
    verdict: Verdict = Verdict.PASS,
    *judgements: Judgement,
    by_dialect: dict[str, Verdict] | None = None,
) -> Result:
    row = load_catalogue().get(requirement)
    if verdict is Verdict.SKIP:
        return Result(row, verdict, {}, SkipReason.NOT_RUN, "nothing in this run judged it")
    return Result(row, verdict, by_dialect or {}, judged_by=("a_check",), findings=judgements, cases=1)


def broken(
    requirement: str,
    entry: Entry,
    expected: str = "status 201",
    actual: str = "status 200",
    verdict: Verdict = Verdict.FAIL,
    pointer: str = "",
) -> Judgement:
    return Judgement(requirement, "a_check", entry, verdict, Finding(expected, actual, pointer))


def entry(event: Event, entry_id: str = "0:5", dialect: str = "", scenario: str = "s") -> Entry:
    return Entry(entry_id, scenario, dialect, 1, event)


def stated(**params: Any) -> Expectation:
    return Expectation("state", ("SEED-16",), "Ada is suspended", params)


def _bytes(value: Any) -> bytes | None:
    return value if value is None or isinstance(value, bytes) else json.dumps(value).encode()
