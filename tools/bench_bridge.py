"""Preparing bridges for benchmarks: filling stores, and serving a bridge with one commit per request.

Filling a store with a million users over HTTP would take an hour. This writes the bridge's own change sets instead: the
users are members who signed up long ago, without events and mail.
"""

import asyncio
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from unittest.mock import patch

import click

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bridge_ref.account.changes import AddGroup, AddMember, Change, ChangeSet, DropMember, Join  # noqa: E402
from bridge_ref.account.groups import Group, GroupType  # noqa: E402
from bridge_ref.account.members import (  # noqa: E402
    Member,
    MemberType,
    State,
)
from bridge_ref.runtime.wiring import BridgeSettings  # noqa: E402
from bridge_ref.scim.stored_user import AddUser, DropUser, User, encode_document  # noqa: E402
from bridge_ref.server.config import Listeners, ServerConfig  # noqa: E402
from bridge_ref.server.serve import serve  # noqa: E402
from bridge_ref.storage import location  # noqa: E402
from bridge_ref.storage.sqlite import SqliteStore  # noqa: E402
from bridge_ref.storage.store import Store  # noqa: E402
from loadtests.peers import people  # noqa: E402

# 2026-03-02, 12:00 UTC.
_NOW_MS = 1_772_452_800_000
_BATCH = 2000


@click.group()
def cli() -> None:
    """Prepare and serve bridges for benchmarks."""


@cli.command()
@click.option("--data", type=click.Path(path_type=Path), help="Folder of the new store.")
@click.option("--database", metavar="URL", help="PostgreSQL database with an empty store.")
@click.option("--users", type=int, required=True, help="Number of users.")
@click.option(
    "--group", "sizes", type=int, multiple=True, help="Also create a group with this many of them; may be repeated."
)
def fill(data: Path | None, database: str | None, users: int, sizes: tuple[int, ...]) -> None:
    """Put users and groups into a store."""
    changes = (change for number in range(users) for change in _user(number))
    asyncio.run(_write(data, database, changes))
    asyncio.run(_write(data, database, (change for size in sizes for change in _group(size))))


@cli.command()
@click.option("--data", type=click.Path(path_type=Path), required=True, help="Folder of the store.")
@click.option("--users", type=int, required=True, help="Number of users in the store.")
def thin(data: Path, users: int) -> None:
    """Delete a third of the users, scattered over the store (`people.is_gone`)."""
    gone = (number for number in range(users) if people.is_gone(number))
    changes = (each for n in gone for each in (DropUser(people.user_id(n)), DropMember(_member_id(n))))
    asyncio.run(_write(data, None, changes))


@cli.command("serve-singly")
@click.option("--data", type=click.Path(path_type=Path), required=True, help="Folder of the store.")
@click.option("--token-file", type=click.Path(path_type=Path), required=True, help="File with the token.")
def serve_singly(data: Path, token_file: Path) -> None:
    """Serve a bridge with one commit per request, to compare with shared commits; not part of the product."""
    with patch.object(location, "SqliteStore", _SingleCommits):
        config = ServerConfig(
            store=location.Folder(data),
            bridge=BridgeSettings(token=token_file.read_text().strip()),
            listeners=Listeners(port=0),
        )
        serve(config)


class _SingleCommits(SqliteStore):
    async def apply(self, change_set: ChangeSet) -> None:
        """Write a change set and commit it at once."""
        await super().apply(change_set)
        self._commit()


async def _write(data: Path | None, database: str | None, changes: Iterator[Change]) -> None:
    store = await _open(data, database)
    while batch := tuple(islice(changes, _BATCH)):
        await store.apply(ChangeSet(batch))
        await store.committed()
    await store.close()


async def _open(data: Path | None, database: str | None) -> Store:
    place = location.Database(str(database)) if data is None else location.Folder(data)
    return await place.open()


def _user(number: int) -> Iterator[Any]:
    document = people.user_document(number)
    del document["schemas"]
    name = document["displayName"]
    member = Member(
        id=_member_id(number),
        email=people.user_name(number),
        name=name,
        type=MemberType.MEMBER,
        state=State.ACTIVE,
        managed=True,
        invitation=None,
        created_ms=_NOW_MS,
        updated_ms=_NOW_MS,
    )
    yield AddMember(member)
    stored = encode_document(document)
    yield AddUser(User(people.user_id(number), member.id, stored, _NOW_MS, _NOW_MS, member=member))


def _group(size: int) -> Iterator[Any]:
    group_id = people.group_id(size)
    name = people.group_name(size)
    yield AddGroup(
        Group(
            id=group_id,
            name=name,
            type=GroupType.USER_DEFINED,
            managed=True,
            scim_id=group_id,
            external_id=None,
            created_ms=_NOW_MS,
            modified_ms=_NOW_MS,
        )
    )
    for number in range(size):
        yield Join(group_id, _member_id(number))


def _member_id(number: int) -> str:
    # The ids of members and users have nothing in common but being scattered.
    return people.user_id(-1 - number)


if __name__ == "__main__":
    cli()
