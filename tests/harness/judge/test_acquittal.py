"""A row is not broken by a refusal of which a probe shows that it was for another trait."""

from __future__ import annotations

from typing import Any

from harness.catalogue.requirement import load_catalogue
from harness.catalogue.verdict import SkipReason, Verdict
from harness.judge.causes import make_causes
from harness.judge.judge import Result, judge
from harness.judge.traits import probe_of, variants
from harness.record.exchange import Exchange, Response
from harness.record.journal import SCHEMA, Entry, Event, Expectation, Journal, RunHeader, ScenarioBegin
from tests.harness.judge.test_causes import BASE, patch, users

ADA = "7c1f0a52"
CAPITAL = "op must be in lower case."
TEXT = "active must be a Boolean."


def set_active(value: Any, status: int, detail: str = "", op: str = "Replace") -> Exchange:
    operation = {"op": op, "path": "active", "value": value}
    return patch(f"/Users/{ADA}", operation, name="set user active", status=status, detail=detail)


def add_member(status: int, detail: str = "", op: str = "Add") -> Exchange:
    operation = {"op": op, "path": "members", "value": [{"value": ADA}]}
    return patch("/Groups/g1", operation, name="add members", status=status, detail=detail)


def probed(refused: Exchange, **said: int) -> list[Exchange]:
    """The probes of a refused request: `op` and `active` with the status that each got."""
    traits = {"op": "with `op` in lower case", "active": "with `active` as a Boolean"}
    wanted = {traits[name]: status for name, status in said.items()}
    assert refused.response is not None
    return [
        Exchange(
            BASE, probe_of(trait, request), Response(wanted[trait], refused.response.headers, refused.response.body)
        )
        for trait, request in variants(refused.request)
        if trait in wanted
    ]


def record(*events: Event, probes: list[Exchange]) -> list[Entry]:
    journal = Journal()
    claims, dialects = ("rfc", "bridge", "entra"), ("entra-default",)
    journal.add(RunHeader(SCHEMA, "0.1.0", claims, dialects, (), "safe", 7, "must", "Bridge", BASE, 0.0))
    journal.place("idp/test_x.py::test_y[entra-default]", "entra-default")
    journal.add(ScenarioBegin("…"))
    for event in events:
        journal.add(event)
    journal.place("idp/test_x.py::test_y[entra-default]")
    for probe in probes:
        journal.add(probe)
    return journal.entries


def result(entries: list[Entry], requirement: str) -> Result:
    found = judge(entries, load_catalogue()).find(requirement)
    assert found is not None
    return found


REFUSED = set_active("False", 400, CAPITAL)


def test_a_text_is_not_at_fault_where_the_same_operation_in_lower_case_is_accepted() -> None:
    entries = record(add_member(400, CAPITAL), REFUSED, probes=probed(REFUSED, op=200, active=400))

    assert result(entries, "ENTRA-10").verdict is Verdict.FAIL
    of_text = result(entries, "ENTRA-11")
    assert (of_text.verdict, of_text.reason) == (Verdict.SKIP, SkipReason.NOT_OBSERVABLE)
    assert "accepted with `op` in lower case" in of_text.why
    assert [judgement.requirement for judgement in of_text.acquitted] == ["ENTRA-11"]


def test_other_cases_of_the_row_decide() -> None:
    entries = record(
        add_member(400, CAPITAL),
        REFUSED,
        set_active("False", 400, TEXT, op="replace"),
        probes=probed(REFUSED, op=200, active=400),
    )

    assert result(entries, "ENTRA-11").verdict is Verdict.FAIL


def test_a_capital_is_not_at_fault_where_the_boolean_is_accepted() -> None:
    refused = set_active("False", 400, TEXT)
    entries = record(add_member(204), refused, probes=probed(refused, op=400, active=200))

    assert result(entries, "ENTRA-11").verdict is Verdict.FAIL
    assert result(entries, "ENTRA-10").verdict in (Verdict.PASS, Verdict.PARTLY)


def test_a_refusal_of_which_no_other_row_complains_stays() -> None:
    entries = record(REFUSED, probes=probed(REFUSED, op=200, active=400))

    assert result(entries, "ENTRA-11").verdict is Verdict.FAIL


def test_a_row_stays_broken_where_no_probe_was_accepted() -> None:
    entries = record(add_member(400, CAPITAL), REFUSED, probes=probed(REFUSED, op=400, active=400))

    assert result(entries, "ENTRA-11").verdict is Verdict.FAIL


def test_a_row_stays_broken_where_its_own_trait_was_not_tried() -> None:
    entries = record(add_member(400, CAPITAL), REFUSED, probes=probed(REFUSED, op=200))

    assert result(entries, "ENTRA-11").verdict is Verdict.FAIL


def test_the_cause_tells_what_follows_from_it_without_counting() -> None:
    stated = Expectation("active", ("ENTRA-11",), "…", {"address": "ada@example.com", "active": False})
    look = users((ADA, True))
    entries = record(add_member(400, CAPITAL), REFUSED, look, stated, probes=probed(REFUSED, op=200, active=400))

    causes = make_causes(judge(entries, load_catalogue()), entries)

    cause = next(cause for cause in causes if cause.requirement.id == "ENTRA-10")
    assert [(follow.requirement.id, len(follow.judgements)) for follow in cause.acquitted] == [("ENTRA-11", 2)]
    assert "ENTRA-11" not in cause.requirements
