"""Renders a request as a curl command, with secrets as shell variables."""

from __future__ import annotations

import base64
import re
import shlex

from harness.record.exchange import Exchange, Request, find_header
from harness.record.journal_file import JOURNAL
from harness.report.passwords import masked_text

INLINE_LIMIT = 16 * 1024  # longer ones are read from the journal by jq, so that a report stays a report

_PLACEHOLDER = re.compile(r"‹(credential|id):([^›]*)›")
_BEARER = re.compile(r"Bearer ‹credential:([^›]*)›")
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]")
_CONTROL_BYTES = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")
# What curl sends of its own accord unless it is told not to; the client at hand may have left it out.
_CURLS_OWN = ("User-Agent", "Accept")
_CURLS_OWN_WITH_BODY = ("Content-Type", "Expect")


def make_curl(exchange: Exchange, entry: str = "", *, shows_headers: bool = True) -> str:
    """The command that sends this request again: exact method, address, headers and body, secrets by name only.

    A placeholder `‹id:NAME›` in the address or the body stands for the shell variable of that name.
    """
    request = exchange.request
    before, body = _body(request, entry)
    method = ["--head"] if request.method == "HEAD" else ["-X", quote(request.method)]
    words = [*method, quote(exchange.url), *_headers(request), *body]
    options = "-sS -i" if shows_headers else "-sS"
    return before + f"curl {options} --path-as-is -g " + " \\\n  ".join(_pairs(words))


def variable(credential: str) -> str:
    """The shell variable that stands for a named secret: `SCIM_TOKEN` for the one that every run has."""
    name = re.sub(r"\W", "_", credential, flags=re.ASCII).upper()
    return "SCIM_TOKEN" if name in ("", "SCIM") else f"SCIM_TOKEN_{name}"


def quote(text: str) -> str:
    """The text as one shell word, placeholders of secrets as variables; controls never reach a terminal raw."""
    made, position = [], 0
    for match in _PLACEHOLDER.finditer(text):
        made += [_literal(text[position : match.start()]), f'"${_variable_of(match)}"']
        position = match.end()
    return "".join([*made, _literal(text[position:])]) or "''"


def _variable_of(match: re.Match[str]) -> str:
    return match[2] if match[1] == "id" else variable(match[2])


def _literal(text: str) -> str:
    if not text:
        return ""
    if not _UNPRINTABLE.search(text):
        return shlex.quote(text)
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return "$'" + _UNPRINTABLE.sub(lambda match: _escape(match[0]), escaped) + "'"


def _escape(character: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in character.encode("utf-8", "surrogatepass"))


def _headers(request: Request) -> list[str]:
    words = []
    for name, value in request.headers:
        bearer = _BEARER.fullmatch(value)
        if bearer and name == "Authorization":
            words += ["-H", f'"Authorization: Bearer ${variable(bearer[1])}"']
        else:
            words += ["-H", quote(f"{name}: {value}" if value else f"{name};")]
    own = _CURLS_OWN if request.body is None else (*_CURLS_OWN, *_CURLS_OWN_WITH_BODY)
    for name in own:
        if find_header(request.headers, name) is None:
            words += ["-H", quote(f"{name}:")]
    return words


def _body(request: Request, entry: str) -> tuple[str, list[str]]:
    """What must stand before the command, and the words of the command, for this body."""
    body = request.body
    if body is None:
        return "", []
    if len(body) > INLINE_LIMIT:
        return _from_journal(body, entry), ["--data-binary", "@-"]
    text = masked_text(body)
    if _CONTROL_BYTES.search(body) or not _is_utf8(body):
        packed = base64.b64encode(body if _is_plain(text, body) else text.encode()).decode("ascii")
        return f"printf %s {packed} | base64 -d | ", ["--data-binary", "@-"]
    # --data-binary would read a file when the text begins with @; --data-raw differs in nothing else.
    return "", ["--data-raw" if text.startswith("@") else "--data-binary", quote(text)]


def _from_journal(body: bytes, entry: str) -> str:
    """What reads a body out of the journal, which keeps text as text and all else as base64."""
    form, unpack = ("text", "") if _is_utf8(body) else ("base64", "base64 -d | ")
    wanted = shlex.quote(f'select(.id == "{entry}").event.request.body.{form}')
    return f"gzip -dc {JOURNAL} | jq -j {wanted} | {unpack}"


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_plain(text: str, body: bytes) -> bool:
    return text == body.decode("utf-8", "backslashreplace")


def _pairs(words: list[str]) -> list[str]:
    """Options with their values, so that each pair gets a line of its own."""
    made: list[str] = []
    for word in words:
        if made and made[-1] in ("-X", "-H", "--data-binary", "--data-raw"):
            made[-1] += f" {word}"
        else:
            made.append(word)
    return made
