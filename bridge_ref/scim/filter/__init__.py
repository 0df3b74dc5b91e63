"""Filters: read into a tree, and evaluated on a resource. RFC 7644 section 3.4.2.2."""
