"""What an exchange tells of the things that a bridge may choose: one text each, or None where it tells nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from harness.checks.once import once
from harness.checks.selectors import (
    created,
    created_group,
    created_user,
    is_projected,
    is_search,
    meta_of,
    object_in,
    one_resource,
    query_of,
)
from harness.record.exchange import DISCOVERY, Exchange, Json, find_header, get_attribute
from harness.record.message import ENTERPRISE_USER

Note = Callable[[Exchange], str | None]

_VERSION = re.compile(r"/v\d+(\.\d+)?$")
_CANONICAL = {"emails": {"work", "home", "other"}, "phoneNumbers": {"work", "home", "mobile", "fax", "pager", "other"}}
_SERVICES = {"aim", "gtalk", "icq", "xmpp", "msn", "skype", "qq", "yahoo"}


def entries_of(resource: Json, name: str) -> list[Json]:
    """The objects among the values of a multi-valued attribute."""
    values = get_attribute(resource, name)
    return [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []


# The attributes with values of which something is noted.
_LISTS = ("x509Certificates", "members", "groups", "ims")


@once
def _shown_values(exchange: Exchange) -> Mapping[str, list[Json]]:
    """By attribute the values that all resources in an answer show: one look for all that is noted of them."""
    shown = exchange.resources
    return {name: [entry for _, each in shown for entry in entries_of(each, name)] for name in _LISTS}


def writes_user(exchange: Exchange) -> bool:
    """A create or a replacement of a user, which the bridge accepted or refused as it is (400)."""
    is_write = exchange.request.method in ("POST", "PUT") and exchange.route.endpoint == "Users"
    return is_write and not is_search(exchange) and (_accepted(exchange) or exchange.status == 400)


def _accepted(exchange: Exchange) -> bool:
    return 200 <= exchange.status < 300


def _refused(exchange: Exchange) -> str:
    return " ".join(filter(None, (f"refused with {exchange.status}", str(exchange.json.get("scimType") or ""))))


def _outcome(exchange: Exchange, is_kept: bool) -> str | None:
    if not _accepted(exchange):
        return _refused(exchange)
    return ("kept" if is_kept else "not kept as it was") if exchange.has_json else "accepted"


def _value(sent: Json, name: str, is_meant: Callable[[Json], bool]) -> Json | None:
    return next((entry for entry in entries_of(sent, name) if is_meant(entry)), None)


def fate_of(name: str, part: str, is_meant: Callable[[Json], bool]) -> Note:
    """What became of one part of a value that a client sent."""

    def note(exchange: Exchange) -> str | None:
        meant = _value(exchange.sent_json, name, is_meant) if writes_user(exchange) else None
        if meant is None:
            return None
        shown = [get_attribute(entry, part) for entry in entries_of(exchange.json, name)]
        return _outcome(exchange, get_attribute(meant, part) in shown)

    return note


def unusual_type(name: str) -> Note:
    """What became of a type that is not canonical."""

    def is_meant(entry: Json) -> bool:
        kind = get_attribute(entry, "type")
        return isinstance(kind, str) and kind.lower() not in _CANONICAL[name]

    return fate_of(name, "type", is_meant)


def odd_address(entry: Json) -> bool:
    """An e-mail address without an at sign."""
    value = get_attribute(entry, "value")
    return isinstance(value, str) and bool(value) and "@" not in value


def unpadded(entry: Json) -> bool:
    """A binary value whose padding is left off."""
    value = get_attribute(entry, "value")
    return isinstance(value, str) and len(value) % 4 in (2, 3) and "=" not in value


def only_locality(entry: Json) -> bool:
    """An address of nothing but a locality."""
    return set(map(str.lower, entry)) - {"type", "primary"} == {"locality"}


def lines(entry: Json) -> bool:
    """An address with line breaks."""
    return "\n" in str(get_attribute(entry, "formatted") or "")


def alphabet(exchange: Exchange) -> str | None:
    """The alphabet of the binary values shown."""
    shown = [str(each.get("value") or "") for each in _shown_values(exchange)["x509Certificates"]]
    if not shown:
        return None
    text = "".join(shown)
    return "url-safe" if set(text) & set("-_") else "standard" if set(text) & set("+/") else "either"


def unknown_member(exchange: Exchange) -> str | None:
    """Whether a member that nobody knows was taken."""
    if exchange.route.endpoint != "Groups" or "unknown member" not in exchange.request.name:
        return None
    return "unknown-accepted" if _accepted(exchange) else "unknown-refused" if 400 <= exchange.status < 500 else None


def references(exchange: Exchange) -> str | None:
    """Whether members and groups are shown with `$ref`."""
    values = _shown_values(exchange)["members"] + _shown_values(exchange)["groups"]
    if not values:
        return None
    count = sum(1 for value in values if get_attribute(value, "$ref"))
    return "with $ref" if count == len(values) else "some with $ref" if count else "without $ref"


def one_value_twice(exchange: Exchange) -> str | None:
    """Whether a value that was sent under two types is shown twice."""
    if not writes_user(exchange):
        return None
    sent = [get_attribute(entry, "value") for entry in entries_of(exchange.sent_json, "emails")]
    twice = next((value for value in sent if sent.count(value) > 1), None)
    if twice is None:
        return None
    shown = [get_attribute(entry, "value") for entry in entries_of(exchange.json, "emails")]
    return _outcome(exchange, shown.count(twice) > 1)


def status_of(method: str, endpoint: str, *, single: bool = False) -> Note:
    """The status of a plain request to an endpoint, or to one resource there."""

    def note(exchange: Exchange) -> str | None:
        route = exchange.route
        is_it = exchange.request.method == method and route.endpoint == endpoint and bool(route.id) is single
        is_known = exchange.request.credential == "scim" and exchange.response is not None and not route.query
        return f"status {exchange.status}" if is_it and is_known else None

    return note


def external_id(exchange: Exchange) -> str | None:
    """Whether an externalId that was sent is shown."""
    sent = get_attribute(exchange.sent_json, "externalId") if created(exchange) and exchange.has_json else None
    if not sent:
        return None
    fate = "kept" if get_attribute(exchange.json, "externalId") == sent else "not kept"
    return f"{exchange.route.endpoint}: {fate}"


def without_external_id(exchange: Exchange) -> str | None:
    """How a create without externalId ended."""
    if not created(exchange) or not exchange.sends_json or get_attribute(exchange.sent_json, "externalId") is not None:
        return None
    return f"{exchange.route.endpoint}: status {exchange.status}"


def extensions(exchange: Exchange) -> str | None:
    """The URIs of extensions in schemas."""
    if not one_resource(exchange) or is_projected(exchange):
        return None
    named = exchange.json.get("schemas")
    further = sorted({str(uri) for uri in named if ":extension:" in str(uri)}) if isinstance(named, list) else []
    return f"{exchange.route.endpoint}: {', '.join(further) or 'none'}"


def extension_used(exchange: Exchange) -> str | None:
    """Whether schemas names the extension that was sent."""
    if not created_user(exchange) or not exchange.has_json or not object_in(exchange.sent_json, ENTERPRISE_USER):
        return None
    named = exchange.json.get("schemas")
    return "named in schemas" if ENTERPRISE_USER in (named if isinstance(named, list) else []) else "not named"


def without_extension(exchange: Exchange) -> str | None:
    """How a create without an extension ended."""
    is_create = created_user(exchange) and exchange.sends_json
    is_plain = is_create and not any(key.startswith("urn:") for key in exchange.sent_json)
    return f"status {exchange.status}" if is_plain else None


def name_parts(exchange: Exchange) -> str | None:
    """Which forms of a name were sent and shown."""
    sent = object_in(exchange.sent_json, "name") if created_user(exchange) and exchange.has_json else None
    if not sent:
        return None
    shown = object_in(exchange.json, "name")
    return f"{_parts(sent)} sent, {_parts(shown)} shown"


def _parts(name: Json) -> str:
    has_formatted = bool(get_attribute(name, "formatted"))
    has_components = any(get_attribute(name, part) for part in ("givenName", "familyName"))
    return {(True, True): "both", (True, False): "formatted", (False, True): "components"}.get(
        (has_formatted, has_components), "neither"
    )


def display_name(exchange: Exchange) -> str | None:
    """Whether a displayName is shown that was not sent."""
    if not created_user(exchange) or not exchange.has_json or not exchange.sends_json:
        return None
    if get_attribute(exchange.sent_json, "displayName") is not None:
        return None
    return "shown" if get_attribute(exchange.json, "displayName") else "not shown"


def name_of_the_nameless(exchange: Exchange) -> str | None:
    """The same where no name was sent either."""
    if (noted := display_name(exchange)) is None or object_in(exchange.sent_json, "name"):
        return None
    shown = get_attribute(exchange.json, "displayName")
    return "the userName" if shown and shown == get_attribute(exchange.json, "userName") else noted


def underscored_locale(exchange: Exchange) -> str | None:
    """What became of a locale with an underscore."""
    sent = get_attribute(exchange.sent_json, "locale") if writes_user(exchange) else None
    if not isinstance(sent, str) or "_" not in sent:
        return None
    return _outcome(exchange, get_attribute(exchange.json, "locale") == sent)


def password_filter(exchange: Exchange) -> str | None:
    """How a search by password ended."""
    asked = str(exchange.sent_json.get("filter") or "") if is_search(exchange) else ""
    return f"status {exchange.status}" if asked.startswith("password ") and exchange.response is not None else None


def display_of(name: str) -> Note:
    """Whether values sent without a display are shown with one."""

    def note(exchange: Exchange) -> str | None:
        shown = entries_of(exchange.json, name) if created_user(exchange) else []
        if not shown or any(get_attribute(entry, "display") for entry in entries_of(exchange.sent_json, name)):
            return None
        return "with display" if any(get_attribute(entry, "display") for entry in shown) else "without display"

    return note


def further_services(exchange: Exchange) -> str | None:
    """The types of ims beside those of the RFC."""
    shown = [str(each.get("type") or "") for each in _shown_values(exchange)["ims"]]
    return ", ".join(sorted(set(shown) - _SERVICES - {""})) or "none" if shown else None


def photos(exchange: Exchange) -> str | None:
    """The types of photos shown."""
    photos = entries_of(exchange.json, "photos") if one_resource(exchange) else []
    shown = [str(e.get("type") or "untyped") for e in photos]
    return ", ".join(sorted(set(shown))) if shown else None


def number_of_photos(exchange: Exchange) -> str | None:
    """Whether one photo is shown or several."""
    count = len(entries_of(exchange.json, "photos")) if one_resource(exchange) else 0
    return None if not count else "one" if count == 1 else "several"


def kinds_of_membership(exchange: Exchange) -> str | None:
    """The types of groups shown."""
    shown = _shown_values(exchange)["groups"]
    return ", ".join(sorted({str(e.get("type") or "untyped") for e in shown})) if shown else None


def membership_method(exchange: Exchange) -> str | None:
    """The method by which members were changed."""
    is_write = exchange.request.method in ("PUT", "PATCH") and exchange.route.endpoint == "Groups"
    is_about = is_write and _accepted(exchange) and b"members" in (exchange.request.body or b"")
    return exchange.request.method if is_about else None


def _creates_group(exchange: Exchange) -> bool:
    route = exchange.route
    return exchange.request.method == "POST" and route.endpoint == "Groups" and not route.id and exchange.sends_json


def valueless_member(exchange: Exchange) -> str | None:
    """How a create with a member without a value ended."""
    members = entries_of(exchange.sent_json, "members") if _creates_group(exchange) else []
    is_it = any(not get_attribute(member, "value") for member in members)
    return f"status {exchange.status}" if is_it and exchange.status else None


def nested_group(exchange: Exchange) -> str | None:
    """How a create with a group as a member ended."""
    members = entries_of(exchange.sent_json, "members") if _creates_group(exchange) else []
    is_it = any(get_attribute(member, "type") == "Group" for member in members)
    return f"status {exchange.status}" if is_it and exchange.status else None


def manager_name(exchange: Exchange) -> str | None:
    """Whether the manager's name is shown."""
    shown = object_in(object_in(exchange.json, ENTERPRISE_USER), "manager") if one_resource(exchange) else None
    if not shown:
        return None
    return "shown" if get_attribute(shown, "displayName") else "not shown"


def _configuration(exchange: Exchange) -> bool:
    route = exchange.route
    is_asked = exchange.request.method == "GET" and route.endpoint == "ServiceProviderConfig" and not route.id
    return is_asked and exchange.status == 200 and exchange.has_json and not is_projected(exchange)


def configuration_id(exchange: Exchange) -> str | None:
    """Whether the configuration has an id."""
    return ("given" if exchange.json.get("id") else "none") if _configuration(exchange) else None


def address_of_schemes(name: str) -> Note:
    """Whether addresses stand under this name in the schemes."""

    def note(exchange: Exchange) -> str | None:
        schemes = entries_of(exchange.json, "authenticationSchemes") if _configuration(exchange) else []
        given = [str(scheme.get(name) or "") for scheme in schemes]
        if not given:
            return None
        is_address = [bool(re.match(r"https?://\S+$", address)) for address in given if address]
        return "none" if not is_address else "addresses" if all(is_address) else "not all are addresses"

    return note


def capitals(exchange: Exchange) -> str | None:
    """Whether a userName with capitals is shown as it was sent."""
    if not created_user(exchange):
        return None
    sent, shown = (get_attribute(body, "userName") for body in (exchange.sent_json, exchange.json))
    if not isinstance(sent, str) or sent == sent.lower() or not shown:
        return None
    return "kept" if shown == sent else "altered"


def updated(exchange: Exchange) -> str | None:
    """Which texts of a PUT are shown as they were sent."""
    is_put = exchange.request.method == "PUT" and exchange.route.endpoint == "Users" and _accepted(exchange)
    if not is_put or not exchange.has_json:
        return None
    texts = {key: v for key, v in exchange.sent_json.items() if isinstance(v, str) and key not in ("id", "password")}
    unlike = sorted(key for key, value in texts.items() if get_attribute(exchange.json, key) != value)
    return f"all but {', '.join(unlike)}" if unlike else "all texts that were sent"


def immutable_set(exchange: Exchange) -> str | None:
    """Whether the members of a create are shown."""
    members = entries_of(exchange.sent_json, "members") if created_group(exchange) and exchange.has_json else []
    sent = [get_attribute(member, "value") for member in members]
    if not sent:
        return None
    shown = [get_attribute(m, "value") for m in entries_of(exchange.json, "members")]
    return "members are set at creation" if set(map(str, sent)) <= set(map(str, shown)) else "not all members are set"


def breach(exchange: Exchange) -> str | None:
    """How a change to a value that is taken was refused."""
    is_change = exchange.request.method in ("PUT", "PATCH") and exchange.status in (400, 409)
    is_unique = is_change and (exchange.status == 409 or exchange.json.get("scimType") == "uniqueness")
    return _refused(exchange) if is_unique else None


def bearer(exchange: Exchange) -> str | None:
    """Whether the token let the client in."""
    is_it = exchange.request.credential == "scim" and _accepted(exchange) and exchange.route.is_resource_endpoint
    return "a bearer token works" if is_it else None


def anonymous(exchange: Exchange) -> str | None:
    """The status for somebody without a token."""
    is_it = exchange.request.credential is None and exchange.route.is_resource_endpoint and exchange.response
    return f"status {exchange.status}" if is_it else None


def other_type(exchange: Exchange) -> str | None:
    """The status where XML was asked for."""
    accept = find_header(exchange.request.headers, "Accept") or ""
    return f"status {exchange.status}" if accept == "application/xml" and exchange.response is not None else None


def own_resource(exchange: Exchange) -> str | None:
    """The status of `/Me`."""
    is_it = exchange.request.method == "GET" and exchange.route.endpoint == "Me" and exchange.response is not None
    return f"status {exchange.status}" if is_it else None


def broad_filter(exchange: Exchange) -> str | None:
    """The answer to a filter that everybody matches."""
    is_it = exchange.status in (200, 400) and query_of(exchange).get("filter", "").lower() == "username pr"
    return (_refused(exchange) if exchange.status == 400 else "status 200") if is_it else None


def errors_in_bulk(exchange: Exchange) -> str | None:
    """The error types in an answer to Bulk."""
    if exchange.route.endpoint != "Bulk" or exchange.status != 200:
        return None
    bodies = [object_in(entry, "response") for entry in entries_of(exchange.json, "Operations")]
    kinds = sorted({str(body.get("scimType") or "none") for body in bodies if body})
    return ", ".join(kinds) or None


def versioned(exchange: Exchange) -> str | None:
    """Whether the base address ends in a version."""
    if not _accepted(exchange) or not exchange.route.is_resource_endpoint:
        return None
    return "with a version" if _VERSION.search(exchange.base.rstrip("/")) else "without a version"


def entity_tag(exchange: Exchange) -> str | None:
    """Whether the tag of a resource is weak."""
    tag = (exchange.header("ETag") or meta_of(exchange).get("version")) if one_resource(exchange) else None
    if not isinstance(tag, str):
        return None
    return "weak" if tag.startswith("W/") else "strong"


def discovery(exchange: Exchange) -> str | None:
    """Which status a document of discovery has."""
    route = exchange.route
    is_it = exchange.request.method == "GET" and route.endpoint in DISCOVERY and not route.id and not route.query
    is_known = exchange.request.credential == "scim" and exchange.response is not None
    return f"/{route.endpoint}: status {exchange.status}" if is_it and is_known else None


def sensitive(exchange: Exchange) -> str | None:
    """The error type of a filter that was refused with 403."""
    is_filter = (
        exchange.request.method == "GET" and exchange.route.is_resource_endpoint and "filter" in query_of(exchange)
    )
    if not is_filter or exchange.status != 403:
        return None
    return "scimType-sensitive" if exchange.json.get("scimType") == "sensitive" else "no-scimType"


def too_many(exchange: Exchange) -> str | None:
    """Whether 429 says when to come back."""
    if exchange.status != 429:
        return None
    return "429 with Retry-After" if exchange.header("Retry-After") else "429 without Retry-After"
