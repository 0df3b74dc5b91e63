"""The account as stories act on it."""

from __future__ import annotations

import pytest

from harness.idp.okta import OktaOin
from harness.record.journal import Act
from harness.stories.account import Account
from harness.stories.names import make_provider
from harness.target.probe import NotOffered
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
