"""HTTP around the bridge: the ASGI application, authentication and the control listener."""
