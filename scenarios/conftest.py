"""Plain names for the plugin's fixtures, so that stories read like stories."""

from __future__ import annotations

import pytest

from harness.stories.account import Account
from harness.stories.client import Client
from harness.stories.driven_idp import DrivenIdp
from harness.stories.driven_pull import DrivenPull
from harness.stories.expect import Expect
from harness.stories.names import Names


@pytest.fixture
def idp(scim_idp: DrivenIdp) -> DrivenIdp:
    """A simulated identity provider."""
    return scim_idp


@pytest.fixture
def pull(scim_pull: DrivenPull) -> DrivenPull:
    """A fake Google Workspace that the bridge can be told to pull."""
    return scim_pull


@pytest.fixture
def account(scim_account: Account) -> Account:
    """The account behind the bridge."""
    return scim_account


@pytest.fixture
def client(scim_client: Client) -> Client:
    """A client that sends what the story builds."""
    return scim_client


@pytest.fixture
def expect(scim_expect: Expect) -> Expect:
    """What must hold."""
    return scim_expect


@pytest.fixture
def names(scim_names: Names) -> Names:
    """Addresses and group names that are this story's own."""
    return scim_names
