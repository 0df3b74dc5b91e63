"""Okta's reading of answers, and why it rejects some."""

from __future__ import annotations

from harness.idp.provider import Reading, body_of, is_success
from harness.record.exchange import Response, get_attribute
from harness.record.message import is_error_message

NUMBERS = ("totalResults", "startIndex", "itemsPerPage")


def parse_list(response: Response) -> Reading:
    """`totalResults` and the resources of a list answer; or why Okta can't read it (1.a, 1.g).

    Keys in lower case are read too (OKTA-PAGE-2018). A number that came as text stops Okta.
    """
    if response.status != 200:
        return Reading(fault="the list was refused")
    body = body_of(response)
    if not body:
        return Reading(fault="Invalid JSON")
    found = body if "totalResults" in body else {name: get_attribute(body, name) for name in (*NUMBERS, "Resources")}
    for name in NUMBERS:
        value = found.get(name)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
            return Reading(fault=f"{name} is no number")
    total, listed = found.get("totalResults"), found.get("Resources")
    if total is None:
        return Reading(fault="totalResults is missing")
    return Reading([entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else [], total)


def parse_matches(response: Response) -> Reading:
    """The resources that match: none on 404 or `totalResults` 0; or why that can't be told (1.b)."""
    if response.status == 404:
        return Reading()
    listed = parse_list(response)
    if listed.fault:
        return Reading(fault="the match query failed") if response.status != 200 else listed
    if listed.total <= 0:
        return Reading()
    return listed if listed.resources else Reading(fault=f"totalResults is {listed.total}, and nothing is listed")


def fault_of(response: Response, *, may_be_empty: bool = False) -> str:
    """Why a success is none for Okta: no JSON object, or an Error body under a 2xx; empty when all is well (1.g)."""
    if not is_success(response):
        return "refused"
    if may_be_empty and not response.body:
        return ""
    body = body_of(response)
    if not body:
        return "Invalid JSON" if response.body else "the body is empty"
    return "an Error body" if is_error_message(body) else ""


def is_unanswered(response: Response) -> bool:
    """Whether it is unknown what the bridge did: no answer came, or one that may be of somebody in between."""
    return response.status == 0 or response.status >= 500


def detail_of(response: Response) -> str:
    """The text that the administrator sees of an error (OKTA-FAQ)."""
    value = body_of(response).get("detail")
    return value[:500] if isinstance(value, str) else ""


def retry_after(response: Response) -> float | None:
    """Whole seconds of Retry-After; None for a date, a fraction or nothing (OKTA-CON)."""
    value = response.header("Retry-After") or ""
    return float(value) if value.isascii() and value.isdigit() else None
