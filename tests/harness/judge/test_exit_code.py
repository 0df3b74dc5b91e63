"""The exit code: precedence of events, and the coverage floor."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.catalogue.requirement import load_catalogue
from harness.catalogue.verdict import SkipReason, Verdict
from harness.judge.exit_code import ExitCode, decide, unjudged_claims, unjudged_rows
from harness.judge.judge import Result, Verdicts
from harness.record.journal import SCHEMA, RunHeader

MUST, SHOULD, MAY, OKTA = "RFC7644-3.3-12", "RFC7644-3.3-11", "RFC7644-3.12-05", "OKTA-01"


def verdicts(
    *results: Result,
    claims: tuple[str, ...] = ("rfc",),
    gate: str = "must",
    mode: str = "safe",
    errors: tuple[str, ...] = (),
) -> Verdicts:
    header = RunHeader(SCHEMA, "0.1.0", claims, (), (), mode, 7, gate, "Bridge", "https://bridge.example", 0.0)
    return Verdicts(header, results, errors, {}, 0)


def result(requirement: str, verdict: Verdict, reason: SkipReason | None = None) -> Result:
    return Result(load_catalogue().get(requirement), verdict, reason=reason)


GREEN = result(MUST, Verdict.PASS)
FAILED = result(MUST, Verdict.FAIL)
WARNED = result(SHOULD, Verdict.WARN)
NOT_RUN = result(MUST, Verdict.SKIP, SkipReason.NOT_RUN)


def test_all_green_is_a_pass() -> None:
    assert decide(verdicts(GREEN)) is ExitCode.PASS


def test_a_broken_must_is_a_conformance_failure() -> None:
    assert decide(verdicts(GREEN, FAILED)) is ExitCode.CONFORMANCE_FAILURE


@pytest.mark.parametrize(("gate", "code"), [("must", ExitCode.PASS), ("should", ExitCode.CONFORMANCE_FAILURE)])
def test_a_broken_should_fails_the_stricter_gate_only(gate: str, code: ExitCode) -> None:
    assert decide(verdicts(GREEN, WARNED, gate=gate)) is code


@pytest.mark.parametrize("gate", ["must", "should"])
def test_a_may_fails_no_gate(gate: str) -> None:
    assert decide(verdicts(GREEN, result(MAY, Verdict.WARN), gate=gate)) is ExitCode.PASS


@pytest.mark.parametrize(
    ("seen", "is_target_lost", "is_clean", "code"),
    [
        (verdicts(FAILED, errors=("a check stumbled",)), True, False, ExitCode.HARNESS_ERROR),
        (verdicts(FAILED, result(SHOULD, Verdict.ERROR)), True, False, ExitCode.HARNESS_ERROR),
        (verdicts(FAILED), True, False, ExitCode.TARGET_UNREACHABLE),
        (verdicts(), True, True, ExitCode.TARGET_UNREACHABLE),
        (verdicts(FAILED, claims=("rfc", "okta")), False, False, ExitCode.CONFORMANCE_FAILURE),
        (verdicts(GREEN, claims=("rfc", "okta")), False, False, ExitCode.NOTHING_JUDGED),
        (verdicts(GREEN), False, False, ExitCode.CLEANUP_INCOMPLETE),
    ],
    ids=["an error", "an ERROR verdict", "the target lost", "before anything", "a failure", "a claim", "leftovers"],
)
def test_the_gravest_thing_gives_the_code(seen: Verdicts, is_target_lost: bool, is_clean: bool, code: ExitCode) -> None:
    assert decide(seen, is_target_lost=is_target_lost, is_clean=is_clean) is code


def test_a_run_that_judged_nothing_is_no_pass() -> None:
    assert decide(verdicts(NOT_RUN)) is ExitCode.NOTHING_JUDGED
    assert decide(verdicts(claims=())) is ExitCode.NOTHING_JUDGED


def test_each_selected_claim_needs_one_judged_requirement() -> None:
    okta_too = ("rfc", "okta")

    assert decide(verdicts(GREEN, claims=okta_too)) is ExitCode.NOTHING_JUDGED
    assert decide(verdicts(GREEN, result(OKTA, Verdict.PASS), claims=okta_too)) is ExitCode.PASS
    assert unjudged_claims(verdicts(GREEN, result(OKTA, Verdict.SKIP), claims=okta_too)) == ["okta"]


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        (SkipReason.NOT_APPLICABLE, ExitCode.PASS),
        (SkipReason.NOT_JUDGEABLE, ExitCode.PASS),
        (SkipReason.NOT_RUN, ExitCode.NOTHING_JUDGED),
        (SkipReason.NOT_OBSERVABLE, ExitCode.NOTHING_JUDGED),
    ],
)
def test_mode_certify_allows_no_skip_but_what_cannot_be_judged(reason: SkipReason, code: ExitCode) -> None:
    skipped = result(SHOULD, Verdict.SKIP, reason)

    assert decide(verdicts(GREEN, skipped, mode="certify")) is code
    assert decide(verdicts(GREEN, skipped, mode="full")) is ExitCode.PASS


def test_the_rows_that_mode_certify_misses_are_named() -> None:
    assert unjudged_rows(verdicts(GREEN, NOT_RUN, result(SHOULD, Verdict.SKIP, SkipReason.NOT_APPLICABLE))) == [MUST]


@pytest.mark.parametrize(
    ("code", "number", "label"),
    [
        (ExitCode.PASS, 0, "pass"),
        (ExitCode.CONFORMANCE_FAILURE, 1, "conformance failure"),
        (ExitCode.USAGE, 2, "usage"),
        (ExitCode.TARGET_UNREACHABLE, 3, "target unreachable"),
        (ExitCode.NOTHING_JUDGED, 4, "nothing judged"),
        (ExitCode.WAIVERS_STALE, 5, "waivers stale"),
        (ExitCode.OBJECTIVE_MISSED, 6, "objective missed"),
        (ExitCode.MEASUREMENT_VOID, 7, "measurement void"),
        (ExitCode.CLEANUP_INCOMPLETE, 8, "cleanup incomplete"),
        (ExitCode.HARNESS_ERROR, 70, "harness error"),
    ],
)
def test_codes_are_those_of_the_documents(code: ExitCode, number: int, label: str) -> None:
    assert (code, code.label) == (number, label)


def test_an_interrupted_run_says_so_whatever_it_found() -> None:
    broken = verdicts(result(MUST, Verdict.FAIL), errors=("stumbled",))

    assert decide(broken, is_interrupted=True, is_target_lost=True) is ExitCode.INTERRUPTED
    assert int(ExitCode.INTERRUPTED) == 130


def test_a_run_of_chosen_stories_needs_no_judgement_on_every_claim() -> None:
    said = verdicts(result(MUST, Verdict.PASS), claims=("rfc", "okta"))
    chosen = replace(said, header=replace(said.header, only=("test_x",)))

    assert decide(said) is ExitCode.NOTHING_JUDGED
    assert decide(chosen) is ExitCode.PASS
    assert decide(replace(chosen, results=(result(MUST, Verdict.SKIP, SkipReason.NOT_RUN),))) is ExitCode.NOTHING_JUDGED


@pytest.mark.parametrize(
    ("broken", "is_below_floor", "is_clean", "code"),
    [
        ((MUST,), True, False, ExitCode.CONFORMANCE_FAILURE),
        ((), True, False, ExitCode.NOTHING_JUDGED),
        ((), False, False, ExitCode.CLEANUP_INCOMPLETE),
        ((), False, True, ExitCode.WAIVERS_STALE),
    ],
)
def test_stale_waivers_come_last(broken: tuple[str, ...], is_below_floor: bool, is_clean: bool, code: ExitCode) -> None:
    ended = decide(
        verdicts(FAILED), broken=broken, is_below_floor=is_below_floor, is_clean=is_clean, are_waivers_stale=True
    )

    assert ended is code


def test_the_gate_says_what_is_broken_where_its_owner_excuses_something() -> None:
    assert decide(verdicts(FAILED), broken=()) is ExitCode.PASS
    assert decide(verdicts(FAILED, errors=("a check stumbled",)), broken=()) is ExitCode.HARNESS_ERROR
