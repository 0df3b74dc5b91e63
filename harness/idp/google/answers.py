"""Google's reading of answers, and why it rejects some."""

from __future__ import annotations

from harness.directory.values import Person
from harness.idp.google.requests import mapped
from harness.idp.provider import Reading, body_of, is_success, usable_id
from harness.record.exchange import Json, Response, get_attribute
from harness.record.message import is_error_message


def fault_of(response: Response) -> str:
    """Why a write failed; empty when all is well. An Error under a 2xx is a failure, and so is what is no JSON."""
    if not is_success(response):
        return "no answer" if response.status == 0 else "refused"
    if response.body.strip() and not body_of(response):
        return "the body is no JSON object"
    return "an Error body" if is_error_message(body_of(response)) else ""


def read_created(response: Response) -> tuple[str, str]:
    """The id of a new user, and why there is none."""
    if fault := fault_of(response):
        return "", fault
    scim_id = usable_id(body_of(response))
    return scim_id, "" if scim_id else "the answer has no id"


def read_matches(response: Response, *, takes_first: bool = False, takes_404: bool = False) -> Reading:
    """The user who matches, if any; or why that can't be told: then nothing is created (3.g)."""
    if response.status == 404 and takes_404:
        return Reading()
    if fault := fault_of(response):
        return Reading(fault="the match query failed" if fault in ("refused", "no answer") else fault)
    body = body_of(response)
    total, listed = get_attribute(body, "totalResults"), get_attribute(body, "Resources")
    if not isinstance(total, int) or isinstance(total, bool):
        return Reading(fault="totalResults is no number")
    if listed is not None and not isinstance(listed, list):
        return Reading(fault="Resources is no array")
    found = [each for each in listed or () if isinstance(each, dict)]
    if len(found) != len(listed or ()):
        return Reading(fault="Resources lists what is no user")
    if total < len(found) or total > len(found) == 0:
        return Reading(fault=f"totalResults is {total}, and {len(found)} are listed")
    if total > 1 and not takes_first:
        return Reading(fault="several users match")
    return Reading(found[:1], total)


def shows_otherwise(person: Person, resource: Json) -> bool:
    """Whether a match shows another value for something that is mapped; what it does not show is left alone."""
    name = get_attribute(resource, "name")
    parts = name if isinstance(name, dict) else {}
    shown = {
        "displayName": get_attribute(resource, "displayName"),
        "name.givenName": get_attribute(parts, "givenName"),
        "name.familyName": get_attribute(parts, "familyName"),
    }
    wanted = mapped(person)
    return any(value is not None and value != wanted[path] for path, value in shown.items())
