"""Whether two values are the same one for SCIM: RFC 7643 section 2.3, and the freedoms of spelling."""

from __future__ import annotations

import re
import unicodedata
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from harness.model.binary import bytes_of
from harness.model.characteristics import Attribute
from harness.model.instants import instant_of

IDENTICAL = ""
"""The name of no freedom: two values are spelt alike."""

_VERSION = re.compile(r"/v\d+(?=/)", re.IGNORECASE)
_PORTS = {"http": ":80", "https": ":443"}
_LANGUAGE = frozenset({"preferredlanguage", "locale"})


def same_value(attribute: Attribute, one: Any, other: Any, within: str = "") -> bool:
    """Whether two single values are the same, as `spelling` tells."""
    return spelling(attribute, one, other, within) is not None


def spelling(attribute: Attribute, one: Any, other: Any, within: str = "") -> str | None:
    """The freedom by which two single values are the same: `IDENTICAL` without one, None where they differ.

    `within` is the name of the attribute around a sub-attribute: `value` of `phoneNumbers` has spellings of its own.
    """
    if type(one) is type(other) and one == other:
        return IDENTICAL
    if isinstance(one, bool) or isinstance(other, bool):
        return None
    if isinstance(one, int | float) and isinstance(other, int | float):
        return "number-spelling" if one == other and attribute.type in ("decimal", "integer") else None
    if not isinstance(one, str) or not isinstance(other, str):
        return None
    return _spelling_of_texts(attribute, one, other, within.lower())


def _spelling_of_texts(attribute: Attribute, one: str, other: str, within: str) -> str | None:
    if attribute.type == "dateTime":
        moment = instant_of(one)
        return "instant-spelling" if moment is not None and moment == instant_of(other) else None
    if attribute.type == "binary":
        content = bytes_of(one)
        return "base64-spelling" if content is not None and content == bytes_of(other) else None
    if attribute.type == "reference":
        return _spelling_of_references(attribute, one, other)
    if not attribute.case_exact and one.lower() == other.lower():
        return "letter-case"
    if is_same_text(one, other):
        return "text-spelling"
    return _canonical(attribute.name.lower(), one, other, within)


def is_same_text(one: str, other: str) -> bool:
    """Whether a text is shown as it was, but for blanks that it has lost at its ends and the form of Unicode."""
    was, shown = unicodedata.normalize("NFC", one), unicodedata.normalize("NFC", other)
    return shown in (was, was.strip())


def _canonical(name: str, one: str, other: str, within: str) -> str | None:
    if name in _LANGUAGE and one.replace("_", "-").lower() == other.replace("_", "-").lower():
        return "language-spelling"
    if name == "timezone" and one.lower() == other.lower():
        return "language-spelling"
    if name != "value":
        return None
    if within == "phonenumbers" and _phone(one) and _phone(one) == _phone(other):
        return "phone-spelling"
    if within == "ims" and "".join(one.split()).lower() == "".join(other.split()).lower():
        return "im-spelling"
    if within == "emails" and _address(one) == _address(other):
        return "email-spelling"
    return None


def _phone(text: str) -> tuple[str, str]:
    """Digits of number and extension: RFC 3966 writes `tel:+1-201-555-0123;ext=4`."""
    number, _, extension = re.sub(r"^\s*tel:", "", text, flags=re.IGNORECASE).partition(";ext=")
    if not extension:
        number, _, extension = re.sub(r"\s*(?:ext\.?|x)\s*", "x", number, flags=re.IGNORECASE).partition("x")
    return re.sub(r"\D", "", number.partition(";")[0]), re.sub(r"\D", "", extension)


def _address(text: str) -> tuple[str, str]:
    local, _, domain = re.sub(r"^\s*mailto:", "", text, flags=re.IGNORECASE).strip().rpartition("@")
    return local, domain.lower()


def _spelling_of_references(attribute: Attribute, one: str, other: str) -> str | None:
    if normal_uri(one) == normal_uri(other):
        return "uri-spelling"
    if not set(attribute.reference_types) - {"external", "uri"}:
        return None
    one, other = _path(one), _path(other)
    is_same = one == other or one.endswith(f"/{other.lstrip('/')}") or other.endswith(f"/{one.lstrip('/')}")
    return "reference-spelling" if is_same else None


def normal_uri(text: str) -> str:
    """A URI with scheme and host in lower case, without the scheme's own port, `/` for an empty path."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return text
    if not parts.netloc:
        return text if parts.scheme.lower() != "urn" else text.lower()
    host = parts.netloc.lower().removesuffix(_PORTS.get(parts.scheme.lower(), " "))
    return urlunsplit((parts.scheme.lower(), host, parts.path or "/", parts.query, parts.fragment))


def _path(reference: str) -> str:
    """The path of a reference to a resource; version segments say nothing (RFC 7643 section 2.4)."""
    try:
        return _VERSION.sub("", urlsplit(reference).path)
    except ValueError:
        return reference
