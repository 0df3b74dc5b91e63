"""People in every state."""

from __future__ import annotations

from harness.directory.values import Person
from harness.record.journal import Expectation, Journal
from harness.stories.crowd import Crowd
from harness.stories.expect import Expect
from tests.harness.stories.fakes import events


def test_everybody_is_to_stay_and_who_waits_may_be_let_in() -> None:
    journal = Journal()
    journal.place("x", "okta-oin")
    ada, grace = (Person(name, name, "B", f"{name}@x.example") for name in ("ada", "grace"))

    Crowd({ada: "PENDING", grace: "SUSPENDED"}).expect_as_before(Expect(journal), "SEED-65")

    stated = [each.params["states"] for each in events(journal, Expectation)]
    assert stated == [["PENDING", "ACTIVE"], ["SUSPENDED"]]
