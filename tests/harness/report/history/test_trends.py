from __future__ import annotations

from pathlib import Path

import pytest

from harness.report.history.stored import read_runs
from harness.report.history.trends import Course, RequirementCourse, make_histories
from tests.harness.report.history.samples import stored


def course(folder: Path, *verdicts: str) -> RequirementCourse:
    for day, verdict in enumerate(verdicts, 1):
        stored(folder, day, {"OKTA-01": verdict, "OKTA-02": "pass"})
    (history,) = make_histories(read_runs(folder))
    (found,) = history.courses
    return found


@pytest.mark.parametrize(
    ("verdicts", "became", "first", "fixed"),
    [
        (("fail",), Course.BROKEN, 1, None),
        (("pass", "fail", "fail"), Course.BROKEN, 2, None),
        (("fail", "skip", "pass", "pass"), Course.FIXED, 1, 3),
        (("fail", "pass", "warn"), Course.AGAIN, 1, None),
        (("fail", "skip"), Course.UNJUDGED, 1, None),
    ],
)
def test_a_requirement_has_its_first_day_and_the_day_of_its_mending(
    tmp_path: Path, verdicts: tuple[str, ...], became: Course, first: int, fixed: int | None
) -> None:
    found = course(tmp_path, *verdicts)

    assert (found.course, found.first_seen.started_at.day) == (became, first)
    assert (found.fixed_in.started_at.day if found.fixed_in else None) == fixed
    assert found.verdicts == verdicts


def test_what_passed_always_is_in_no_list_and_a_claim_counts_what_is_broken(tmp_path: Path) -> None:
    stored(tmp_path, 1, {"OKTA-01": "fail", "OKTA-02": "pass"})
    stored(tmp_path, 2, {"OKTA-01": "pass", "OKTA-02": "pass", "OKTA-03": "skip"})

    (history,) = make_histories(read_runs(tmp_path))

    okta = next(trend for trend in history.claims if trend.claim == "okta")
    assert [(point.broken, point.judged) for point in okta.points] == [(1, 2), (0, 2)]
    assert [each.id for each in history.courses] == ["OKTA-01"]


def test_bridges_are_kept_apart_and_what_is_broken_now_stands_first(tmp_path: Path) -> None:
    stored(tmp_path, 1, {"OKTA-01": "fail", "OKTA-02": "fail"})
    stored(tmp_path, 2, {"OKTA-01": "pass", "OKTA-02": "fail"})
    stored(tmp_path, 3, {"OKTA-05": "fail"}, target="Another")

    first, second = make_histories(read_runs(tmp_path))

    assert (first.target, len(first.runs), second.target) == ("Bridge", 2, "Another")
    assert [each.id for each in first.courses] == ["OKTA-02", "OKTA-01"]


def test_a_bridge_that_has_changed_its_name_can_have_one_history(tmp_path: Path) -> None:
    stored(tmp_path, 1, {"OKTA-01": "fail"}, target="build 1")
    stored(tmp_path, 2, {"OKTA-01": "pass"}, target="build 2")

    (history,) = make_histories(read_runs(tmp_path), together=True)

    assert (history.target, history.courses[0].course) == ("build 2", Course.FIXED)
