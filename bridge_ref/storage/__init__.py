"""The stores: SQLite in a folder, or PostgreSQL."""
