"""Fixtures with plain names for stories, from the plugin's fixtures `scim_*`."""

from __future__ import annotations

import pytest

from harness.stories.account import Account
from harness.stories.client import Client
from harness.stories.driven_idp import DrivenIdp
from harness.stories.driven_pull import DrivenPull
from harness.stories.expect import Expect
from harness.stories.life import Life
from harness.stories.names import Names
from harness.stories.operations import Operations
from harness.stories.situations import Situations


@pytest.fixture
def idp(scim_idp: DrivenIdp) -> DrivenIdp:
    """A simulated identity provider."""
    return scim_idp


@pytest.fixture
def pull(scim_pull: DrivenPull) -> DrivenPull:
    """A fake Google Workspace, and the bridge that is told to pull it."""
    return scim_pull


@pytest.fixture
def account(scim_account: Account) -> Account:
    """The account behind the bridge."""
    return scim_account


@pytest.fixture
def operations(scim_operations: Operations) -> Operations:
    """Acts on the bridge itself: restart, outage, other secrets."""
    return scim_operations


@pytest.fixture
def client(scim_client: Client) -> Client:
    """A client that sends requests built by the story."""
    return scim_client


@pytest.fixture
def expect(scim_expect: Expect) -> Expect:
    """Expectations of the story, judged after it."""
    return scim_expect


@pytest.fixture
def life(scim_life: Life) -> Life:
    """A random life of a company."""
    return scim_life


@pytest.fixture
def names(scim_names: Names) -> Names:
    """Addresses and group names that no other story uses."""
    return scim_names


@pytest.fixture
def situations(scim_situations: Situations) -> Situations:
    """Plays generated situations."""
    return scim_situations
