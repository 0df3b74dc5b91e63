"""The JSON Schemas of the wire, validation, and explanations of violations."""
