"""Defects in which names are equal: RFC 7644 section 5, with the profiles of PRECIS.

What such a bridge takes for another letter is another letter behind the door, and itself again in what is shown.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

from bridge_ref.lab.table.fault import Inside, door
from bridge_ref.lab.table.messages import Ask, Reply

# Ideographs that nobody writes a name with: the letters up to U+0FFF, and behind them the wide ones from U+FF00.
_SPARE, _WIDE, _WIDE_BEHIND = 0x3400, 0xFF00, 0x1000
_PLACES = ("GET *", "P* /Users*", "POST *.search")


def _hidden(text: str, is_meant: Callable[[str], bool]) -> str:
    return "".join(_spare(ord(each)) if ord(each) < 0xFFFF and is_meant(each) else each for each in text)


def _spare(code: int) -> str:
    return chr(_SPARE + (code - _WIDE + _WIDE_BEHIND if code >= _WIDE else code % _WIDE_BEHIND))


def _own(letter: str) -> str:
    place = ord(letter) - _SPARE
    if not 0 <= place < _WIDE_BEHIND + 0xF0:
        return letter
    return chr(place - _WIDE_BEHIND + _WIDE) if place >= _WIDE_BEHIND else chr(place)


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_each_text(each, change) for each in value]
    return {name: _each_text(part, change) for name, part in value.items()} if isinstance(value, dict) else value


def _shown(value: Any) -> Any:
    return _each_text(value, lambda text: "".join(map(_own, text)))


def _takes_for_others(name: str, rows: tuple[str, ...], sentence: str, is_meant: Callable[[str], bool]) -> None:
    async def fault(ask: Ask, inside: Inside) -> Reply:
        text = ask.parameter("filter")
        if text is not None and text.startswith("userName ") and not text.isascii():
            ask = ask.with_parameter("filter", _hidden(text, is_meant))
        if ask.sends("userName") and not str(ask.body["userName"]).isascii():
            ask = ask.with_body(_each_text(ask.body, lambda each: _hidden(each, is_meant)))
        reply = await inside.answer(ask)
        return reply if _shown(reply.body) == reply.body else reply.with_body(_shown(reply.body))

    fault.__doc__ = sentence
    door(name, *rows, on=_PLACES)(fault)


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) == "F"


def _is_capital(letter: str) -> bool:
    return not letter.isascii() and letter.isupper() and not _is_wide(letter)


_takes_for_others(
    "accents-apart-are-others",
    ("RFC7644-5-01",),
    "Takes a letter and its accent, written apart, for another name.",
    lambda letter: unicodedata.combining(letter) > 0,
)
_takes_for_others("wide-letters-are-others", ("RFC7644-5-02",), "Takes wide letters for others.", _is_wide)
_takes_for_others(
    "capitals-beyond-ascii-are-others",
    ("RFC7644-5-03", "RFC7643-4.1.1-04"),
    "Folds letter case in ASCII alone.",
    _is_capital,
)
