"""Serving a bridge: configuration, sockets, listeners, worker processes."""
