from __future__ import annotations

from harness.catalogue.verdict import Verdict
from harness.report.evidence import Record
from harness.report.findings import make_groups
from tests.harness.report.samples import broken, entry, exchange, result


def test_equal_findings_are_one_with_a_count_and_three_sightings() -> None:
    seen = [entry(exchange(), f"0:{number}", "okta-oin") for number in range(1, 6)]
    row = result("OKTA-01", Verdict.FAIL, *(broken("OKTA-01", place) for place in seen))

    (group,) = make_groups([row], Record(seen))

    assert (group.count, len(group.sightings)) == (5, 3)
    assert [sighting.place.entry for sighting in group.sightings] == ["0:1", "0:2", "0:3"]
    assert group.dialects == ("okta-oin",)


def test_findings_that_differ_stay_apart() -> None:
    seen = entry(exchange())
    row = result("OKTA-01", Verdict.FAIL, broken("OKTA-01", seen), broken("OKTA-01", seen, actual="status 500"))

    assert [group.actual for group in make_groups([row], Record([seen]))] == ["status 200", "status 500"]


def test_a_broken_must_stands_first_then_what_meets_most_dialects() -> None:
    okta, entra = entry(exchange(), "0:1", "okta-oin"), entry(exchange(), "0:2", "entra-default")
    should = result("RFC7644-3.3-11", Verdict.WARN, broken("RFC7644-3.3-11", okta, verdict=Verdict.WARN))
    one = result("RFC7644-3.3-12", Verdict.FAIL, broken("RFC7644-3.3-12", okta))
    both = result("RFC7644-3.3-13", Verdict.FAIL, broken("RFC7644-3.3-13", okta), broken("RFC7644-3.3-13", entra))

    groups = make_groups([should, one, both], Record([okta, entra]))

    assert [group.requirement.id for group in groups] == ["RFC7644-3.3-13", "RFC7644-3.3-12", "RFC7644-3.3-11"]
    assert [group.number for group in groups] == [1, 2, 3]


def test_a_password_in_a_finding_is_masked() -> None:
    seen = entry(exchange(sent={"password": "s3cret"}))
    row = result("SEC-01", Verdict.FAIL, broken("SEC-01", seen, actual="body with 's3cret'"))

    (group,) = make_groups([row], Record([seen]))

    assert group.actual == 'body with "‹password›"'


def test_only_the_weightiest_findings_of_a_requirement_are_shown_in_full() -> None:
    seen = [entry(exchange(), f"0:{number}") for number in range(1, 9)]
    often = [broken("OKTA-01", place, actual="status 599") for place in seen]
    once = [broken("OKTA-01", place, actual=f"status {place.id}") for place in seen]
    row = result("OKTA-01", Verdict.FAIL, *once, *often)

    groups = make_groups([row], Record(seen))

    assert (groups[0].actual, groups[0].count) == ("status 599", 8)
    assert [len(group.sightings) for group in groups] == [3, 1, 1, 1, 1, 0, 0, 0, 0]
