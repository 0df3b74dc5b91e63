"""What is known after a PATCH: keys that are no names of a body leave it open what they do."""

from __future__ import annotations

import pytest

from harness.model.steps import apply_steps

STORED = {"title": "Countess", "name.givenname": "Ada", "name.familyname": "Byron"}


@pytest.mark.parametrize(
    "key",
    [
        "name.familyName",
        "urn:ietf:params:scim:schemas:core:2.0:User:name.familyName",
    ],
)
def test_a_dotted_key_without_a_path_may_mean_something(key: str) -> None:
    """ENTRA-16: a bridge that passes over it keeps to RFC 7643 section 2.1, where a name has no dot."""
    effect = apply_steps(STORED, {"Operations": [{"op": "replace", "value": {key: "King", "title": "Analyst"}}]})

    assert effect is not None
    assert effect.flat["title"] == "Analyst"
    assert "name.familyname" in effect.unknown


def test_a_dotted_path_says_what_it_does() -> None:
    effect = apply_steps(STORED, {"Operations": [{"op": "replace", "path": "name.familyName", "value": "King"}]})

    assert effect is not None
    assert (effect.flat["name.familyname"], "name.familyname" in effect.unknown) == ("King", False)
