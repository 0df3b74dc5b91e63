"""Secrets: put in when something is sent, and taken out of all that is kept, in whatever dress they come back."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from weakref import WeakSet

# Ours: what is shorter is a word that stands in any text, and can't be told from a secret once it is encoded.
_SHORTEST = 8
_LIVING: WeakSet[Secrets] = WeakSet()


class Secrets:
    """Named secrets of one target: inserted when sending, and replaced by their names in everything that is kept.

    A bridge may show a token as it is, as JSON, HTML or an address escapes it, or in base64 or hexadecimal digits; all
    of these are found. One of fewer than eight letters is found as it stands only, where it is a word of its own.
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self._forms: dict[str, _Forms] = {}
        self._signs: tuple[bytes, ...] = ()
        self._shortest = 0
        for name, value in values.items():
            self.add(name, value)
        _LIVING.add(self)

    def bearer(self, name: str) -> str:
        """The Authorization header's value for a named credential."""
        return f"Bearer {self._forms[name].text}"

    def add(self, name: str, value: str) -> None:
        """One more secret; an empty one is none."""
        if value:
            self._forms[name] = _Forms(value)
            self._signs = tuple(sign for forms in self._forms.values() for sign in forms.signs)
            self._shortest = min(len(forms.text) for forms in self._forms.values())

    def replace(self, name: str, value: str, before: str) -> None:
        """A named secret has another value now; the one that it had is kept under the name `before`."""
        self.add(before, self._forms[name].text)
        self.add(name, value)

    def redact(self, text: str) -> str:
        """The text with every secret, in each of its forms, replaced by `‹credential:NAME›`."""
        if len(text) < self._shortest:  # most headers
            return text
        kept = text.encode("utf-8", "surrogatepass")
        return self._redacted(kept).decode("utf-8", "surrogatepass") if self._may_stand_in(kept) else text

    def redact_bytes(self, body: bytes) -> bytes:
        """The same for a body."""
        return self._redacted(body) if self._may_stand_in(body) else body

    def found_in(self, body: bytes) -> str:
        """The name of a secret that stands in there in one of its forms; empty where none does."""
        if not self._may_stand_in(body):
            return ""
        return next((name for name, forms in self._forms.items() if forms.replaced(body, b"") != body), "")

    def _may_stand_in(self, body: bytes) -> bool:
        """Whether a closer look is worth its time: thousands of bodies hold no secret."""
        plain = _unescaped(body)
        return any(map(plain.__contains__, self._signs)) or (
            plain is not body and any(map(body.__contains__, self._signs))
        )

    def _redacted(self, body: bytes) -> bytes:
        for name, forms in self._forms.items():
            body = forms.replaced(body, f"‹credential:{name}›".encode())
        return body


def redact_known(text: str) -> str:
    """The text without any secret that this process holds: for what goes to a terminal or into a log."""
    for secrets in list(_LIVING):
        text = secrets.redact(text)
    return text


class _Forms:
    """The forms of one secret; where none of its `signs` stands in a body without escapes, none of them does."""

    def __init__(self, text: str) -> None:
        self.text = text
        value = text.encode("utf-8", "surrogatepass")
        self._is_word = len(text) < _SHORTEST
        self.signs = (value,) if self._is_word else tuple(dict.fromkeys((value, *_coded(value))))

    def replaced(self, body: bytes, name: bytes) -> bytes:
        """The body with a name in the place of this secret."""
        if self._is_word:
            return self._word.sub(lambda _: name, body)
        for form in self.signs:
            body = body.replace(form, name)
        # Read without its escapes first: an expression with all forms of each letter is four hundred times slower.
        plain = _unescaped(body)
        if plain is not body and any(map(plain.__contains__, self.signs)):
            return self._escaped.sub(lambda _: name, body)
        return body

    @cached_property
    def _word(self) -> re.Pattern[bytes]:
        return re.compile(rb"(?<![0-9A-Za-z])" + re.escape(self.signs[0]) + rb"(?![0-9A-Za-z])")

    @cached_property
    def _escaped(self) -> re.Pattern[bytes]:
        """The secret, or one of its codes, with any of its letters escaped."""
        return re.compile(b"|".join(b"".join(map(_letter, form)) for form in self.signs))


def _coded(value: bytes) -> Iterator[bytes]:
    """As JSON writes it, hexadecimal digits, and base64 at each of the three places where it may begin in a text."""
    yield json.dumps(value.decode("utf-8", "surrogatepass"))[1:-1].encode()
    yield value.hex().encode()
    yield value.hex().upper().encode()
    for shift in range(3):
        whole = base64.b64encode(b"\0" * shift + value)
        # Letters at both ends hold bits of what stands beside the secret.
        inner = whole[(0, 2, 3)[shift] : len(whole) - (0, 3, 2)[(shift + len(value)) % 3]]
        yield inner
        yield inner.translate(bytes.maketrans(b"+/", b"-_"))


_ESCAPE = re.compile(
    rb"\\+(?:u00([0-9a-fA-F]{2})|(/))|%(?:25)*([0-9a-fA-F]{2})|&\#0*([0-9]{1,3});|&\#[xX]0*([0-9a-fA-F]{1,2});"
)


def _unescaped(body: bytes) -> bytes:
    """The body with escaped letters as they are; the same object where it escapes none."""
    # Looked for one by one: an expression would go from letter to letter.
    if b"%" in body or b"&#" in body or b"\\/" in body or b"\\u00" in body:
        return _ESCAPE.sub(_read, body)
    return body


def _read(found: re.Match[bytes]) -> bytes:
    if found[2] is not None:
        return found[2]
    number = int(found[4]) if found[4] else int(found[1] or found[3] or found[5], 16)
    return bytes((number,)) if number < 256 else found[0]


def _letter(letter: int) -> bytes:
    """One letter as it stands, as JSON escapes it (also twice), as an address does (also twice), or as HTML does."""
    digits = b"".join(b"[%c%c]" % (d, ord(chr(d).upper())) if d > 57 else b"%c" % d for d in b"%02x" % letter)
    plain = re.escape(bytes((letter,)))
    return (
        rb"(?:" + plain + rb"|\\+" + plain + rb"|\\+u00" + digits + rb"|%(?:25)*" + digits
        + rb"|&\#0*" + str(letter).encode() + rb";|&\#[xX]0*" + digits + rb";)"
    )  # fmt: skip
