"""Masks passwords in bodies, and cookies and keys in headers, which no report may show.

Our own tokens never reach a journal.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from harness.record.exchange import Exchange, Headers, parse_body
from harness.record.har import REDACTED, is_secret_header
from harness.report.text import decode

MASK = "‹password›"

_FIELD = re.compile(r'("password"\s*:\s*)"(?:[^"\\]|\\.)*"?', re.IGNORECASE)
_MENTION = re.compile(rb"password", re.IGNORECASE)
_SHORTEST = 4  # a shorter one would be cut out of ordinary words


def masked_headers(headers: Headers, *, are_ours: bool) -> Headers:
    """Headers without the values of those that carry secrets. An Authorization of ours names its token: it stays."""
    return tuple((name, REDACTED if _hides(name, value, are_ours) else value) for name, value in headers)


def _hides(name: str, value: str, is_ours: bool) -> bool:
    is_named = is_ours and (name.lower() == "authorization" or "‹credential:" in value)
    return is_secret_header(name) and bool(value) and not is_named


def mentions_password(body: bytes) -> bool:
    """Whether a body speaks of a password at all."""
    return _MENTION.search(body) is not None


def masked_text(body: bytes) -> str:
    """A body as text, exactly as it was but for passwords."""
    text = decode(body)
    if not mentions_password(body):
        return text
    text = _FIELD.sub(rf'\1"{MASK}"', text)
    for secret in sorted(set(_passwords(parse_body(body).value)), key=len, reverse=True):
        for form in (json.dumps(secret), json.dumps(secret, ensure_ascii=False)):
            text = text.replace(form, f'"{MASK}"')
    return text


def passwords_of(exchange: Exchange | None) -> tuple[str, ...]:
    """The passwords that an exchange carries, to be kept out of the words of findings; longest first."""
    bodies = [exchange.request.body or b"", exchange.response.body if exchange.response else b""] if exchange else []
    found = {secret for body in bodies if mentions_password(body) for secret in _passwords(parse_body(body).value)}
    return tuple(sorted((secret for secret in found if len(secret) >= _SHORTEST), key=len, reverse=True))


def without(secrets: tuple[str, ...], text: str) -> str:
    """The text with these secrets masked."""
    for secret in secrets:
        text = text.replace(secret, MASK)
    return text


def _passwords(value: Any) -> Iterator[str]:
    """Values of a `password` key, and of a PATCH operation whose path ends in it."""
    if isinstance(value, dict):
        names_password = str(value.get("path", "")).lower().endswith("password")
        for key, part in value.items():
            is_secret = key.lower() == "password" or (names_password and key.lower() == "value")
            if is_secret and isinstance(part, str) and part:
                yield part
            else:
                yield from _passwords(part)
    elif isinstance(value, list):
        for part in value:
            yield from _passwords(part)
