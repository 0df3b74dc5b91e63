"""Puts a request into words that a bridge knows: attributes that it does not declare are not sent.

A title and a nickname stand in situations for any text that a user may have. Where a bridge declares none, or gives
them itself, another text that it declares takes their place: an attribute that no schema has may be refused or passed
over (RFC 7644 section 3.3).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from harness.model.characteristics import ResourceSchema
from harness.record.exchange import Request
from harness.situations.situation import Declared

_TEXTS = ("title", "nickName")
_STAND_INS = ("title", "nickName", "userType", "displayName", "name.familyName")
_NAMING = frozenset({"path", "filter", "sortby", "attributes", "excludedattributes"})


def worded(request: Request, declared: Declared) -> Request:
    """The request with attributes that the bridge declares in the place of those that it does not."""
    users = declared.schemas.get("Users")
    words = _words(users) if users is not None else {}
    if not words:
        return request
    return replace(request, target=_target(request.target, words), body=_body(request.body, words))


def _words(users: ResourceSchema) -> dict[str, str]:
    known = [each for each in _STAND_INS if _takes(users, each)]
    missing = [each for each in _TEXTS if not _takes(users, each)]
    free = [each for each in known if each not in _TEXTS]
    if not missing or not known:
        return {}
    # Two stand-ins where there are two; else one for both.
    chosen = (free or known) + [(free or known)[-1]]
    return {name.lower(): chosen[place] for place, name in enumerate(missing)}


def _takes(users: ResourceSchema, name: str) -> bool:
    """Whether a client may write this text, and write it again (RFC 7643 section 7, mutability)."""
    spot = users.find(name)
    attribute = None if spot is None else spot.sub or spot.attribute
    return attribute is not None and attribute.mutability == "readWrite"


def _target(target: str, words: Mapping[str, str]) -> str:
    path, mark, query = target.partition("?")
    return path + mark + _named(query, words)


def _named(text: str, words: Mapping[str, str]) -> str:
    pattern = rf"(?<![A-Za-z.\"])(?<!%22)({'|'.join(words)})(?![A-Za-z.\"])"
    return re.sub(pattern, lambda found: words[found[1].lower()], text, flags=re.IGNORECASE)


def _body(body: bytes | None, words: Mapping[str, str]) -> bytes | None:
    if body is None or not any(name.encode() in body.lower() for name in words):
        return body
    try:
        said = json.loads(body)
    except ValueError:
        return body
    return json.dumps(_said(said, words), ensure_ascii=False, separators=(",", ":")).encode()


def _said(value: Any, words: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_said(each, words) for each in value]
    if not isinstance(value, dict):
        return value
    said: dict[str, Any] = {}
    for name, each in value.items():
        if name.lower() in _NAMING:
            said[name] = [_text(part, words) for part in each] if isinstance(each, list) else _text(each, words)
        else:
            _put(said, words.get(name.lower(), name), _said(each, words))
    return said


def _text(value: Any, words: Mapping[str, str]) -> Any:
    return _named(value, words) if isinstance(value, str) else value


def _put(said: dict[str, Any], name: str, value: Any) -> None:
    whole, dot, part = name.partition(".")
    if dot and ":" not in name:
        before = said.get(whole)
        said[whole] = {**before, part: value} if isinstance(before, dict) else {part: value}
    else:
        said[name] = value
