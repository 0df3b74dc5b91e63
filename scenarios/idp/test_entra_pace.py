"""The pace of Entra ID: how many requests a bridge must stand (ENTRA-33)."""

from __future__ import annotations

import pytest

from harness.record.message import equals, read, render_query
from harness.stories.client import Client
from harness.stories.driven_idp import DrivenIdp
from harness.stories.expect import Expect

RPS = 25
LOOK_UP = "look up in a burst"


@pytest.mark.still_account
@pytest.mark.dialects("entra-default")
def test_twenty_five_requests_in_a_second(idp: DrivenIdp, client: Client, expect: Expect) -> None:
    """Ada is looked up 25 times within a second, as in a busy cycle: each look-up is answered, none turned away."""
    ada = idp.hire("Ada")
    idp.directory.assign(ada)
    idp.sync("Ada is assigned")

    look_up = read("/Users", LOOK_UP, render_query((("filter", equals("userName", ada.address)),)))
    client.burst([look_up] * RPS)

    expect.stands(LOOK_UP, RPS, proves="ENTRA-33")
