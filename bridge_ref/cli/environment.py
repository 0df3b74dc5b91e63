"""The environment variables that the bridge reads, and a warning about those that it ignores."""

import logging
import os
from collections.abc import Mapping

import click

from bridge_ref.logs import LogFormat

log = logging.getLogger("bridge_ref")

# Options take these by themselves; a flag on the command line wins.
INTERVAL = "OP_CONFIRMATION_INTERVAL"
OPTIONS = frozenset({"OP_PORT", "OP_SESSION", INTERVAL, "OP_TLS_CERT_FILE", "OP_TLS_KEY_FILE"})
LOGS = frozenset({"OP_DEBUG", "OP_TRACE", "OP_JSON_LOGS", "OP_PRETTY_LOGS"})
OTHERS = frozenset({"OP_PING_SERVER", "OP_WORKSPACE_CREDENTIALS", "OP_WORKSPACE_SETTINGS"})
KNOWN = OPTIONS | LOGS | OTHERS

PING_PORT = 8080
_YES, _NO = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off", ""})


def log_settings(
    level: str | None, form: LogFormat | None, environment: Mapping[str, str] = os.environ
) -> tuple[str, LogFormat]:
    """Level and form of the logs: as the options say, or else as the variables do. Raises UsageError."""
    is_debugging = is_on("OP_DEBUG", environment) or is_on("OP_TRACE", environment)
    is_json, is_pretty = is_on("OP_JSON_LOGS", environment), is_on("OP_PRETTY_LOGS", environment)
    if level is None:
        # A choice of log format implies that requests are to be logged.
        level = "debug" if is_debugging else "info" if is_json or is_pretty else "warning"
    return level, form or ("json" if is_json else "text")


def ping_port(port: int | None, environment: Mapping[str, str] = os.environ) -> int | None:
    """The port of the `/ping` listener, or none. Raises UsageError."""
    if port is not None:
        return port
    return PING_PORT if is_on("OP_PING_SERVER", environment) else None


def warn_of_unknown(environment: Mapping[str, str] = os.environ) -> None:
    """Name the variables that do nothing here, once and without their values."""
    unknown = sorted(name for name in environment if name.startswith("OP_") and name not in KNOWN)
    if unknown:
        log.warning("this bridge does not use %s", ", ".join(unknown))


def is_on(name: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a switch is on. Raises UsageError for a value that is neither."""
    value = environment.get(name, "").strip().lower()
    if value in _YES:
        return True
    if value in _NO:
        return False
    raise click.UsageError(f"{name} must be one of 1, true, 0, false")
