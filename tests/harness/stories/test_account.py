"""Actions of stories on the account."""

from __future__ import annotations

import pytest

from harness.directory.values import Person
from harness.idp.okta import OktaOin
from harness.record.exchange import Json
from harness.record.journal import Act
from harness.stories.account import Account
from harness.stories.names import make_provider
from harness.target.probe import NotOffered, ProbeRefused
from tests.harness.stories.fakes import Probe, events, make_run


def test_somebody_who_is_not_confirmed_ends_the_story() -> None:
    run, _, _ = make_run(probe=Probe(state="PENDING"))
    provider = make_provider(OktaOin, run.options, "x")
    ada = provider.directory.hire("Ada")
    ada = type(ada)(ada.key, "Ada", "B", "ada@x.example")

    with pytest.raises(NotOffered, match="Ada B was not confirmed"):
        Account(run).enrol(ada)


def test_an_act_is_recorded_with_whom_it_concerned() -> None:
    run, _, journal = make_run(probe=Probe())
    provider = make_provider(OktaOin, run.options, "x")
    ada = provider.directory.hire("Ada")

    Account(run).put_in_place(ada)

    assert events(journal, Act) == [Act("fixtures", ada.address)]


def test_without_a_probe_an_act_is_not_offered() -> None:
    run, _, _ = make_run()

    with pytest.raises(NotOffered):
        Account(run).put_in_place(make_provider(OktaOin, run.options, "x").directory.hire("Ada"))


class Refusing(Probe):
    """A probe that refuses every act on a member in the state that they are in."""

    def act(self, path: str, body: Json) -> Json:
        """Refuse it."""
        raise ProbeRefused("the member is SUSPENDED", 409)


def _ada() -> Person:
    return Person("ada", "Ada", "B", "ada@x.example")


def test_a_link_that_is_refused_does_not_end_the_story() -> None:
    run, _, journal = make_run(probe=Refusing(state="INVITED_SUSPENDED"))

    Account(run).try_to_sign_up(_ada(), "https://account.invalid/join/1")

    assert events(journal, Act) == []


def test_a_link_that_works_is_recorded() -> None:
    probe = Probe(state="INVITED")
    run, _, journal = make_run(probe=probe)

    Account(run).try_to_sign_up(_ada(), "https://account.invalid/join/1")

    assert probe.done[-1] == ("members/m1/sign-up", {"link": "https://account.invalid/join/1"})
    assert events(journal, Act) == [Act("sign-up", "ada@x.example")]


def test_the_id_of_a_member_is_escaped_in_the_path_of_an_act() -> None:
    probe = Probe(state="INVITED", id="Zoë 7%20")
    run, _, _ = make_run(probe=probe)

    Account(run).sign_up(_ada())

    assert probe.done[-1][0] == "members/Zo%C3%AB%207%2520/sign-up"


def test_an_act_that_is_not_offered_ends_the_story() -> None:
    run, _, _ = make_run(probe=Probe())

    with pytest.raises(NotOffered, match="accept-address"):
        Account(run).try_to_accept(_ada(), "ada@x.example")


def test_the_link_is_that_of_the_newest_invitation() -> None:
    run, _, _ = make_run(probe=WithMail("https://account.invalid/join/1", "https://account.invalid/join/2"))

    assert Account(run).invitation_to(_ada()) == "https://account.invalid/join/2"


def test_without_an_invitation_there_is_no_link() -> None:
    run, _, _ = make_run(probe=WithMail())

    with pytest.raises(NotOffered, match=r"no link has reached ada@x\.example"):
        Account(run).invitation_to(_ada())


def test_somebody_whom_the_account_does_not_have_has_no_state() -> None:
    run, _, _ = make_run(probe=Probe())

    with pytest.raises(NotOffered, match="no member of the account"):
        Account(run).state_of(Person("grace", "Grace", "H", "grace@x.example"))


class WithMail(Probe):
    """A probe with these links in its invitations."""

    reads = frozenset({"members", "journal", "mail"})

    def __init__(self, *links: str) -> None:
        super().__init__(state="INVITED")
        self.links = links

    def read(self, name: str, **query: str | list[str]) -> Json:
        """The mail, or what stands there."""
        sent = [{"to": "ada@x.example", "kind": "invitation", "links": [link]} for link in self.links]
        return {"messages": sent, "next": 1} if name == "mail" else super().read(name, **query)
