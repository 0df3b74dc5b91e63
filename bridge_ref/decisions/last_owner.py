"""The last active owner of an account keeps access."""

from bridge_ref.account.changes import NO_CHANGE, ChangeSet, VersionIs, require
from bridge_ref.account.members import Member, State
from bridge_ref.account.policy import Policy
from bridge_ref.account.rules import refusal
from bridge_ref.decisions.outcome import Refused
from bridge_ref.decisions.queries import Decision, FindOwners, ask


def require_another_owner(member: Member, policy: Policy, now_ms: int) -> Decision[ChangeSet]:
    """The precondition of taking access from a member: another active owner remains (M21). Raises Refused.

    Two owners removed at once depend on each other, so one of the two is decided again.
    """
    if not member.owner or not member.is_active or policy.last_owner == "suspend":
        return NO_CHANGE
    owners = yield from ask(FindOwners())
    others = [each for each in owners if each.id != member.id and each.state is State.ACTIVE]
    if not others:
        journal = refusal("the last owner keeps access", now_ms, member.id)
        raise Refused(403, "This is the last owner of the account, who cannot be suspended or deleted.", journal)
    return require(*(VersionIs("member", each.id, each.version) for each in others))
