from __future__ import annotations

from collections import Counter
from xml.etree import ElementTree as ET

from harness.record.journal import Entry, NotObservable, ScenarioEnd, StoryFault
from harness.report.formats.junit_stories import render_junit_stories
from harness.report.model import Report
from tests.harness.report.formats.worlds import NAME, timed_report, told, took
from tests.harness.report.samples import exchange, judged, story, user, without_location


def parsed(report: Report) -> ET.Element:
    return ET.fromstring(render_junit_stories(report))


def case(root: ET.Element, name: str) -> ET.Element:
    (found,) = [element for element in root.iter("testcase") if element.get("name") == name]
    return found


def ended(outcome: str) -> list[Entry]:
    *entries, last = story()
    return [*entries, Entry(last.id, last.scenario, last.dialect, last.step, ScenarioEnd(outcome, "the probe is gone"))]


def test_each_story_is_a_case_with_its_own_time() -> None:
    root = parsed(timed_report())

    assert case(root, NAME).get("time") == "3.000"
    assert case(root, f"{NAME}_again").get("time") == "2.000"
    assert root.get("time") == "5.000"


def test_a_story_in_which_something_broke_fails_and_says_what() -> None:
    root = parsed(judged(story(without_location())))

    failure = case(root, f"{NAME} [okta-oin]").find("failure")
    assert failure is not None
    assert "RFC7644-3.3-12 MUST:" in str(failure.text)
    assert "Ada is hired." in str(failure.text)


def test_a_story_that_went_wrong_itself_is_an_error() -> None:
    error = case(parsed(judged(ended("error"))), f"{NAME} [okta-oin]").find("error")

    assert error is not None
    assert error.get("message") == "error: the probe is gone"


def test_a_fault_of_a_story_is_told_with_its_place() -> None:
    *entries, last = story()
    fault = Entry("0:90", last.scenario, last.dialect, 1, StoryFault(NAME, "test_hiring.py:12", "nobody is assigned"))

    error = case(parsed(judged([*entries, fault, last])), f"{NAME} [okta-oin]").find("error")

    assert error is not None
    assert error.get("message") == "story fault: test_hiring.py:12: nobody is assigned"


def test_a_story_whose_record_ends_early_is_an_error() -> None:
    *entries, _ = story(without_location())

    assert case(parsed(judged(entries)), f"{NAME} [okta-oin]").find("error") is not None


def test_a_story_that_could_not_be_observed_is_skipped() -> None:
    *entries, last = ended("not observable")
    missing = Entry("0:90", last.scenario, last.dialect, 1, NotObservable(("SEED-01",), "a probe"))

    assert case(parsed(judged([*entries, missing, last])), f"{NAME} [okta-oin]").find("skipped") is not None


def test_names_are_unique_where_a_story_is_told_by_several_dialects() -> None:
    sent = (took(exchange(sent=user(), received=user(id="1")), 100.0),)
    okta = told((NAME, (), sent), dialect="okta-oin")
    entra = [
        Entry(f"1:{number}", entry.scenario, "entra-default", entry.step, entry.event)
        for number, entry in enumerate(told((NAME, (), sent))[1:])
    ]

    names = Counter(element.get("name") for element in parsed(judged([*okta, *entra])).iter("testcase"))

    assert names[f"{NAME} [okta-oin]"] == names[f"{NAME} [entra-default]"] == 1
