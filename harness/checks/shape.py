"""The parts of what an answer shows: Groups, extensions, messages, addresses and versions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from harness.catalogue.verdict import Finding, Recorded
from harness.checks.once import collected
from harness.checks.registry import Case, History, Outcome, check, history_check
from harness.checks.selectors import has_body, is_projected, listed, meta_of, one_resource, resources_in
from harness.record.exchange import Exchange, Json, get_attribute, resources_of
from harness.record.journal import exchanges
from harness.record.message import ERROR, LIST_RESPONSE

MESSAGES = "urn:ietf:params:scim:api:"
_REGISTERED = {
    f"{MESSAGES}messages:2.0:{name}"
    for name in ("ListResponse", "SearchRequest", "PatchOp", "BulkRequest", "BulkResponse", "Error")
}


# Groups: RFC 7643 section 4.2.


def _whole_groups(exchange: Exchange) -> bool:
    is_asked = exchange.route.endpoint == "Groups" and not is_projected(exchange)
    return is_asked and bool(exchange.resources)


@check("RFC7643-4.2-01", over=_whole_groups)
def every_group_has_a_display_name(exchange: Exchange) -> Iterator[Outcome]:
    """Every Group that is shown whole has a displayName."""
    for pointer, group in resources_of(exchange):
        name = get_attribute(group, "displayName")
        if not isinstance(name, str):
            yield Finding("a displayName", repr(name), f"{pointer}/displayName")


@collected
def _members_in(exchange: Exchange) -> Iterator[tuple[str, Json]]:
    for pointer, group in resources_of(exchange):
        members = get_attribute(group, "members")
        for index, member in enumerate(members if isinstance(members, list) else ()):
            if isinstance(member, dict):
                yield f"{pointer}/members/{index}", member


@check("RFC7643-4.2-04", over=lambda e: _whole_groups(e) and bool(_members_in(e)))
def every_member_has_a_value(exchange: Exchange) -> Iterator[Outcome]:
    """Every member of a Group that is shown whole has the id of a resource as its value."""
    for pointer, member in _members_in(exchange):
        value = get_attribute(member, "value")
        if not isinstance(value, str) or not value:
            yield Finding("a value with an id", repr(value), f"{pointer}/value")


# Extensions: RFC 7643 section 3.3.


def _extensions_in(resource: Json) -> list[str]:
    """The URNs under which a resource shows data of an extension."""
    return [key for key, value in resource.items() if key.lower().startswith("urn:") and value not in (None, {}, [])]


@check("RFC7643-3.3-08", over=lambda e: any(_extensions_in(each) for _, each in resources_of(e)))
def extensions_stand_in_schemas(exchange: Exchange) -> Iterator[Outcome]:
    """A resource that shows data of an extension names its URI in `schemas`."""
    for pointer, resource in resources_of(exchange):
        named = resource.get("schemas")
        uris = {str(uri).lower() for uri in named} if isinstance(named, list) else set()
        for urn in _extensions_in(resource):
            if urn.lower() not in uris:
                yield Finding(f"{urn} in schemas", repr(named), f"{pointer}/schemas")


# What is unassigned: RFC 7643 section 2.5.


@check("RFC7643-2.5-08", over=lambda e: one_resource(e) and not is_projected(e))
def unassigned_is_recorded(exchange: Exchange) -> Iterator[Outcome]:
    """How a bridge shows what has no value."""
    ways: dict[str, Any] = {"null": None, "an empty array": [], "an empty object": {}}
    values = list(exchange.json.values())
    used = [way for way, empty in ways.items() if any(v == empty and type(v) is type(empty) for v in values)]
    yield Recorded(" and ".join(used) or "left out")


# Lists and messages: RFC 7644 sections 3.1, 3.4.2 and 8.2.


def _counts_its_page(exchange: Exchange) -> bool:
    if not 200 <= exchange.status < 300 or not (listed(exchange) or exchange.route.id == ".search"):
        return False
    total = exchange.json.get("totalResults")
    return isinstance(total, int) and not isinstance(total, bool)


@check("RFC7644-3.4.2-06", over=_counts_its_page)
def the_total_is_no_less_than_the_page(exchange: Exchange) -> Iterator[Outcome]:
    """totalResults is not below the number of resources that the page itself shows."""
    total, shown = exchange.json["totalResults"], len(resources_in(exchange))
    if total < shown:
        yield Finding(f"totalResults of at least {shown}, as the page shows", str(total), "/totalResults")


def _is_message(exchange: Exchange) -> bool:
    is_success = 200 <= exchange.status < 300
    is_error = exchange.status >= 400
    return has_body(exchange) and exchange.has_json and (is_error or (is_success and exchange.shows_list))


def _uris_of(exchange: Exchange) -> list[str]:
    given = exchange.json.get("schemas")
    return [uri for uri in given if isinstance(uri, str)] if isinstance(given, list) else []


@check("RFC7644-3.1-04", over=_is_message)
def messages_name_their_schema(exchange: Exchange) -> Iterator[Outcome]:
    """A list or an error names a message's URI in `schemas`."""
    if not any(uri.lower().startswith(MESSAGES) for uri in _uris_of(exchange)):
        wanted = ERROR if exchange.status >= 400 else LIST_RESPONSE
        yield Finding(f"schemas {[wanted]}", repr(exchange.json.get("schemas")), "/schemas")


def _names_a_message(exchange: Exchange) -> bool:
    return exchange.has_json and any(uri.lower().startswith(MESSAGES) for uri in _uris_of(exchange))


@check("RFC7644-8.2-01", over=_names_a_message)
def messages_have_registered_names(exchange: Exchange) -> Iterator[Outcome]:
    """A message's URI is one that is registered, in its letters."""
    for uri in _uris_of(exchange):
        # `urn` and the namespace are compared without regard to case (RFC 8141 section 3.1), what follows is exact.
        scheme, namespace, rest = (*uri.split(":", 2), "", "")[:3]
        if uri.lower().startswith(MESSAGES) and f"{scheme.lower()}:{namespace.lower()}:{rest}" not in _REGISTERED:
            yield Finding("a registered message URI", repr(uri), "/schemas")


def _listed_schemas(exchange: Exchange) -> bool:
    route = exchange.route
    return route.endpoint == "Schemas" and not route.id and exchange.status == 200 and bool(resources_in(exchange))


@check("RFC7644-3.1-05", over=_listed_schemas)
def messages_are_not_listed_as_schemas(exchange: Exchange) -> Iterator[Outcome]:
    """/Schemas lists no schema of a message."""
    for index, schema in enumerate(resources_in(exchange)):
        if str(schema.get("id")).lower().startswith(MESSAGES):
            yield Finding("schemas of resources alone", repr(schema["id"]), f"/Resources/{index}/id")


# Addresses: RFC 7644 sections 1.2 and 1.3, RFC 3986 section 2.

_URI = re.compile(r"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*")


@collected
def _addresses_in(exchange: Exchange) -> Iterator[tuple[str, str]]:
    """Every address of a resource of its own that an answer hands out, with the place."""
    header = exchange.header("Location")
    if header and 200 <= exchange.status < 300:
        yield "", header
    for pointer, resource in resources_of(exchange):
        meta = get_attribute(resource, "meta")
        location = meta.get("location") if isinstance(meta, dict) else None
        if isinstance(location, str):
            yield f"{pointer}/meta/location", location
        for name in ("members", "groups"):
            entries = get_attribute(resource, name)
            for index, entry in enumerate(entries if isinstance(entries, list) else ()):
                reference = entry.get("$ref") if isinstance(entry, dict) else None
                if isinstance(reference, str):
                    yield f"{pointer}/{name}/{index}/$ref", reference


def _hands_out_addresses(exchange: Exchange) -> bool:
    return exchange.route.is_resource_endpoint and bool(_addresses_in(exchange))


@check("RFC7644-1.2-02", over=_hands_out_addresses)
def addresses_are_percent_encoded(exchange: Exchange) -> Iterator[Outcome]:
    """An address that an answer hands out holds nothing that a URI must percent-encode."""
    for pointer, address in _addresses_in(exchange):
        if not _URI.fullmatch(address):
            yield Finding("a percent-encoded URI", repr(address), pointer)


@check("RFC7644-1.3-01", over=_hands_out_addresses)
def addresses_have_no_query(exchange: Exchange) -> Iterator[Outcome]:
    """The address of a resource has no query, whatever the request's was."""
    for pointer, address in _addresses_in(exchange):
        try:
            query = urlsplit(address).query
        except ValueError:
            continue  # no URI at all, which the schema finds
        if query:
            yield Finding("an address without a query", repr(address), pointer)


# Versions: RFC 7643 section 3.1, RFC 7644 section 3.14.


def _shows_both_versions(exchange: Exchange) -> bool:
    has_both = bool(exchange.header("ETag")) and isinstance(meta_of(exchange).get("version"), str)
    return one_resource(exchange) and has_both


@check("RFC7643-3.1-27", over=_shows_both_versions)
def version_is_the_etag(exchange: Exchange) -> Iterator[Outcome]:
    """meta.version and the ETag header are the same, mark and quotes included."""
    tag, version = exchange.header("ETag"), meta_of(exchange)["version"]
    if tag != version:
        yield Finding(f"meta.version {tag!r}", repr(version), "/meta/version")


def _after_a_configuration_with_etags(entries: History) -> Iterable[Case[Exchange]]:
    """Whole resources that are read, found or written after a configuration that says that there are ETags."""
    said = None
    for entry, exchange in exchanges(entries):
        if exchange.route.endpoint == "ServiceProviderConfig" and exchange.status == 200 and not exchange.route.query:
            etag = exchange.json.get("etag")
            said = entry if isinstance(etag, dict) and etag.get("supported") is True else None
        elif said and one_resource(exchange) and not is_projected(exchange):
            yield Case(entry, exchange, (said, entry))


@history_check("RFC7644-3.14-02", over=_after_a_configuration_with_etags)
def declared_etags_are_sent(case: Case[Exchange]) -> Iterator[Outcome]:
    """A bridge that says that it has ETags sends one with each resource."""
    if not case.event.header("ETag"):
        yield Finding("an ETag header, as etag.supported is true", "none")


@history_check("RFC7644-3.14-03", over=_after_a_configuration_with_etags)
def declared_etags_are_versions(case: Case[Exchange]) -> Iterator[Outcome]:
    """A bridge that says that it has ETags shows them in meta.version too."""
    if not meta_of(case.event).get("version"):
        yield Finding("meta.version, as etag.supported is true", "none", "/meta/version")
