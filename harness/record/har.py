"""HAR files (version 1.2): traffic that a browser, a proxy or an identity provider wrote down, as entries of a journal.

Only what went to a SCIM server is kept. Secrets are taken out: the values of headers that carry them, of parameters of
the address, and of passwords in bodies.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from harness import __version__
from harness.errors import JournalError
from harness.record.exchange import DISCOVERY, RESOURCES, Exchange, Headers, Request, Response
from harness.record.journal import SCHEMA, Entry, Event, RunHeader, ScenarioBegin, ScenarioEnd
from harness.record.message import SCIM_JSON

STORY = "traffic"
REDACTED = "‹redacted›"
_ENDPOINTS = (*RESOURCES, *DISCOVERY, "Bulk", "Me", ".search")
# Of the bytes on the wire: a browser keeps the text of a body, decoded, and we take secrets out of it.
_WIRE_HEADERS = frozenset({"content-length", "content-encoding", "transfer-encoding"})
_SECRET_HEADERS = frozenset(
    (
        "authorization",
        "proxy-authorization",
        "cookie",
        "set-cookie",
        "x-api-key",
        "x-auth-token",
        "x-amz-security-token",
    )
)
_SECRET_PARAMETERS = frozenset(
    ("access_token", "token", "api_key", "apikey", "key", "code", "client_secret", "sig", "signature")
)
_SECRET_MEMBERS = frozenset(("password", "client_secret", "access_token", "refresh_token"))
_BODILESS = (204, 205, 304)
_MARK = "urn:ietf:params:scim"


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """One request that somebody recorded. `status` and `body` are what is known of the answer: 0 and empty if nothing.

    In `exchange` the answer stands only where all of it was kept, so that it can be judged.
    """

    exchange: Exchange
    status: int
    body: bytes
    is_scim: bool = True


def is_secret_header(name: str) -> bool:
    """Whether the value of this header is a secret, or may be one."""
    return name.lower() in _SECRET_HEADERS


def read_har(text: str, name: str) -> list[RecordedCall]:
    """The SCIM traffic in a HAR, in the order of time. Raises JournalError, saying what is wrong with it."""
    return calls_in(_log_in(text, name), name)


def calls_in(log: list[Any], name: str, *, is_scim: bool = False) -> list[RecordedCall]:
    """The same of entries in the form of a HAR; all of them where the log `is_scim` alone. Raises JournalError."""
    found = [call for number, each in enumerate(log, 1) if (call := _read(each, number, name)) is not None]
    bases = Counter(call.exchange.base for call in found if is_scim or call.is_scim)
    if not bases:
        raise JournalError(f"{name} holds no SCIM traffic: no address with /Users or /Groups speaks SCIM")
    base = bases.most_common(1)[0][0]
    kept = [call for call in found if call.exchange.base == base]
    return sorted(kept, key=lambda call: call.exchange.started_at)


def journal_of(calls: list[RecordedCall]) -> list[Entry]:
    """These calls as the journal of one story."""
    return list(_entries(calls[0].exchange.base, [call.exchange for call in calls]))


def _log_in(text: str, name: str) -> list[Any]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise JournalError(f"{name} is neither a HAR nor a journal of bridgecheck: it is not JSON ({error})") from error
    log = document.get("log") if isinstance(document, dict) else None
    entries = log.get("entries") if isinstance(log, dict) else None
    if not isinstance(entries, list):
        raise JournalError(f"{name} is neither a HAR nor a journal of bridgecheck: it has no log.entries")
    version = str(log.get("version", "1.2")) if isinstance(log, dict) else ""
    if not version.startswith("1."):
        raise JournalError(f"{name} is a HAR of version {version!r}; this version of bridgecheck reads 1.2")
    return entries


def _entries(base: str, kept: list[Exchange]) -> Iterator[Entry]:
    started = kept[0].started_at if kept else 0.0
    host = urlsplit(base).netloc
    header = RunHeader(SCHEMA, __version__, ("rfc",), (), (), "safe", 0, "must", host, base, started)
    events: list[Event] = [header, ScenarioBegin("Traffic that somebody else sent is judged.")]
    events += [*kept, ScenarioEnd("completed")]
    for number, event in enumerate(events, 1):
        yield Entry(f"0:{number}", "" if number == 1 else STORY, "", 0, event)


def _read(each: Any, number: int, name: str) -> RecordedCall | None:
    """One entry of the file; None where its address names no SCIM endpoint."""
    request = each.get("request") if isinstance(each, dict) else None
    url = request.get("url") if isinstance(request, dict) else None
    method = request.get("method") if isinstance(request, dict) else None
    if not isinstance(request, dict) or not isinstance(url, str) or not isinstance(method, str):
        raise JournalError(f"{name}, entry {number} is no entry of a HAR: it has no request with a method and a url")
    parts = _parts_of(url)
    if parts is None:
        return None
    base, target = parts
    status, headers, body = _answer(each.get("response"), number, name)
    is_kept = bool(status) and headers is not None and (body is not None or status in _BODILESS or method == "HEAD")
    response = Response(status, headers or (), body or b"") if is_kept else None
    sent = Request(method.upper(), target, "", _headers(request.get("headers")), _posted(request), None)
    lost = "" if response else "the file does not hold the answer, or not its body"
    started, elapsed = _moment(each.get("startedDateTime")), _seconds(each.get("time"))
    exchange = Exchange(base, sent, response, lost, started, elapsed)
    return RecordedCall(exchange, status, body or b"", _is_scim(exchange))


def _parts_of(url: str) -> tuple[str, str] | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    names = parts.path.split("/")
    place = next((i for i, each in enumerate(names) if each in _ENDPOINTS), None)
    if place is None or not parts.netloc:
        return None
    base = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], "/".join(names[:place]), "", ""))
    query = _without_secrets(parts.query)
    return base, "/" + "/".join(names[place:]) + (f"?{query}" if query else "")


def _without_secrets(query: str) -> str:
    if not any(name.lower() in _SECRET_PARAMETERS for name, _ in parse_qsl(query, keep_blank_values=True)):
        return query
    pairs = parse_qsl(query, keep_blank_values=True)
    return urlencode([(n, REDACTED if n.lower() in _SECRET_PARAMETERS else v) for n, v in pairs])


def _headers(listed: Any) -> Headers:
    pairs = [
        (str(each["name"]), str(each.get("value", "")))
        for each in (listed if isinstance(listed, list) else ())
        if isinstance(each, dict) and "name" in each and not str(each["name"]).startswith(":")
        if str(each["name"]).lower() not in _WIRE_HEADERS
    ]
    return tuple((name, REDACTED if is_secret_header(name) else value) for name, value in pairs)


def _posted(request: Mapping[str, Any]) -> bytes | None:
    data = request.get("postData")
    text = data.get("text") if isinstance(data, dict) else None
    return _clean(text.encode("utf-8", "surrogatepass")) if isinstance(text, str) and text else None


def _answer(found: Any, number: int, name: str) -> tuple[int, Headers | None, bytes | None]:
    """What is known of an answer: status, 0 if none came; headers; body. None for what was not kept."""
    status = found.get("status") if isinstance(found, dict) else None
    if not isinstance(found, dict) or not isinstance(status, int) or isinstance(status, bool):
        return 0, None, None
    if not 100 <= status <= 599:
        return 0, None, None  # browsers write 0 for a request that was cancelled
    listed, content = found.get("headers"), found.get("content")
    headers = None if listed is None else _headers(listed)
    text = content.get("text") if isinstance(content, dict) else None
    if not isinstance(content, dict) or not isinstance(text, str):
        is_empty = isinstance(content, dict) and content.get("size") == 0
        return status, headers, b"" if is_empty else None
    if content.get("encoding") != "base64":
        return status, headers, _clean(text.encode("utf-8", "surrogatepass"))
    try:
        return status, headers, _clean(base64.b64decode(text, validate=True))
    except binascii.Error as error:
        raise JournalError(f"{name}, entry {number}: the content is not base64: {error}") from error


def _clean(body: bytes) -> bytes:
    """A body without the values of passwords and tokens; as it is where it holds none."""
    if not any(word.encode() in body.lower() for word in _SECRET_MEMBERS):
        return body
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return body
    return json.dumps(_redacted(value), ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _redacted(value: Any, path: str = "") -> Any:
    if isinstance(value, list):
        return [_redacted(each) for each in value]
    if not isinstance(value, dict):
        return value
    made = {name: REDACTED if _is_secret(name, part) else _redacted(part) for name, part in value.items()}
    if str(value.get("path", "")).lower().endswith("password") and isinstance(value.get("value"), str):
        made["value"] = REDACTED
    return made


def _is_secret(name: str, part: Any) -> bool:
    return name.lower() in _SECRET_MEMBERS and isinstance(part, str) and bool(part)


def _is_scim(exchange: Exchange) -> bool:
    """Whether an exchange speaks SCIM: by its media type or by a URN in a body."""
    media = exchange.header("Content-Type") or ""
    bodies = (exchange.request.body or b"", exchange.response.body if exchange.response else b"")
    return media.lower().startswith(SCIM_JSON) or any(_MARK.encode() in body for body in bodies)


def _moment(text: Any) -> float:
    try:
        return datetime.fromisoformat(str(text).replace("Z", "+00:00")).timestamp()
    except ValueError:
        return 0.0


def _seconds(milliseconds: Any) -> float:
    is_number = isinstance(milliseconds, int | float) and not isinstance(milliseconds, bool)
    return max(float(milliseconds), 0.0) / 1000 if is_number else 0.0
