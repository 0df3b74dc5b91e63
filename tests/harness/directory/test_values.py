"""The values of a directory."""

from __future__ import annotations

import pytest

from harness.directory.values import Filter
from harness.errors import UsageError


def test_a_filter_on_an_unknown_attribute_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="'departement'; did you mean department"):
        Filter("departement", "equals", "Design")
