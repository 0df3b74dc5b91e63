"""The operator pages: rendered on the server, without JavaScript."""
