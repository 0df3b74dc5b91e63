"""The HTTP endpoints: SCIM, status, metrics, probe, Google's notices and the operator pages."""
