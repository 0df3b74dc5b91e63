"""A sample of what `python -m tests.harness.model.oracle` asks: the model and scim2-models over the same cases."""

from tests.harness.model.oracle.asking import Tally, ask_filters, ask_grammar, ask_patches


def test_the_same_texts_are_filters() -> None:
    assert [each.render() for each in ask_grammar(11, 1_000, Tally())] == []


def test_filters_match_as_the_oracle_matches_them() -> None:
    assert [each.render() for each in ask_filters(11, 1_000, Tally())] == []


def test_the_oracles_state_after_a_patch_is_one_that_the_model_permits() -> None:
    assert [each.render() for each in ask_patches(11, 600, Tally())] == []


def test_the_model_leaves_little_open() -> None:
    tally = Tally()

    list(ask_filters(11, 1_000, tally))

    assert tally.counts["filters: left open by the model"] < 60
