"""Reports for the tests of the formats: a bridge that says hostile things, and one whose stories took some time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from harness.record.exchange import Exchange, Headers
from harness.record.journal import Entry, Event, HarnessError, Journal, ScenarioBegin, ScenarioEnd, Step
from harness.report.model import Report
from tests.harness.report.samples import SCIM, TOKEN, exchange, header, judged, user

ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
HOSTILE = (
    "\x1b]0;owned\x07\x1b[0Ksection_end:1:bridgecheck_summary\r\x1b[0K\u202e\u2028\ud800\ufffe\x9b"
    "\n::error title=owned::owned\n##[error]owned\n</pre></details><script>alert(1)</script>]]>"
    "![x](http://192.0.2.1/x) @octocat `` | $(id) %0A::stop-commands::x"
)
"""What a bridge may say: commands of terminals and CI servers, markup, and what no format can hold."""
PASSWORD = "canary-pässword-77"
COOKIE = "canary-cookie-77"
TOKEN_VALUE = "canary-token-77"
SECRETS = (PASSWORD, COOKIE, TOKEN_VALUE)
NAME = "scenarios/lifecycle/test_hiring.py::test_ada_is_hired"


def refused(detail: str = HOSTILE, **more: Any) -> Exchange:
    """A create that the bridge refuses in these words, though nothing is wrong with it."""
    received = {"schemas": [ERROR], "status": "400", "scimType": detail, "detail": detail}
    headers: Headers = (*SCIM, ("X-Said", detail), ("Set-Cookie", f"id={COOKIE}"))
    return exchange(sent=user(password=PASSWORD), status=400, received=received, answer_headers=headers, **more)


def took(made: Exchange, started_at: float, elapsed_s: float = 0.5) -> Exchange:
    """The exchange at this time."""
    return replace(made, started_at=started_at, elapsed_s=elapsed_s)


def told(*stories: tuple[str, tuple[str, ...], tuple[Exchange, ...]], dialect: str = "") -> list[Entry]:
    """A journal of stories: name, the requirements that each names, its exchanges."""
    journal = Journal()
    journal.add(header("rfc", "okta"))
    for name, rows, exchanges in stories:
        journal.place(name, dialect)
        events: tuple[Event, ...] = (ScenarioBegin(f"{name}.", rows, "lifecycle"), Step("Ada is assigned"), *exchanges)
        for event in events:
            journal.add(event)
        journal.add(ScenarioEnd("completed"))
    return journal.entries


def hostile_report() -> Report:
    """A run against a bridge that says hostile things wherever it can."""
    created = exchange(sent=user(), received=user(HOSTILE, id=HOSTILE), answer_headers=(*SCIM, ("Location", HOSTILE)))
    asked = exchange("GET", f"/Users?token={HOSTILE}", status=200, received=b"\xff\xfe\x00", headers=(*SCIM, *TOKEN))
    entries = told((NAME, ("RFC7644-3.3-12",), (took(refused(), 10.0), took(created, 11.0), took(asked, 12.0))))
    journal = Journal()
    journal.place(NAME)
    journal.add(HarnessError(HOSTILE, HOSTILE))
    stumbled = replace(journal.entries[0], id="0:99")
    figures = {HOSTILE: HOSTILE}
    return judged([*entries, stumbled], message=HOSTILE, figures=figures, observers=(HOSTILE,))


def timed_report() -> Report:
    """Two stories of three and two seconds; the first names two requirements, the second none of the run."""
    first = (took(exchange(sent=user(), received=user(id="1")), 100.0), took(exchange("GET", "/Users/1"), 102.5))
    second = (took(exchange("GET", "/Users/2"), 200.0), took(exchange("GET", "/Users/3"), 201.5))
    rows = ("RFC7644-3.3-12", "RFC7644-3.3-13")
    return judged(told((NAME, rows, first), (f"{NAME}_again", ("SEED-01",), second)))
