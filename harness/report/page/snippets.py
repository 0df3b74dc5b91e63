"""A request in other tongues than curl: HTTPie, Python, and a test for pytest, with secrets as variables."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from harness.record.exchange import Exchange
from harness.record.journal import Entry, exchange_of
from harness.report.curl import INLINE_LIMIT, quote, variable
from harness.report.passwords import masked_text
from harness.report.situation import made_id, needed_for

_CREDENTIAL = re.compile(r"‹credential:([^›]*)›")
_STATUSES = re.compile(r"^status (\d{3}(?:(?: or |, )\d{3})*)$")
_ACCEPTED = re.compile(r"\bto be (?:accepted|understood)$")
_HEADER = re.compile(r"(?:an? )?([A-Z][A-Za-z-]+) header")
_VALUE = re.compile(r'("(?:[^"\\]|\\.)*"|true|false|null|-?\d+(?:\.\d+)?|[\[{].*[\]}])$', re.DOTALL)
_AT = """

def at(value, *path):
    for part in path:
        value = value[int(part)] if isinstance(value, list) else (value or {}).get(part)
    return value
"""


@dataclass(frozen=True, slots=True)
class Snippet:
    """One way to send a request again: its name, and the text to copy."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a test states: the requirement, and what was expected there."""

    requirement: str
    statement: str
    expected: str
    actual: str
    pointer: str


def make_snippets(entry: Entry, story: Iterable[Entry], wanted: Wanted) -> tuple[Snippet, ...]:
    """HTTPie, Python and pytest for the request of an entry; none where a body is too long to copy.

    Python makes first what the request names, where the story made it; HTTPie sends the request alone.
    """
    exchange = exchange_of(entry)
    if len(exchange.request.body or b"") > INLINE_LIMIT:
        return ()
    lines = _python_lines([*(needed_for(entry, story) or ()), entry])
    return (
        Snippet("HTTPie", _httpie(exchange)),
        Snippet("Python", "\n".join(["import os", "", "import requests", "", *lines, _SHOW])),
        Snippet("pytest", _pytest(lines, wanted)),
    )


_SHOW = "print(answer.status_code, answer.text)"


def _httpie(exchange: Exchange) -> str:
    request = exchange.request
    words = ["http", "--ignore-stdin", "--print=hb", quote(request.method), quote(exchange.url)]
    words += [_httpie_header(name, value) for name, value in request.headers if value]
    if request.body:
        words += ["--raw", quote(masked_text(request.body))]
    return " \\\n  ".join([" ".join(words[:5]), *words[5:]]).replace("--raw \\\n  ", "--raw ")


def _httpie_header(name: str, value: str) -> str:
    secret = _CREDENTIAL.search(value)
    if secret and value == f"Bearer {secret[0]}" and name == "Authorization":
        return f'"{name}:Bearer ${variable(secret[1])}"'
    return quote(f"{name}:{value}")


def _python_lines(entries: Sequence[Entry]) -> list[str]:
    """The statements that send these requests; the answer of the last is called `answer`."""
    ids: dict[str, str] = {}
    lines: list[str] = []
    for entry in entries:
        made = made_id(entry) if entry is not entries[-1] else ""
        lines += _python_request(exchange_of(entry), "made" if made else "answer", ids)
        if made:
            ids[made] = f"id{len(ids) + 1}"
            lines.append(f'{ids[made]} = made.json()["id"]')
    return lines


def _python_request(exchange: Exchange, name: str, ids: Mapping[str, str]) -> list[str]:
    request = exchange.request
    lines = [
        f"{name} = requests.request(",
        f"    {_literal(request.method)},",
        f"    {_text(exchange.url, ids)},",
        "    headers={",
    ]
    lines += [f"        {_literal(key)}: {_header(value)}," for key, value in request.headers if value]
    lines.append("    },")
    if request.body:
        lines.append(f"    data=({_text(masked_text(request.body), ids)}).encode(),")
    return [*lines, "    allow_redirects=False,", "    timeout=60,", ")"]


def _header(value: str) -> str:
    secret = _CREDENTIAL.search(value)
    if not secret:
        return _literal(value)
    before = value[: secret.start()]
    return f"{_literal(before)} + os.environ[{_literal(variable(secret[1]))}]"


def _text(text: str, ids: Mapping[str, str]) -> str:
    """A text as a Python expression, with the ids that an earlier request made as variables."""
    if not ids:
        return _literal(text)
    pieces = re.split("(" + "|".join(re.escape(each) for each in sorted(ids, key=len, reverse=True)) + ")", text)
    return " + ".join(ids.get(piece) or _literal(piece) for piece in pieces if piece)


def _literal(text: str) -> str:
    """A text as Python writes it, in double quotes where that needs no escape."""
    plain = repr(text)
    return f'"{plain[1:-1]}"' if plain.startswith("'") and '"' not in text and "\\" not in plain else plain


def _pytest(lines: Sequence[str], wanted: Wanted) -> str:
    name = re.sub(r"\W+", "_", wanted.requirement).lower()
    asserted = _asserted(wanted)
    helper = _AT if "at(" in asserted else ""
    body = [f'"""{_docstring(wanted.statement)}"""', *lines, "", asserted]
    indented = "\n".join(f"    {line}" if line else "" for line in body)
    return f"import os\n\nimport requests\n{helper}\n\ndef test_{name}():\n{indented}"


def _docstring(statement: str) -> str:
    return statement.replace("\\", "\\\\").replace('"""', "'''").rstrip('"')


def _asserted(wanted: Wanted) -> str:
    """What must hold of the answer, as far as the words of the finding say it exactly; else a test that says so."""
    if statuses := _STATUSES.match(wanted.expected):
        allowed = ", ".join(re.findall(r"\d{3}", statuses[1]))
        return f"assert answer.status_code in ({allowed},), answer.text"
    if _ACCEPTED.search(wanted.expected):
        return "assert answer.status_code < 300, answer.text"
    if wanted.actual == "none" and (header := _HEADER.fullmatch(wanted.expected)):
        return f"assert answer.headers.get({_literal(header[1])}), answer.headers"
    value = _VALUE.search(wanted.expected)
    path = ", ".join(_literal(part) for part in wanted.pointer.strip("/").split("/"))
    if wanted.pointer and value and (found := _python_value(value[1])):
        return f"assert at(answer.json(), {path}) == {found}, answer.text"
    if wanted.pointer and wanted.actual in ("none", "null", "absent"):
        return f"assert at(answer.json(), {path}) is not None, answer.text"
    return f"raise AssertionError({_literal(f'expected {wanted.expected}; was {wanted.actual}: ')} + answer.text)"


def _python_value(text: str) -> str:
    try:
        return repr(json.loads(text))
    except (ValueError, RecursionError):
        return ""
