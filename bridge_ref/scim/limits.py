"""Limits of requests and answers."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one bridge; discovery shows those that the RFCs name."""

    max_results: int = 1000
    max_body_bytes: int = 16 * 1024 * 1024
    # All values of a body: 100,000 members with five of them each, and some to spare.
    max_json_values: int = 600_000
    max_json_depth: int = 64
    max_members: int = 100_000
    max_patch_operations: int = 5000
    # Of those the writes to attributes, each of which may look at all values; members are no such attribute.
    max_patch_steps: int = 1000
    max_filter_length: int = 10_000
    max_filter_depth: int = 50
    max_operations: int = 1000
    max_bulk_bytes: int = 1024 * 1024
    cursor_timeout_s: int = 600


DEFAULT_LIMITS = Limits()
LIMIT_NAMES = tuple(field.name for field in fields(Limits))


def with_limits(settings: Iterable[str]) -> Limits:
    """The default limits with some changed, each written `name=number`; `LookupError` if one is not."""
    chosen = DEFAULT_LIMITS
    for setting in settings:
        name, _, number = setting.partition("=")
        if name not in LIMIT_NAMES:
            near = difflib.get_close_matches(name, LIMIT_NAMES, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(LIMIT_NAMES)}"
            raise LookupError(f"there is no limit {name!r}; {hint}")
        if not (number.isascii() and number.isdigit() and 0 < int(number[:13]) < 10**12):
            raise LookupError(f"{name} must be a whole number of at least 1, not {number!r}")
        chosen = replace(chosen, **{name: int(number)})
    return chosen
