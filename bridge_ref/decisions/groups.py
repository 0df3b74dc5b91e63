"""Create, read, replace, patch and delete a group."""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from bridge_ref.account.changes import (
    NO_CHANGE,
    ChangeGroup,
    ChangeSet,
    NameIsFree,
    change,
    require,
    require_unchanged,
)
from bridge_ref.account.events import Event
from bridge_ref.account.group_rules import GroupRules
from bridge_ref.account.groups import Group, GroupType
from bridge_ref.account.members import identity_key
from bridge_ref.account.rules import refusal
from bridge_ref.decisions.memberships import Memberships
from bridge_ref.decisions.outcome import DecisionContext, Outcome, Refused, ScimDecision
from bridge_ref.decisions.queries import Decision, FindGroup, FindGroupByName, FindGroupMembers, FindGroupUsers, ask
from bridge_ref.decisions.write import Write
from bridge_ref.scim.answer import Answer
from bridge_ref.scim.catalogue import GROUP
from bridge_ref.scim.document import parse_document
from bridge_ref.scim.errors import not_found, taken
from bridge_ref.scim.etags import UNCONDITIONAL, Conditions
from bridge_ref.scim.leniency import Leniency
from bridge_ref.scim.patch.apply import Patch
from bridge_ref.scim.patch.plan import PatchStep
from bridge_ref.scim.projection import Projection
from bridge_ref.scim.representation import Representation
from bridge_ref.scim.stored_user import Document, Membership


class Groups:
    """Decides requests about single groups."""

    def __init__(
        self,
        rules: GroupRules,
        memberships: Memberships,
        patch: Patch,
        representation: Representation,
        leniency: Leniency,
    ) -> None:
        self.rules = rules
        self.memberships = memberships
        self.patcher = patch
        self.representation = representation
        self.etags = representation.etags
        self.leniency = leniency

    def get(self, scim_id: str, projection: Projection, conditions: Conditions = UNCONDITIONAL) -> ScimDecision:
        """Read a group."""
        group = yield from self._get(scim_id)
        return Outcome(self.etags.read((yield from self._shown(group, projection)), conditions))

    def create(self, body: Any, projection: Projection, context: DecisionContext) -> ScimDecision:
        """Create a group; a name that the account has, managed or not, is taken (G1)."""
        document = parse_document(GROUP, body, self.leniency)
        key = identity_key(document["displayName"])
        existing = yield from ask(FindGroupByName(key))
        if existing is not None:
            return (yield from self.create_existing(existing, projection, context))
        group = _new_group(document, context)
        made = require(NameIsFree("group", key)) + self.rules.create(group, context.now_ms)
        value = _members_in(body)
        joins = (yield from self.memberships.set(group, value, context.now_ms)) if value else NO_CHANGE
        members = [Membership(each, "", "") for each in self.memberships.ids(value)]
        if self.memberships.may_skip:
            members = yield from self.memberships.after([], joins)
        return Outcome(self.created(group, members, projection), made + joins)

    def create_existing(self, group: Group, projection: Projection, context: DecisionContext) -> ScimDecision:
        """A create for the name of an existing group: a conflict or, by policy, its adoption (G2, G3, G4)."""
        self.check_name(group, context)
        if self.rules.policy.existing_group == "conflict":
            raise taken("displayName")
        managed, change_set = group, require_unchanged(group)
        if not group.managed:
            managed = replace(group, managed=True, scim_id=context.new_scim_id().lower(), version=group.version + 1)
            change_set += self.rules.manage(group, str(managed.scim_id), context.now_ms)
        return Outcome((yield from self._shown(managed, projection)), change_set)

    def check_name(self, group: Group, context: DecisionContext) -> None:
        """Refuse the name of a group that the account itself has made (G4)."""
        if group.is_system:
            journal = refusal(f"{group.name} is a group of the account itself", context.now_ms, None, group.id)
            raise Refused(409, "This displayName is already in use.", journal, "uniqueness")

    def replace(self, write: Write, context: DecisionContext) -> ScimDecision:
        """Replace a group; without `members` in the body the membership stays."""
        document = parse_document(GROUP, write.body, self.leniency)
        group = yield from self._get(write.scim_id, write.conditions)
        moved = NO_CHANGE
        if any(name.lower() == "members" for name in write.body):
            moved = yield from self.memberships.set(group, _members_in(write.body), context.now_ms)
        updated, change_set = yield from self._update(group, document, moved, context)
        change_set += require_unchanged(group) if write.conditions.are_set else NO_CHANGE
        return Outcome((yield from self._shown_after(updated, moved, write.projection)), change_set)

    def patch(self, write: Write, context: DecisionContext) -> ScimDecision:
        """Change parts of a group; the answer is empty unless attributes are asked for."""
        steps = self.patcher.plan(GROUP, write.body)
        group = yield from self._get(write.scim_id, write.conditions)
        document = self.patcher.apply(_document(group), [step for step in steps if not _is_members(step)])
        member_steps = [step for step in steps if _is_members(step)]
        moved = yield from self.memberships.change(group, member_steps, context.now_ms)
        updated, change_set = yield from self._update(group, document, moved, context)
        change_set += require_unchanged(group) if write.conditions.are_set else NO_CHANGE
        if not write.projection.attributes:
            return Outcome(Answer(204, None, self._location(updated), etag=self.etags.group(updated)), change_set)
        return Outcome((yield from self._shown_after(updated, moved, write.projection)), change_set)

    def delete(self, scim_id: str, context: DecisionContext, conditions: Conditions = UNCONDITIONAL) -> ScimDecision:
        """Delete a group; its members stay members of the account, in the state that they are in."""
        group = yield from self._get(scim_id, conditions)
        if self.rules.policy.deleted_group == "delete":
            return Outcome(Answer(204), require_unchanged(group) + self.rules.delete(group, context.now_ms))
        members = [each.member for each in (yield from ask(FindGroupMembers(group.id)))]
        return Outcome(Answer(204), require_unchanged(group) + self.rules.unmanage(group, members, context.now_ms))

    def created(self, group: Group, members: list[Membership], projection: Projection) -> Answer:
        """The answer to a create."""
        shown = self.representation.group(group, members, projection)
        return Answer(201, shown, self._location(group), etag=self.etags.group(group))

    def _get(self, scim_id: str, conditions: Conditions = UNCONDITIONAL) -> Decision[Group]:
        group = yield from ask(FindGroup(scim_id))
        if group is None:
            raise not_found("group", scim_id)
        self.etags.check_write(conditions, group.version)
        return group

    def _update(
        self, group: Group, document: Document, moved: ChangeSet, context: DecisionContext
    ) -> Decision[tuple[Group, ChangeSet]]:
        name, external_id = document["displayName"], document.get("externalId")
        values = (
            {}
            if (name, external_id) == (group.name, group.external_id)
            else {
                "name": name,
                "external_id": external_id,
            }
        )
        if not values and not moved:
            return group, NO_CHANGE
        at_ms = max(context.now_ms, group.modified_ms + 1)
        updated = replace(group, name=name, external_id=external_id, modified_ms=at_ms, version=group.version + 1)
        change_set = change(ChangeGroup(group.id, values, at_ms)) + moved
        if identity_key(name) != identity_key(group.name):
            change_set += yield from self.claim_name(name, context, group)
        if name != group.name:
            change_set += change(Event("group_renamed", context.now_ms, None, group.id))
        # Joins and leaves rest on nothing but the group's being there: many of them can land at once.
        return updated, (require_unchanged(group) if values else NO_CHANGE) + change_set

    def claim_name(self, name: str, context: DecisionContext, group: Group | None = None) -> Decision[ChangeSet]:
        """The claim to a name that no group of the account has, in whatever letter case.

        If the group itself has it, the same change was quicker elsewhere: the claim fails, and we decide anew.
        """
        key = identity_key(name)
        holder = yield from ask(FindGroupByName(key))
        if holder is not None and (group is None or holder.id != group.id):
            self.check_name(holder, context)
            raise taken("displayName")
        return require(NameIsFree("group", key))

    def _location(self, group: Group) -> str:
        return self.representation.group_location(str(group.scim_id))

    def _shown(self, group: Group, projection: Projection) -> Decision[Answer]:
        members: list[Membership] = []
        if projection.shows(GROUP, "members"):
            members = yield from ask(FindGroupUsers(group.id))
        shown = self.representation.group(group, members, projection)
        return Answer(200, shown, self._location(group), etag=self.etags.group(group))

    def _shown_after(self, group: Group, moved: ChangeSet, projection: Projection) -> Decision[Answer]:
        """The answer that shows the group as it will be once the joins and leaves are committed."""
        members: list[Membership] = []
        if projection.shows(GROUP, "members"):
            present = yield from ask(FindGroupUsers(group.id))
            members = yield from self.memberships.after(present, moved)
        shown = self.representation.group(group, members, projection)
        return Answer(200, shown, self._location(group), etag=self.etags.group(group))


def _new_group(document: Document, context: DecisionContext) -> Group:
    return Group(
        id=context.ids.new_id(),
        name=document["displayName"],
        type=GroupType.USER_DEFINED,
        managed=True,
        scim_id=context.new_scim_id().lower(),
        external_id=document.get("externalId"),
        created_ms=context.now_ms,
        modified_ms=context.now_ms,
    )


def _members_in(body: Mapping[str, Any]) -> Any:
    return next((value for name, value in body.items() if name.lower() == "members"), None)


def _document(group: Group) -> Document:
    document: Document = {"displayName": group.name}
    if group.external_id is not None:
        document["externalId"] = group.external_id
    return document


def _is_members(step: PatchStep) -> bool:
    return step.target.attribute is not None and step.target.attribute.name == "members"
