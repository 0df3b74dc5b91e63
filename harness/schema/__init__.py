"""The JSON Schemas of the wire: which there are, whether a document keeps one, and where it does not."""
