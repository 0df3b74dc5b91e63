"""Known disagreements; docs/decisions/0016-where-the-model-and-its-oracle-differ.md says who is right and why."""

from typing import Any

PRIMARY = "a primary that is left out"


def with_primaries(user: dict[str, Any]) -> dict[str, Any]:
    """The same user, each value of a multi-valued attribute with its primary written out."""
    return {
        name: [{"primary": False, **each} if isinstance(each, dict) else each for each in value]
        if isinstance(value, list) and name != "addresses"
        else value
        for name, value in user.items()
    }
