"""bridge_ref: the reference bridge, and the account behind it."""

__version__ = "0.1.0"
