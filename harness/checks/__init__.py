"""Checks: pure functions that say what is wrong with an exchange, or with the history of a scenario.

Importing this package registers them all; `registry` holds them.
"""

from harness.checks import (
    collateral,
    creating,
    deleting,
    discovery,
    entra,
    errors,
    expectations,
    google,
    identity,
    json_schema,
    listing,
    okta,
    patching,
    replacing,
    representation,
    vendors,
)

__all__ = [
    "collateral",
    "creating",
    "deleting",
    "discovery",
    "entra",
    "errors",
    "expectations",
    "google",
    "identity",
    "json_schema",
    "listing",
    "okta",
    "patching",
    "replacing",
    "representation",
    "vendors",
]
