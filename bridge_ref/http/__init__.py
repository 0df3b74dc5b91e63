"""The wire: the ASGI application, messages, bodies, media types, bearer tokens and TLS."""
