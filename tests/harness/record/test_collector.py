"""The collector of circles rests while something is judged, and is back afterwards."""

from __future__ import annotations

import gc

import pytest

from harness.record.collector import uncollected


@uncollected
def is_collected() -> bool:
    return gc.isenabled()


@uncollected
def stumble() -> None:
    raise ValueError("stumbled")


def test_the_collector_rests_meanwhile_and_is_back_afterwards() -> None:
    assert is_collected() is False
    assert gc.isenabled()


def test_the_collector_is_back_after_an_error() -> None:
    with pytest.raises(ValueError, match="stumbled"):
        stumble()

    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        is_collected()

        assert not gc.isenabled()
    finally:
        gc.enable()
