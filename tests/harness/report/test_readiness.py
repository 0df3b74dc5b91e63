from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from harness.catalogue.requirement import Level, load_catalogue
from harness.catalogue.verdict import SkipReason, Verdict
from harness.judge.causes import make_causes
from harness.judge.coverage import judges_of
from harness.judge.exit_code import ExitCode
from harness.judge.judge import Verdicts
from harness.report.causes import report_causes
from harness.report.evidence import Record
from harness.report.readiness import Readiness, Ready, make_readiness
from tests.harness.report.samples import broken, by_hand, entry, exchange, result


def answers(verdicts: Verdicts, exit_code: ExitCode) -> tuple[Readiness, ...]:
    causes = report_causes(make_causes(verdicts, ()), Record(()), verdicts.header)
    return make_readiness(verdicts, exit_code, causes)


def of_claim(claim: str, *results: object, exit_code: ExitCode = ExitCode.PASS) -> Readiness:
    return answers(by_hand(*results, claims=(claim,)), exit_code)[0]  # type: ignore[arg-type]


def test_a_claim_with_nothing_broken_is_ready() -> None:
    answer = of_claim("okta", result("OKTA-01"), result("OKTA-04"))

    assert answer.verdict is Ready.READY
    assert answer.sentence == "Ready for Okta: 2 of 2 requirements judged, none broken."


def test_a_claim_of_which_a_must_was_not_run_is_not_called_ready() -> None:
    answer = of_claim("okta", result("OKTA-01"), result("OKTA-02", Verdict.SKIP))

    assert answer.verdict is Ready.NOT_ENOUGH
    assert answer.sentence == (
        "Not enough to say ready for Okta: nothing broken in 1 of the 2 MUST requirements that apply; "
        "1 not run (OKTA-02)."
    )


def test_what_has_no_check_in_this_version_is_told_apart() -> None:
    rows = load_catalogue().of_claims(["bridge"])
    unjudged = next(row.id for row in rows if row.level is Level.MUST and not judges_of(row.id, load_catalogue()))
    answer = of_claim("bridge", result("SEED-16"), result(unjudged, Verdict.SKIP))

    assert f"1 not run ({unjudged}), 1 of them without a check in this version" in answer.sentence


def test_a_claim_of_which_a_must_was_judged_in_part_is_not_called_ready() -> None:
    answer = of_claim("okta", result("OKTA-01"), result("OKTA-03", Verdict.PARTLY))

    assert (answer.verdict, answer.judged, answer.partly) == (Ready.NOT_ENOUGH, 1, 1)
    assert answer.sentence.endswith(
        "nothing broken in 1 of the 2 MUST requirements that apply; 1 judged in part (OKTA-03)."
    )


@pytest.mark.parametrize(
    ("reason", "verdict"),
    [
        (SkipReason.NOT_APPLICABLE, Ready.READY),
        (SkipReason.NOT_JUDGEABLE, Ready.READY),
        (SkipReason.NOT_OBSERVABLE, Ready.NOT_ENOUGH),
        (SkipReason.NOT_RUN, Ready.NOT_ENOUGH),
    ],
)
def test_what_is_no_fault_of_the_run_is_excused(reason: SkipReason, verdict: Ready) -> None:
    skipped = replace(result("OKTA-02", Verdict.SKIP), reason=reason)

    assert of_claim("okta", result("OKTA-01"), skipped).verdict is verdict


def test_a_should_that_was_not_run_leaves_a_claim_ready() -> None:
    assert of_claim("rfc", result("RFC7644-3.3-12"), result("RFC7644-3.2-10", Verdict.SKIP)).verdict is Ready.READY


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ({"only": ("test_a",)}, "this run left out every story but test_a (--only)"),
        ({"skip": ("test_b", "test_c")}, "this run left out test_b, test_c (--skip)"),
        ({"rows": ("OKTA-01",)}, "this run left out what is not about OKTA-01 (--requirement)"),
        ({"suites": ("protocol",)}, "this run left out the suites idp and lifecycle (--suite)"),
        ({"mode": "smoke"}, "this run left out every story that is not a smoke test (--mode smoke)"),
    ],
)
def test_a_part_of_a_run_never_says_ready_and_names_what_it_left_out(part: dict[str, Any], words: str) -> None:
    whole = by_hand(result("OKTA-01"), claims=("okta",))

    (answer,) = make_readiness(replace(whole, header=replace(whole.header, **part)), ExitCode.PASS, ())

    assert answer.verdict is Ready.NOT_ENOUGH
    assert answer.sentence == (
        f"Not enough to say ready for Okta: nothing broken in 1 of the 1 MUST requirements that apply; {words}."
    )


def test_a_broken_must_makes_a_claim_not_ready() -> None:
    finding = broken("ENTRA-22", entry(exchange()), "members Ada and Grace", "no members")

    answer = of_claim("entra", result("ENTRA-22", Verdict.FAIL, finding))

    assert answer.verdict is Ready.NOT_READY
    assert answer.sentence == "Not ready for Entra ID: expected members Ada and Grace; was no members (ENTRA-22)."


def test_a_claim_of_which_nothing_was_judged_is_not_judged() -> None:
    answer = of_claim("google", result("GOOGLE-01", Verdict.SKIP))

    assert answer.verdict is Ready.NOT_JUDGED
    assert answer.sentence == "Nothing judged for Google Workspace."


def test_a_broken_rule_of_all_counts_for_the_provider_whose_traffic_met_it() -> None:
    rows = (
        result("OKTA-01"),
        result("ENTRA-01"),
        result("SEED-16", Verdict.FAIL, by_dialect={"okta-oin": Verdict.FAIL, "entra-default": Verdict.PASS}),
    )

    okta, entra = answers(by_hand(*rows, claims=("okta", "entra")), ExitCode.CONFORMANCE_FAILURE)

    assert (okta.verdict, okta.broken) == (Ready.NOT_READY, ("SEED-16",))
    assert entra.verdict is Ready.READY


def test_the_words_are_those_of_the_provider_in_question() -> None:
    okta = broken("SEED-16", entry(exchange(), "0:1", "okta-oin"), actual="seen under Okta")
    entra = broken("SEED-16", entry(exchange(), "0:2", "entra-default"), actual="seen under Entra")
    both = {"okta-oin": Verdict.FAIL, "entra-default": Verdict.FAIL}

    answer = of_claim("entra", result("SEED-16", Verdict.FAIL, okta, entra, by_dialect=both))

    assert "seen under Entra" in answer.sentence


def test_what_else_is_broken_is_counted_by_cause_and_by_requirement() -> None:
    ids = ("OKTA-01", "OKTA-02", "OKTA-03")
    rows = [
        result(name, Verdict.FAIL, broken(name, entry(exchange(), f"0:{n}"), actual="another"))
        for n, name in enumerate(ids)
    ]

    answer = of_claim("okta", *rows)

    assert answer.sentence.endswith("(OKTA-01); 2 more causes; 3 requirements broken in all.")


def test_a_refusal_is_told_with_the_request_and_in_the_words_of_the_bridge() -> None:
    refused = exchange("PATCH", "/Users/7", status=400, received={"detail": "active must be true or false."})
    finding = broken("ENTRA-11", entry(refused), "the new value of active to be accepted", "status 400")

    answer = of_claim("entra", result("ENTRA-11", Verdict.FAIL, finding))

    told = "PATCH /Users/7 is answered 400: active must be true or false. (ENTRA-11)."
    assert answer.sentence == f"Not ready for Entra ID: {told}"


def test_a_warning_leaves_a_claim_ready_and_is_said() -> None:
    answer = of_claim("rfc", result("RFC7644-3.3-12"), result("RFC7644-3.3-11", Verdict.WARN))

    assert (
        answer.sentence == "Ready for SCIM 2.0: 2 of 2 requirements judged, none broken, 1 recommendation not followed."
    )


def test_nothing_is_ready_when_the_harness_stumbled() -> None:
    one = of_claim("okta", result("OKTA-01"), exit_code=ExitCode.HARNESS_ERROR)
    other = of_claim("okta", result("OKTA-01", Verdict.ERROR), exit_code=ExitCode.HARNESS_ERROR)

    assert one.verdict is other.verdict is Ready.NOT_JUDGED
    assert one.sentence.endswith("none broken, but the run ended in harness error.")
    assert other.sentence.endswith("and the harness stumbled over 1 of them.")


def test_hostile_words_of_a_finding_stay_on_one_short_line() -> None:
    finding = broken("OKTA-01", entry(exchange()), "a list", "\x1b[2J\n" + "x" * 5000)

    answer = of_claim("okta", result("OKTA-01", Verdict.FAIL, finding))

    assert "\x1b" not in answer.sentence
    assert "\n" not in answer.sentence
    assert len(answer.sentence) < 300
