"""Where the account is kept: SQLite of the standard library."""
