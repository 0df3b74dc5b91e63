"""Actions on a member outside SCIM: sign up, accept an address, confirm, suspend, delete, recover."""

import hmac
from collections.abc import Callable

from bridge_ref.account.changes import NO_CHANGE, ChangeSet, change, require_unchanged
from bridge_ref.account.mail import ACCEPT_BASE, LINK_BASE
from bridge_ref.account.members import Member, State, identity_key, is_suspended
from bridge_ref.account.rules import Account, refusal
from bridge_ref.decisions.last_owner import require_another_owner
from bridge_ref.decisions.outcome import DecisionContext
from bridge_ref.decisions.queries import Decision, FindIsInSso, FindMember, FindMembers, FindUser, ask
from bridge_ref.scim.stored_user import ChangeUser, Document, User


class ActionRefused(Exception):
    """An action that is refused, with an HTTP status; the account's journal may record it."""

    def __init__(self, status: int, reason: str, journal: ChangeSet = NO_CHANGE) -> None:
        super().__init__(reason)
        self.status = status
        self.journal = journal


class MemberActions:
    """Decides actions on members. Each returns a change set; a refusal changes nothing and is journalled."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.by_name: dict[str, Callable[[str, DecisionContext], Decision[ChangeSet]]] = {
            "confirm": self.confirm,
            "suspend": self.suspend,
            "reactivate": self.reactivate,
            "delete": self.delete,
            "recover": self.recover,
        }

    def sign_up(self, member_id: str, link: str | None, context: DecisionContext) -> Decision[ChangeSet]:
        """The person follows an invitation link: the one given, or the newest (M8)."""
        member = yield from self._get(member_id)
        if link is not None and not _is_link(link, LINK_BASE, member.invitation):
            whose = yield from self._whose(link)
            raise _refused(f"sign-up by {whose}", "This invitation link is dead.", member, context)
        self._expect(member, State.INVITED, "sign-up", context)
        if member.invitation is None or self.account.is_expired(member, context.now_ms):
            raise _refused("sign-up by an expired link", "This invitation link has expired.", member, context)
        return require_unchanged(member) + self.account.sign_up(member, context.now_ms)

    def accept_address(
        self, member_id: str, link: str | None, signed_in_as: str | None, context: DecisionContext
    ) -> Decision[ChangeSet]:
        """The person accepts a new address: signed in with the old one, or with the new one under SSO (M24)."""
        member = yield from self._get(member_id)
        if member.new_email is None or (link is not None and not _is_link(link, ACCEPT_BASE, member.new_secret)):
            raise _refused("acceptance of an address by a dead link", "This link is dead.", member, context)
        if is_suspended(member.state):
            raise _refused("acceptance of an address while suspended", "The member is suspended.", member, context)
        expected = yield from self.sign_in_address(member)
        if signed_in_as is not None and identity_key(signed_in_as) != identity_key(expected):
            which = "new" if expected == member.new_email else "old"
            raise _refused(
                "acceptance of an address, signed in with another",
                f"The address is accepted by whoever signs in with the {which} one.",
                member,
                context,
            )
        shown = yield from self._show_address(member, context)
        return require_unchanged(member) + self.account.accept_address(member, context.now_ms) + shown

    def sign_in_address(self, member: Member) -> Decision[str]:
        """The address that a member with a change under way signs in with.

        Owners never unlock with SSO, whatever groups they are in.
        """
        is_in_sso = not member.owner and (yield from ask(FindIsInSso(member.id)))
        return str(member.new_email) if is_in_sso else member.email

    def confirm(self, member_id: str, context: DecisionContext) -> Decision[ChangeSet]:
        """An administrator confirms a member who has signed up, or ends a recovery (M9, M19)."""
        member = yield from self._get(member_id)
        if member.state is State.RECOVERING:
            return require_unchanged(member) + self.account.restore(member, context.now_ms)
        self._expect(member, State.PENDING, "confirmation", context)
        return require_unchanged(member) + self.account.confirm(member, context.now_ms)

    def suspend(self, member_id: str, context: DecisionContext) -> Decision[ChangeSet]:
        """An administrator takes access away; nothing happens to a member who has none."""
        self._check_switch((yield from self._get(member_id)), "suspension", context)
        return (yield from self.take_access(member_id, context))

    def take_access(self, member_id: str, context: DecisionContext) -> Decision[ChangeSet]:
        """Access is taken away, by an administrator or by a pull, which is provisioning itself."""
        member = yield from self._get(member_id)
        kept = yield from require_another_owner(member, self.account.policy, context.now_ms)
        shown = yield from self._show_active(member, False, context)
        return require_unchanged(member) + kept + self.account.suspend(member, context.now_ms) + shown

    def reactivate(self, member_id: str, context: DecisionContext) -> Decision[ChangeSet]:
        """An administrator gives access back; nothing happens to a member who has it."""
        member = yield from self._get(member_id)
        self._check_switch(member, "reactivation", context)
        shown = yield from self._show_active(member, True, context)
        secret = context.ids.new_secret()
        return require_unchanged(member) + self.account.reactivate(member, secret, context.now_ms) + shown

    def delete(self, member_id: str, context: DecisionContext) -> Decision[ChangeSet]:
        """An administrator deletes a member for good (M17)."""
        member = yield from self._get(member_id)
        self._check_switch(member, "deletion", context)
        kept = yield from require_another_owner(member, self.account.policy, context.now_ms)
        return require_unchanged(member) + kept + self.account.delete(member, context.now_ms)

    def recover(self, member_id: str, context: DecisionContext) -> Decision[ChangeSet]:
        """An administrator begins the recovery of a member's account (M19)."""
        member = yield from self._get(member_id)
        self._expect(member, State.ACTIVE, "recovery", context)
        return require_unchanged(member) + self.account.recover(member, context.now_ms)

    def _get(self, member_id: str) -> Decision[Member]:
        member = yield from ask(FindMember(member_id))
        if member is None:
            raise ActionRefused(404, "There is no such member.")
        return member

    def _whose(self, link: str) -> Decision[str]:
        """How the journal describes a wrong link; the link itself is a secret."""
        for each in (yield from ask(FindMembers())):
            if _is_link(link, LINK_BASE, each.invitation):
                return "the link of another member"
        return "a dead link"

    def _check_switch(self, member: Member, act: str, context: DecisionContext) -> None:
        """Some accounts leave this to the identity provider while provisioning is on."""
        if self.account.policy.account_acts == "refuse" and context.account_settings.is_provisioning:
            raise _refused(f"{act} while provisioning is on", "Switch provisioning off first.", member, context)

    def _expect(self, member: Member, state: State, act: str, context: DecisionContext) -> None:
        if member.state is not state:
            reason = f"The member is {member.state}; only {state} allows this."
            raise _refused(f"{act} of a member who is {member.state}", reason, member, context)

    def _show_active(self, member: Member, is_active: bool, context: DecisionContext) -> Decision[ChangeSet]:
        """The change of `active` in the member's SCIM user."""
        user = yield from _user_of(member)
        if user is None or user.document["active"] is is_active:
            return NO_CHANGE
        return _show(user, {**user.document, "active": is_active}, context)

    def _show_address(self, member: Member, context: DecisionContext) -> Decision[ChangeSet]:
        """The change of the address in the SCIM user, where it still shows the old one."""
        user = yield from _user_of(member)
        if user is None or not self.account.policy.shows_old_user_name:
            return NO_CHANGE
        return _show(user, _with_address(user.document, member.email, str(member.new_email)), context)


def _with_address(document: Document, old: str, new: str) -> Document:
    """The document with one address in the place of another."""
    key = identity_key(old)
    changed = dict(document)
    if identity_key(document["userName"]) == key:
        changed["userName"] = new
    if "emails" in document:
        changed["emails"] = [
            {**each, "value": new} if identity_key(each.get("value") or "") == key else each
            for each in document["emails"]
        ]
    return changed


def _user_of(member: Member) -> Decision[User | None]:
    return None if member.scim_id is None else (yield from ask(FindUser(member.scim_id)))


def _show(user: User, document: Document, context: DecisionContext) -> ChangeSet:
    return change(ChangeUser(user.id, document, context.now_ms, user.document))


def _is_link(link: str, base: str, secret: str | None) -> bool:
    return secret is not None and hmac.compare_digest(link.encode("utf-8", "replace"), (base + secret).encode())


def _refused(what: str, reason: str, member: Member, context: DecisionContext) -> ActionRefused:
    return ActionRefused(409, reason, refusal(what, context.now_ms, member.id))
