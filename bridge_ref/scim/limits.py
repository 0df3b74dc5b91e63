"""How much a bridge takes in one request and gives in one answer: DESIGN 5.5."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one bridge; discovery tells those that it has a word for."""

    max_results: int = 1000
    max_body_bytes: int = 16 * 1024 * 1024
    max_operations: int = 1000
    max_bulk_bytes: int = 1024 * 1024
    cursor_timeout_s: int = 600


DEFAULT_LIMITS = Limits()
