"""`traffic.har`: the traffic of a run as HAR 1.2, a page for each story; `bridgecheck judge` reads it again.

Tokens are named and not shown, cookies and passwords are taken out. A body is cut at 32 KiB, and beyond 64 MiB in all
they are left out, each saying so: the journal has them whole.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import msgspec

from harness.record.exchange import Exchange, Headers, Json, find_header
from harness.record.journal import Entry, RunHeader, Step
from harness.report.format import Format, write_pieces
from harness.report.model import Report
from harness.report.passwords import masked_headers, masked_text, mentions_password
from harness.report.text import visible_line
from harness.report.told import stories_of

FILE = "traffic.har"
BODY = 32 * 1024
ALL_BODIES = 64 * 1024 * 1024


@dataclass(slots=True)
class _Room:
    """What is left of the room for bodies, in bytes."""

    left: int
    pages: dict[tuple[str, str], str] = field(default_factory=dict)


def render_har(report: Report) -> bytes:
    """The exchanges of a report as a HAR."""
    return b"".join(_pieces(report.header, report.entries, report.sentence))


def write_har(folder: Path, entries: tuple[Entry, ...], sentence: str) -> Path:
    """Write `traffic.har` of a journal's entries, the header first, and say so much about it."""
    header = entries[0].event
    assert isinstance(header, RunHeader)
    return write_pieces(folder / FILE, _pieces(header, entries, sentence))


def _pieces(header: RunHeader, entries: tuple[Entry, ...], sentence: str) -> Iterator[bytes]:
    """The file in pieces, an entry each: as one document it would take several times its size in memory."""
    room = _Room(ALL_BODIES)
    head = {
        "version": "1.2",
        "creator": {"name": "bridgecheck", "version": header.version},
        "pages": list(_pages(header, entries, room)),
        "comment": sentence,
    }
    yield b'{"log":' + _encode(head)[:-1] + b',"entries":['
    for number, entry in enumerate(_entries(entries, room)):
        yield (b",\n" if number else b"\n") + _encode(entry)
    yield b"\n]}}\n"


def _encode(document: Json) -> bytes:
    """The document as JSON; half a surrogate pair, which UTF-8 can't hold, as an escape."""
    try:
        return msgspec.json.encode(document)
    except UnicodeEncodeError:
        return json.dumps(document, ensure_ascii=False).encode("utf-8", "backslashreplace")


def _pages(header: RunHeader, entries: tuple[Entry, ...], room: _Room) -> Iterator[Json]:
    for number, story in enumerate(stories_of(entries), 1):
        room.pages[story.scenario, story.dialect] = f"story_{number}"
        yield {
            "startedDateTime": _moment(story.started_at or header.started_at),
            "id": f"story_{number}",
            "title": story.name,
            "pageTimings": {},
            "comment": story.sentence,
        }


def _entries(entries: tuple[Entry, ...], room: _Room) -> Iterator[Json]:
    step = ""
    for entry in entries:
        if isinstance(entry.event, Step):
            step = visible_line(entry.event.sentence)
        elif isinstance(entry.event, Exchange):
            step = step if entry.step else ""
            yield _entry(entry, entry.event, step, room)


def _entry(entry: Entry, exchange: Exchange, step: str, room: _Room) -> Json:
    made: Json = {
        "startedDateTime": _moment(exchange.started_at),
        "time": round(exchange.elapsed_s * 1000, 3),
        "request": _request(exchange, room),
        "response": _response(exchange, room),
        "cache": {},
        "timings": {"send": 0, "wait": round(exchange.elapsed_s * 1000, 3), "receive": 0},
        "_bridgecheck": {"entry": entry.id, "dialect": entry.dialect, "name": exchange.request.name, "step": step},
    }
    page = room.pages.get((entry.scenario, entry.dialect))
    if page:
        made["pageref"] = page
    return {**made, "comment": f"no answer: {visible_line(exchange.lost)}"} if exchange.lost else made


def _request(exchange: Exchange, room: _Room) -> Json:
    request = exchange.request
    made: Json = {
        "method": request.method,
        "url": exchange.url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(request.headers, are_ours=True),
        "queryString": [{"name": name, "value": value} for name, value in _query(exchange.url)],
        "headersSize": -1,
        "bodySize": len(request.body or b""),
    }
    if request.body is not None:
        media = find_header(request.headers, "Content-Type") or ""
        text, encoding, comment = _text(request.body, room)
        note = comment or ("in base64" if encoding else "")
        made["postData"] = {"mimeType": media, "params": [], "text": text, **({"comment": note} if note else {})}
    return made


def _query(url: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(urlsplit(url).query, keep_blank_values=True)
    except ValueError:  # what a story sends on purpose
        return []


def _response(exchange: Exchange, room: _Room) -> Json:
    response = exchange.response
    headers = response.headers if response else ()
    body = response.body if response else b""
    text, encoding, comment = _text(body, room)
    content: Json = {"size": len(body), "mimeType": find_header(headers, "Content-Type") or "", "text": text}
    content |= {"encoding": encoding} if encoding else {}
    content |= {"comment": comment} if comment else {}
    return {
        "status": response.status if response else 0,
        "statusText": _phrase(response.status) if response else "",
        "httpVersion": "HTTP/1.1" if response else "",
        "cookies": [],
        "headers": _headers(headers, are_ours=False),
        "content": content,
        "redirectURL": find_header(headers, "Location") or "",
        "headersSize": -1,
        "bodySize": len(body) if response else -1,
    }


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


@lru_cache(maxsize=1024)
def _headers(headers: Headers, *, are_ours: bool) -> list[Json]:
    return [{"name": name, "value": value} for name, value in masked_headers(headers, are_ours=are_ours)]


def _text(body: bytes, room: _Room) -> tuple[str, str, str]:
    """A body without passwords, its encoding (empty for plain text), and what is to be said of it."""
    kept = body[:BODY]
    if len(kept) > room.left:
        return "", "", f"left out: {len(body):,} bytes, beyond the room of this file"
    room.left -= len(kept)
    comment = f"cut at {BODY:,} of {len(body):,} bytes" if len(body) > BODY else ""
    if mentions_password(body):
        return masked_text(body)[:BODY], "", comment
    try:
        return body.decode("utf-8")[:BODY] if len(body) <= BODY else kept.decode("utf-8", "ignore"), "", comment
    except UnicodeDecodeError:
        return base64.b64encode(kept).decode("ascii"), "base64", comment


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


FORMAT = Format(
    (FILE,),
    "for tools that read HTTP traffic: all of it, secrets taken out (HAR 1.2)",
    lambda report, folder: [write_pieces(folder / FILE, _pieces(report.header, report.entries, report.sentence))],
)
