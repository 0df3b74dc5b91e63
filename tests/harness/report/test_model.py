from __future__ import annotations

import pytest

from harness.catalogue.requirement import load_catalogue
from harness.catalogue.verdict import Verdict
from harness.judge.exit_code import ExitCode
from harness.report.areas import area_of
from harness.report.model import make_report
from tests.harness.report.samples import broken, by_hand, entry, exchange, judged, result, story, without_location


def test_a_judged_story_becomes_a_report() -> None:
    report = judged(story(without_location(), dialect=""), figures={"requests per second": "410"}, observers=("mail",))

    location = next(row for row in report.rows if row.requirement.id == "RFC7644-3.3-12")
    assert location.verdict is Verdict.FAIL
    assert location.area == "RFC 7644 3.3 Creating resources"
    assert location.findings[0].entry == "0:4"
    assert location.findings[0].curl.startswith("curl ")
    assert report.figures == (("requests per second", "410"),)
    assert report.totals.requirements == len(report.rows)


def test_the_verdict_is_said_in_words() -> None:
    finding = broken("OKTA-01", entry(exchange()))
    verdicts = by_hand(result("OKTA-01", Verdict.FAIL, finding), result("ENTRA-01"), claims=("okta", "entra"))

    report = make_report(verdicts, [], ExitCode.CONFORMANCE_FAILURE, 1.0)

    assert report.sentence == (
        "Does not conform: 1 MUST broken, 2 of 2 requirements judged. Ready for Entra ID. Not ready for Okta."
    )


def test_a_gate_at_should_counts_what_it_asks_for() -> None:
    verdicts = by_hand(result("RFC7644-3.3-11", Verdict.WARN), claims=("rfc",), gate="should")

    report = make_report(verdicts, [], ExitCode.CONFORMANCE_FAILURE, 1.0)

    assert report.sentence.startswith("Does not conform: 1 SHOULD broken, 1 of 1 requirements judged.")


def test_a_run_without_a_verdict_says_so() -> None:
    verdicts = by_hand(result("OKTA-01", Verdict.SKIP), claims=("okta",))

    nothing = make_report(verdicts, [], ExitCode.NOTHING_JUDGED, 1.0)
    lost = make_report(verdicts, [], ExitCode.TARGET_UNREACHABLE, 1.0, message="refused\x1b")

    assert nothing.sentence == "No verdict: nothing was judged for Okta."
    assert lost.sentence.startswith("No verdict: the bridge did not answer, or refused the token.")
    assert lost.message == "refused\\x1b"


def test_a_run_that_judged_some_claims_alone_says_how_to_name_them() -> None:
    seen = result("RFC7644-3.3-11", Verdict.PASS), result("OKTA-01", Verdict.SKIP)

    report = make_report(by_hand(*seen, claims=("rfc", "okta")), [], ExitCode.NOTHING_JUDGED, 1.0)

    assert report.sentence == ("No verdict: nothing was judged for Okta. A run about SCIM 2.0 alone says --claim rfc.")


def test_skips_are_counted_by_reason() -> None:
    verdicts = by_hand(result("OKTA-01", Verdict.SKIP), result("OKTA-02", Verdict.SKIP))

    assert make_report(verdicts, [], ExitCode.NOTHING_JUDGED, 1.0).skips == (("not run", 2),)


def test_guesses_about_vendors_are_counted() -> None:
    guess = exchange(name="delete user", unconfirmed="GOOGLE-06")
    entries = [entry(guess, "0:1", "google-push"), entry(guess, "0:2", "google-push"), entry(exchange(), "0:3")]

    (seen,) = make_report(by_hand(), entries, ExitCode.PASS, 1.0).guesses

    assert (seen.source, seen.name, seen.dialect, seen.count) == ("GOOGLE-06", "delete user", "google-push", 2)


def test_the_matrix_has_areas_and_dialects() -> None:
    rows = (
        result("RFC7644-3.3-12", Verdict.FAIL, by_dialect={"okta-oin": Verdict.FAIL, "entra-default": Verdict.PASS}),
        result("RFC7644-3.3-13", by_dialect={"okta-oin": Verdict.PASS}),
    )

    matrix = make_report(by_hand(*rows), [], ExitCode.CONFORMANCE_FAILURE, 1.0).matrix

    (line,) = matrix.lines
    okta, entra = line.cells
    assert matrix.dialects == ("okta-oin", "entra-default")
    assert (line.area, line.overall.failed, line.overall.passed) == ("RFC 7644 3.3 Creating resources", 1, 1)
    assert (okta.verdict, okta.judged, entra.verdict, entra.judged) == (Verdict.FAIL, 2, Verdict.PASS, 1)


def test_every_requirement_has_an_area() -> None:
    areas = {area_of(row) for row in load_catalogue().values()}

    assert "" not in areas
    assert {"Okta on the wire", "Parsers and resources", "Reports of users", "Onboarding"} <= areas
    assert len(areas) < 75


def test_a_stumble_over_causes_costs_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(*_: object) -> None:
        raise ValueError("max() of nothing")

    whole = judged(story(without_location()))
    monkeypatch.setattr("harness.report.model.make_causes", stumble)
    report = judged(story(without_location()))

    assert [(row.requirement.id, row.verdict) for row in report.rows] == [
        (row.requirement.id, row.verdict) for row in whole.rows
    ]
    red = [row.requirement.id for row in report.rows if row.findings]
    assert [cause.requirement.id for cause in report.causes] == red
    said = "causes could not be worked out, findings stand by requirement: ValueError: max() of nothing"
    assert report.errors == (*whole.errors, said)
