"""Checks: pure functions that find faults in an exchange or in the history of a story.

Importing this package registers all of them in `registry`. Reports name them in this order: a precise check comes
before the JSON Schema that would find the same.
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
    looking_up,
    showing,
    patching,
    replacing,
    representation,
    wire,
    shape,
    declared,
    schema_rows,
    json_schema,
    vendors,
    okta,
    entra,
    google,
    states,
    read_only,
    write_support,
    writes,
    bulk,
    bulk_states,
)
# isort: on

__all__ = [
    "bulk",
    "bulk_states",
    "collateral",
    "creating",
    "declared",
    "deleting",
    "discovery",
    "entra",
    "errors",
    "expectations",
    "google",
    "identity",
    "json_schema",
    "listing",
    "looking_up",
    "okta",
    "patching",
    "read_only",
    "replacing",
    "representation",
    "schema_rows",
    "shape",
    "showing",
    "states",
    "vendors",
    "wire",
    "write_support",
    "writes",
]
