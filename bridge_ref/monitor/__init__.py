"""The health monitor: a process of its own that asks a bridge how it is, and writes to somebody when it is not."""
