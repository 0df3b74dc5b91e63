"""What every command that serves a bridge has in common: its options, and serving by them."""

import logging
import sys
import tempfile
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from bridge_ref.account.policy import POLICY_NAMES, Policy, with_policy
from bridge_ref.confirmation import DEFAULT_INTERVAL_S, MIN_INTERVAL_S
from bridge_ref.http.auth import MIN_TOKEN_LENGTH
from bridge_ref.scim.capabilities import NAMES, Capabilities, without
from bridge_ref.scim.limits import LIMIT_NAMES, Limits, with_limits
from bridge_ref.serving import Listening, serve
from bridge_ref.storage.store import StoreUnreadableError
from bridge_ref.workspace.settings import (
    WorkspaceError,
    WorkspaceSettings,
    is_readable_by_others,
    read_key,
    read_settings,
)

log = logging.getLogger("bridge_ref")

_GOOGLE_OPTIONS = (
    click.option(
        "--google-settings",
        type=click.Path(path_type=Path),
        help="Pull a Google Workspace: TOML or JSON file with the administrator's address, the groups and more.",
    ),
    click.option(
        "--google-key",
        type=click.Path(path_type=Path),
        help="Key file of the service account; goes with --google-settings.",
    ),
)
_OPTIONS = (
    click.option("--port", type=click.IntRange(0, 65535), required=True, help="Port for SCIM; 0 picks one."),
    click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on."),
    click.option("--data", type=click.Path(path_type=Path), help="Folder to keep the account in. [a new one]"),
    click.option(
        "--database",
        metavar="URL",
        help="PostgreSQL database to keep it in instead; the password comes from PGPASSWORD or PGPASSFILE.",
    ),
    click.option(
        "--workers",
        type=click.IntRange(1, 64),
        default=1,
        show_default=True,
        help="Processes; more than one needs --database.",
    ),
    click.option("--token-file", type=click.Path(path_type=Path), required=True, help="File with the token."),
    click.option("--control-port", type=click.IntRange(0, 65535), help="Port for the control listener."),
    click.option("--control-token-file", type=click.Path(path_type=Path), help="File with its token."),
    click.option("--public-url", help="SCIM base URL for locations, if clients use another than ours."),
    click.option(
        "--without",
        multiple=True,
        metavar="CAPABILITY",
        help=f"Do not offer this; more than once for several: {', '.join(NAMES)}.",
    ),
    click.option(
        "--limit",
        "limits",
        multiple=True,
        metavar="NAME=NUMBER",
        help=f"Change a limit; more than once for several: {', '.join(LIMIT_NAMES)}.",
    ),
    click.option(
        "--policy",
        "policy",
        multiple=True,
        metavar="NAME=VALUE",
        help=f"Choose what the account does where it may; more than once for several: {', '.join(POLICY_NAMES)}.",
    ),
    click.option("--me", metavar="ID", help="The user that /Me stands for. [none: 501]"),
    click.option("--strict", is_flag=True, help="Turn off every leniency towards identity providers."),
    click.option(
        "--confirmation-interval",
        type=click.IntRange(MIN_INTERVAL_S, 86_400),
        default=DEFAULT_INTERVAL_S,
        show_default=True,
        help="Seconds between runs of the confirmation watcher.",
    ),
    *_GOOGLE_OPTIONS,
)


def listening_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every command which serves a bridge has."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def google_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of a pull alone."""
    for option in reversed(_GOOGLE_OPTIONS):
        command = option(command)
    return command


def run(options: dict[str, Any], **further: Any) -> None:
    """Serve with the options of a command line."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    with tempfile.TemporaryDirectory(prefix="bridge-ref-") as temporary:
        listening = _listening(options, Path(temporary))
        try:
            serve(listening, **further)
        except StoreUnreadableError as error:
            raise click.UsageError(str(error)) from None
        except OSError as error:
            raise click.UsageError(f"cannot listen or store: {error.strerror or error}") from None


def _listening(options: dict[str, Any], temporary: Path) -> Listening:
    control_port, control_token_file = options["control_port"], options["control_token_file"]
    if (control_port is None) != (control_token_file is None):
        raise click.UsageError("--control-port and --control-token-file belong together")
    public_url = options["public_url"]
    if public_url is not None and not public_url.startswith(("http://", "https://")):
        raise click.UsageError(f"--public-url {public_url!r} has to start with http:// or https://")
    return Listening(
        options["host"],
        options["port"],
        _read_token(options["token_file"], "--token-file"),
        _store(options, temporary),
        control_port,
        None if control_token_file is None else _read_token(control_token_file, "--control-token-file"),
        None if public_url is None else public_url.rstrip("/"),
        options["strict"],
        options["confirmation_interval"],
        options["workers"],
        _capabilities(options["without"]),
        options["me"],
        _limits(options["limits"]),
        google_files(options),
        _policy(options["policy"]),
    )


def google_files(options: dict[str, Any]) -> tuple[WorkspaceSettings, Mapping[str, Any]] | None:
    """The settings and the key of a pull, if there is to be one. Raises UsageError."""
    settings_file, key_file = options["google_settings"], options["google_key"]
    if settings_file is None and key_file is None:
        return None
    if settings_file is None or key_file is None:
        raise click.UsageError("--google-settings and --google-key belong together")
    try:
        settings, key = read_settings(settings_file), read_key(key_file)
    except WorkspaceError as error:
        raise click.UsageError(str(error)) from None
    if is_readable_by_others(key_file):
        log.warning("%s can be read by everybody on this machine", key_file)
    return settings, key


def _store(options: dict[str, Any], temporary: Path) -> Path | str:
    data, url = options["data"], options["database"]
    if url is None:
        if options["workers"] > 1:
            raise click.UsageError("--workers above 1 needs --database: an embedded store has one process")
        return Path(data or temporary)
    if data is not None:
        raise click.UsageError("--data and --database exclude each other")
    if options["workers"] > 1 and options["control_port"] is not None:
        raise click.UsageError("--control-port goes with one worker: start a second bridge on the same database")
    return check_database_url(url)


def check_database_url(url: str) -> str:
    """The URL, if it is one of PostgreSQL and holds no password, which others could read. Raises UsageError."""
    if find_spec("asyncpg") is None:
        raise click.UsageError("--database needs the extra `postgres`: pip install 'bridgecheck[postgres]'")
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise click.UsageError("--database takes a URL such as postgresql://user@host/name")
    if parts.password or "password=" in parts.query:
        raise click.UsageError("--database takes no password: set PGPASSWORD or PGPASSFILE instead")
    return url


def _limits(changed: tuple[str, ...]) -> Limits:
    try:
        return with_limits(changed)
    except LookupError as error:
        raise click.UsageError(f"--limit: {error.args[0]}") from None


def _policy(changed: tuple[str, ...]) -> Policy:
    try:
        return with_policy(changed)
    except LookupError as error:
        raise click.UsageError(f"--policy: {error.args[0]}") from None


def _capabilities(switched_off: tuple[str, ...]) -> Capabilities:
    try:
        return without(switched_off)
    except LookupError as error:
        raise click.UsageError(f"--without: {error.args[0]}") from None


def _read_token(path: Path, option: str) -> str:
    try:
        token = path.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not text"
        raise click.UsageError(f"{option} {path}: {reason}") from None
    if len(token) < MIN_TOKEN_LENGTH or not token.isascii() or len(token.split()) != 1:
        raise click.UsageError(f"{option} {path}: a token is one word of at least {MIN_TOKEN_LENGTH} characters")
    return token
