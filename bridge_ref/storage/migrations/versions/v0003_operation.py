"""What operating a bridge needs: how far each mail has come on its way out, and the digests of tokens.

A mail that is on no server yet has an entry in an index of its own, so looking for those that are due costs nothing
once the others have gone. Tokens are kept as digests alone.

Revision ID: 0003
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_KEYS = {"sqlite": "TEXT", "postgresql": 'TEXT COLLATE "C"'}

_STATEMENTS = (
    "ALTER TABLE mail ADD COLUMN delivery TEXT NOT NULL DEFAULT 'waiting'",
    "ALTER TABLE mail ADD COLUMN attempts BIGINT NOT NULL DEFAULT 0",
    # When it is to be tried next; of a mail that somebody has taken, when that claim ends.
    "ALTER TABLE mail ADD COLUMN due_ms BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE mail ADD COLUMN taken_by TEXT",
    "ALTER TABLE mail ADD COLUMN error TEXT",
    "ALTER TABLE mail ADD COLUMN handed_ms BIGINT",
    # How often nobody knew whether the server had taken it.
    "ALTER TABLE mail ADD COLUMN doubts BIGINT NOT NULL DEFAULT 0",
    "CREATE INDEX mail_to_send ON mail(due_ms) WHERE delivery <> 'sent'",
    """CREATE TABLE tokens (
        digest {key} PRIMARY KEY,
        name TEXT NOT NULL,
        scope TEXT NOT NULL,
        pair {key},
        created_ms BIGINT NOT NULL,
        expires_ms BIGINT
    )""",
)


def upgrade() -> None:
    """Add the columns and the table."""
    connection = op.get_bind()
    for statement in _STATEMENTS:
        connection.exec_driver_sql(statement.format(key=_KEYS[connection.dialect.name]))


def downgrade() -> None:
    """What has been sent must not be sent again."""
    raise NotImplementedError("a store that has sent mail cannot go back to one that does not know it")
