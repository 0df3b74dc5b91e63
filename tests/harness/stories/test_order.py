"""The order of the stories: one after the other, within the time budget, and still accounts last."""

from __future__ import annotations

from harness.stories.order import InTurn, say_left_out


class Watch:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_stories_come_in_their_order() -> None:
    order = InTurn()
    order.begin(["a", "b"], ["a"])

    assert [order.take(), order.take(), order.take()] == [0, 1, None]
    assert order.left_out == ()


def test_no_story_begins_when_the_time_is_used_up() -> None:
    watch = Watch()
    order = InTurn(60.0, monotonic=watch)
    order.begin(["a", "b", "c"], [])

    assert order.take() == 0
    watch.now += 60.0
    assert order.take() is None
    assert order.left_out == ("b", "c")


def test_a_budget_that_suffices_leaves_nothing_out() -> None:
    watch = Watch()
    order = InTurn(60.0, monotonic=watch)
    order.begin(["a"], [])
    order.take()
    watch.now += 90.0

    assert order.left_out == ()


def test_what_was_stopped_was_not_left_out_for_want_of_time() -> None:
    watch = Watch()
    order = InTurn(60.0, monotonic=watch)
    order.begin(["a", "b"], [])
    order.stop()
    watch.now += 90.0

    assert order.take() is None
    assert order.left_out == ()


def test_what_needs_a_still_account_comes_last_and_alone_where_jobs_share_one() -> None:
    order = InTurn(is_shared=True)
    order.begin(["a", "b", "c"], ["a", "c"])

    assert order.take(is_alone=False) == 1
    assert order.take(is_alone=False) is None
    assert [order.take(), order.take(is_alone=False), order.take()] == [0, None, 2]


def test_the_first_list_of_names_counts() -> None:
    order = InTurn()
    order.begin(["a"], [])
    order.take()
    order.begin(["a"], [])

    assert order.take() is None


def test_what_was_left_out_is_counted_and_named() -> None:
    assert say_left_out(["x"], 9, 1) == "The time budget of 1 minute was used up: 1 of 9 stories were left out: x."
    assert say_left_out(list("abcde"), 9, 2.5).endswith(
        "2.5 minutes was used up: 5 of 9 stories were left out: a, b, c and 2 more."
    )
