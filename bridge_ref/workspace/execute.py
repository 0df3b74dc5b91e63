"""Execute the steps of a plan by the same decisions as SCIM requests, each in its own transaction."""

from collections.abc import Callable

from bridge_ref.account.changes import NO_CHANGE, ChangeSet, require_unchanged
from bridge_ref.decisions.groups import Groups
from bridge_ref.decisions.member_actions import ActionRefused, MemberActions
from bridge_ref.decisions.outcome import DecisionContext, Outcome
from bridge_ref.decisions.queries import (
    AnyOf,
    Decision,
    FindAccountGroup,
    FindAccountGroups,
    FindGroupIdsOf,
    FindGroupsWhere,
    FindMember,
    FindMembers,
    FindUserPage,
    FindUsersWhere,
    Term,
    ask,
)
from bridge_ref.decisions.users import Users
from bridge_ref.decisions.write import Write
from bridge_ref.scim.errors import ScimError
from bridge_ref.scim.projection import EVERYTHING
from bridge_ref.scim.stored_user import Document
from bridge_ref.workspace.plan import (
    PREFIX,
    AdoptGroup,
    CreateGroup,
    CreateUser,
    JoinGroup,
    LeaveGroup,
    Step,
    Suspend,
    UpdateGroup,
    UpdateUser,
)
from bridge_ref.workspace.reconcile import AccountState, Reconciler
from bridge_ref.workspace.settings import WorkspaceSettings

_USER = "urn:ietf:params:scim:schemas:core:2.0:User"
_GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
_PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


class StepError(Exception):
    """A step that the account refuses, with the reason."""


class PlanExecutor:
    """Turns steps into decisions, which look again at anything that changed since the plan."""

    def __init__(self, users: Users, groups: Groups, reconciler: Reconciler) -> None:
        self.users = users
        self.groups = groups
        self.reconciler = reconciler
        self.member_actions = MemberActions(users.account)

    def decision(
        self, step: Step, settings: WorkspaceSettings, context: DecisionContext
    ) -> Callable[[], Decision[ChangeSet]]:
        """The decision that carries a step out; it raises StepError where the account refuses."""
        return lambda: self._checked(step, settings, context)

    def _checked(self, step: Step, settings: WorkspaceSettings, context: DecisionContext) -> Decision[ChangeSet]:
        try:
            return (yield from self._decide(step, settings, context))
        except (ScimError, ActionRefused) as error:
            raise StepError(f"{step.words()}: {error}") from None

    def _decide(self, step: Step, settings: WorkspaceSettings, context: DecisionContext) -> Decision[ChangeSet]:
        if isinstance(step, Suspend):
            return (yield from self.suspend(step, settings, context))
        if isinstance(step, AdoptGroup):
            return (yield from self.adopt(step, context))
        outcome = yield from self._outcome(step, context)
        if outcome is None:
            return NO_CHANGE
        if isinstance(outcome.answer, ScimError):
            raise outcome.answer
        return outcome.change_set

    def suspend(self, step: Suspend, settings: WorkspaceSettings, context: DecisionContext) -> Decision[ChangeSet]:
        """Suspend a member, unless it has become exempt or was suspended meanwhile."""
        member = yield from ask(FindMember(step.member_id))
        if member is None or not member.is_active:
            return NO_CHANGE
        if self.reconciler.is_exempt(member, settings):
            return NO_CHANGE
        return (yield from self.member_actions.take_access(member.id, context))

    def adopt(self, step: AdoptGroup, context: DecisionContext) -> Decision[ChangeSet]:
        """Manage a group that people have made, unless it is already managed."""
        group = yield from ask(FindAccountGroup(step.group_id))
        if group is None or group.managed:
            return NO_CHANGE
        seen = require_unchanged(group)
        return seen + self.groups.rules.manage(group, context.new_scim_id().lower(), context.now_ms)

    def _outcome(self, step: Step, context: DecisionContext) -> Decision[Outcome | None]:
        match step:
            case CreateUser():
                body = {"schemas": [_USER], **step.document}
                return (yield from self.users.create(body, EVERYTHING, context))
            case UpdateUser():
                return (yield from self.users.patch(Write(step.scim_id, _replacing(step.values)), context))
            case CreateGroup():
                body = {"schemas": [_GROUP], "displayName": step.name, "externalId": PREFIX + step.google_id}
                return (yield from self.groups.create(body, EVERYTHING, context))
            case UpdateGroup():
                return (yield from self.groups.patch(Write(step.scim_id, _replacing(step.values)), context))
            case JoinGroup():
                return (yield from self._join(step, context))
            case LeaveGroup():
                operations: list[Document] = [
                    {"op": "remove", "path": f'members[value eq "{each}"]'} for each in step.user_ids
                ]
                return (yield from self.groups.patch(Write(step.scim_id, _patch(operations)), context))
        raise TypeError(f"no step: {step}")

    def _join(self, step: JoinGroup, context: DecisionContext) -> Decision[Outcome | None]:
        groups = yield from ask(FindGroupsWhere(Term("external_id", "eq", PREFIX + step.google_id)))
        wanted = tuple(Term("external_id", "eq", PREFIX + each) for each in step.people)
        users = yield from ask(FindUsersWhere(AnyOf(wanted)))
        if not groups or not users:
            return None  # What was to be made before has failed, and has said so.
        value = [{"value": user.id} for user in users]
        operations: list[Document] = [{"op": "add", "path": "members", "value": value}]
        return (yield from self.groups.patch(Write(str(groups[0].scim_id), _patch(operations)), context))


def find_account() -> Decision[AccountState]:
    """The account as a plan has to know it."""
    members = yield from ask(FindMembers())
    users = yield from ask(FindUserPage())
    groups = yield from ask(FindAccountGroups())
    in_group: dict[str, set[str]] = {}
    for member_id, group_ids in (yield from ask(FindGroupIdsOf())).items():
        for group_id in group_ids:
            in_group.setdefault(group_id, set()).add(member_id)
    return AccountState(
        tuple(members),
        {user.member_id: user for user in users},
        tuple(groups),
        {group_id: frozenset(ids) for group_id, ids in in_group.items()},
    )


def _replacing(values: Document) -> Document:
    return _patch([{"op": "replace", "path": name, "value": value} for name, value in values.items()])


def _patch(operations: list[Document]) -> Document:
    return {"schemas": [_PATCH], "Operations": operations}
