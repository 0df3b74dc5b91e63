"""What requests about one user mean: create, read, replace, patch, delete."""

from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from bridge_ref.account.changes import (
    NO_CHANGE,
    ChangeGroup,
    ChangeSet,
    Free,
    RestsOn,
    change,
    resting_on,
)
from bridge_ref.account.members import Member, MemberType, Newcomer, State, identity_key
from bridge_ref.account.rules import Account, refusal
from bridge_ref.decisions.identity import address_of, name_of, settle_name
from bridge_ref.decisions.last_owner import keep_an_owner
from bridge_ref.decisions.outcome import Decision, Moment, Outcome, Refused
from bridge_ref.decisions.queries import (
    FindMemberByAddress,
    FindShownUser,
    FindUserAndGroups,
    FindUserByName,
    Looking,
    ask,
)
from bridge_ref.scim.answer import Answer
from bridge_ref.scim.catalogue import USER
from bridge_ref.scim.document import parse_document
from bridge_ref.scim.errors import invalid_value, not_found, taken
from bridge_ref.scim.etags import UNCONDITIONAL, Conditions
from bridge_ref.scim.leniency import Leniency
from bridge_ref.scim.patch.apply import Patch
from bridge_ref.scim.patch.plan import Step
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


class Known(Struct, frozen=True):
    """Who has the name of a new user: nobody, somebody who keeps it, or a member who comes back."""

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

    def get(self, scim_id: str, projection: Projection, conditions: Conditions = UNCONDITIONAL) -> Decision:
        """Read a user.

        Source: RFC7644-3.4.1-01, RFC7644-3.4.1-04, ENTRA-07, OKTA-14
        """
        found = yield FindShownUser(scim_id)
        if found is None:
            raise not_found("user", scim_id)
        user, groups = found
        return Outcome(self.etags.read(self._shown(user, groups, projection), conditions))

    def create(self, body: Any, projection: Projection, moment: Moment) -> Decision:
        """Create a user: an invitation for somebody new, a return for somebody whose user was deleted.

        Source: RFC7644-3.3-09, RFC7644-3.3-17, RFC7643-3.1-02, OKTA-07, OKTA-16, ENTRA-34, SEED-03, SEED-18,
        SEED-20, SEED-38
        """
        document = {"active": True, **parse_document(USER, body, self.leniency)}
        known = yield from self.look_up(document)
        if known.member is not None and known.is_taken:
            return (yield from self.meet(known.member, document, projection, moment))
        if known.member is None:
            member, change_set = self._admit(document, moment)
        else:
            member, change_set = known.member, self._readmit(known.member, document, moment)
        stored, now_ms = encode_document(document), moment.now_ms
        user = User(moment.new_scim_id(), member.id, stored, now_ms, now_ms, member=member)
        return Outcome(self.created(user, projection), known.claim + change_set + change(AddUser(user)))

    def replace(
        self,
        scim_id: str,
        body: Any,
        projection: Projection,
        moment: Moment,
        conditions: Conditions = UNCONDITIONAL,
    ) -> Decision:
        """Replace a user; without `active` the person stays as suspended, or not, as before.

        Source: RFC7644-3.5-01, RFC7644-3.5.1-02, RFC7644-3.5.1-15, RFC7644-3.5.1-19, RFC7644-3.2-04, ENTRA-36
        """
        sent = parse_document(USER, body, self.leniency)
        user, groups = yield from self._get(scim_id, conditions)
        document = {"active": user.document["active"], **sent}
        return (yield from self._update(user, groups, document, projection, moment, names_address=True))

    def patch(
        self,
        scim_id: str,
        body: Any,
        projection: Projection,
        moment: Moment,
        conditions: Conditions = UNCONDITIONAL,
    ) -> Decision:
        """Change parts of a user.

        Source: RFC7644-3.5-02, RFC7644-3.5.2-25, RFC7644-3.5.2-29, RFC7644-3.5.2-31, RFC7644-3.5.2-35, OKTA-13,
        ENTRA-18, ENTRA-32
        """
        steps = self.patcher.plan(USER, body)
        user, groups = yield from self._get(scim_id, conditions)
        patched = self.patcher.apply(user.document, steps)
        document = {"active": user.document["active"], **patched}
        names_address = any(_names_address(step) for step in steps)
        return (yield from self._update(user, groups, document, projection, moment, names_address))

    def delete(self, scim_id: str, moment: Moment, conditions: Conditions = UNCONDITIONAL) -> Decision:
        """Delete a user: the resource goes, the member stays, suspended and in no managed group.

        Source: RFC7644-3.6-01, RFC7644-3.6-04, RFC7644-3.6-05, RFC7644-3.6-06, RFC7644-3.6-07, RFC7644-3.6-08,
        ENTRA-28, GOOGLE-06
        """
        user, groups = yield from self._get(scim_id, conditions)
        change_set = _seen(user) + (yield from keep_an_owner(user.member, self.policy, moment.now_ms))
        for group in groups:
            change_set += self.account.leave(group.id, user.member, moment.now_ms)
            change_set += change(ChangeGroup(group.id, {}, moment.now_ms))
        change_set += change(DropUser(user.id)) + self.forget(user, moment)
        return Outcome(Answer(204), change_set)

    def forget(self, user: User, moment: Moment) -> ChangeSet:
        """What the end of a SCIM user means for the member."""
        return self.account.unlink(user.member, moment.now_ms)

    def created(self, user: User, projection: Projection) -> Answer:
        """The answer to a create.

        Source: RFC7644-3.3-11, RFC7644-3.3-12, RFC7644-3.3-13, RFC7644-3.3-14, RFC7644-3.1-07
        """
        location = self.representation.user_location(user.id)
        return Answer(201, self.representation.user(user, (), projection), location, etag=self.etags.user(user, ()))

    def meet(self, member: Member, document: Document, projection: Projection, moment: Moment) -> Decision:
        """A create for somebody who is there: a conflict, or on wish their adoption (M4, M5, M6, M7).

        Source: SEED-06, SEED-55, SEED-56, SEED-58
        """
        is_adopted = self.policy.existing_user == "adopt" and member.type is MemberType.MEMBER
        if not is_adopted or member.scim_id is None:
            return self.refuse_existing(member, moment)
        user, groups = yield from self._get(member.scim_id)
        wanted = {**user.document, "active": user.document["active"] or document["active"]}
        return (yield from self._update(user, groups, wanted, projection, moment))

    def refuse_existing(self, member: Member, moment: Moment) -> Outcome:
        """The answer to a create for somebody who is there: nothing changes and nobody is told.

        Source: RFC7644-3.3-15, RFC7644-3.3-17, OKTA-08, ENTRA-09
        """
        return Outcome(taken("userName"))

    def look_up(self, document: Document) -> Looking[Known]:
        """Whom the account knows under the userName or the address of a new user.

        Source: RFC7643-4.1.1-04, RFC7643-4.1.1-05, RFC7643-7-32, RFC7644-3.6-09, SEED-06, SEED-57, SEED-58
        """
        name_key, address_key = identity_key(document["userName"]), identity_key(address_of(document))
        user = yield from ask(FindUserByName(name_key))
        if user is not None:
            return Known(user.member, True, NO_CHANGE)
        claim = resting_on(Free("user", name_key))
        member = yield from ask(FindMemberByAddress(address_key))
        if member is None:
            return Known(None, False, claim + resting_on(Free("member", address_key)))
        # Guests are no business of provisioning; a member without a SCIM user is one whose user was deleted.
        is_theirs = identity_key(member.email) == address_key
        is_back = member.type is MemberType.MEMBER and member.scim_id is None and is_theirs
        return Known(member, not is_back, claim)

    def move(self, user: User, is_active: bool, moment: Moment) -> ChangeSet:
        """What `active` means for the member, where it differs from what was.

        Source: RFC7643-4.1.1-17, RFC7643-4.1.1-18, ENTRA-30, ENTRA-31
        """
        if is_active == user.member.is_active:
            return NO_CHANGE
        if is_active:
            return self.account.reactivate(user.member, moment.ids.new_secret(), moment.now_ms)
        return self.account.suspend(user.member, moment.now_ms)

    def _get(self, scim_id: str, conditions: Conditions = UNCONDITIONAL) -> Looking[tuple[User, list[Membership]]]:
        found = yield from ask(FindUserAndGroups(scim_id))
        if found is None:
            raise not_found("user", scim_id)
        self.etags.check_write(conditions, found[0].version)
        return found

    def _claim_new_names(self, user: User, document: Document, moment: Moment) -> Looking[ChangeSet]:
        """The claim to the userName and the address of a changed user, as far as they are new.

        Source: RFC7643-4.1.1-06, RFC7644-3.5.1-17, RFC7644-3.5.2-34
        """
        claim = NO_CHANGE
        name_key, address_key = identity_key(document["userName"]), identity_key(address_of(document))
        if name_key != identity_key(user.document["userName"]):
            named = yield from ask(FindUserByName(name_key))
            if named is not None and named.id != user.id:
                raise taken("userName")
            # If the user itself has it, the same change was quicker elsewhere: the claim fails, and we decide anew.
            claim += resting_on(Free("user", name_key))
        if address_key != identity_key(user.member.email):
            self.check_domain(document, moment)
            holder = yield from ask(FindMemberByAddress(address_key))
            if holder is None:
                return claim + resting_on(Free("member", address_key))
            if holder.id != user.member.id:
                raise taken("userName")
        return claim

    def check_domain(self, document: Document, moment: Moment) -> None:
        """Refuse an address that the account takes no members from (M2).

        Source: SEED-15
        """
        address = address_of(document)
        if not moment.standing.allows(address):
            journal = refusal(f"the domain of {address} is not allowed", moment.now_ms)
            raise Refused(400, "The account takes no members from the domain of this address.", journal, "invalidValue")

    def _admit(self, document: Document, moment: Moment) -> tuple[Member, ChangeSet]:
        self.check_domain(document, moment)
        if not document["active"] and self.policy.inactive_create == "refuse":
            raise invalid_value("A new user has to be active.")
        newcomer = Newcomer(moment.ids.new_id(), address_of(document), name_of(document), moment.ids.new_secret())
        state = State.INVITED if document["active"] else State.INVITED_SUSPENDED
        member = newcomer.as_member(state, moment.now_ms)
        if document["active"]:
            return member, self.account.invite(newcomer, moment.now_ms)
        return member, self.account.enrol_suspended(newcomer, moment.now_ms)

    def _readmit(self, member: Member, document: Document, moment: Moment) -> ChangeSet:
        seen = resting_on(RestsOn("member", member.id, member.version))
        email, name = address_of(document), name_of(document)
        if document["active"]:
            return seen + self.account.readmit(member, email, name, moment.ids.new_secret(), moment.now_ms)
        return seen + self.account.readmit_suspended(member, email, name, moment.now_ms)

    def _update(
        self,
        user: User,
        groups: list[Membership],
        document: Document,
        projection: Projection,
        moment: Moment,
        names_address: bool = False,
    ) -> Decision:
        """Source: RFC7643-3.1-22, RFC7643-3.1-23, RFC7643-3.1-24, RFC7644-3.5.2.1-11"""
        document = settle_name(user.document, document, self.leniency)
        claim = yield from self._claim_new_names(user, document, moment)
        if not document["active"]:
            claim += yield from keep_an_owner(user.member, self.policy, moment.now_ms)
        change_set = _seen(user) + claim + self._follow(user, document, moment, names_address)
        document = self._until_accepted(user, document)
        updated = user
        if document != user.document:
            at_ms = max(moment.now_ms, user.modified_ms + 1)
            change_set += change(ChangeUser(user.id, document, at_ms, user.document))
            updated = replace(user, stored=encode_document(document), modified_ms=at_ms, version=user.version + 1)
        return Outcome(self._shown(updated, groups, projection), change_set)

    def _until_accepted(self, user: User, document: Document) -> Document:
        """What SCIM shows of a new address before it is accepted: itself, or on wish the old one (M23)."""
        is_new = identity_key(address_of(document)) != identity_key(user.member.email)
        if not (is_new and self.policy.shows_old_user_name and self.account.asks(user.member)):
            return document
        kept: Document = {name: user.document[name] for name in ("userName", "emails") if name in user.document}
        return {**document, **kept}

    def _follow(self, user: User, document: Document, moment: Moment, names_address: bool) -> ChangeSet:
        member, now_ms, address = user.member, moment.now_ms, address_of(document)
        change_set = self.account.adopt(member, now_ms)
        if name_of(document) != name_of(user.document):
            change_set += self.account.rename(member, name_of(document), now_ms)
        is_taken_back = names_address and self.policy.shows_old_user_name and member.new_email is not None
        if address != address_of(user.document) or is_taken_back:
            change_set += self.account.change_address(member, address, moment.ids.new_secret(), now_ms)
        return change_set + self.move(user, document["active"], moment)

    def _shown(self, user: StoredUser, groups: list[Membership], projection: Projection) -> Answer:
        in_groups = groups if projection.shows(USER, "groups") else []
        shown = self.representation.user(user, in_groups, projection)
        return Answer(200, shown, self.representation.user_location(user.id), etag=self.etags.user(user, in_groups))


def _seen(user: User) -> ChangeSet:
    return resting_on(RestsOn("user", user.id, user.version), RestsOn("member", user.member.id, user.member.version))


def _names_address(step: Step) -> bool:
    """Whether a step of a PATCH says something about the address."""
    return step.target.attribute is not None and step.target.attribute.name in ("userName", "emails")
