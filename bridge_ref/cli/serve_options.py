"""Options of the commands that serve a bridge, and the server configuration made from them."""

import contextlib
import logging
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from bridge_ref.account.policy import POLICY_NAMES, Policy, with_policy
from bridge_ref.cli.environment import INTERVAL, log_settings, ping_port, warn_of_unknown
from bridge_ref.cli.google_options import GOOGLE_OPTIONS, google_files
from bridge_ref.cli.mail_options import MAIL_OPTIONS, make_sender
from bridge_ref.cli.store_options import check_database_url
from bridge_ref.credentials.files import CredentialsError
from bridge_ref.credentials.grants import Scope, TokenGrant, digest_of
from bridge_ref.credentials.session import SessionFile
from bridge_ref.credentials.tokens import read_token
from bridge_ref.logs import LEVELS, configure_logs
from bridge_ref.runtime.confirmation import DEFAULT_INTERVAL_S, MIN_INTERVAL_S
from bridge_ref.runtime.wiring import BridgeSettings
from bridge_ref.scim.capabilities import NAMES, Capabilities, without
from bridge_ref.scim.limits import LIMIT_NAMES, Limits, with_limits
from bridge_ref.server.config import Listeners, ServerConfig, TenantConfig
from bridge_ref.server.serve import serve
from bridge_ref.storage.location import Database, Folder, StoreLocation
from bridge_ref.storage.store import StoreUnreadableError
from bridge_ref.workspace.settings import (
    WorkspaceConfig,
)

log = logging.getLogger("bridge_ref")

_FILE = click.Path(path_type=Path)

_OPTIONS = (
    click.option(
        "--port", type=click.IntRange(0, 65535), required=True, envvar="OP_PORT", help="SCIM port; 0 picks a free one."
    ),
    click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on."),
    click.option("--data", type=click.Path(path_type=Path), help="Folder with the SQLite store. [a temporary folder]"),
    click.option(
        "--database",
        metavar="URL",
        help="PostgreSQL database instead of --data; the password comes from PGPASSWORD or PGPASSFILE.",
    ),
    click.option(
        "--workers",
        type=click.IntRange(1, 64),
        default=1,
        show_default=True,
        help="Number of processes; more than one needs --database.",
    ),
    click.option("--token-file", type=_FILE, help="File with the bearer token; not needed with --session."),
    click.option(
        "--session",
        type=_FILE,
        envvar="OP_SESSION",
        help="Session file made by `bridge-ref setup`; its token is accepted.",
    ),
    click.option("--read-only-token-file", type=_FILE, help="File with a read-only token."),
    click.option("--monitoring-token-file", type=_FILE, help="File with a monitoring token."),
    click.option(
        "--tenant",
        "tenants",
        multiple=True,
        metavar="NAME=PLACE",
        help="A further account with its own folder or database and its own token; repeatable.",
    ),
    click.option(
        "--tenant-token-file",
        "tenant_token_files",
        multiple=True,
        metavar="NAME=FILE",
        help="File with a tenant's token; without it the tenant needs one from `bridge-ref setup`.",
    ),
    click.option(
        "--control-port",
        type=click.IntRange(0, 65535),
        help="Port of the control listener, which serves the probe contract; 0 picks a free one.",
    ),
    click.option("--control-token-file", type=_FILE, help="File with the token of the control listener."),
    click.option("--public-url", help="SCIM base URL in locations, if clients reach the bridge by another URL."),
    click.option(
        "--without",
        multiple=True,
        metavar="CAPABILITY",
        help=f"Switch off a capability; repeatable: {', '.join(NAMES)}.",
    ),
    click.option(
        "--limit",
        "limits",
        multiple=True,
        metavar="NAME=NUMBER",
        help=f"Change a limit; repeatable: {', '.join(LIMIT_NAMES)}.",
    ),
    click.option(
        "--policy",
        "policy",
        multiple=True,
        metavar="NAME=VALUE",
        help=f"Choose account behaviour that is left open; repeatable: {', '.join(POLICY_NAMES)}.",
    ),
    click.option("--me", metavar="ID", help="User id behind /Me. [none: /Me answers 501]"),
    click.option("--strict", is_flag=True, help="Turn off all leniencies towards identity providers."),
    click.option(
        "--confirmation-interval",
        type=click.IntRange(MIN_INTERVAL_S, 86_400),
        default=DEFAULT_INTERVAL_S,
        show_default=True,
        envvar=INTERVAL,
        help="Seconds between runs of the confirmation watcher.",
    ),
    click.option(
        "--tls-cert", type=_FILE, envvar="OP_TLS_CERT_FILE", help="TLS certificate with its chain, in PEM form."
    ),
    click.option("--tls-key", type=_FILE, envvar="OP_TLS_KEY_FILE", help="Private key of the TLS certificate."),
    click.option(
        "--ping-port",
        type=click.IntRange(0, 65535),
        help="Port without TLS that answers only /ping. [with OP_PING_SERVER: 8080]",
    ),
    *MAIL_OPTIONS,
    click.option("--notify", metavar="ADDRESS", help="Address that the health monitor notifies; shown by /monitoring."),
    click.option(
        "--log-level", type=click.Choice(LEVELS), help="Lowest level to log; requests are logged at info. [warning]"
    ),
    click.option("--log-format", type=click.Choice(["text", "json"]), help="Log format. [text]"),
    *GOOGLE_OPTIONS,
)


def listening_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every command which serves a bridge has."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def run(options: dict[str, Any], **further: Any) -> None:
    """Serve with the options of a command line."""
    configure_logs(*log_settings(options["log_level"], options["log_format"]))
    warn_of_unknown()
    with contextlib.ExitStack() as stack:
        if options["data"] is None and options["database"] is None:
            options["data"] = stack.enter_context(tempfile.TemporaryDirectory(prefix="bridge-ref-"))
        try:
            serve(_config(options), **further)
        except (StoreUnreadableError, CredentialsError) as error:
            raise click.UsageError(str(error)) from None
        except OSError as error:
            raise click.UsageError(f"cannot listen or store: {error.strerror or error}") from None


def _config(options: dict[str, Any]) -> ServerConfig:
    listeners = _listeners(options)
    workspace = google_files(options)
    return ServerConfig(
        store=_store(options),
        bridge=_bridge(options, workspace),
        listeners=listeners,
        workers=options["workers"],
        mail=make_sender(options),
        workspace=workspace,
        tenants=_tenants(options),
    )


def _listeners(options: dict[str, Any]) -> Listeners:
    control_port, control_token_file = options["control_port"], options["control_token_file"]
    if (control_port is None) != (control_token_file is None):
        raise click.UsageError("--control-port and --control-token-file must be given together")
    return Listeners(
        host=options["host"],
        port=options["port"],
        control_port=control_port,
        control_token=None if control_port is None else read_token(control_token_file, "--control-token-file"),
        ping_port=ping_port(options["ping_port"]),
        tls=_tls(options["tls_cert"], options["tls_key"]),
    )


def _bridge(options: dict[str, Any], workspace: WorkspaceConfig | None) -> BridgeSettings:
    token = _token(options)
    session = None if options["session"] is None else SessionFile(options["session"])
    if session is not None:
        _check_session(session, token)
    return BridgeSettings(
        base_url=_public_url(options["public_url"]),
        token=token,
        grants=_grants(options),
        session_file=None if session is None else session.path,
        signing_key=None if session is None else session.signing_key(),
        opens=None if session is None else session.is_opened_by,
        is_strict=options["strict"],
        is_scim_read_only=workspace is not None and workspace.settings.scim == "read-only",
        is_lab=options["control_port"] is not None,
        confirmation_interval_s=options["confirmation_interval"],
        capabilities=_capabilities(options["without"]),
        limits=_limits(options["limits"]),
        policy=_policy(options["policy"]),
        me=options["me"],
        notify=options["notify"],
    )


def _public_url(url: str | None) -> str:
    if url is not None and not url.startswith(("http://", "https://")):
        raise click.UsageError(f"--public-url {url!r} must start with http:// or https://")
    return "" if url is None else url.rstrip("/")


def _token(options: dict[str, Any]) -> str:
    if options["token_file"] is not None:
        return read_token(options["token_file"], "--token-file")
    if options["session"] is None:
        raise click.UsageError("--token-file or --session is needed; bridge-ref setup makes a session file")
    return ""


def _check_session(session: SessionFile, token: str) -> None:
    pair = session.load().pair
    if token and not session.is_opened_by(token, pair):
        raise CredentialsError(f"--session {session.path}: the token of --token-file does not open it")


def _grants(options: dict[str, Any]) -> tuple[TokenGrant, ...]:
    given = (
        ("--read-only-token-file", options["read_only_token_file"], Scope.READ_ONLY),
        ("--monitoring-token-file", options["monitoring_token_file"], Scope.MONITORING),
    )
    return tuple(
        TokenGrant(digest_of(read_token(path, option)), "file", scope, 0)
        for option, path, scope in given
        if path is not None
    )


def _tenants(options: dict[str, Any]) -> tuple[TenantConfig, ...]:
    places = _named(options["tenants"], "--tenant")
    files = _named(options["tenant_token_files"], "--tenant-token-file")
    for name in files.keys() - places.keys():
        raise click.UsageError(f"--tenant-token-file {name}: there is no --tenant {name}")
    return tuple(
        TenantConfig(store=_location(place), grants=_tenant_grants(files.get(name))) for name, place in places.items()
    )


def _tenant_grants(file: str | None) -> tuple[TokenGrant, ...]:
    if file is None:
        return ()
    return (TokenGrant(digest_of(read_token(Path(file), "--tenant-token-file")), "file", Scope.FULL, 0),)


def _named(given: tuple[str, ...], option: str) -> dict[str, str]:
    pairs = dict(each.partition("=")[::2] for each in given)
    if len(pairs) < len(given) or not all(name and value for name, value in pairs.items()):
        raise click.UsageError(f"{option} must be NAME=VALUE, such as b=PLACE, each name once")
    return pairs


def _location(place: str) -> StoreLocation:
    return Database(check_database_url(place)) if "://" in place else Folder(Path(place))


def _tls(cert: Path | None, key: Path | None) -> tuple[Path, Path] | None:
    if (cert is None) != (key is None):
        raise click.UsageError("--tls-cert and --tls-key must be given together")
    if cert is None or key is None:
        return None
    # Here, since a bridge behind a proxy does without the library of certificates.
    from bridge_ref.http.tls import TlsError, check_tls

    try:
        check_tls(cert, key)
    except TlsError as error:
        raise click.UsageError(str(error)) from None
    return cert, key


def _store(options: dict[str, Any]) -> StoreLocation:
    data, url = options["data"], options["database"]
    if url is None:
        if options["workers"] > 1:
            raise click.UsageError("--workers above 1 needs --database: an embedded store has one process")
        return Folder(Path(data))
    if data is not None:
        raise click.UsageError("--data and --database exclude each other")
    if options["workers"] > 1 and options["control_port"] is not None:
        raise click.UsageError("--control-port needs --workers 1: start a second bridge on the same database")
    return Database(check_database_url(url))


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
