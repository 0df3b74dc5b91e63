"""Simulated identity providers: conversations that turn changes of a directory into requests, without I/O."""
