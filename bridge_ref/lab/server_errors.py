"""Defects that answer a request with a server error."""

from collections.abc import Mapping
from typing import Any

from bridge_ref.decisions.groups import Groups
from bridge_ref.decisions.outcome import DecisionContext, ScimDecision
from bridge_ref.decisions.users import Users
from bridge_ref.lab.registry import defect
from bridge_ref.scim.errors import ScimError
from bridge_ref.scim.etags import UNCONDITIONAL, Conditions
from bridge_ref.scim.projection import Projection

_DELETION = ("RFC7644-3.6-*", "RFC7643-3.1-06", "ENTRA-26", "ENTRA-28", "GOOGLE-06", "GOOGLE-07", "SEED-67")


@defect("deleting-a-member-of-a-group-fails", breaks=("RFC7644-3.12-23",), reach=_DELETION)
class DeletingAMemberOfAGroupFails(Users):
    """Answers the DELETE of a user who is in a group with 500, and deletes nobody."""

    def delete(self, scim_id: str, context: DecisionContext, conditions: Conditions = UNCONDITIONAL) -> ScimDecision:
        """The failure, where there is a group."""
        _, groups = yield from self._get(scim_id, conditions)
        if groups:
            raise ScimError(500, "foreign key constraint failed")
        return (yield from super().delete(scim_id, context, conditions))


@defect(
    "deleting-nobody-fails",
    breaks=("RFC7644-3.12-23", "RFC7644-3.6-07", "RFC7644-3.6-10"),
    reach=(*_DELETION, "OKTA-2[79]"),
)
class DeletingNobodyFails(Users):
    """Answers the DELETE of a user who is not there with 500."""

    def delete(self, scim_id: str, context: DecisionContext, conditions: Conditions = UNCONDITIONAL) -> ScimDecision:
        """The failure, where there is nobody."""
        try:
            return (yield from super().delete(scim_id, context, conditions))
        except ScimError as error:
            raise ScimError(500, "no row was found") if error.status == 404 else error from None


@defect("deleting-a-group-fails", breaks=("RFC7644-3.12-23", "OKTA-25", "ENTRA-29"), reach=(*_DELETION, "OKTA-*"))
class DeletingAGroupFails(Groups):
    """Answers the DELETE of a group with 500."""

    def delete(self, scim_id: str, context: DecisionContext, conditions: Conditions = UNCONDITIONAL) -> ScimDecision:
        """The failure."""
        yield from self._get(scim_id, conditions)
        raise ScimError(500, "deadlock detected")


@defect(
    "a-missing-name-is-a-server-error",
    breaks=("RFC7644-3.12-24", "RFC7643-4.1.1-02"),
    reach=("RFC7643-4.1.1-03", "RFC7644-3.12-17"),
)
class AMissingNameIsAServerError(Users):
    """Answers a create without userName with 500."""

    def create(self, body: Any, projection: Projection, context: DecisionContext) -> ScimDecision:
        """The failure, where there is no name."""
        if isinstance(body, Mapping) and not body.get("userName"):
            raise ScimError(500, "null value in column user_name")
        return (yield from super().create(body, projection, context))
