"""What counts at the gate: waivers in use, expired, not needed any more, and not decided."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from harness.catalogue.verdict import Verdict
from harness.gate.fingerprint import fingerprint_of_cause, fingerprint_of_finding
from harness.gate.gate import Gate, Policy, WaiverStanding, open_gate
from harness.judge.exit_code import ExitCode, decide
from harness.judge.judge import Verdicts
from harness.record.journal import Entry
from tests.harness.gate.samples import LOCATION, TODAY, clean, faulty, judged, policy, waiver
from tests.harness.report.samples import by_hand, result

YESTERDAY = TODAY - timedelta(days=1)


def at_the_gate(entries: list[Entry], asked: Policy) -> tuple[Verdicts, Gate]:
    verdicts, causes = judged(entries)
    return verdicts, open_gate(verdicts, causes, asked)


def code_of(verdicts: Verdicts, gate: Gate) -> ExitCode:
    return decide(
        verdicts,
        broken=gate.broken,
        is_below_floor=gate.is_below_floor,
        are_waivers_stale=gate.are_waivers_stale,
    )


def test_a_waived_requirement_stays_broken_and_lets_the_build_through() -> None:
    verdicts, gate = at_the_gate(faulty(), policy(waiver(LOCATION)))

    broken = verdicts.find(LOCATION)
    assert broken is not None
    assert broken.verdict is Verdict.FAIL
    assert code_of(verdicts, gate) is ExitCode.PASS
    assert [use.standing for use in gate.waivers] == [WaiverStanding.USED]
    assert gate.waived_whole == (LOCATION,)


def test_a_cause_or_a_finding_is_waived_by_its_fingerprint() -> None:
    (cause,) = judged(faulty())[1]
    marks = (("cause", fingerprint_of_cause(cause)), ("finding", fingerprint_of_finding(cause.judgements[0])))

    for kind, mark in marks:
        verdicts, gate = at_the_gate(faulty(), policy(waiver(mark, kind)))
        assert code_of(verdicts, gate) is ExitCode.PASS
        assert gate.waivers[0].findings == 1


def test_a_waiver_of_another_cause_waives_nothing() -> None:
    verdicts, gate = at_the_gate(faulty(), policy(waiver(f"{LOCATION}/{'0' * 10}", "cause")))

    assert code_of(verdicts, gate) is ExitCode.CONFORMANCE_FAILURE
    assert gate.broken == (LOCATION,)
    assert gate.waivers[0].standing is WaiverStanding.NOT_NEEDED


def test_an_expired_waiver_waives_nothing_and_ends_the_run_with_5() -> None:
    verdicts, gate = at_the_gate(faulty(), policy(waiver(LOCATION, expires=YESTERDAY)))

    assert code_of(verdicts, gate) is ExitCode.WAIVERS_STALE
    assert gate.waivers[0].standing is WaiverStanding.EXPIRED
    assert gate.waived == {}
    assert gate.waived_whole == ()


def test_what_no_waiver_ever_named_is_graver_than_an_expired_one() -> None:
    verdicts, causes = judged(faulty())
    other = by_hand(result("OKTA-01", Verdict.FAIL), *verdicts.results)
    gate = open_gate(other, causes, policy(waiver(LOCATION, expires=YESTERDAY)))

    assert gate.broken == ("OKTA-01",)
    assert code_of(other, gate) is ExitCode.CONFORMANCE_FAILURE


def test_a_waiver_holds_on_its_last_day() -> None:
    verdicts, gate = at_the_gate(faulty(), policy(waiver(LOCATION, expires=TODAY)))

    assert code_of(verdicts, gate) is ExitCode.PASS
    assert gate.waivers[0].days_left == 0


def test_of_two_waivers_the_one_that_holds_counts() -> None:
    (cause,) = judged(faulty())[1]
    both = (waiver(LOCATION, expires=YESTERDAY), waiver(fingerprint_of_cause(cause), "cause"))

    for order in (both, both[::-1]):
        verdicts, gate = at_the_gate(faulty(), policy(*order))
        assert gate.waived_whole == (LOCATION,)
        assert code_of(verdicts, gate) is ExitCode.WAIVERS_STALE


def test_a_waiver_that_waives_nothing_any_more_ends_the_run_with_5() -> None:
    verdicts, gate = at_the_gate(clean(), policy(waiver(LOCATION)))

    assert gate.waivers[0].standing is WaiverStanding.NOT_NEEDED
    assert code_of(verdicts, gate) is ExitCode.WAIVERS_STALE


@pytest.mark.parametrize(
    ("header", "name", "why"),
    [
        ({"only": ("test_x",)}, LOCATION, "this run left out stories"),
        ({"skip": ("test_x",)}, LOCATION, "this run left out stories"),
        ({"rows": (LOCATION,)}, LOCATION, "judged in part"),
        ({}, "OKTA-01", "this run does not judge it"),
        ({}, "RFC7644-3.7-07", "not judged this time: not run"),
    ],
)
def test_what_was_not_looked_at_makes_no_waiver_stale(header: dict[str, object], name: str, why: str) -> None:
    verdicts, gate = at_the_gate(clean(**header), policy(waiver(name)))

    assert (gate.waivers[0].standing, gate.waivers[0].why) == (WaiverStanding.UNDECIDED, why)
    assert code_of(verdicts, gate) is ExitCode.PASS


def test_a_run_that_ended_early_decides_nothing() -> None:
    verdicts, causes = judged(clean())

    gate = open_gate(verdicts, causes, policy(waiver(LOCATION)), ended_early=True)

    assert gate.waivers[0].standing is WaiverStanding.UNDECIDED


def test_an_error_of_ours_is_never_waived() -> None:
    verdicts = by_hand(result(LOCATION, Verdict.ERROR), errors=("a check stumbled",))

    gate = open_gate(verdicts, (), policy(waiver(LOCATION)))

    assert code_of(verdicts, gate) is ExitCode.HARNESS_ERROR
    assert gate.waivers[0].standing is WaiverStanding.UNDECIDED


def test_the_stricter_gate_asks_for_waivers_of_what_should_hold() -> None:
    warned = by_hand(result("RFC7644-3.3-11", Verdict.WARN), gate="should")

    assert open_gate(warned, (), policy()).broken == ("RFC7644-3.3-11",)
    assert open_gate(by_hand(result("RFC7644-3.3-11", Verdict.WARN)), (), policy()).broken == ()


def test_the_day_is_that_of_the_policy() -> None:
    verdicts, causes = judged(faulty())
    asked = Policy((waiver(LOCATION, expires=date(2030, 1, 1)),), today=date(2030, 1, 2))

    assert open_gate(verdicts, causes, asked).are_waivers_stale
