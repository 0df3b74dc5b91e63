"""Instants: the text of a dateTime as a point in time (RFC 7643 section 2.3.5)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction
from functools import lru_cache

_DATE_TIME = re.compile(
    r"(-?\d{4,})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?", re.ASCII | re.IGNORECASE
)
_MIDNIGHT = (24, 0, 0)  # xsd:dateTime has it for the first moment of the next day


@lru_cache(maxsize=8192)
def instant_of(text: str) -> Fraction | None:
    """Seconds since the epoch, exact; none for what is no xsd:dateTime, or has no zone and so no single instant."""
    found = _DATE_TIME.fullmatch(text)
    if not found or not found[8]:
        return None
    year, month, day, hour, minute, second = (int(found[number]) for number in range(1, 7))
    is_next_day = (hour, minute, second) == _MIDNIGHT
    try:
        moment = datetime(year, month, day, 0 if is_next_day else hour, minute, second, tzinfo=_zone(found[8]))
        seconds = int(moment.timestamp()) + (86_400 if is_next_day else 0)
    except (ValueError, OverflowError):
        return None
    return seconds + Fraction(int(found[7] or 0), 10 ** len(found[7] or ""))


def is_date_time(text: str) -> bool:
    """Whether a text has the form of an xsd:dateTime, with or without a zone."""
    return (
        bool(_DATE_TIME.fullmatch(text))
        and instant_of(text if text[-1] in "Zz" or text[-6] in "+-" else f"{text}Z") is not None
    )


def _zone(text: str) -> timezone:
    if text in ("Z", "z"):
        return UTC
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[4:6]))
    return timezone(-offset if text[0] == "-" else offset)
