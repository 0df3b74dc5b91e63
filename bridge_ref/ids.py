"""Sources of new ids and secrets; passed into decisions so that these stay deterministic."""

import secrets
from itertools import product
from typing import Protocol

# Ten bits each, of RFC 4648's alphabet.
_PAIRS = tuple(first + second for first, second in product("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", repeat=2))


class Ids(Protocol):
    """A source of names that nothing has had before."""

    def new_id(self) -> str:
        """An id: opaque, 26 characters."""
        ...

    def new_secret(self) -> str:
        """A secret that cannot be guessed."""
        ...


class RandomIds:
    """Ids and secrets from the operating system's randomness."""

    def new_id(self) -> str:
        """130 random bits in base 32, upper case: `bulkId` can never occur in it."""
        number = secrets.randbits(130)
        return "".join([_PAIRS[number >> shift & 1023] for shift in range(0, 130, 10)])

    def new_secret(self) -> str:
        """192 random bits, safe in a URL."""
        return secrets.token_urlsafe(24)


class CountedIds:
    """Ids in sequence: for tests, where a literal expectation must hold."""

    def __init__(self) -> None:
        self._count = 0

    def new_id(self) -> str:
        """`ID-1`, `ID-2`, …"""
        self._count += 1
        return f"ID-{self._count}"

    def new_secret(self) -> str:
        """`SECRET-1`, `SECRET-2`, …, counted together with the ids."""
        self._count += 1
        return f"SECRET-{self._count}"
