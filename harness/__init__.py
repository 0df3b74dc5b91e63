"""bridgecheck: tests SCIM bridges, and simulates the identity providers that use them."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("bridgecheck")
except PackageNotFoundError:  # run from a checkout that was never installed
    __version__ = "0.0.0"
