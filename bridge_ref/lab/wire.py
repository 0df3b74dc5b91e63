"""Defects in the contents of an answer."""

from typing import Any

from msgspec.structs import replace

from bridge_ref.decisions.users import Users
from bridge_ref.lab.registry import defect
from bridge_ref.scim.answer import Answer
from bridge_ref.scim.errors import Errors, ScimError
from bridge_ref.scim.projection import Projection
from bridge_ref.scim.representation import Representation
from bridge_ref.scim.stored_user import User


@defect("created-without-location", breaks=("RFC7644-3.3-12",), reach=("RFC7644-3.7*",))
class CreatedWithoutLocation(Users):
    """Answers a create without a Location header."""

    def created(self, user: User, projection: Projection) -> Answer:
        """The answer, without the header."""
        return replace(super().created(user, projection), location=None)


@defect(
    "error-status-is-a-number",
    breaks=("RFC7644-3.12-03",),
)
class ErrorStatusIsANumber(Errors):
    """Writes the status of an Error body as a number."""

    def status(self, error: ScimError) -> Any:
        """The number itself."""
        return error.status


@defect(
    "total-results-counts-the-page",
    breaks=("RFC7644-3.4.2-06", "OKTA-02", "P-05"),
    reach=("RFC7644-3.4.2.4-05", "RFC7644-3.4.2.4-11"),
)
class TotalResultsCountsThePage(Representation):
    """Gives the length of the page as the number of all results."""

    def total(self, resources: list[Any], total: int) -> int:
        """The length of the page."""
        return len(resources)
