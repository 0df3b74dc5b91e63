"""Log formatting as text or JSON, each line with its request id.

No line holds a header, a query or a body: these carry tokens and personal data.
"""

import logging
import sys
from contextvars import ContextVar
from typing import Any, Literal

import msgspec

from bridge_ref.clock import render_time

LogFormat = Literal["text", "json"]
LEVELS = ("debug", "info", "warning", "error")

# The request that is being answered; none outside requests, and none while requests are not logged.
REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)


class TextFormatter(logging.Formatter):
    """One line for a person."""

    def __init__(self) -> None:
        super().__init__("%(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """The line, followed by the fields of the request."""
        line = super().format(record)
        fields = _fields(record)
        return line + "".join(f" {name}={value}" for name, value in fields.items() if value is not None)


class JsonFormatter(logging.Formatter):
    """One JSON object on a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The object."""
        line: dict[str, Any] = {
            "time": render_time(int(record.created * 1000)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_fields(record),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return msgspec.json.encode(line).decode()


def configure_logs(level: str, form: LogFormat) -> None:
    """Write to stderr from here on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if form == "json" else TextFormatter())
    # Libraries log warnings only: their lines may hold anything.
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("bridge_ref").setLevel(level.upper())


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    fields = dict(getattr(record, "fields", {}))
    request_id = REQUEST_ID.get()
    if request_id is not None:
        fields["request_id"] = request_id
    return fields
