"""Defects of bridges that follow the RFCs but miss what one identity provider sends or needs."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from msgspec.structs import replace as changed

from bridge_ref.account.changes import ChangeSet
from bridge_ref.account.members import Member
from bridge_ref.account.rules import Account
from bridge_ref.decisions.groups import Groups
from bridge_ref.decisions.lists import Lists
from bridge_ref.decisions.memberships import Memberships
from bridge_ref.decisions.outcome import DecisionContext, ScimDecision
from bridge_ref.decisions.paging import Page
from bridge_ref.decisions.queries import FindGroupMembers, ask
from bridge_ref.decisions.users import Users
from bridge_ref.decisions.write import Write
from bridge_ref.http.message import RequestHeaders, header
from bridge_ref.http.negotiation import Negotiation
from bridge_ref.lab.registry import defect
from bridge_ref.scim.answer import Answer
from bridge_ref.scim.errors import ScimError, bad_request, invalid_value, not_found
from bridge_ref.scim.etags import UNCONDITIONAL, Conditions
from bridge_ref.scim.leniency import Leniency
from bridge_ref.scim.limits import DEFAULT_LIMITS, Limits
from bridge_ref.scim.patch.apply import Patch
from bridge_ref.scim.projection import EVERYTHING, Projection

# A vendor whose every PATCH, or every create, is refused provisions nobody: all that is told of its people is red.
_NO_PATCH = ("SEED-*", "ENTRA-*", "P-*")
_NOBODY_COMES = ("SEED-*", "OKTA-*", "ENTRA-*", "GOOGLE-*", "P-*")
_SCIM_1 = "urn:scim:schemas:core:1.0"


@defect("capital-operations-refused", breaks=("ENTRA-10", "P-06"), reach=_NO_PATCH)
class CapitalOperationsRefused(Patch):
    """Refuses "Add", "Replace" and "Remove" with a capital."""

    def __init__(self, leniency: Leniency, limits: Limits = DEFAULT_LIMITS) -> None:
        super().__init__(replace(leniency, op_in_any_case=False), limits)


@defect("text-booleans-refused", breaks=("ENTRA-11",), reach=_NO_PATCH)
class TextBooleansRefused(Patch):
    """Refuses `active` as the text "False"."""

    def __init__(self, leniency: Leniency, limits: Limits = DEFAULT_LIMITS) -> None:
        super().__init__(replace(leniency, string_booleans=False), limits)


@defect("value-filter-makes-nothing", breaks=("ENTRA-13",))
class ValueFilterMakesNothing(Patch):
    """Refuses a write to a typed entry that is not there yet."""

    def __init__(self, leniency: Leniency, limits: Limits = DEFAULT_LIMITS) -> None:
        super().__init__(replace(leniency, value_filter_creates=False), limits)


@defect("manager-has-to-be-complex", breaks=("ENTRA-15",))
class ManagerHasToBeComplex(Patch):
    """Refuses a manager who comes as a bare string."""

    def __init__(self, leniency: Leniency, limits: Limits = DEFAULT_LIMITS) -> None:
        super().__init__(replace(leniency, loose_manager=False), limits)


@defect("two-versions-refused", breaks=("GOOGLE-01",), reach=_NOBODY_COMES)
class TwoVersionsRefused(Users):
    """Refuses a create whose `schemas` name SCIM 1.0 beside 2.0."""

    def create(self, body: Any, projection: Projection, context: DecisionContext) -> ScimDecision:
        """The refusal."""
        if isinstance(body, Mapping) and _SCIM_1 in (body.get("schemas") or ()):
            raise invalid_value(f"{_SCIM_1} is no schema of a User.")
        return super().create(body, projection, context)


@defect(
    "own-answer-refused",
    breaks=("OKTA-09", "RFC7644-3.1-06"),
    reach=("RFC7643-3.1-19", "RFC7644-3.5.1-*", "SEED-*", "OKTA-*"),
)
class OwnAnswerRefused(Users):
    """Refuses a PUT of what GET gave, for the `meta` in it."""

    def replace(self, write: Write, context: DecisionContext) -> ScimDecision:
        """The refusal."""
        if isinstance(write.body, Mapping) and "meta" in write.body:
            raise bad_request("meta is read-only.", "mutability")
        return super().replace(write, context)


@defect("stale-formatted-wins", breaks=("OKTA-10",), reach=("RFC7644-3.5.1-02",))
class StaleFormattedWins(Users):
    """Calls people by `name.formatted`, though its parts have changed."""

    def replace(self, write: Write, context: DecisionContext) -> ScimDecision:
        """Replace the user under the stale formatted name."""
        name = write.body.get("name") if isinstance(write.body, Mapping) else None
        if isinstance(name, Mapping) and name.get("formatted"):
            write = changed(write, body={**write.body, "displayName": name["formatted"]})
        return super().replace(write, context)


@defect(
    "inactive-users-are-hidden",
    breaks=("OKTA-14", "ENTRA-07"),
    # Whoever reads after a write to see what became of it, and finds nobody.
    reach=(
        "RFC7643-4.1.1-17",
        "RFC7644-3.4.1-01",
        "RFC7644-3.4.2.5-01",
        "RFC7644-3.5.*",
        "ENTRA-11",
        "OKTA-*",
        "SEED-*",
    ),
)
class InactiveUsersAreHidden(Users):
    """Answers 404 to a read of a user who is not active."""

    def get(self, scim_id: str, projection: Projection, conditions: Conditions = UNCONDITIONAL) -> ScimDecision:
        """The user, if active."""
        outcome = yield from super().get(scim_id, EVERYTHING, conditions)
        user, _ = yield from self._get(scim_id)
        if not user.document["active"]:
            raise not_found("user", scim_id)
        return outcome


@defect("plain-json-refused", breaks=("GOOGLE-02", "OKTA-26"), reach=_NOBODY_COMES)
class PlainJsonRefused(Negotiation):
    """Takes bodies as application/scim+json alone."""

    def check_body(self, headers: RequestHeaders) -> None:
        """The refusal of any other label."""
        if (header(headers, "content-type") or "").lower().startswith("application/json"):
            raise ScimError(415, "Bodies must be application/scim+json.")
        super().check_body(headers)


@defect(
    "nobody-is-not-found",
    breaks=("ENTRA-01", "OKTA-04", "RFC7644-3.4.2-11"),
    reach=("RFC7644-3.4.2.2-28", *_NOBODY_COMES),
)
class NobodyIsNotFound(Lists):
    """Answers 404 to a filter that nobody matches."""

    def _answer(self, shown: list[Any], page: Page[Any]) -> Answer:
        if not page.total:
            raise ScimError(404, "Nobody matches.")
        return super()._answer(shown, page)


@defect("members-always-shown", breaks=("ENTRA-20", "RFC7644-3.4.2.5-05"))
class MembersAlwaysShown(Groups):
    """Shows the members of a group that was asked for without them."""

    def get(self, scim_id: str, projection: Projection, conditions: Conditions = UNCONDITIONAL) -> ScimDecision:
        """Read the group with all its members."""
        return super().get(scim_id, EVERYTHING, conditions)


@defect("long-pushes-refused", breaks=("OKTA-23",), reach=("OKTA-20", "OKTA-21"))
class LongPushesRefused(Memberships):
    """Takes a hundred members in a request, and no more."""

    def _check_number(self, number: int) -> None:
        if number > 100:
            raise ScimError(413, "A request can name at most 100 members.")


@defect(
    "rename-empties-the-group",
    breaks=("OKTA-19",),
    # Okta sends a rename beside each change of members, so no push of its leaves anybody in the group.
    reach=("RFC7644-3.5.2*", "SEED-*", "OKTA-*"),
)
class RenameEmptiesTheGroup(Groups):
    """Takes a PATCH of the name for the whole group: nobody is in it afterwards."""

    def patch(self, write: Write, context: DecisionContext) -> ScimDecision:
        """The new name, and no members."""
        group = yield from self._get(write.scim_id)
        outcome = yield from super().patch(write, context)
        if not any("displayName" in str(operation) for operation in write.body.get("Operations", ())):
            return outcome
        left = yield from self.memberships.set(group, [], context.now_ms)
        return changed(outcome, change_set=outcome.change_set + left)


@defect("deleted-group-suspends", breaks=("OKTA-25",), reach=("SEED-18", "SEED-59"))
class DeletedGroupSuspends(Groups):
    """Suspends everybody who is in a group when it is deleted."""

    def delete(self, scim_id: str, context: DecisionContext, conditions: Conditions = UNCONDITIONAL) -> ScimDecision:
        """The deletion, and the suspensions."""
        group = yield from self._get(scim_id)
        members = [each.member for each in (yield from ask(FindGroupMembers(group.id)))]
        outcome = yield from super().delete(scim_id, context, conditions)
        suspended = ChangeSet.total([self.rules.account.suspend(each, context.now_ms) for each in members])
        return changed(outcome, change_set=outcome.change_set + suspended)


@defect(
    "suspended-members-are-fixed",
    breaks=("ENTRA-30",),
    reach=("SEED-46", "OKTA-2*", "OKTA-31", "ENTRA-2*", "RFC7644-3.14-04", "RFC7644-3.14-11", "RFC7644-3.5.2-35"),
)
class SuspendedMembersAreFixed(Account):
    """Refuses to take somebody out of a group who is suspended."""

    def leave(self, group_id: str, member: Member, now_ms: int) -> ChangeSet:
        """Leave, unless the member is suspended."""
        if not member.is_active:
            raise ScimError(409, "A suspended member stays in their groups.")
        return super().leave(group_id, member, now_ms)
