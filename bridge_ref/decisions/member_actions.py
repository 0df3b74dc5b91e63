"""What people do on the account outside SCIM: sign up, and what an administrator or a test bench may do."""

import hmac
from collections.abc import Callable

from bridge_ref.account.changes import NO_CHANGE, ChangeSet, RestsOn, change, resting_on
from bridge_ref.account.mail import ACCEPT_BASE, LINK_BASE
from bridge_ref.account.members import Member, State, identity_key, is_suspended
from bridge_ref.account.rules import Account, refusal
from bridge_ref.decisions.last_owner import keep_an_owner
from bridge_ref.decisions.outcome import Moment
from bridge_ref.decisions.queries import FindIsInSso, FindMember, FindMembers, FindUser, Looking, ask
from bridge_ref.scim.stored_user import ChangeUser, Document, User


class ActError(Exception):
    """An act that cannot be done: the status says why; on wish the account's journal keeps it."""

    def __init__(self, status: int, reason: str, journal: ChangeSet = NO_CHANGE) -> None:
        super().__init__(reason)
        self.status = status
        self.journal = journal


class Acts:
    """Decides acts on members. Each gives a change set; a refusal changes nothing, and the journal keeps it."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.by_name: dict[str, Callable[[str, Moment], Looking[ChangeSet]]] = {
            "confirm": self.confirm,
            "suspend": self.suspend,
            "reactivate": self.reactivate,
            "delete": self.delete,
            "recover": self.recover,
        }

    def sign_up(self, member_id: str, link: str | None, moment: Moment) -> Looking[ChangeSet]:
        """The person follows an invitation link: the one given, or the newest (M8).

        Source: SEED-52
        """
        member = yield from self._get(member_id)
        if link is not None and not _is_link(link, LINK_BASE, member.invitation):
            whose = yield from self._whose(link)
            raise _refused(f"sign-up by {whose}", "This invitation link is dead.", member, moment)
        self._expect(member, State.INVITED, "sign-up", moment)
        if member.invitation is None or self.account.is_expired(member, moment.now_ms):
            raise _refused("sign-up by an expired link", "This invitation link has expired.", member, moment)
        return _seen(member) + self.account.sign_up(member, moment.now_ms)

    def accept_address(
        self, member_id: str, link: str | None, signed_in_as: str | None, moment: Moment
    ) -> Looking[ChangeSet]:
        """The person accepts a new address: signed in with the old one, or with the new one under SSO (M24).

        Source: SEED-08, SEED-15, SEED-61
        """
        member = yield from self._get(member_id)
        if member.new_email is None or (link is not None and not _is_link(link, ACCEPT_BASE, member.new_secret)):
            raise _refused("acceptance of an address by a dead link", "This link is dead.", member, moment)
        if is_suspended(member.state):
            raise _refused("acceptance of an address while suspended", "The member is suspended.", member, moment)
        expected = yield from self.sign_in_address(member)
        if signed_in_as is not None and identity_key(signed_in_as) != identity_key(expected):
            which = "new" if expected == member.new_email else "old"
            raise _refused(
                "acceptance of an address, signed in with another",
                f"The address is accepted by whoever signs in with the {which} one.",
                member,
                moment,
            )
        shown = yield from self._show_address(member, moment)
        return _seen(member) + self.account.accept_address(member, moment.now_ms) + shown

    def sign_in_address(self, member: Member) -> Looking[str]:
        """The address that a member with a change under way signs in with.

        Owners never unlock with SSO, whatever groups they are in.

        Source: SEED-04, SEED-08
        """
        is_in_sso = not member.owner and (yield from ask(FindIsInSso(member.id)))
        return str(member.new_email) if is_in_sso else member.email

    def confirm(self, member_id: str, moment: Moment) -> Looking[ChangeSet]:
        """An administrator lets somebody in who has signed up, or ends a recovery (M9, M19)."""
        member = yield from self._get(member_id)
        if member.state is State.RECOVERING:
            return _seen(member) + self.account.restore(member, moment.now_ms)
        self._expect(member, State.PENDING, "confirmation", moment)
        return _seen(member) + self.account.confirm(member, moment.now_ms)

    def suspend(self, member_id: str, moment: Moment) -> Looking[ChangeSet]:
        """An administrator takes access away; nothing happens to a member who has none."""
        member = yield from self._get(member_id)
        self._check_switch(member, "suspension", moment)
        kept = yield from keep_an_owner(member, self.account.policy, moment.now_ms)
        shown = yield from self._show_active(member, False, moment)
        return _seen(member) + kept + self.account.suspend(member, moment.now_ms) + shown

    def reactivate(self, member_id: str, moment: Moment) -> Looking[ChangeSet]:
        """An administrator gives access back; nothing happens to a member who has it."""
        member = yield from self._get(member_id)
        self._check_switch(member, "reactivation", moment)
        shown = yield from self._show_active(member, True, moment)
        secret = moment.ids.new_secret()
        return _seen(member) + self.account.reactivate(member, secret, moment.now_ms) + shown

    def delete(self, member_id: str, moment: Moment) -> Looking[ChangeSet]:
        """An administrator deletes a member for good (M17).

        Source: SEED-67
        """
        member = yield from self._get(member_id)
        self._check_switch(member, "deletion", moment)
        kept = yield from keep_an_owner(member, self.account.policy, moment.now_ms)
        return _seen(member) + kept + self.account.delete(member, moment.now_ms)

    def recover(self, member_id: str, moment: Moment) -> Looking[ChangeSet]:
        """An administrator begins the recovery of a member's account (M19)."""
        member = yield from self._get(member_id)
        self._expect(member, State.ACTIVE, "recovery", moment)
        return _seen(member) + self.account.recover(member, moment.now_ms)

    def _get(self, member_id: str) -> Looking[Member]:
        member = yield from ask(FindMember(member_id))
        if member is None:
            raise ActError(404, "There is no such member.")
        return member

    def _whose(self, link: str) -> Looking[str]:
        """What the journal says about a link that does not fit; the link itself is a secret."""
        for each in (yield from ask(FindMembers())):
            if _is_link(link, LINK_BASE, each.invitation):
                return "the link of another member"
        return "a dead link"

    def _check_switch(self, member: Member, act: str, moment: Moment) -> None:
        """Some accounts leave this to the identity provider while provisioning is on."""
        if self.account.policy.account_acts == "refuse" and moment.standing.is_provisioning:
            raise _refused(f"{act} while provisioning is on", "Switch provisioning off first.", member, moment)

    def _expect(self, member: Member, state: State, act: str, moment: Moment) -> None:
        if member.state is not state:
            reason = f"The member is {member.state}; only {state} allows this."
            raise _refused(f"{act} of a member who is {member.state}", reason, member, moment)

    def _show_active(self, member: Member, is_active: bool, moment: Moment) -> Looking[ChangeSet]:
        """What the act makes SCIM say about the member's access."""
        user = yield from _user_of(member)
        if user is None or user.document["active"] is is_active:
            return NO_CHANGE
        return _show(user, {**user.document, "active": is_active}, moment)

    def _show_address(self, member: Member, moment: Moment) -> Looking[ChangeSet]:
        """What acceptance makes SCIM say about the address, where it has gone on showing the old one."""
        user = yield from _user_of(member)
        if user is None or not self.account.policy.shows_old_user_name:
            return NO_CHANGE
        return _show(user, _with_address(user.document, member.email, str(member.new_email)), moment)


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


def _user_of(member: Member) -> Looking[User | None]:
    return None if member.scim_id is None else (yield from ask(FindUser(member.scim_id)))


def _show(user: User, document: Document, moment: Moment) -> ChangeSet:
    return change(ChangeUser(user.id, document, moment.now_ms, user.document))


def _is_link(link: str, base: str, secret: str | None) -> bool:
    return secret is not None and hmac.compare_digest(link.encode("utf-8", "replace"), (base + secret).encode())


def _refused(what: str, reason: str, member: Member, moment: Moment) -> ActError:
    return ActError(409, reason, refusal(what, moment.now_ms, member.id))


def _seen(member: Member) -> ChangeSet:
    return resting_on(RestsOn("member", member.id, member.version))
