"""Okta's recorded shapes, literally: each is a setting, and the docstring names the row that it holds."""

from __future__ import annotations

from harness.directory.directory import Directory
from harness.directory.values import Group, Person
from harness.idp.okta import Okta, OktaAiw, OktaKnobs, OktaOin
from harness.idp.provider import Job
from harness.record.exchange import Json
from tests.harness.idp.steps import answer, body, found, lines, play, requests_of

ADA = Person("ada", "Ada", "Byron", "ada@marigold.example")
SHIFT = Group("shift", "Night Shift")
ID, OTHER, GROUP_ID = "U4R7TC2NQK5X9WDM3ZB6HPJ8EV", "R3XW8KQ2TZ5NB7CJ4VMH6DPE9A", "g5h2k7nq3wz6xr4vt8mb2jdpce"
STORED: Json = {"id": ID, "userName": ADA.address, "active": True, "displayName": "Ada Byron"}


def okta(kind: type[Okta], knobs: OktaKnobs | None = None) -> Okta:
    """The provider with Ada, who is linked, and the group that is pushed."""
    directory = Directory(seed=1, domain="marigold.example")
    directory.add(ADA)
    directory.assign(ADA)
    directory.groups[SHIFT.key], directory.members[SHIFT.key] = SHIFT, {ADA.key}
    provider = kind(directory, knobs)
    provider.link(ADA, ID)
    provider.links.groups[SHIFT.key], provider.links.names[SHIFT.key] = GROUP_ID, SHIFT.name
    provider.links.members[SHIFT.key] = set()
    return provider


def pushes(provider: Okta) -> Job:
    """The push of the group."""
    (job,) = provider.push_jobs(SHIFT)
    return job


def test_the_members_come_first() -> None:
    """OKTA-33."""
    provider = okta(OktaOin, OktaKnobs(push_order="members first"))

    seen = play(pushes(provider).conversation, answer(204), answer(200, {"id": GROUP_ID}), answer(204))

    assert lines(seen) == [f"PATCH /Groups/{GROUP_ID}", f"GET /Groups/{GROUP_ID}", f"PATCH /Groups/{GROUP_ID}"]
    members, _, name = requests_of(seen)
    assert body(members)["Operations"][0]["path"] == "members"
    assert body(name)["Operations"] == [{"op": "replace", "value": {"id": GROUP_ID, "displayName": SHIFT.name}}]


def test_a_group_is_put_bare() -> None:
    """OKTA-34."""
    provider = okta(OktaAiw, OktaKnobs(group_put="bare"))
    stored = {"id": GROUP_ID, "displayName": "x", "meta": {"resourceType": "Group"}, "members": [{"value": OTHER}]}

    _, put = requests_of(play(pushes(provider).conversation, answer(200, stored), answer(200, stored)))

    assert body(put) == {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "id": GROUP_ID,
        "displayName": SHIFT.name,
        "members": [{"value": OTHER, "display": None}, {"value": ID, "display": None}],
    }


def test_a_forced_sync_puts_what_is_there() -> None:
    """OKTA-36."""
    provider = okta(OktaOin)
    (job,) = provider.force_sync(ADA)
    assert isinstance(job, Job)

    _, put = requests_of(play(job.conversation, answer(200, {**STORED, "groups": [{"value": GROUP_ID}]}), answer(200)))

    assert (body(put)["displayName"], body(put)["groups"]) == ("Ada Byron", [])


def test_who_is_not_found_any_more_is_created() -> None:
    """OKTA-37: the groups are pushed with the new id then."""
    provider = okta(OktaOin)
    provider.links.inactive.add(ADA.key)
    provider.links.members[SHIFT.key] = {ID}

    seen = play(provider.reactivate(ADA), found(), answer(201, {**STORED, "id": OTHER}))

    assert [line.partition("?")[0] for line in lines(seen)] == ["GET /Users", "POST /Users"]
    assert (provider.id_of(ADA), provider.links.members[SHIFT.key]) == (OTHER, set())


def test_who_has_another_address_is_still_linked() -> None:
    """OKTA-14: nobody is found under the new one, and the id holds."""
    provider = okta(OktaOin)
    provider.links.inactive.add(ADA.key)
    moved = provider.directory.change_address(ADA, "augusta@marigold.example")

    seen = play(provider.reactivate(moved), found(), answer(204), answer(200, STORED), answer(200, STORED))

    assert lines(seen)[1:] == [f"PATCH /Users/{ID}", f"GET /Users/{ID}", f"PUT /Users/{ID}"]
