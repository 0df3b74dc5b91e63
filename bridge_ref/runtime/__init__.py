"""A running bridge: its parts wired, decisions committed, and the work that becomes due by itself."""
