"""The floor of coverage: a number of judged requirements, of all or of one claim."""

from __future__ import annotations

import pytest

from harness.catalogue.verdict import Verdict
from harness.errors import UsageError
from harness.gate.floors import Floor, measure, parse_floors
from harness.gate.gate import open_gate
from harness.judge.exit_code import ExitCode, decide
from harness.report.model import make_report
from tests.harness.gate.samples import policy
from tests.harness.report.samples import by_hand, result

SEEN = by_hand(
    result("OKTA-01"), result("RFC7644-3.3-12"), result("OKTA-02", Verdict.PARTLY), result("OKTA-03", Verdict.SKIP)
)


@pytest.mark.parametrize(
    ("given", "judged", "is_missed"),
    [("2", 2, False), ("3", 2, True), ("okta=1", 1, False), ("okta=2", 1, True), ("entra=1", 0, True)],
)
def test_what_was_judged_is_counted_of_all_or_of_a_claim(given: str, judged: int, is_missed: bool) -> None:
    (found,) = measure(parse_floors((given,), ("rfc", "okta", "entra")), SEEN)

    assert (found.judged, found.is_missed, found.floor.option) == (judged, is_missed, f"--min-judged {given}")


def test_a_missed_floor_ends_the_run_with_4_and_says_so() -> None:
    gate = open_gate(SEEN, (), policy(floors=(Floor(30, "okta"), Floor(2))))
    code = decide(SEEN, broken=gate.broken, is_below_floor=gate.is_below_floor)
    report = make_report(SEEN, [], code, 1.0, gate=gate)

    assert code is ExitCode.NOTHING_JUDGED
    line = "too few judged: 1 requirement of okta, --min-judged okta=30 asks for 30"
    assert report.sentence == f"No verdict: {line}."
    assert report.gate_lines == (line, "enough judged: 2 requirements, --min-judged 2 asks for 2")


def test_what_is_broken_is_graver_than_a_missed_floor() -> None:
    broken = by_hand(result("OKTA-01", Verdict.FAIL))
    gate = open_gate(broken, (), policy(floors=(Floor(30),)))

    assert decide(broken, broken=gate.broken, is_below_floor=gate.is_below_floor) is ExitCode.CONFORMANCE_FAILURE


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("many",), "'many' is no number; write 400, or okta=30 for one claim"),
        (("0",), "'0' is no number"),
        (("-3",), "'-3' is no number"),
        (("=3",), "'=3' is no number"),
        (("okta=",), "'okta=' is no number"),
        (("okat=3",), "there is no claim 'okat'; did you mean okta?"),
        (("google=3",), "this run does not judge google, only rfc, okta"),
        (("okta=3", "okta=4"), "is given twice for okta; keep one"),
        (("3", "4"), "is given twice for all claims; keep one"),
    ],
)
def test_a_wrong_floor_is_told(given: tuple[str, ...], said: str) -> None:
    with pytest.raises(UsageError) as error:
        parse_floors(given, ("rfc", "okta"))

    assert said in str(error.value)
