"""Actions on the account's settings and groups: provisioning, managed groups, domains, the notice address."""

from collections.abc import Iterable

from bridge_ref.account.changes import NO_CHANGE, ChangeSet, PutText, change, require_unchanged
from bridge_ref.account.events import Event, EventName
from bridge_ref.account.group_rules import GroupRules
from bridge_ref.account.groups import Group
from bridge_ref.account.members import identity_key, is_address
from bridge_ref.account.rules import refusal
from bridge_ref.decisions.member_actions import ActionRefused
from bridge_ref.decisions.outcome import DecisionContext
from bridge_ref.decisions.queries import (
    Decision,
    FindAccountGroup,
    FindAccountSettings,
    FindGroupByName,
    FindGroupMembers,
    ask,
)


class AccountActions:
    """Decides acts on the account as a whole and on its groups. Each gives a change set."""

    def __init__(self, rules: GroupRules) -> None:
        self.rules = rules

    def switch(self, is_on: bool, context: DecisionContext) -> Decision[ChangeSet]:
        """Provisioning is switched on or off (M31)."""
        settings = yield from ask(FindAccountSettings())
        if settings.is_provisioning is is_on:
            return NO_CHANGE
        word: EventName = "provisioning_on" if is_on else "provisioning_off"
        return change(PutText("provisioning", None if is_on else "off"), Event(word, context.now_ms))

    def allow(self, domains: Iterable[str], context: DecisionContext) -> Decision[ChangeSet]:
        """The domains that members may come from; none of them means every one (M2)."""
        yield from ()
        keys = sorted({identity_key(each).removeprefix("@") for each in domains})
        if not all(is_address(f"a@{each}") for each in keys):
            raise ActionRefused(400, "allowed_domains must be a list of domains.")
        text = " ".join(keys) or None
        return change(PutText("allowed_domains", text), _settings_changed("allowed domains", context))

    def notify(self, address: str | None, context: DecisionContext) -> Decision[ChangeSet]:
        """Set the address that the monitor notifies when the bridge is offline."""
        yield from ()
        if address is not None and not is_address(address):
            raise ActionRefused(400, "notification_address must be an e-mail address.")
        return change(PutText("notification_address", address), _settings_changed("notification address", context))

    def manage(self, added: Iterable[str], removed: Iterable[str], context: DecisionContext) -> Decision[ChangeSet]:
        """Groups are put on the list of managed groups and taken off it (G5, G6)."""
        parts = []
        for each in dict.fromkeys(added):
            group = yield from self._get(each)
            self._check_own(group, "managing", context)
            if not group.managed:
                parts.append(
                    require_unchanged(group) + self.rules.manage(group, context.ids.new_id().lower(), context.now_ms)
                )
        for each in dict.fromkeys(removed):
            group = yield from self._get(each)
            if group.managed:
                members = [found.member for found in (yield from ask(FindGroupMembers(group.id)))]
                parts.append(require_unchanged(group) + self.rules.unmanage(group, members, context.now_ms))
        return ChangeSet.total(parts)

    def delete_group(self, group_id: str, context: DecisionContext) -> Decision[ChangeSet]:
        """An administrator deletes a group; those that the account has made itself stay."""
        group = yield from self._get(group_id)
        self._check_own(group, "deletion", context)
        return require_unchanged(group) + self.rules.delete(group, context.now_ms)

    def _check_own(self, group: Group, act: str, context: DecisionContext) -> None:
        if group.is_system:
            journal = refusal(f"{act} of {group.name}", context.now_ms, None, group.id)
            raise ActionRefused(409, f"{group.name} is a group of the account itself.", journal)

    def _get(self, named: str) -> Decision[Group]:
        """The group of this account id, or of this name."""
        group = yield from ask(FindAccountGroup(named))
        if group is None:
            group = yield from ask(FindGroupByName(identity_key(named)))
        if group is None:
            raise ActionRefused(404, f"There is no group {named!r}.")
        return group


def _settings_changed(what: str, context: DecisionContext) -> Event:
    return Event("settings_changed", context.now_ms, detail=what)
