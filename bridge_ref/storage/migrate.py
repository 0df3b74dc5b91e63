"""Migrate a database to the version that this bridge reads, and check its version."""

from pathlib import Path
from typing import Any

from bridge_ref.storage.store import StoreUnreadableError

# The newest version, known without importing alembic: a bridge whose store has it does not pay for that.
HEAD = "0003"
VERSIONS = ("0001", "0002", "0003")
FIND_VERSION = "SELECT version_num FROM alembic_version"


def upgrade(connection: Any, version: str = HEAD) -> None:
    """Run what is missing up to a version, on an SQLAlchemy connection. What ran is kept even if a later one fails."""
    import alembic.command
    import alembic.config

    config = alembic.config.Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    alembic.command.upgrade(config, version)


def check(found: str | None, place: str) -> None:
    """Refuse a store of any version but ours. Raises StoreUnreadableError, saying what can be done."""
    if found == HEAD:
        return
    if found in VERSIONS:
        raise StoreUnreadableError(f"{place} has version {found}, this bridge reads {HEAD}: run `bridge-ref migrate`")
    if found is None:
        raise StoreUnreadableError(f"{place} holds no store of a bridge: run `bridge-ref migrate` to make one")
    raise StoreUnreadableError(f"{place} has version {found}, which is newer than this bridge: it reads {HEAD}")
