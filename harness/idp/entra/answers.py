"""Entra ID's reading of answers, and the names that its provisioning log gives to faults."""

from __future__ import annotations

from harness.idp.provider import Reading, body_of, is_success, usable_id
from harness.record.exchange import Json, Response, get_attribute, parse_body
from harness.record.message import CORE_USER, ENTERPRISE_USER, is_error_message

INCOMPATIBLE = "SystemForCrossDomainIdentityManagementServiceIncompatible"
UNAUTHORIZED = "Unauthorized"
FATAL = (INCOMPATIBLE, UNAUTHORIZED)  # quarantine at once, whatever the count (MS-QUAR)
MANAGER = f"{ENTERPRISE_USER}:manager"
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


def name_of(response: Response) -> str:
    """What the log calls an answer that is no success."""
    return NAMES.get(response.status, "ServiceFailure" if response.status >= 500 else "the request was refused")


def fault_of(response: Response) -> str:
    """Why a write failed; empty when all is well. A body is not needed, but an Error under a 2xx is none (2.c)."""
    if not is_success(response):
        return name_of(response)
    return INCOMPATIBLE if is_error_message(body_of(response)) else ""


def read_resource(response: Response, scim_id: str = "") -> Reading:
    """The resource of an answer, which must have an id; or why it can't be read (2.g)."""
    if fault := fault_of(response):
        return Reading(fault=fault)
    body = body_of(response)
    is_right = usable_id(body) and scim_id in ("", usable_id(body))
    return Reading([body], 1) if is_right else Reading(fault=INCOMPATIBLE)


def read_matches(response: Response, needs_resources: bool = False) -> Reading:
    """The resources that match; or why that can't be told. 404 to a filter is no "nobody" but a fault (ENTRA-01)."""
    if response.status == 404:
        return Reading(fault=INCOMPATIBLE)
    if fault := fault_of(response):
        return Reading(fault=fault)
    body = body_of(response)
    total, listed = get_attribute(body, "totalResults"), get_attribute(body, "Resources")
    if not isinstance(total, int) or isinstance(total, bool):
        return Reading(fault=INCOMPATIBLE)
    if listed is None and total == 0 and not needs_resources:
        return Reading()
    if not isinstance(listed, list) or (total > 0 and not listed):
        return Reading(fault=INCOMPATIBLE)
    found = [entry for entry in listed if isinstance(entry, dict) and usable_id(entry)]
    if len(found) != len(listed):
        return Reading(fault=INCOMPATIBLE)
    return Reading(fault=DUPLICATES) if max(total, len(found)) > 1 else Reading(found, total)


def shows_members(response: Response) -> bool:
    """Whether members came back though they were excluded (MS-LOGS)."""
    return bool(get_attribute(body_of(response), "members"))


def whole_seconds(response: Response) -> float | None:
    """Whole seconds of Retry-After; None for anything else."""
    value = response.header("Retry-After") or ""
    return float(value) if value.isascii() and value.isdigit() and len(value) < 9 else None


def roles_of(resource: Json) -> set[str]:
    """The roles that the bridge shows, also where it kept them as the JSON text in which they came."""
    listed = get_attribute(resource, "roles")
    values = [_part(entry, "value") for entry in listed] if isinstance(listed, list) else []
    return {_role_name(value) for value in values if isinstance(value, str)}


def _role_name(value: str) -> str:
    told = parse_body(value.encode("utf-8", "replace")).value if value.startswith("{") else None
    name = told.get("value") if isinstance(told, dict) else value
    return name if isinstance(name, str) else value


def manager_of(resource: Json) -> str:
    """The id of the manager that the bridge shows; empty when it shows none."""
    value = value_at(resource, MANAGER)
    value = value.get("value") if isinstance(value, dict) else value
    return value if isinstance(value, str) else ""


def value_at(resource: Json, path: str) -> object:
    """What stands at one of the mapped paths: plain, dotted, behind a URN, or of the entry that a filter selects."""
    if path.startswith(f"{CORE_USER}:"):
        return value_at(resource, path.removeprefix(f"{CORE_USER}:"))
    if path.startswith("urn:"):
        urn, _, part = path.rpartition(":")
        return _part(get_attribute(resource, urn), part)
    if "[" in path:
        name, _, rest = path.partition("[")
        inside, part = rest.partition("]")[0], rest.rpartition(".")[2]
        listed = get_attribute(resource, name)
        entries_ = [e for e in listed if isinstance(e, dict)] if isinstance(listed, list) else []
        return next((_part(e, part) for e in entries_ if _is_selected(e, inside)), None)
    name, _, part = path.partition(".")
    value = get_attribute(resource, name)
    return _part(value, part) if part else value


def _is_selected(entry: Json, condition: str) -> bool:
    name, _, value = condition.split(" ", 2)
    return str(get_attribute(entry, name)).casefold() == value.strip('"').casefold()


def _part(value: object, name: str) -> object:
    return get_attribute(value, name) if isinstance(value, dict) else None
