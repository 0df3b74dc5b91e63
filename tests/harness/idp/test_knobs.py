"""Knobs are set by name, and refused with the nearest right word."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.errors import UsageError
from harness.idp.entra import EntraDefault
from harness.idp.knobs import set_knobs
from harness.idp.okta import OktaOin
from harness.idp.provider import usable_id as entra_id
from harness.idp.provider import usable_id as google_id
from harness.idp.provider import usable_id as okta_id
from harness.record.exchange import Json
from tests.harness.idp.steps import company


def test_every_kind_of_value() -> None:
    """Section 6: numbers, switches, choices, lists, and what may be unset."""
    entra = EntraDefault(company())

    set_knobs(
        entra,
        ["members_per_patch=20", "keep_alive=false", "blank=%20", "match_on=externalId,userName", "gap_s=0.5"],
    )
    set_knobs(entra, ["deletion_threshold=7"])

    knobs = entra.knobs
    assert (knobs.members_per_patch, knobs.keep_alive, knobs.blank, knobs.gap_s) == (20, False, "%20", 0.5)
    assert (knobs.match_on, knobs.deletion_threshold) == (("externalId", "userName"), 7)
    set_knobs(entra, ["deletion_threshold=none"])
    assert entra.knobs.deletion_threshold is None


def test_the_time_out_is_the_vendors() -> None:
    """Section 6: sixty seconds, and what is set."""
    okta, entra = OktaOin(company()), EntraDefault(company())

    set_knobs(entra, ["timeout_s=100"])

    assert (okta.timeout_s, entra.timeout_s) == (60, 100)


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("gap", "must be NAME=VALUE, such as blank=%20"),
        ("gaps=1", "has no setting 'gaps'; did you mean gap_s"),
        ("gap_s=soon", "gap_s must be a number"),
        ("gap_s=-1", "gap_s must be a number"),
        ("gap_s=nan", "gap_s must be a number"),
        ("tries=1.5", "tries must be a whole number"),
        ("create_users=yes", "create_users must be true or false"),
        ("blank=x", "blank must be one of %20, +"),
        ("members_per_patch=0", "members_per_patch must be more than 0"),
        ("parallel_patches=0", "parallel_patches must be more than 0"),
        ("timeout_s=0", "timeout_s must be more than 0"),
        ("user_agent=Ökta", "printable ASCII"),
        ("user_agent=a\nb", "printable ASCII"),
    ],
)
def test_what_can_not_be_set_is_refused(text: str, refusal: str) -> None:
    okta = OktaOin(company())
    before = okta.knobs

    with pytest.raises(UsageError) as refused:
        set_knobs(okta, [text])

    assert refusal in str(refused.value)
    assert okta.knobs == before


def test_a_list_is_not_emptied() -> None:
    """Without an attribute to match by, Entra would create whoever is there already."""
    entra = EntraDefault(company())

    with pytest.raises(UsageError, match="a list of at least one value"):
        set_knobs(entra, ["match_on="])


@pytest.mark.parametrize("usable_id", [entra_id, google_id, okta_id])
def test_dots_alone_are_no_id(usable_id: Callable[[Json], str]) -> None:
    """Clients take `..` out of a path, so what is meant for one user would reach them all."""
    assert [usable_id({"id": each}) for each in (".", "..", "...", "a..b")] == ["", "", "...", "a..b"]
