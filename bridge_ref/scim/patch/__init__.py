"""PATCH: from the request to single steps, and these applied to a document. RFC 7644 section 3.5.2."""
