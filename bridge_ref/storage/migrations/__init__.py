"""Versions of the store, run by alembic: one file for each, never changed once released."""
