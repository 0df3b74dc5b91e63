"""What stands beside representations: cookies, and the names that descriptions use (RFC 7644 sections 3.2 and 7.4)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from harness.catalogue.verdict import Finding
from harness.checks.noting import entries_of
from harness.checks.registry import Outcome, check
from harness.checks.selectors import resources_in
from harness.record.exchange import Exchange, Json, get_attribute
from harness.record.message import CORE_USER

_SERVICES = {"aim", "gtalk", "icq", "xmpp", "msn", "skype", "qq", "yahoo"}


def _cookies(exchange: Exchange) -> list[str]:
    headers = exchange.response.headers if exchange.response else ()
    return [value for name, value in headers if name.lower() == "set-cookie"]


@check("RFC7644-7.4-02", over=lambda e: bool(_cookies(e)))
def cookies_end_with_the_session(exchange: Exchange) -> Iterator[Outcome]:
    """A cookie has no term of its own, except to be deleted."""
    for cookie in _cookies(exchange):
        terms = re.findall(r";\s*max-age=(-?\d+)", cookie, re.I)
        if any(int(term) > 0 for term in terms):
            yield Finding("a cookie of the session", f"Max-Age={terms[0]}")


@check("RFC7644-7.4-03", over=lambda e: e.base.startswith("https:") and bool(_cookies(e)))
def cookies_are_secure(exchange: Exchange) -> Iterator[Outcome]:
    """Behind TLS a cookie is marked Secure."""
    for cookie in _cookies(exchange):
        if not re.search(r";\s*secure\s*(;|$)", cookie, re.I):
            yield Finding("a cookie marked Secure", "one without the mark")


def _further_types(exchange: Exchange) -> list[Json]:
    route = exchange.route
    is_it = exchange.request.method == "GET" and route.endpoint == "ResourceTypes" and not route.id
    shown = resources_in(exchange) if is_it and exchange.status == 200 else []
    return [kind for kind in shown if kind.get("name", "User") not in ("User", "Group")]


@check("RFC7644-3.2-03", over=lambda e: bool(_further_types(e)))
def endpoints_are_plurals(exchange: Exchange) -> Iterator[Outcome]:
    """The endpoint of a further resource type is its name with an s."""
    for kind in _further_types(exchange):
        name, endpoint = str(kind.get("name")), str(kind.get("endpoint"))
        if endpoint.rstrip("/").rpartition("/")[2].lower() != f"{name}s".lower():
            yield Finding(f"the endpoint /{name}s", repr(endpoint), "/Resources")


def _services(exchange: Exchange) -> list[str]:
    """The canonical types of ims that a schema of users states; none where it states none."""
    is_it = exchange.request.method == "GET" and exchange.route.endpoint == "Schemas" and exchange.status == 200
    schemas = [exchange.json, *resources_in(exchange)] if is_it else []
    users = [schema for schema in schemas if schema.get("id") == CORE_USER]
    ims = [entry for schema in users for entry in entries_of(schema, "attributes") if entry.get("name") == "ims"]
    types = [sub for entry in ims for sub in entries_of(entry, "subAttributes") if sub.get("name") == "type"]
    given = [get_attribute(sub, "canonicalValues") for sub in types]
    return [str(value) for values in given if isinstance(values, list) for value in values]


@check("RFC7643-4.1.2-08", over=lambda e: bool(_services(e)))
def messaging_services_are_those_of_the_rfc(exchange: Exchange) -> Iterator[Outcome]:
    """Where the canonical types of ims are stated, services are among them."""
    if not {value.lower() for value in _services(exchange)} & _SERVICES:
        yield Finding("services such as xmpp or skype", repr(_services(exchange)), "/attributes")
