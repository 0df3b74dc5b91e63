"""PATCH: read the operations, plan single steps, apply them. RFC 7644 section 3.5.2."""
