"""The options --data and --database, which name a store."""

from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import click

from bridge_ref.storage.location import Database, Folder, StoreLocation


def find_location(data: Path | None, database: str | None) -> StoreLocation:
    """The store that --data or --database names. Raises UsageError."""
    if data is not None and database is None:
        return Folder(data)
    if database is not None and data is None:
        return Database(check_database_url(database))
    raise click.UsageError("name one store: --data or --database")


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
