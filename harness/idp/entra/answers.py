"""How Entra ID reads answers, and what its provisioning log calls the bad ones: idp-wire.md section 2.g. Pure."""

from __future__ import annotations

from harness.idp.provider import body_of, is_success
from harness.record.exchange import Json, Response, get_attribute
from harness.record.message import ERROR

INCOMPATIBLE = "SystemForCrossDomainIdentityManagementServiceIncompatible"
UNAUTHORIZED = "Unauthorized"
FATAL = (INCOMPATIBLE, UNAUTHORIZED)  # quarantine at once, whatever the count (MS-QUAR)
DUPLICATES = "DuplicateTargetEntries"
NAMES = {
    0: "the answer was lost",
    401: UNAUTHORIZED,
    403: "InsufficientRights",
    404: "InvalidAnchor",
    405: "MethodNotAllowed",
    409: "EntryConflict",
    422: "UnprocessableEntity",
    429: "TooManyRequests",
}
TOO_MANY = "SystemForCrossDomainIdentityManagementMultipleEntriesInResponse"
LONGEST_ID = 1000


def name_of(response: Response) -> str:
    """What the log calls an answer that is no success."""
    return NAMES.get(response.status, "ServiceFailure" if response.status >= 500 else "the request was refused")


def fault_of(response: Response) -> str:
    """Why a write failed; empty when all is well. A body is not needed, but an Error under a 2xx is none (2.c)."""
    if not is_success(response):
        return name_of(response)
    schemas = body_of(response).get("schemas")
    return INCOMPATIBLE if isinstance(schemas, list) and ERROR in schemas else ""


def read_resource(response: Response, scim_id: str = "") -> Json | str:
    """The resource of an answer, which must have an id; or, as text, why it can't be read (2.g)."""
    if fault := fault_of(response):
        return fault
    body = body_of(response)
    return body if usable_id(body) and scim_id in ("", usable_id(body)) else INCOMPATIBLE


def read_matches(response: Response, needs_resources: bool = False) -> list[Json] | str:
    """Who matches; or, as text, why that can't be told. 404 to a filter is no "nobody" but a fault (ENTRA-01)."""
    if response.status == 404:
        return INCOMPATIBLE
    if fault := fault_of(response):
        return fault
    body = body_of(response)
    total, listed = get_attribute(body, "totalResults"), get_attribute(body, "Resources")
    if not isinstance(total, int) or isinstance(total, bool):
        return INCOMPATIBLE
    if listed is None and total == 0 and not needs_resources:
        return []
    if not isinstance(listed, list) or (total > 0 and not listed):
        return INCOMPATIBLE
    found = [entry for entry in listed if isinstance(entry, dict) and usable_id(entry)]
    if len(found) != len(listed):
        return INCOMPATIBLE
    return DUPLICATES if max(total, len(found)) > 1 else found


def shows_members(response: Response) -> bool:
    """Whether members came back though they were excluded (MS-LOGS)."""
    return bool(get_attribute(body_of(response), "members"))


def whole_seconds(response: Response) -> float | None:
    """Whole seconds of Retry-After; None for anything else."""
    value = response.header("Retry-After") or ""
    return float(value) if value.isascii() and value.isdigit() and len(value) < 9 else None


def usable_id(resource: Json) -> str:
    """The id of a resource; empty when there is none that can stand in a URL."""
    value = resource.get("id")
    # Dots alone are no segment of a path: clients take them away, and what is meant then is the whole collection.
    if not isinstance(value, str) or len(value) > LONGEST_ID or value in (".", ".."):
        return ""
    return value if value.encode("utf-8", "replace").decode() == value else ""
