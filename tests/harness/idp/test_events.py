"""The change log names the people to look at, and misses none who is due."""

from __future__ import annotations

import pytest

from harness.directory.directory import Directory
from harness.directory.values import Assignment, Filter
from harness.idp.entra import Entra, EntraDefault
from harness.idp.events import Mark, read_events
from harness.idp.okta import Okta, OktaAiw, OktaKnobs, OktaOin
from harness.simulate.churn import Churn
from harness.simulate.simulation import Simulation
from tests.bridges import SmallBridge
from tests.harness.idp.steps import company, jobs


def marked() -> tuple[Directory, Mark]:
    """Ada and Grace, Ada in Design, which is assigned; nothing has happened since."""
    directory = company()
    design = directory.form_group("Design")
    directory.hire("Ada", design)
    directory.hire("Grace")
    directory.assign_group(design)
    return directory, Mark.of(directory, None)


def test_nothing_has_happened() -> None:
    """Section 1.f: no event."""
    directory, mark = marked()

    events = read_events(directory, mark, None)

    assert events is not None
    assert (events.people, events.groups, events.deleted) == ({}, set(), [])


def test_whom_it_is_about() -> None:
    """Section 1.f: a name, a membership, a deletion; each person once, and the groups beside them."""
    directory, mark = marked()
    ada, grace = directory.people["tp1"], directory.people["tp2"]
    directory.rename(grace, "Grace", "Hopper")
    directory.join(grace, directory.groups["tg1"])
    directory.delete(ada)
    directory.rename_group(directory.groups["tg1"], "Drawing")

    events = read_events(directory, mark, None)

    assert events is not None
    assert list(events.people) == ["tp2", "tp1"]
    assert "tg1" in events.groups
    assert events.deleted == ["tp1"]


def test_a_group_that_loses_access_is_about_its_members() -> None:
    """Section 1.d: the group's assignment is removed."""
    directory, mark = marked()
    directory.unassign_group(directory.groups["tg1"])

    events = read_events(directory, mark, None)

    assert events is not None
    assert list(events.people) == ["tp1"]


def test_what_the_log_does_not_tell_is_about_everybody() -> None:
    """Section 1.f: a filter, a switch, an assigned group that is gone, an assignment from elsewhere, the first time."""
    told = []
    directory, mark = marked()
    told.append(read_events(directory, Mark(), None))
    told.append(read_events(directory, mark, OktaKnobs()))
    directory.narrow(Filter("title", "is-empty"))
    told.append(read_events(directory, mark, None))
    directory, mark = marked()
    directory.dissolve(directory.groups["tg1"])
    told.append(read_events(directory, mark, None))
    directory, mark = marked()
    directory.assignment = Assignment(everybody=True)
    told.append(read_events(directory, mark, None))

    assert told == [None] * 5


@pytest.mark.parametrize("cls", [OktaOin, OktaAiw])
@pytest.mark.parametrize("parallel", [1, 5])
@pytest.mark.parametrize("groups", [0, 3])
def test_okta_misses_nobody(cls: type[Okta], parallel: int, groups: int) -> None:
    """Section 1.f: after each plan that read the log, a look at everybody finds nothing more."""
    okta = cls(Directory.of(people=30, groups=groups, seed=3))
    draws = Churn(okta.directory, 0.4, 3)
    bridge = SmallBridge()
    simulation = Simulation(okta, lambda: bridge.send, parallel=parallel)
    simulation.cycle()
    for _ in range(12):
        draws.happen()
        simulation.cycle()
        okta.retry_all()
        simulation.cycle()

        assert jobs(okta.user_jobs()) == []
        assert jobs(okta.group_jobs()) == []
    simulation.close()


@pytest.mark.parametrize("groups", [0, 3])
def test_entra_misses_nobody(groups: int) -> None:
    """Section 2.f: after each cycle with a watermark, a look at everybody finds nothing more."""
    entra = EntraDefault(Directory.of(people=30, groups=groups, seed=3))
    draws = Churn(entra.directory, 0.4, 3)
    bridge = SmallBridge()
    simulation = Simulation(entra, lambda: bridge.send, parallel=1)
    simulation.cycle()
    for _ in range(12):
        draws.happen()
        simulation.cycle()
        entra.retry_all()
        simulation.cycle()

        assert due_of_everybody(entra) == []
    simulation.close()


def due_of_everybody(entra: Entra) -> list[str]:
    return [person.key for person in entra.directory.people.values() if entra._due(person) is not None]


@pytest.mark.parametrize("cls", [OktaOin, EntraDefault])
def test_a_quiet_plan_looks_at_nobody(cls: type[Okta] | type[Entra], monkeypatch: pytest.MonkeyPatch) -> None:
    """Sections 1.f and 2.f: whatever the size of the company."""
    provider = cls(Directory.of(people=50, groups=2, seed=3))
    bridge = SmallBridge()
    simulation = Simulation(provider, lambda: bridge.send, parallel=1)
    simulation.cycle()
    looked_at: list[object] = []
    monkeypatch.setattr(cls, "_due", lambda self, person: looked_at.append(person))

    simulation.cycle()

    assert looked_at == []
    simulation.close()


@pytest.mark.parametrize("cls", [OktaOin, OktaAiw])
def test_who_was_given_up_is_looked_at_again(cls: type[Okta]) -> None:
    """Section 1.f: a driver ended the jobs of one plan; the next one plans them anew, without another event."""
    okta = cls(company())
    design = okta.directory.form_group("Design")
    okta.directory.assign_group(design)
    okta.directory.hire("Ada", design)
    first = jobs(okta.plan())

    assert first == ["event", "user tp1", "group tg1", "|", "group tg1"]
    assert jobs(okta.plan()) == first
