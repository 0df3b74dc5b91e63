"""The group Provision Managers, created when provisioning is set up."""

from bridge_ref.account.changes import AddGroup, ChangeSet, change
from bridge_ref.account.groups import PROVISION_MANAGERS, Group, GroupType
from bridge_ref.account.members import identity_key
from bridge_ref.decisions.outcome import DecisionContext
from bridge_ref.decisions.queries import Decision, FindGroupByName, ask


def set_up(context: DecisionContext) -> Decision[ChangeSet]:
    """Make the group Provision Managers, unless it is there; nothing else changes by setting provisioning up."""
    if (yield from ask(FindGroupByName(identity_key(PROVISION_MANAGERS)))) is not None:
        return ChangeSet()
    group = Group(
        id=context.ids.new_id(),
        name=PROVISION_MANAGERS,
        type=GroupType.PROVISION_MANAGERS,
        managed=False,
        scim_id=None,
        external_id=None,
        created_ms=context.now_ms,
        modified_ms=context.now_ms,
    )
    return change(AddGroup(group))
