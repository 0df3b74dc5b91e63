"""Reads the change log of a directory since a provider last looked: which people and groups it concerns."""

from __future__ import annotations

from dataclasses import dataclass, field

from harness.directory.directory import Directory

NEVER = -1  # the mark of a provider that has not looked yet
# fmt: off
ABOUT_PEOPLE = frozenset((
    "hired", "renamed", "readdressed", "profile changed", "disabled", "enabled", "archived", "unarchived", "deleted",
    "undeleted", "joined", "left", "assigned", "unassigned",
))
# fmt: on
ABOUT_ACCESS = frozenset(("assigned", "unassigned", "group assigned", "group unassigned"))


@dataclass(slots=True)
class Events:
    """Keys, in the order of what happened; `deleted` are people whom no entry of the log takes out of their groups."""

    people: dict[str, None] = field(default_factory=dict)
    groups: set[str] = field(default_factory=set)
    deleted: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a provider has looked, and at what else than the log it looked: a change there is about everybody."""

    number: int = NEVER
    scope: object = None
    knobs: object = None

    @classmethod
    def of(cls, directory: Directory, knobs: object) -> Mark:
        """Where the directory stands now."""
        return cls(directory.last_change, (directory.assignment, directory.filters), knobs)


def read_events(directory: Directory, mark: Mark, knobs: object) -> Events | None:
    """What has happened since; None where only a comparison of everybody can tell.

    That is: at the first time, when the log is too short, and after changes that it does not tell person by person,
    such as a filter or a switch.
    """
    if mark.number == NEVER or directory.forgets(mark.number) or knobs != mark.knobs:
        return None
    changes = directory.changes_since(mark.number)
    assignment, filters = mark.scope if isinstance(mark.scope, tuple) else (None, None)
    if filters != directory.filters:
        return None
    if assignment != directory.assignment and not any(each.kind in ABOUT_ACCESS for each in changes):
        return None
    events = Events()
    for change in changes:
        if change.kind in ABOUT_PEOPLE:
            events.people[change.subject] = None
            events.groups.add(change.other)
            if change.kind == "deleted":
                events.deleted.append(change.subject)
        elif change.kind == "group deleted" and change.subject in directory.assignment.groups:
            return None  # who was in it is not known any more
        else:
            events.groups.add(change.subject)
            if change.kind in ABOUT_ACCESS:
                events.people.update(dict.fromkeys(directory.members.get(change.subject, ())))
    return events
