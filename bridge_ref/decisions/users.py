"""Create, read, replace, patch and delete a user."""

from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from bridge_ref.account.changes import (
    NO_CHANGE,
    ChangeGroup,
    ChangeSet,
    NameIsFree,
    VersionIs,
    change,
    require,
    require_unchanged,
)
from bridge_ref.account.members import Member, MemberType, Newcomer, State, identity_key
from bridge_ref.account.rules import Account, refusal
from bridge_ref.decisions.identity import address_of, drop_stale_formatted_name, name_of
from bridge_ref.decisions.last_owner import require_another_owner
from bridge_ref.decisions.outcome import DecisionContext, Outcome, Refused, ScimDecision
from bridge_ref.decisions.queries import (
    Decision,
    FindMemberByAddress,
    FindShownUser,
    FindUserAndGroups,
    FindUserByName,
    ask,
)
from bridge_ref.decisions.write import Write
from bridge_ref.scim.answer import Answer
from bridge_ref.scim.catalogue import USER
from bridge_ref.scim.document import parse_document
from bridge_ref.scim.errors import invalid_value, not_found, taken
from bridge_ref.scim.etags import UNCONDITIONAL, Conditions
from bridge_ref.scim.leniency import Leniency
from bridge_ref.scim.patch.apply import Patch
from bridge_ref.scim.patch.plan import PatchStep
from bridge_ref.scim.projection import Projection
from bridge_ref.scim.representation import Representation
from bridge_ref.scim.stored_user import (
    AddUser,
    ChangeUser,
    Document,
    DropUser,
    Membership,
    StoredUser,
    User,
    encode_document,
)


class ExistingMember(Struct, frozen=True):
    """The account member, if any, that a new user's userName or address already belongs to.

    `is_taken` is false where that member may come back: the user was deleted and the member stayed.
    """

    member: Member | None
    is_taken: bool
    claim: ChangeSet


class Users:
    """Decides requests about single users."""

    def __init__(self, account: Account, patch: Patch, representation: Representation, leniency: Leniency) -> None:
        self.account = account
        self.policy = account.policy
        self.patcher = patch
        self.representation = representation
        self.etags = representation.etags
        self.leniency = leniency

    def get(self, scim_id: str, projection: Projection, conditions: Conditions = UNCONDITIONAL) -> ScimDecision:
        """Read a user."""
        found = yield FindShownUser(scim_id)
        if found is None:
            raise not_found("user", scim_id)
        user, groups = found
        return Outcome(self.etags.read(self._shown(user, groups, projection), conditions))

    def create(self, body: Any, projection: Projection, context: DecisionContext) -> ScimDecision:
        """Create a user: invite a new member, or readmit one whose SCIM user was deleted."""
        document = self.completed({"active": True, **parse_document(USER, body, self.leniency)}, body)
        known = yield from self.find_existing(document)
        if known.member is not None and known.is_taken:
            return (yield from self.create_existing(known.member, document, projection, context))
        if known.member is None:
            member, change_set = self._admit(document, context)
        else:
            member, change_set = known.member, self._readmit(known.member, document, context)
        stored, now_ms = encode_document(document), context.now_ms
        user = User(context.new_scim_id(), member.id, stored, now_ms, now_ms, member=member)
        return Outcome(self.created(user, projection), known.claim + change_set + change(AddUser(user)))

    def replace(self, write: Write, context: DecisionContext) -> ScimDecision:
        """Replace a user; without `active` the person stays as suspended, or not, as before."""
        sent = parse_document(USER, write.body, self.leniency)
        user, groups = yield from self._get(write.scim_id, write.conditions)
        document = self.completed({**self.left_out(user.document, write.body), **sent}, write.body)
        return (yield from self._update(user, groups, document, write.projection, context, names_address=True))

    def patch(self, write: Write, context: DecisionContext) -> ScimDecision:
        """Change parts of a user."""
        steps = self.patcher.plan(USER, write.body)
        user, groups = yield from self._get(write.scim_id, write.conditions)
        patched = self.patcher.apply(user.document, steps)
        document = self.completed({"active": user.document["active"], **patched})
        names_address = any(_names_address(step) for step in steps)
        return (yield from self._update(user, groups, document, write.projection, context, names_address))

    def left_out(self, before: Document, body: Any) -> Document:
        """What stays of a user where the body of a replacement does not say it: whether the person has access."""
        return {"active": before["active"]}

    def completed(self, document: Document, body: Any = None) -> Document:
        """The document as it is kept, with what the bridge adds to it: nothing. A PATCH comes here without a body."""
        return document

    def delete(self, scim_id: str, context: DecisionContext, conditions: Conditions = UNCONDITIONAL) -> ScimDecision:
        """Delete a user: the resource goes, the member stays, suspended and in no managed group."""
        user, groups = yield from self._get(scim_id, conditions)
        change_set = _require_unchanged(user) + (
            yield from require_another_owner(user.member, self.policy, context.now_ms)
        )
        for group in groups:
            change_set += self.account.leave(group.id, user.member, context.now_ms)
            change_set += change(ChangeGroup(group.id, {}, context.now_ms))
        change_set += change(DropUser(user.id)) + self.forget(user, context)
        return Outcome(Answer(204), change_set)

    def forget(self, user: User, context: DecisionContext) -> ChangeSet:
        """The effect on the member when its SCIM user is deleted."""
        return self.account.unlink(user.member, context.now_ms)

    def created(self, user: User, projection: Projection) -> Answer:
        """The answer to a create."""
        location = self.representation.user_location(user.id)
        return Answer(201, self.representation.user(user, (), projection), location, etag=self.etags.user(user, ()))

    def create_existing(
        self, member: Member, document: Document, projection: Projection, context: DecisionContext
    ) -> ScimDecision:
        """A create for an existing member: a conflict or, by policy, their adoption (M4, M5, M6, M7)."""
        is_adopted = self.policy.existing_user == "adopt" and member.type is MemberType.MEMBER
        if not is_adopted or member.scim_id is None:
            return self.refuse_existing(member, context)
        user, groups = yield from self._get(member.scim_id)
        wanted = {**user.document, "active": user.document["active"] or document["active"]}
        return (yield from self._update(user, groups, wanted, projection, context))

    def refuse_existing(self, member: Member, context: DecisionContext) -> Outcome:
        """The answer to a create for an existing member: nothing changes and no mail is sent."""
        return Outcome(taken("userName"))

    def find_existing(self, document: Document) -> Decision[ExistingMember]:
        """Find the member that has the userName or the address of a new user."""
        name_key, address_key = identity_key(document["userName"]), identity_key(address_of(document))
        user = yield from ask(FindUserByName(name_key))
        if user is not None:
            return ExistingMember(user.member, True, NO_CHANGE)
        claim = require(NameIsFree("user", name_key))
        member = yield from ask(FindMemberByAddress(address_key))
        if member is None:
            return ExistingMember(None, False, claim + require(NameIsFree("member", address_key)))
        # Guests are no business of provisioning; a member without a SCIM user is one whose user was deleted.
        is_theirs = identity_key(member.email) == address_key
        is_back = member.type is MemberType.MEMBER and member.scim_id is None and is_theirs
        return ExistingMember(member, not is_back, claim)

    def set_access(self, user: User, is_active: bool, context: DecisionContext) -> ChangeSet:
        """Suspend or reactivate the member, where `active` differs from its state."""
        if is_active == user.member.is_active:
            return NO_CHANGE
        if is_active:
            return self.account.reactivate(user.member, context.ids.new_secret(), context.now_ms)
        return self.account.suspend(user.member, context.now_ms)

    def _get(self, scim_id: str, conditions: Conditions = UNCONDITIONAL) -> Decision[tuple[User, list[Membership]]]:
        found = yield from ask(FindUserAndGroups(scim_id))
        if found is None:
            raise not_found("user", scim_id)
        self.etags.check_write(conditions, found[0].version)
        return found

    def _claim_new_names(self, user: User, document: Document, context: DecisionContext) -> Decision[ChangeSet]:
        """The claim to the userName and the address of a changed user, as far as they are new."""
        claim = NO_CHANGE
        name_key, address_key = identity_key(document["userName"]), identity_key(address_of(document))
        if name_key != identity_key(user.document["userName"]):
            named = yield from ask(FindUserByName(name_key))
            if named is not None and named.id != user.id:
                raise taken("userName")
            # If the user itself has it, the same change was quicker elsewhere: the claim fails, and we decide anew.
            claim += require(NameIsFree("user", name_key))
        if address_key != identity_key(user.member.email):
            self.check_domain(document, context)
            holder = yield from ask(FindMemberByAddress(address_key))
            if holder is None:
                return claim + require(NameIsFree("member", address_key))
            if holder.id != user.member.id:
                raise taken("userName")
        return claim

    def check_domain(self, document: Document, context: DecisionContext) -> None:
        """Refuse an address that the account takes no members from (M2)."""
        address = address_of(document)
        if not context.account_settings.allows(address):
            journal = refusal(f"the domain of {address} is not allowed", context.now_ms)
            raise Refused(400, "The account takes no members from the domain of this address.", journal, "invalidValue")

    def _admit(self, document: Document, context: DecisionContext) -> tuple[Member, ChangeSet]:
        self.check_domain(document, context)
        if not document["active"] and self.policy.inactive_create == "refuse":
            raise invalid_value("A new user must be active.")
        newcomer = Newcomer(context.ids.new_id(), address_of(document), name_of(document), context.ids.new_secret())
        state = State.INVITED if document["active"] else State.INVITED_SUSPENDED
        member = newcomer.as_member(state, context.now_ms)
        if document["active"]:
            return member, self.account.invite(newcomer, context.now_ms)
        return member, self.account.enrol_suspended(newcomer, context.now_ms)

    def _readmit(self, member: Member, document: Document, context: DecisionContext) -> ChangeSet:
        seen = require_unchanged(member)
        email, name = address_of(document), name_of(document)
        if document["active"]:
            return seen + self.account.readmit(member, email, name, context.ids.new_secret(), context.now_ms)
        return seen + self.account.readmit_suspended(member, email, name, context.now_ms)

    def _update(
        self,
        user: User,
        groups: list[Membership],
        document: Document,
        projection: Projection,
        context: DecisionContext,
        names_address: bool = False,
    ) -> ScimDecision:
        document = drop_stale_formatted_name(user.document, document, self.leniency)
        claim = yield from self._claim_new_names(user, document, context)
        if not document["active"]:
            claim += yield from require_another_owner(user.member, self.policy, context.now_ms)
        change_set = _require_unchanged(user) + claim + self.apply_to_member(user, document, context, names_address)
        document = self._until_accepted(user, document)
        updated = user
        if document != user.document:
            at_ms = max(context.now_ms, user.modified_ms + 1)
            change_set += change(ChangeUser(user.id, document, at_ms, user.document))
            updated = replace(user, stored=encode_document(document), modified_ms=at_ms, version=user.version + 1)
        return Outcome(self._shown(updated, groups, projection), change_set)

    def _until_accepted(self, user: User, document: Document) -> Document:
        """The document as SCIM shows it until a new address is accepted: the policy says which address (M23)."""
        is_new = identity_key(address_of(document)) != identity_key(user.member.email)
        if not (is_new and self.policy.shows_old_user_name and self.account.asks(user.member)):
            return document
        kept: Document = {name: user.document[name] for name in ("userName", "emails") if name in user.document}
        return {**document, **kept}

    def apply_to_member(
        self, user: User, document: Document, context: DecisionContext, names_address: bool
    ) -> ChangeSet:
        member, now_ms, address = user.member, context.now_ms, address_of(document)
        change_set = self.account.adopt(member, now_ms)
        if name_of(document) != name_of(user.document):
            change_set += self.account.rename(member, name_of(document), now_ms)
        is_taken_back = names_address and self.policy.shows_old_user_name and member.new_email is not None
        if address != address_of(user.document) or is_taken_back:
            change_set += self.account.change_address(member, address, context.ids.new_secret(), now_ms)
        return change_set + self.set_access(user, document["active"], context)

    def _shown(self, user: StoredUser, groups: list[Membership], projection: Projection) -> Answer:
        in_groups = groups if projection.shows(USER, "groups") else []
        shown = self.representation.user(user, in_groups, projection)
        return Answer(200, shown, self.representation.user_location(user.id), etag=self.etags.user(user, in_groups))


def _require_unchanged(user: User) -> ChangeSet:
    return require(VersionIs("user", user.id, user.version)) + require_unchanged(user.member)


def _names_address(step: PatchStep) -> bool:
    """Whether a step of a PATCH names the address."""
    return step.target.attribute is not None and step.target.attribute.name in ("userName", "emails")
