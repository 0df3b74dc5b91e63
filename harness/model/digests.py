"""One short text for a JSON value: equal digests are equal values, with numbers, booleans and names as they are."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import msgspec

_ENCODER = msgspec.json.Encoder(order="sorted")


def digest_of(value: Any) -> bytes:
    """The digest of a JSON value; the order of an object's members does not count, the order in an array does."""
    return hashlib.blake2b(encode(value), digest_size=16).digest()


def encode(value: Any) -> bytes:
    """A JSON value with its members in order. A half of a surrogate pair, which has no UTF-8, stays an escape."""
    try:
        return _ENCODER.encode(value)
    except UnicodeEncodeError:
        return json.dumps(value, sort_keys=True).encode("ascii")
