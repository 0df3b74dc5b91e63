"""`members` of groups and `groups` of users: one relation, seen from both ends (RFC 7643 section 4.1.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from harness.model.asked import Asked
from harness.model.deviation import Comparisons, Context, StateDeviation
from harness.model.flat import Flat
from harness.model.knowledge import Key, Resource
from harness.model.values import Kind
from harness.record.journal import Entry


class Relations:
    """Compares the groups of a user with the members of the groups, and takes whoever is deleted out of both."""

    def __init__(self, supported: dict[str, set[str]]) -> None:
        self._has_groups = "groups" in supported["Users"]
        self._touched: dict[Key, Entry] = {}
        self._pending: dict[Key, list[StateDeviation]] = {}
        self._shown: set[tuple[str, str]] = set()

    def touch(self, key: Key, entry: Entry, resources: dict[Key, Resource]) -> None:
        """A write to a group may change the groups of users."""
        if key[0] == "Groups":
            self._touched[key] = entry
            self._shown = {each for each in self._shown if each[1] != key[1]}
            for (endpoint, _), user in resources.items():
                if endpoint == "Users":
                    user.last = None

    def leave(self, key: Key, entry: Entry, resources: dict[Key, Resource]) -> None:
        """Whoever is deleted is in no group, and has no members."""
        self.touch(key, entry, resources)
        for other in resources.values():
            known = other.known.get("members")
            if known is None or not isinstance(known.value, list):
                continue
            kept = [each for each in known.value if not isinstance(each, dict) or each.get("value") != key[1]]
            if len(kept) < len(known.value):
                other.known["members"] = replace(
                    known, value=kept or None, how="deletion", before=known.value, by=entry
                )
                other.writes.append(entry)
                other.accepted.append(entry)
                other.last = None

    def compare(
        self,
        look: Comparisons,
        resource: Resource,
        flat: Flat,
        seen: str,
        asked: Asked,
        pointer: str,
        resources: dict[Key, Resource],
    ) -> None:
        """Whether a user shows the groups that hold them, and no others."""
        if resource.key[0] != "Users" or not self._has_groups or asked.is_wanted("groups") is not True:
            return
        if resource.is_unknown("groups") and seen == "answer":
            return
        listed = flat.get("groups")
        entries = listed if isinstance(listed, list) else []
        shown = {str(e.get("value")): e for e in entries if isinstance(e, dict)}
        context = Context("", "User", "groups", seen)
        for (endpoint, _), group in resources.items():
            if endpoint != "Groups":
                continue
            if (written := self._touched.get(group.key)) is not None and written.id == look.entry.id:
                continue  # one Bulk request wrote both, in an order of its own (RFC 7644 section 3.7)
            expected, actual = self._fault(resource.key[1], group, shown, resources)
            if not expected:
                if group.members is not None:
                    look.held.add(context)
                    self._shown.add((resource.key[1], group.key[1]))
                continue
            at = self._touched.get(group.key) or group.source
            stands = (*([at] if at is not None else []), look.entry)
            was_right = (resource.key[1], group.key[1]) in self._shown
            deciding = look.entry if was_right else stands[0]
            deviation = StateDeviation(Kind.RELATION, context, expected, actual, f"{pointer}/groups", stands, deciding)
            if group.is_there is False or group.is_confirmed("members"):
                look.deviations.append(deviation)
            else:
                self._pending.setdefault(group.key, []).append(deviation)

    def confirm(self, look: Comparisons, group: Resource, *, is_right: bool) -> None:
        """The members of a group were shown: what users showed before it stands, or only follows from the group."""
        pending = self._pending.pop(group.key, [])
        if is_right:
            look.deviations.extend(pending)

    @staticmethod
    def _fault(
        user: str, group: Resource, shown: Mapping[str, dict[str, Any]], resources: dict[Key, Resource]
    ) -> tuple[str, str]:
        """What a user should show of a group, and what is shown; empty where it fits, or is not known."""
        name = group.key[1]
        if group.is_there is False:
            return (f"no group {name!r}, which is deleted", "it is shown") if name in shown else ("", "")
        members = group.members
        if members is None:
            return "", ""
        if user in members:
            told = f"{sorted(shown)}"
            return (f"group {name!r}, which has the user as a member", told) if name not in shown else ("", "")
        is_direct = name in shown and shown[name].get("type") != "indirect"
        if is_direct and not _holds_groups(group, resources):
            return f"no group {name!r}, which lacks the user", "it is shown"
        return "", ""


def _holds_groups(group: Resource, resources: dict[Key, Resource]) -> bool:
    """Whether a group has other members than users that are known: who is in those is in it, too."""
    return any(("Users", member) not in resources for member in group.members or ())
