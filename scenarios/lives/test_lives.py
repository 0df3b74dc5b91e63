"""Random lives of a company: people come, change and go, and whatever happens, everybody has what they should have."""

from __future__ import annotations

from harness.stories.driven_idp import DrivenIdp
from harness.stories.expect import ACTIVE, INVITED, PENDING, SUSPENDED_STATES, Expect
from harness.stories.life import Life


def test_a_life(idp: DrivenIdp, life: Life, expect: Expect) -> None:
    """A company lives on, chapter by chapter: whoever is in scope has access, and nobody else."""
    for _ in life.live():
        if not life.is_settled:
            continue  # something is left to be sent: a later chapter tells
        for person in life.people():
            scim_id = idp.provider.id_of(person)
            if not scim_id or person.key in life.unsure_of:
                continue
            expect.one_user(person, proves="SEED-58", scim_id=scim_id)
            if not idp.provider.has_application(person):
                expect.state(person, *SUSPENDED_STATES, proves=("SEED-16", "SEED-65"))
                continue
            expect.active(person, True, proves="SEED-65")
            expect.name(person, proves="SEED-15", facets="display name")
            if person.key in life.confirmed:
                expect.state(person, ACTIVE, proves="SEED-14")
            elif person.key in life.enrolled:
                expect.state(person, ACTIVE, proves="SEED-65")
            else:
                expect.state(person, INVITED, PENDING, ACTIVE, proves="SEED-65")
            if person.key not in life.let_go | life.back:
                expect.groups(person, life.groups_of(person), proves="SEED-12")
