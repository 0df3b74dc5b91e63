"""Checks: pure functions that say what is wrong with an exchange, or with the history of a scenario.

Importing this package registers them all; `registry` holds them. Their order is that in which a report names them: the
more exact check stands before the JSON Schema that would find the same.
"""

# isort: off
from harness.checks import (
    collateral,
    creating,
    deleting,
    discovery,
    errors,
    expectations,
    identity,
    listing,
    patching,
    replacing,
    representation,
    json_schema,
    vendors,
    okta,
    entra,
    google,
)
# isort: on

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
