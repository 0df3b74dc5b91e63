"""SCIM errors: RFC 7644 section 3.12."""

from typing import Any, Literal

ERROR_URN = "urn:ietf:params:scim:api:messages:2.0:Error"

_LONGEST_DETAIL = 400

ScimType = Literal[
    "invalidFilter",
    "tooMany",
    "uniqueness",
    "mutability",
    "invalidSyntax",
    "invalidPath",
    "noTarget",
    "invalidValue",
    "invalidVers",
    "sensitive",
    "invalidCursor",
    "expiredCursor",
    "invalidCount",
]


class ScimError(Exception):
    """A request that is answered with an Error body."""

    def __init__(self, status: int, detail: str, scim_type: ScimType | None = None) -> None:
        super().__init__(detail)
        self.status = status
        # The detail quotes what was sent, which can be long.
        self.detail = detail if len(detail) <= _LONGEST_DETAIL else detail[:_LONGEST_DETAIL] + " …"
        self.scim_type = scim_type


class MethodError(ScimError):
    """A method that the endpoint does not have."""

    def __init__(self, method: str, allowed: tuple[str, ...]) -> None:
        super().__init__(405, f"{method} is not possible here; {', '.join(allowed)} is.")
        self.allowed = allowed


def not_offered(capability: str) -> ScimError:
    """A request for something that this bridge has switched off; discovery says so."""
    return ScimError(501, f"This bridge does not offer {capability}; see /ServiceProviderConfig.")


class Errors:
    """Writes Error bodies."""

    def render(self, error: ScimError) -> dict[str, Any]:
        """The Error body of one error."""
        body: dict[str, Any] = {"schemas": [ERROR_URN], "status": self.status(error)}
        if error.scim_type:
            body["scimType"] = error.scim_type
        body["detail"] = error.detail
        return body

    def status(self, error: ScimError) -> Any:
        """The status as it stands in the body: a string."""
        return str(error.status)


def bad_request(detail: str, scim_type: ScimType) -> ScimError:
    """A 400 of the given kind."""
    return ScimError(400, detail, scim_type)


def invalid_value(detail: str) -> ScimError:
    """A value of the wrong type, or a required one that is missing."""
    return ScimError(400, detail, "invalidValue")


def not_found(kind: str, scim_id: str) -> ScimError:
    """No resource of that id."""
    return ScimError(404, f"There is no {kind} with the id {scim_id!r}.")


def taken(attribute: str) -> ScimError:
    """A value that must be unique belongs to another; the other is not described."""
    return ScimError(409, f"This {attribute} is already in use.", "uniqueness")
