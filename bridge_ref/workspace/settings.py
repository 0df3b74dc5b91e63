"""Settings of a pull: the settings file and the service account's key file."""

import difflib
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct, field

GOOGLE = "https://admin.googleapis.com"
NEEDED_IN_KEY = ("client_email", "private_key", "token_uri")
_ALIASES = {"bridgeAddress": "bridge_address"}


class WorkspaceError(Exception):
    """Settings or a key that cannot be used, with the reason."""


class WorkspaceSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """The settings of a pull: what no source says about the original bridge is one, with our default."""

    # The administrator for whom the service account acts.
    actor: str
    # Addresses or ids of the groups that give access; without this key the choice is made while the bridge runs.
    groups: tuple[str, ...] | None = None
    # Where Google can reach us with notices; without it only the interval counts.
    bridge_address: str | None = None
    customer: str = "my_customer"
    domain: str | None = None
    api_url: str = GOOGLE
    interval_s: int = field(default=3600)
    retry_s: int = 300
    # The least time between two syncs that notices bring about.
    notice_gap_s: int = 10
    # Addresses of members whom a pull never suspends, beside guests, owners and service accounts.
    exempt: tuple[str, ...] = ()
    archived: Literal["suspend", "keep"] = "suspend"
    check_counts: bool = True
    # A group that comes empty though more than this many people are in it here is held for confirmation.
    empty_group_threshold: int = 1
    # More suspensions than this in one sync are held for confirmation.
    max_suspensions: int = 100
    max_suspensions_percent: int = 100
    scim: Literal["allowed", "read-only"] = "allowed"
    timeout_s: float = 30.0
    tries: int = 5
    max_pages: int = 10_000


class WorkspaceConfig(Struct, frozen=True):
    """The configuration of a pull: its settings and the key of its service account."""

    settings: WorkspaceSettings
    key: Mapping[str, Any]


NAMES = tuple(each.name for each in msgspec.structs.fields(WorkspaceSettings))
_LEAST = {
    "interval_s": 30,
    "retry_s": 1,
    "notice_gap_s": 0,
    "empty_group_threshold": 0,
    "max_suspensions": 0,
    "tries": 1,
    "max_pages": 1,
}


def read_settings(path: Path) -> WorkspaceSettings:
    """The settings in a TOML or JSON file. Raises WorkspaceError."""
    text = _read(path)
    try:
        content = json.loads(text) if path.suffix == ".json" or text.lstrip().startswith("{") else tomllib.loads(text)
    except ValueError as error:
        raise WorkspaceError(f"{path}: cannot be read: {error}") from None
    if not isinstance(content, dict):
        raise WorkspaceError(f"{path}: not a table of settings")
    return parse_settings(content, str(path))


def read_key(path: Path) -> dict[str, Any]:
    """The key file of a service account. Raises WorkspaceError, which shows nothing of what is in it."""
    try:
        key = json.loads(_read(path))
    except ValueError:
        raise WorkspaceError(f"{path}: not JSON") from None
    return check_key(key, str(path))


def check_key(key: Any, path: str) -> dict[str, Any]:
    """The key that was read from there, if it is one of a service account. Raises WorkspaceError."""
    if not isinstance(key, dict) or key.get("type") != "service_account":
        raise WorkspaceError(f"{path}: not the key file of a service account")
    missing = [name for name in NEEDED_IN_KEY if not isinstance(key.get(name), str)]
    if missing:
        raise WorkspaceError(f"{path}: lacks {', '.join(missing)}")
    _check_url(path, "token_uri", key["token_uri"])
    return key


def is_readable_by_others(path: Path) -> bool:
    """Whether others on the machine can read a file."""
    return bool(path.stat().st_mode & 0o007)


def parse_settings(given: dict[str, Any], path: str) -> WorkspaceSettings:
    """The settings in a table that was read from there. Raises WorkspaceError."""
    content = {_ALIASES.get(name, name): value for name, value in given.items()}
    for name in content:
        if name not in NAMES:
            near = difflib.get_close_matches(name, NAMES, 1)
            raise WorkspaceError(f"{path}: unknown key {name!r}" + (f"; did you mean {near[0]}?" if near else ""))
    try:
        settings = msgspec.convert(content, WorkspaceSettings)
    except msgspec.ValidationError as error:
        raise WorkspaceError(f"{path}: {error}") from None
    for name, least in _LEAST.items():
        if getattr(settings, name) < least:
            raise WorkspaceError(f"{path}: {name} must be at least {least}; is {getattr(settings, name)}")
    if not 0 <= settings.max_suspensions_percent <= 100:
        raise WorkspaceError(f"{path}: max_suspensions_percent must be between 0 and 100")
    _check_url(path, "api_url", settings.api_url)
    if settings.bridge_address is not None:
        _check_url(path, "bridge_address", settings.bridge_address)
    return settings


def _check_url(path: str, name: str, url: str) -> None:
    """Refuse an address over which a token would go in the clear; loopback is where simulators are."""
    parts = urlsplit(url)
    is_here = parts.hostname in ("127.0.0.1", "::1", "localhost")
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and is_here)):
        raise WorkspaceError(f"{path}: {name} {url!r} must be an https address")


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not text"
        raise WorkspaceError(f"{path}: {reason}") from None
