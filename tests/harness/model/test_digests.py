"""Digests of JSON values."""

from __future__ import annotations

from harness.model.digests import digest_of, encode


def test_the_order_of_members_does_not_count_and_that_of_an_array_does() -> None:
    assert digest_of({"a": 1, "b": [1, 2]}) == digest_of({"b": [1, 2], "a": 1})
    assert digest_of([1, 2]) != digest_of([2, 1])


def test_half_a_surrogate_pair_has_a_digest() -> None:
    """RFC 8259 section 8.2: such a text can arrive as JSON, though it has no UTF-8."""
    assert encode({"id": "\ud800"}) == b'{"id": "\\ud800"}'
    assert digest_of("\ud800") != digest_of("\ud801")
