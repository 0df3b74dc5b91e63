"""Concurrent requests of identity providers: single members of one group, and jobs about different people."""

from __future__ import annotations

import pytest

from harness.idp.entra import Entra, requests
from harness.idp.okta import requests as okta_requests
from harness.stories.client import Client
from harness.stories.driven_idp import DrivenIdp
from harness.stories.expect import Expect

MANY = 12


@pytest.mark.dialects("entra-default", "entra-flag")
def test_many_join_one_group_at_once(idp: DrivenIdp, client: Client, expect: Expect) -> None:
    """Twelve people join Design by twelve concurrent requests, and half of them leave it in the same way."""
    entra = idp.provider
    assert isinstance(entra, Entra)
    everyone, design = idp.assign_groups("Everyone", "Design")
    people = idp.directory.hire_many(MANY, everyone)
    idp.sync("Everyone and Design are assigned")
    design_id = idp.group_id(design)
    ids = [idp.made(person) for person in people]

    joining = [requests.change_members(design_id, entra.wire.add_members([scim_id])) for scim_id in ids]
    for entry in client.send_together(joining):
        expect.answer(entry, 200, 204, proves="ENTRA-25")
    client.observe()
    for person in people:
        expect.groups(person, {everyone, design}, proves="ENTRA-25")

    leaving = [requests.change_members(design_id, entra.wire.remove_members([scim_id])) for scim_id in ids[::2]]
    for entry in client.send_together(leaving):
        expect.answer(entry, 200, 204, proves="ENTRA-25")
    client.observe()
    for number, person in enumerate(people):
        expect.groups(person, {everyone, design} if number % 2 else {everyone}, proves="ENTRA-25")


@pytest.mark.dialects("okta-oin")
def test_jobs_about_different_people(idp: DrivenIdp, client: Client, expect: Expect) -> None:
    """At the same moment four people are created, Ada is deactivated, and Grace moves from Sales to Design."""
    everyone, design, sales = idp.assign_groups("Everyone", "Design", "Sales")
    ada, grace = idp.hire("Ada", everyone, design), idp.hire("Grace", everyone, sales)
    idp.sync("three groups are assigned")
    arriving = idp.directory.hire_many(4)
    grace_id = idp.made(grace)

    entries = client.send_together(
        [
            *(okta_requests.create_user(person) for person in arriving),
            okta_requests.set_active(idp.made(ada), False),
            okta_requests.change_members(idp.group_id(design), (), {grace_id: grace.address}),
            okta_requests.change_members(idp.group_id(sales), (grace_id,), {}),
        ]
    )
    client.observe()

    for entry in entries:
        expect.answer(entry, 200, 201, 204, proves="OKTA-30")
    for person in arriving:
        expect.one_user(person, proves="OKTA-30", facets="users")
        expect.active(person, True, proves="OKTA-30")
    expect.active(ada, False, proves="OKTA-30")
    expect.groups(grace, {everyone, design}, proves="OKTA-30", facets="groups")
