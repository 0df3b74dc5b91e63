"""The lab: bridges that are wrong in one way each. Loaded by `bridge-ref lab` only, never by `serve`."""
