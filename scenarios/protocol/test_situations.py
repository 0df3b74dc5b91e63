"""Situations that are generated over what the bridge declares: every attribute, operator, form and page."""

from __future__ import annotations

import pytest

from harness.situations.families import FAMILIES
from harness.stories.situations import Situations


@pytest.mark.parametrize("family", list(FAMILIES))
def test_situations(situations: Situations, family: str) -> None:
    """Generated situations of one family are played one after the other, each with resources of its own."""
    situations.play(family)
