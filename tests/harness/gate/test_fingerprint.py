"""Fingerprints: the same from run to run, and different for different faults."""

from __future__ import annotations

from harness.gate.fingerprint import fingerprint_of_cause, fingerprint_of_finding, row_of
from harness.judge.tally import Judgement
from tests.harness.gate.samples import LOCATION, faulty, judged
from tests.harness.report.samples import broken, entry, exchange


def test_seed_port_and_id_change_no_fingerprint() -> None:
    one, other = (judged(entries) for entries in (faulty(), faulty(1042, 31337, "9f86d081-884c")))

    assert [fingerprint_of_cause(cause) for cause in one[1]] == [fingerprint_of_cause(cause) for cause in other[1]]
    assert fingerprint_of_finding(one[1][0].judgements[0]) == fingerprint_of_finding(other[1][0].judgements[0])


def test_it_begins_with_its_requirement_and_stays_so_in_later_versions() -> None:
    (cause,) = judged(faulty())[1]

    assert fingerprint_of_cause(cause) == f"{LOCATION}/7f3e7dead7"
    assert row_of(fingerprint_of_cause(cause)) == LOCATION


def found_at(method: str, pointer: str) -> Judgement:
    return broken(LOCATION, entry(exchange(method, "/Users/2819c223")), pointer=pointer)


def test_another_request_or_another_attribute_is_another_finding() -> None:
    marks = [fingerprint_of_finding(found_at(*each)) for each in (("PUT", "/a"), ("PATCH", "/a"), ("PUT", "/b"))]

    assert len(set(marks)) == 3


def test_the_place_in_a_list_is_no_other_finding() -> None:
    assert fingerprint_of_finding(found_at("GET", "/Resources/0/id")) == fingerprint_of_finding(
        found_at("GET", "/Resources/17/id")
    )


def test_text_that_is_no_fingerprint_has_no_requirement() -> None:
    assert [row_of(text) for text in ("", LOCATION, f"{LOCATION}/xyz", f"a b/{'0' * 10}")] == [""] * 4
