"""`bridge-ref setup` and `bridge-ref rotate`: create credentials and replace them."""

import asyncio
import json
import re
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import click

from bridge_ref.cli.store_options import find_location
from bridge_ref.clock import ShiftedClock, SystemClock
from bridge_ref.credentials.files import CredentialsError, read_secret, write_secret
from bridge_ref.credentials.grants import Scope
from bridge_ref.decisions.queries import FindTokens
from bridge_ref.runtime.rotation import LONGEST_OVERLAP_S, Issued, issue, make_pair, rotate
from bridge_ref.runtime.service import OFFSET
from bridge_ref.storage.store import Store, StoreUnavailableError, StoreUnreadableError

T = TypeVar("T")

_UNITS_S = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_TIMEOUT_S = 30


def _seconds(_: click.Context, option: click.Parameter, value: str | None) -> int | None:
    """A number with a unit, such as 1h, in seconds."""
    if value is None:
        return None
    found = re.fullmatch(r"([0-9]{1,9})([smhd])", value)
    if found is None:
        raise click.BadParameter(f"{value!r} is not a duration such as 90s, 30m, 1h or 7d", param=option)
    return int(found[1]) * _UNITS_S[found[2]]


_DATA = click.option("--data", type=click.Path(path_type=Path), help="Folder of a bridge that is not running.")
_DATABASE = click.option("--database", metavar="URL", help="PostgreSQL database of a bridge; it may be running.")
_SCOPE = click.option(
    "--scope",
    type=click.Choice([scope.value for scope in Scope]),
    default=Scope.FULL.value,
    show_default=True,
    help="Scope of the new token; only a full one has a session file.",
)


@click.command("setup")
@_DATA
@_DATABASE
@click.option("--session", type=click.Path(path_type=Path), required=True, help="Session file to write.")
@click.option(
    "--expires",
    metavar="TIME",
    callback=_seconds,
    help="Lifetime of the token, such as 90d. [until it is rotated]",
)
def setup(data: Path | None, database: str | None, session: Path, expires: int | None) -> None:
    """Create the session file and the bearer token of a bridge.

    The session file is for the bridge (`serve --session`), the token for the identity provider. The token is printed
    once and not stored. If the bridge already has credentials, use `rotate` instead.
    """

    async def setting_up(store: Store) -> Issued:
        now_ms = await _now_ms(store)
        if any(grant.scope is Scope.FULL for grant in await store.find(FindTokens())):
            raise CredentialsError("this bridge has been set up already; bridge-ref rotate replaces its credentials")
        issued = make_pair(Scope.FULL, now_ms, expires_ms=None if expires is None else now_ms + expires * 1000)
        await issue(store, issued, session)
        return issued

    issued = _on_store(data, database, setting_up)
    click.echo(f"the session file is {session}; the token is shown only once:", err=True)
    click.echo(issued.token)


@click.command("rotate")
@_DATA
@_DATABASE
@click.option("--control", metavar="URL", help="Control listener of a running bridge, as in its ready line.")
@click.option("--control-token-file", type=click.Path(path_type=Path), help="File with the token of that listener.")
@click.option("--session", type=click.Path(path_type=Path), help="Session file to replace; needed for a full token.")
@click.option(
    "--overlap",
    metavar="TIME",
    callback=_seconds,
    default="1h",
    show_default=True,
    help="How long the old tokens stay valid.",
)
@_SCOPE
def rotate_command(
    data: Path | None,
    database: str | None,
    control: str | None,
    control_token_file: Path | None,
    session: Path | None,
    overlap: int,
    scope: str,
) -> None:
    """Replace the credentials of a bridge, or add a token with a smaller scope.

    The new token is printed once. All other tokens of its scope expire after the overlap. A running bridge notices
    within a second; a bridge with its own copy of the session file refuses the new token until it has the new file. A
    token that came by --token-file can be replaced only through --control.
    """
    if overlap > LONGEST_OVERLAP_S:
        raise click.UsageError("--overlap is 30d at most")
    if (scope == Scope.FULL.value) != (session is not None):
        raise click.UsageError("--session is needed for a full token, and not allowed for others")
    if (control is None) != (control_token_file is None):
        raise click.UsageError("--control and --control-token-file must be given together")
    if control is not None and control_token_file is not None:
        if data is not None or database is not None or scope != Scope.FULL.value or session is None:
            raise click.UsageError(
                "--control needs --session, rotates full tokens only, and excludes --data and --database"
            )
        token = _rotate_running(control, control_token_file, session, overlap)
    else:

        async def rotating(store: Store) -> Issued:
            now_ms = await _now_ms(store)
            issued = make_pair(Scope(scope), now_ms, now_ms + overlap * 1000)
            await rotate(store, issued, (), session)
            return issued

        token = _on_store(data, database, rotating).token
    click.echo("the new token is shown only once:", err=True)
    click.echo(token)


def _rotate_running(control: str, token_file: Path, session: Path, overlap: int) -> str:
    try:
        token = read_secret(token_file, "--control-token-file").decode("ascii", "replace").strip()
    except CredentialsError as error:
        raise click.UsageError(str(error)) from None
    if not control.startswith(("http://", "https://")):
        raise click.UsageError("--control must be a URL such as http://127.0.0.1:8081/probe/v1")
    request = urllib.request.Request(
        f"{control.rstrip('/')}/credentials/rotate",
        json.dumps({"overlap_seconds": overlap}).encode(),
        {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:
            made = json.loads(answer.read())
        write_secret(session, made["session"].encode())
        return str(made["token"])
    except urllib.error.HTTPError as error:
        raise click.UsageError(f"the control listener refused this with status {error.code}") from None
    except CredentialsError as error:
        raise click.UsageError(f"--session {error}") from None
    except (OSError, ValueError, KeyError):
        raise click.UsageError(f"{control} is not a control listener") from None


async def _now_ms(store: Store) -> int:
    """The time of the bridges on the store, which a test bench may have moved."""
    return ShiftedClock(SystemClock(), await store.get_setting(OFFSET, 0)).now_ms()


def _on_store(data: Path | None, database: str | None, do: Callable[[Store], Awaitable[T]]) -> T:
    location = find_location(data, database)

    async def doing() -> T:
        store = await location.open()
        try:
            return await do(store)
        finally:
            await store.close()

    try:
        return asyncio.run(doing())
    except (StoreUnreadableError, StoreUnavailableError, CredentialsError) as error:
        raise click.UsageError(str(error)) from None
