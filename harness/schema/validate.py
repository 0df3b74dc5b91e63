"""Validates a document: jsonschema-rs decides at once, and only a broken document is explained."""

from harness.schema.registry import Violation, is_valid


def validate(instance: object, name: str) -> list[Violation]:
    """What is wrong with the document by the schema of this name, such as `rfc7643/user`."""
    if is_valid(instance, name):
        return []
    # Imported when it is needed: jsonschema's format checkers take two seconds to load, and most runs need none.
    from harness.schema.explain import explain

    return explain(instance, name)
