"""A running bridge: its parts, its transactions, and scheduled work."""
