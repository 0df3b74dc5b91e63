"""Filters: parse, then evaluate on a resource. RFC 7644 section 3.4.2.2."""
