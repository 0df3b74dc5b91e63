"""One entity-tag for two representations."""

from __future__ import annotations

from typing import Any

import pytest

from harness.record.exchange import Exchange
from tests.harness.checks.samples import ADA, SCIM, Row, accepts, active, finds, get, ignores, records, user


def tagged(tag: str, target: str = "/Users/u-ada", **more: Any) -> Exchange:
    """A read of Ada that is answered with an entity-tag."""
    return get(target, user(**more) if more else ADA, headers=(*SCIM, ("ETag", tag)))


NAME_ALONE = "/Users/u-ada?attributes=userName"
ROWS: tuple[Row, ...] = (
    accepts(
        "one_strong_tag_names_one_representation", "weak", tagged('W/"1"'), tagged('W/"1"', NAME_ALONE, active=...)
    ),
    accepts(
        "one_strong_tag_names_one_representation", "two tags", tagged('"1"'), tagged('"2"', NAME_ALONE, active=...)
    ),
    records(
        "one_strong_tag_names_one_representation",
        "one strong tag for several selections",
        tagged('"1"'),
        tagged('"1"', NAME_ALONE, active=...),
        says="one strong entity-tag for several selections",
    ),
    finds(
        "one_strong_tag_names_one_representation",
        "one strong tag for two representations",
        tagged('"1"'),
        tagged('"1"', active=...),
        says='a weak entity-tag, as entry 0:1 shows it otherwise ⟶ "1"',
    ),
    ignores("one_strong_tag_names_one_representation", "the same parts", tagged('"1"'), tagged('"1"')),
    ignores(
        "one_strong_tag_names_one_representation",
        "a write between",
        tagged('"1"'),
        active(),
        tagged('"1"', NAME_ALONE, active=...),
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_tags(row: Row) -> None:
    assert row.said() == row.wanted
