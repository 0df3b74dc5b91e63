"""`members` of groups and `groups` of users: one relation, seen from both ends (RFC 7643 section 4.1.2)."""

from __future__ import annotations

from dataclasses import replace

from harness.model.asked import Asked
from harness.model.deviation import Context, Deviation, Look
from harness.model.flat import Flat
from harness.model.knowledge import Key, Resource
from harness.model.values import Kind
from harness.record.journal import Entry


class Relations:
    """Compares the groups of a user with the members of the groups, and takes whoever is deleted out of both."""

    def __init__(self, supported: dict[str, set[str]]) -> None:
        self._has_groups = "groups" in supported["Users"]
        self._touched: dict[Key, Entry] = {}

    def touch(self, key: Key, entry: Entry, resources: dict[Key, Resource]) -> None:
        """A write to a group may change the groups of users."""
        if key[0] == "Groups":
            self._touched[key] = entry
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
                other.known["members"] = replace(known, value=kept or None, how="deletion", before=known.value)
                other.writes.append(entry)
                other.accepted.append(entry)
                other.last = None

    def compare(
        self,
        look: Look,
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
        user, listed = resource.key[1], flat.get("groups")
        entries = listed if isinstance(listed, list) else []
        shown = {str(e.get("value")): e for e in entries if isinstance(e, dict)}
        context = Context("", "User", "groups", seen)
        for (endpoint, group), known in resources.items():
            if endpoint != "Groups":
                continue
            rests_on = (self._touched.get(known.key) or known.source,)
            if known.is_there is False and group in shown:
                self._deviates(look, context, f"no group {group!r}, which is deleted", "it is shown", pointer, rests_on)
                continue
            members = known.members
            if members is None:
                continue
            is_direct = group in shown and shown[group].get("type") != "indirect"
            if user in members and group not in shown:
                self._deviates(
                    look,
                    context,
                    f"group {group!r}, which has the user as a member",
                    f"{sorted(shown)}",
                    pointer,
                    rests_on,
                )
            elif user not in members and is_direct and not _holds_groups(known, resources):
                self._deviates(
                    look, context, f"no group {group!r}, which lacks the user", "it is shown", pointer, rests_on
                )
            elif user in members:
                look.held.add(context)

    @staticmethod
    def _deviates(
        look: Look, context: Context, expected: str, actual: str, pointer: str, rests_on: tuple[Entry | None, ...]
    ) -> None:
        entries = (*(e for e in rests_on if e is not None), look.entry)
        look.deviations.append(Deviation(Kind.RELATION, context, expected, actual, f"{pointer}/groups", entries))


def _holds_groups(group: Resource, resources: dict[Key, Resource]) -> bool:
    """Whether a group has other members than users that are known: who is in those is in it, too."""
    return any(("Users", member) not in resources for member in group.members or ())
