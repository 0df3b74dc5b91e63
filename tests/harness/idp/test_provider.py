"""What every provider plans: who is due, and for what."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.directory.values import Person
from harness.errors import UsageError
from harness.idp.dialects import get_dialect
from harness.idp.entra import EntraDefault, EntraFlag, EntraOnDemand
from harness.idp.google import Google
from harness.idp.okta import OktaAiw, OktaOin
from harness.idp.provider import Conversation, IdentityProvider
from tests.harness.idp.steps import company

AT_ONCE = [OktaOin, OktaAiw, EntraDefault, EntraFlag, EntraOnDemand]
EVERY = pytest.mark.parametrize("cls", [*AT_ONCE, Google])


def due(provider: IdentityProvider) -> list[str]:
    """The conversations that the next plan would begin about people, by their names."""
    begun: list[str] = []
    with pytest.MonkeyPatch.context() as patched:
        for name in ("provision", "update", "deprovision", "reactivate"):
            patched.setattr(provider, name, noting(begun, name, getattr(provider, name)))
        assert len(list(provider.user_jobs())) == len(begun)
    return begun


def noting(begun: list[str], name: str, begin: Callable[[Person], Conversation[None]]) -> object:
    """A method that notes its name before it begins its conversation."""

    def noted(person: Person) -> Conversation[None]:
        begun.append(name)
        return begin(person)

    return noted


@EVERY
def test_somebody_without_the_application_is_nobodys_business(cls: type[IdentityProvider]) -> None:
    provider = cls(company())
    provider.directory.hire("Ada")

    assert due(provider) == []


@pytest.mark.parametrize("cls", AT_ONCE)  # Google lets people go late: test_google_engine.py
def test_the_life_of_a_person_decides_what_is_due(cls: type[IdentityProvider]) -> None:
    provider = cls(company())
    design = provider.directory.form_group("Design")
    provider.directory.assign_group(design)
    ada = provider.directory.hire("Ada", design)

    assert due(provider) == ["provision"]
    provider.link(ada, "7")
    assert due(provider) == []
    ada = provider.directory.rename(ada, "Ada", "King")
    assert due(provider) == ["update"]
    provider.link(ada, "7")
    provider.directory.disable(ada)
    assert due(provider) == ["deprovision"]
    provider.links.inactive.add(ada.key)
    assert due(provider) == []
    provider.directory.enable(ada)
    assert due(provider) == ["reactivate"]


@EVERY
def test_a_nested_group_gives_nobody_access_and_is_no_member(cls: type[IdentityProvider]) -> None:
    """Groups in groups are ignored by all three vendors' push: who is in the inner one alone is not in scope."""
    provider = cls(company())
    outer, inner = (provider.directory.form_group(name) for name in ("Outer", "Inner"))
    provider.directory.assign_group(outer)
    provider.directory.nest(inner, outer)
    provider.directory.hire("Ada", inner)
    grace = provider.directory.hire("Grace", outer)

    assert due(provider) == ["provision"]
    provider.link(grace, "7")
    assert [group.key for group in provider.pushed_groups()] in ([], [outer.key])
    assert provider.directory.members_in_scope(outer) == [grace]


@pytest.mark.parametrize(
    ("name", "cls"),
    [
        ("okta", OktaOin),
        ("azure", EntraDefault),
        ("entra", EntraDefault),
        ("entra-flag", EntraFlag),
        ("google", Google),
        ("okta-aiw", OktaAiw),
    ],
)
def test_dialects_are_found_by_name_and_alias(name: str, cls: type[IdentityProvider]) -> None:
    assert get_dialect(name) is cls


def test_a_misspelt_dialect_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="there is no dialect 'okto'; did you mean 'okta'"):
        get_dialect("okto")
