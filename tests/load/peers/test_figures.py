"""Medians over rounds, ratios within a round, goals."""

from __future__ import annotations

import pytest

from loadtests.peers.figures import (
    Figure,
    Goal,
    Sample,
    cost_ratio,
    cost_spread,
    figure,
    p99_ms,
    percentile,
    rate_ratio,
    ratio_to_best,
    speed_ratio,
)

# Ours answers 1,000 requests per processor second and then 3,000; theirs 100 and 200.
SERIES = {
    "ours": [Sample(1000, 2.0, 1.0, 1.0, 7.0), Sample(1500, 1.0, 0.5, 1.0, 9.0)],
    "theirs": [Sample(100, 1.0, 1.0), Sample(200, 1.0, 1.0)],
    "others": [Sample(50, 1.0, 1.0), Sample(500, 1.0, 1.0)],
}


def test_a_sample_knows_its_rates() -> None:
    sample = Sample(count=300, wall_s=2.0, cpu_s=0.5)

    assert (sample.per_cpu_s, sample.per_s) == (600.0, 150.0)


def test_a_run_below_the_resolution_of_the_kernel_has_no_rate() -> None:
    assert Sample(count=1, wall_s=0.0, cpu_s=0.0).per_cpu_s == 0.0


def test_a_figure_is_the_median_with_its_spread() -> None:
    assert figure([4.0, 1.0, 2.0]) == Figure(middle=2.0, least=1.0, most=4.0)


def test_nothing_measured_is_no_figure() -> None:
    assert figure([]) is None


@pytest.mark.parametrize(("share", "value"), [(0.5, 3.0), (0.99, 4.0), (1.0, 4.0)])
def test_a_percentile_is_one_of_the_values(share: float, value: float) -> None:
    assert percentile([1.0, 2.0, 3.0, 4.0], share) == value


def test_a_percentile_of_nothing_is_nothing() -> None:
    assert percentile([], 0.99) == 0.0


def test_ratios_are_made_within_a_round() -> None:
    assert rate_ratio("ours", "theirs")(SERIES) == [10.0, 15.0]
    assert cost_ratio("theirs", "ours")(SERIES) == [10.0, 15.0]
    assert speed_ratio("ours", "theirs")(SERIES) == [5.0, 7.5]


def test_the_best_peer_is_chosen_in_each_round() -> None:
    assert ratio_to_best("ours", ("theirs", "others"))(SERIES) == [10.0, 6.0]


def test_a_peer_that_is_missing_is_passed_over() -> None:
    assert ratio_to_best("ours", ("theirs", "nobody"))(SERIES) == [10.0, 15.0]
    assert ratio_to_best("ours", ("nobody",))(SERIES) == []


def test_the_spread_is_between_the_dearest_and_the_cheapest() -> None:
    assert cost_spread(("ours", "theirs", "others"))(SERIES) == [20.0, 15.0]


def test_p99_is_taken_as_it_is() -> None:
    assert p99_ms("ours")(SERIES) == [7.0, 9.0]


def test_a_goal_has_a_right_side() -> None:
    fast, cheap = Goal("speed", lambda series: [], "at least", 10), Goal("cost", lambda series: [], "at most", 1.2)

    assert (fast.is_met(10.0), fast.is_met(9.9)) == (True, False)
    assert (cheap.is_met(1.2), cheap.is_met(1.3)) == (True, False)
