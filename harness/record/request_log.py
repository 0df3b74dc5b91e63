"""Request logs: what a bridge or a proxy wrote down of an incident, one JSON object a line, as entries of a journal.

`method` and `path` are needed; `body`, `status`, `response`, `headers`, `response_headers` and `at` may be there. What
is not there is not judged: an answer needs its status, its headers and its body for that.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from harness.errors import JournalError, nearest
from harness.record.har import RecordedCall, calls_in

KEYS = ("method", "path", "body", "status", "response", "headers", "response_headers", "at")
_BASE = "http://recorded.invalid"
_LONGEST = 200  # ours: letters of a line that an error shows


def is_request_log(line: bytes) -> bool:
    """Whether a file that begins with this line is a request log."""
    try:
        first = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(first, dict) and "method" in first and "path" in first


def read_request_log(lines: Iterable[bytes], name: str) -> list[RecordedCall]:
    """The requests of a log, in the order of time. Raises JournalError with the line that is wrong."""
    rows = [_as_har(_row(line, f"{name}, line {number}")) for number, line in enumerate(lines, 1) if line.strip()]
    return calls_in(rows, name, is_scim=True)


def _row(line: bytes, place: str) -> dict[str, Any]:
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        shown = line[:_LONGEST].decode("utf-8", "replace")
        raise JournalError(f"{place} is not JSON ({error}): {shown!r}") from error
    if not isinstance(row, dict):
        raise JournalError(f"{place} is no JSON object")
    for key in row:
        if key not in KEYS:
            raise JournalError(f"{place}: unknown key {key!r}{nearest(key, KEYS)}; there are {', '.join(KEYS)}")
    for key in ("method", "path"):
        if not isinstance(row.get(key), str) or not row[key]:
            raise JournalError(f"{place}: {key!r} is needed, as a text")
    status = row.get("status")
    if status is not None and (not isinstance(status, int) or isinstance(status, bool) or not 100 <= status <= 599):
        raise JournalError(f"{place}: 'status' is {status!r}, and not a number from 100 to 599")
    return row


def _as_har(row: Mapping[str, Any]) -> dict[str, Any]:
    path = row["path"]
    url = path if urlsplit(path).scheme else f"{_BASE}/{path.lstrip('/')}"
    request = {"method": row["method"], "url": url, "headers": _pairs(row.get("headers"))}
    if row.get("body") is not None:
        request["postData"] = {"text": _text(row["body"])}
    content = {} if row.get("response") is None else {"text": _text(row["response"])}
    kept = row.get("response_headers")
    response = {"status": row.get("status", 0), "content": content, "headers": None if kept is None else _pairs(kept)}
    return {"startedDateTime": row.get("at", ""), "request": request, "response": response}


def _pairs(headers: Any) -> list[dict[str, str]]:
    found = headers.items() if isinstance(headers, dict) else ()
    return [{"name": str(name), "value": str(value)} for name, value in found]


def _text(body: Any) -> str:
    return body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
