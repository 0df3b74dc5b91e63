from __future__ import annotations

from dataclasses import replace

from harness.catalogue.verdict import Verdict
from harness.judge.exit_code import ExitCode
from harness.report.causes import ReportedCause
from harness.report.model import make_report
from harness.report.page.cards import make_cards, ranked
from harness.report.page.links import section_link, section_links
from harness.report.page.listing import marks_of, open_groups, parts_of
from harness.report.page.next_steps import next_steps_of
from tests.harness.report.samples import broken, by_hand, entry, exchange, judged, result, story, without_location


def cause(status: int = 409, dialect: str = "okta-oin", **more: object) -> ReportedCause:
    seen = entry(exchange(status=status), "0:5", dialect)
    rows = [result("OKTA-12", Verdict.FAIL, broken("OKTA-12", seen))]
    report = make_report(by_hand(*rows, claims=("okta",)), [seen], ExitCode.CONFORMANCE_FAILURE, 1.0)
    return replace(report.causes[0], **more)  # type: ignore[arg-type]


def test_causes_stand_by_gravity_and_then_by_the_stories_that_they_break() -> None:
    causes = [
        cause(number=1, stories=("a",)),
        cause(number=2, stories=("a", "b", "c"), verdict=Verdict.WARN),
        cause(number=3, stories=("a", "b")),
    ]

    assert [each.number for each in ranked(causes)] == [3, 1, 2]


def test_a_cause_names_its_stories() -> None:
    report = judged(story(without_location()))

    assert report.causes[0].stories == ("test_ada_is_hired [okta-oin]",)


def test_a_card_says_what_it_breaks_and_leads_to_the_section() -> None:
    cards, beside = make_cards([cause(stories=("a", "b"))])

    assert cards[0].breaks == "2 stories, 1 requirement"
    assert beside == ()


def test_what_a_vendor_does_next_follows_from_what_its_own_traffic_met() -> None:
    causes = [cause(), cause(409), cause(200), cause(500, "entra-default")]

    told = next_steps_of("okta", causes)

    assert [step.says.partition(" (")[0][:40] for step in told] == [
        "Okta shows its administrator an error ta",
        "Okta takes the person or group for creat",
    ]
    assert next_steps_of("rfc", causes) == ()
    assert next_steps_of("google", causes) == ()


def test_a_source_leads_to_its_section() -> None:
    assert section_link("RFC 7644 section 3.5.2, and more") == (
        "RFC 7644 section 3.5.2",
        "https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2",
    )
    assert section_link("Okta developer docs") is None
    assert len(section_links(["RFC 7644 section 3.1", "RFC 7644 section 3.1", "x"])) == 1


def test_what_was_not_judged_stands_by_its_reason_and_the_words_for_it() -> None:
    report = make_report(
        by_hand(result("OKTA-01", Verdict.SKIP), result("OKTA-02", Verdict.SKIP), result("OKTA-03")),
        [],
        ExitCode.PASS,
        1.0,
    )

    (group,) = open_groups(report.rows)

    assert (group.reason, group.count) == ("not run", 2)
    assert [row.requirement.id for row in group.rows[0][1]] == ["OKTA-01", "OKTA-02"]


def test_the_parts_of_a_requirement_say_which_were_not_seen() -> None:
    report = make_report(by_hand(result("OKTA-02")), [], ExitCode.PASS, 1.0)
    row = replace(report.rows[0], missing=("the order stays (not observable: no list)",))

    assert list(parts_of(row)) == [("", "the total counts all"), ("◐ ", "the order stays")]


def test_the_marks_of_a_row_end_with_the_last_that_judged_it() -> None:
    report = make_report(by_hand(result("OKTA-02", by_dialect={"b": Verdict.PASS})), [], ExitCode.PASS, 1.0)

    assert list(marks_of(report.rows[0], ("a", "b", "c"))) == [None, Verdict.PASS]
