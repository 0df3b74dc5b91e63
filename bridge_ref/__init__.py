"""The reference bridge: SCIM in front of a simulated company account."""

__version__ = "0.1.0"
