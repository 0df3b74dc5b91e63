"""Simulated identity providers: what changes of a directory mean on the wire. Conversations only, no I/O."""
