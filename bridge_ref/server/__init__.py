"""Serving a bridge: sockets, listeners, worker processes."""
