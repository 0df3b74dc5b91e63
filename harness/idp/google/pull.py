"""Dialect `google-pull`: the bridge reads Google's Directory and Reports APIs, without SCIM (3.a to 3.h).

Changes of the directory show in these APIs and in notices; the chosen groups decide who has access.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from harness.directory.values import Person
from harness.errors import UsageError
from harness.idp.provider import Barrier, Conversation, IdentityProvider, Job
from harness.record.exchange import Request


class GooglePull(IdentityProvider):
    """Google Workspace as a bridge pulls it: nothing is sent, and access comes by the chosen groups alone."""

    dialect = "google-pull"
    claim = "google"
    is_pulled = True
    acts: ClassVar[dict[str, str]] = {
        "delete": "the user is deleted in Google Workspace",
        "deactivate": "the user is suspended in Google Workspace",
        "unassign": "the user leaves the last chosen group",
    }

    def connect(self) -> Iterator[Job | Barrier]:
        """Nothing: it is the bridge that connects."""
        return iter(())

    def plan(self) -> Iterator[Job | Barrier]:
        """Nothing: it is the bridge that reads."""
        return iter(())

    def has_application(self, person: Person) -> bool:
        """In a chosen group, and neither suspended nor archived nor deleted; other assignments count for nothing."""
        chosen = self.directory.assignment.groups
        return self.directory.is_in_scope(person) and not chosen.isdisjoint(self.directory.groups_of(person))

    def create_request(self, person: Person) -> Request:
        """There is none. Raises UsageError."""
        raise UsageError("google-pull sends no SCIM, so it has no create")

    def provision(self, person: Person) -> Conversation[None]:
        """Nothing."""
        yield from ()

    def deprovision(self, person: Person) -> Conversation[None]:
        """Nothing."""
        yield from ()

    def reactivate(self, person: Person) -> Conversation[None]:
        """Nothing."""
        yield from ()

    def update(self, person: Person) -> Conversation[None]:
        """Nothing."""
        yield from ()
