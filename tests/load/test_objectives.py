from loadtests.objectives import Figures, Judged, Objective, judge, judge_all, percentile, round_ms

SLOW_FIND = Objective("p99_ms", 100.0, "find user")
NO_FAILURE = Objective("failure_ratio", 0.0)


def figures(name: str, count: int = 10, failures: int = 0, p99_ms: float = 50.0) -> Figures:
    return Figures(name, count, failures, 1.0, 5.0, 20.0, p99_ms, 60.0)


def test_the_percentile_is_a_value_that_was_measured() -> None:
    assert percentile({1.0: 98, 7.0: 1, 900.0: 1}, 0.99) == 7.0


def test_the_median_of_two_is_the_smaller() -> None:
    assert percentile({1.0: 1, 9.0: 1}, 0.5) == 1.0


def test_the_percentile_of_one_request_is_that_request() -> None:
    assert percentile({12.5: 1}, 0.5) == percentile({12.5: 1}, 0.99) == 12.5


def test_the_percentile_of_nothing_is_zero() -> None:
    assert percentile({}, 0.99) == 0.0


def test_response_times_keep_three_digits() -> None:
    assert [round_ms(ms) for ms in (0.04, 7.26, 123.4, 1234.5, 60123.0)] == [0.0, 7.3, 123.0, 1230.0, 60100.0]


def test_a_value_at_the_limit_passes() -> None:
    found = judge(SLOW_FIND, {"find user": figures("find user", p99_ms=100.0)})

    assert found == Judged("p99_ms of find user", 100.0, 100.0, "pass")


def test_a_value_above_the_limit_fails() -> None:
    assert judge(SLOW_FIND, {"find user": figures("find user", p99_ms=100.1)}).verdict == "fail"


def test_the_failure_ratio_is_that_of_all_requests() -> None:
    found = judge(NO_FAILURE, {"all requests": figures("all requests", count=8, failures=2)})

    assert found == Judged("failure_ratio of all requests", 0.0, 0.25, "fail")


def test_requests_that_were_never_made_are_void() -> None:
    assert judge(SLOW_FIND, {}) == Judged("p99_ms of find user", 100.0, None, "void")


def test_a_run_passes_when_every_objective_was_kept() -> None:
    measured = {"find user": figures("find user"), "all requests": figures("all requests")}

    assert judge_all((NO_FAILURE, SLOW_FIND), measured, ())[1] == "pass"


def test_one_objective_that_could_not_be_judged_makes_the_run_void() -> None:
    assert judge_all((NO_FAILURE, SLOW_FIND), {"all requests": figures("all requests")}, ())[1] == "void"


def test_a_missed_objective_outranks_one_that_could_not_be_judged() -> None:
    refused = {"all requests": figures("all requests", failures=10)}

    assert judge_all((NO_FAILURE, SLOW_FIND), refused, ())[1] == "fail"


def test_a_problem_of_the_measurement_makes_everything_void() -> None:
    judged, verdict = judge_all((NO_FAILURE,), {"all requests": figures("all requests", failures=10)}, ("saturated",))

    assert judged == (Judged("failure_ratio of all requests", 0.0, 1.0, "void"),)
    assert verdict == "void"


def test_no_objective_is_no_pass() -> None:
    assert judge_all((), {"all requests": figures("all requests")}, ())[1] == "void"
