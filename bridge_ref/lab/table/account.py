"""Defects of what a request does to the account behind the bridge."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from bridge_ref.account.changes import NO_CHANGE, ChangeSet
from bridge_ref.account.mail import Mail
from bridge_ref.account.members import Member, Newcomer
from bridge_ref.account.rules import Account
from bridge_ref.decisions.outcome import DecisionContext, Outcome
from bridge_ref.decisions.queries import Decision
from bridge_ref.decisions.users import ExistingMember, Users
from bridge_ref.lab.registry import defect
from bridge_ref.lab.table.fault import Inside, asks, door, of_users, shown
from bridge_ref.lab.table.messages import Ask, Reply, refusal
from bridge_ref.scim.stored_user import Document


@defect("renames-stop-at-scim", breaks=("SEED-15", "SEED-60", "P-23", "P-32"), reach=("SEED-*", "P-*"))
class RenamesStopAtScim(Account):
    """Shows another name over SCIM, and never tells the account."""

    def rename(self, member: Member, name: str, now_ms: int) -> ChangeSet:
        """Nothing."""
        return NO_CHANGE


@defect("addresses-stop-at-scim", breaks=("SEED-15", "ENTRA-12", "GOOGLE-12"), reach=("SEED-*", "P-*", "ENTRA-09"))
class AddressesStopAtScim(Account):
    """Shows another address over SCIM, and never tells the account."""

    def change_address(self, member: Member, email: str, secret: str, now_ms: int) -> ChangeSet:
        """Nothing."""
        return NO_CHANGE


@defect("nobody-joins", breaks=("SEED-11", "SEED-12", "SEED-44"), reach=("*",))
class NobodyJoins(Account):
    """Says that somebody is in a group, and puts nobody there."""

    def join(self, group_id: str, member: Member, now_ms: int) -> ChangeSet:
        """Nothing."""
        return NO_CHANGE


@defect("invitations-are-not-sent", breaks=("SEED-51",), reach=("SEED-*", "GOOGLE-*", "ENTRA-*", "OKTA-*"))
class InvitationsAreNotSent(Mail):
    """Invites people and sends them no mail."""

    def invitation(self, *given: Any, **more: Any) -> ChangeSet:
        """Nothing."""
        return NO_CHANGE


@defect("who-was-there-is-never-managed", breaks=("SEED-59",), reach=("SEED-*", "P-*"))
class WhoWasThereIsNeverManaged(Account):
    """Leaves those out of provisioning who were members before it."""

    def suspend(self, member: Member, now_ms: int) -> ChangeSet:
        """Nothing, for who was a member before."""
        return NO_CHANGE if not member.managed else super().suspend(member, now_ms)

    def rename(self, member: Member, name: str, now_ms: int) -> ChangeSet:
        """Nothing, for who was a member before."""
        return NO_CHANGE if not member.managed else super().rename(member, name, now_ms)

    def adopt(self, member: Member, now_ms: int) -> ChangeSet:
        """Take charge of nobody."""
        return NO_CHANGE


@defect("refused-creates-leave-a-member", breaks=("RFC7644-3.3-17",), reach=("SEED-*", "P-*"))
class RefusedCreatesLeaveAMember(Users):
    """Enrols a second member of an address before it refuses the create."""

    def refuse_existing(self, member: Member, context: DecisionContext) -> Outcome:
        """The refusal, and a member."""
        newcomer = Newcomer(context.ids.new_id(), member.email, member.name, context.ids.new_secret())
        left = self.account.enrol_suspended(newcomer, context.now_ms)
        return replace(super().refuse_existing(member, context), change_set=left)


@defect("who-was-there-is-not-known", breaks=("SEED-58",), reach=("SEED-*", "P-*", "OKTA-*", "ENTRA-*"))
class WhoWasThereIsNotKnown(Users):
    """Does not match a member who was there before provisioning, and makes another of the same address."""

    def find_existing(self, document: Document) -> Decision[ExistingMember]:
        """Those alone who came by provisioning."""
        known = yield from super().find_existing(document)
        is_old = known.member is not None and not known.member.managed
        return ExistingMember(None, False, NO_CHANGE) if is_old else known


@asks("newcomers-with-groups-are-inactive", "SEED-13", "OKTA-06", on="POST /Users")
def _(ask: Ask) -> Ask:
    """Takes who is created with a list of groups for somebody without access."""
    return ask.with_values(active=False) if ask.sends("groups") else ask


@door("phones-are-refused", "P-09", on="POST /Users")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses a create with phone numbers, for which the bridge has no use."""
    if ask.sends("phoneNumbers"):
        return refusal(400, "This attribute is not known.", "invalidSyntax")
    return await inside.answer(ask)


@door("the-first-list-switches-off", "SEED-17", "SEED-57", on="GET /Users")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Takes the first list without a filter for a full synchronisation, and suspends the last who is in it."""
    reply = await inside.answer(ask)
    if ask.parameter("filter") is not None or not reply.is_good or not reply.body.get("Resources"):
        return reply
    last = reply.body["Resources"][-1]
    await inside.answer(Ask("PATCH", f"/Users/{last['id']}", (), ask.headers, _switched_off()))
    return reply


def _switched_off() -> dict[str, object]:
    urn = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
    return {"schemas": [urn], "Operations": [{"op": "replace", "path": "active", "value": False}]}


shown(
    "reads-tell-nothing-of-access",
    "Tells of nobody who is read whether they have access.",
    ("P-25", "RFC7643-7-29", "RFC7644-3.5.2-35"),
    of_users(lambda user: {name: value for name, value in user.items() if name != "active"}),
    on=("GET /Users", "GET /Users/*"),
)
