"""One short text for a JSON value: equal digests are equal values, with numbers, booleans and names as they are."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

_ENCODER = msgspec.json.Encoder(order="sorted")


def digest_of(value: Any) -> bytes:
    """The digest of a JSON value; the order of an object's members does not count, the order in an array does."""
    return hashlib.blake2b(_ENCODER.encode(value), digest_size=16).digest()
