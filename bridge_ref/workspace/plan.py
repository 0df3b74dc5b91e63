"""The plan of a pull: steps as values, which a preview can show."""

import hashlib
from typing import Any

from msgspec import Struct

from bridge_ref.scim.stored_user import Document
from bridge_ref.workspace.snapshot import GooglePerson

# Marks the ids of Google in `externalId`, so that those of another provider are not taken for them.
PREFIX = "google:"


class CreateUser(Struct, frozen=True):
    """A person comes into scope: an invitation or a return."""

    person: GooglePerson
    document: Document

    def words(self) -> str:
        """The step in words."""
        return f"provision {self.person.address}"


class UpdateUser(Struct, frozen=True):
    """A person in scope gets the values that Google has."""

    scim_id: str
    person: GooglePerson
    values: Document

    def words(self) -> str:
        """The step in words."""
        return f"update {self.person.address}: {', '.join(self.values)}"


class CreateGroup(Struct, frozen=True):
    """A chosen group that the account does not have."""

    google_id: str
    name: str

    def words(self) -> str:
        """The step in words."""
        return f"form the group {self.name}"


class AdoptGroup(Struct, frozen=True):
    """A group of the account that provisioning is not in charge of yet, and that has the name of a chosen one."""

    group_id: str
    name: str

    def words(self) -> str:
        """The step in words."""
        return f"manage the group {self.name}"


class UpdateGroup(Struct, frozen=True):
    """A group gets the name that it has in Google, or the link to it."""

    scim_id: str
    name: str
    values: Document

    def words(self) -> str:
        """The step in words."""
        return f"update the group {self.name}: {', '.join(self.values)}"


class JoinGroup(Struct, frozen=True):
    """People join a group; both are found by their Google ids, since they may be made by the steps before."""

    google_id: str
    name: str
    people: tuple[str, ...]

    def words(self) -> str:
        """The step in words."""
        return f"{len(self.people)} join {self.name}"


class LeaveGroup(Struct, frozen=True):
    """Users leave a group."""

    scim_id: str
    name: str
    user_ids: tuple[str, ...]

    def words(self) -> str:
        """The step in words."""
        return f"{len(self.user_ids)} leave {self.name}"


class Suspend(Struct, frozen=True):
    """A member who has no access by Google loses it here."""

    member_id: str
    address: str
    why: str

    def words(self) -> str:
        """The step in words."""
        return f"suspend {self.address}: {self.why}"


Step = CreateUser | UpdateUser | CreateGroup | AdoptGroup | UpdateGroup | JoinGroup | LeaveGroup | Suspend


class Plan(Struct, frozen=True):
    """The steps from the account as it is to the directory.

    `suspensions` and `departures` take something away; they are done only if nothing is missing and nothing is held.
    `notes` say what is left alone on purpose, `conflicts` what cannot be done and needs a person.
    """

    additions: tuple[Step, ...] = ()
    departures: tuple[LeaveGroup, ...] = ()
    suspensions: tuple[Suspend, ...] = ()
    missing: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps that may be taken, in order: what gives first, what takes away last."""
        if self.missing or self.held:
            return self.additions
        return (*self.additions, *self.departures, *self.suspensions)

    @property
    def digest(self) -> int:
        """A number for exactly these losses: who confirms it confirms no others."""
        lost = [each.member_id for each in self.suspensions]
        left = [f"{each.scim_id} {user_id}" for each in self.departures for user_id in each.user_ids]
        text = "\n".join((*sorted(lost), "", *sorted(left)))
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big")


def render_plan(plan: Plan) -> dict[str, Any]:
    """A plan as JSON, with what takes access away first."""
    return {
        "would_be_suspended": [{"address": each.address, "why": each.why} for each in plan.suspensions],
        "would_leave_groups": [each.words() for each in plan.departures],
        "held": list(plan.held),
        "missing": list(plan.missing),
        "digest": str(plan.digest),
        "would_be_done": [each.words() for each in plan.additions],
        "conflicts": list(plan.conflicts),
        "notes": list(plan.notes),
    }
