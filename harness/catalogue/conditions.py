"""The conditions under which requirements apply, each with how it is decided for a bridge."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from harness.catalogue.capabilities import Capabilities, Met, objects_in
from harness.record.exchange import Json
from harness.record.message import CORE_USER, ENTERPRISE_USER

CHARACTERISTICS = frozenset({"mutability", "returned"})
"""What a schema says of an attribute's place in requests and answers; left out, each has a default (RFC 7643, 2.2)."""
Fact = Callable[[Capabilities], bool | None]


@dataclass(frozen=True, slots=True)
class Condition:
    """A word of `when`. `holds` is None where a run has not found out, and always where no run finds out yet."""

    word: str
    decided_by: str
    holds: Fact


CONDITIONS: dict[str, Condition] = {}
"""All conditions by their words; a requirement applies where all of its words hold."""


def condition(word: str, *, decided_by: str) -> Callable[[Fact], Fact]:
    """Register how a condition is decided from what a bridge has answered."""

    def register(fact: Fact) -> Fact:
        CONDITIONS[word] = Condition(word, decided_by, fact)
        return fact

    return register


def find_unmet(words: Iterable[str], bridge: Capabilities) -> str | None:
    """The first of these conditions that the bridge is known not to meet; None when there is none."""
    return next((word for word in words if CONDITIONS[word].holds(bridge) is False), None)


def not_found_out(bridge: Capabilities) -> bool | None:
    """What no run finds out yet."""
    return None


def _any_of(*facts: bool | None) -> bool | None:
    return True if True in facts else (None if None in facts else False)


def _any_extension(bridge: Capabilities, is_wanted: Callable[[Json], bool]) -> bool | None:
    if bridge.resource_types is None:
        return None
    extensions = [each for kind in bridge.resource_types for each in objects_in(kind.get("schemaExtensions"))]
    return any(is_wanted(extension) for extension in extensions)


def _an_attribute_has(key: str, value: Any) -> Fact:
    def fact(bridge: Capabilities) -> bool | None:
        attributes = bridge.attributes()
        return None if attributes is None else any(each.get(key) == value for each in attributes)

    return fact


def _user_schema_has(*names: str) -> Fact:
    def fact(bridge: Capabilities) -> bool | None:
        attributes = bridge.attributes(CORE_USER)
        wanted = {name.lower() for name in names}
        return None if attributes is None else any(str(each.get("name")).lower() in wanted for each in attributes)

    return fact


def _has_met(met: Met) -> Fact:
    """Whether the bridge did, in this run, what only some bridges ever do; a rule about it asks nothing of others."""

    def fact(bridge: Capabilities) -> bool | None:
        return met in bridge.met if bridge.statuses else None

    return fact


@condition(
    "ServiceProviderConfig.patch.supported",
    decided_by="the configuration says true, or a PATCH probe is answered with 200 or 204",
)
def patch_is_supported(bridge: Capabilities) -> bool | None:
    return _any_of(
        bridge.feature("patch"),
        bridge.answered("PATCH", "Users", 200, 204),
        bridge.answered("PATCH", "Groups", 200, 204),
    )


@condition(
    "ServiceProviderConfig.filter.supported",
    decided_by="the configuration says true, or a userName eq probe is answered with 200",
)
def filter_is_supported(bridge: Capabilities) -> bool | None:
    return _any_of(bridge.feature("filter"), bridge.answered("GET", "Users by name", 200))


@condition("ServiceProviderConfig.sort.supported", decided_by="the configuration says true")
def sort_is_supported(bridge: Capabilities) -> bool | None:
    return bridge.feature("sort")


@condition("ServiceProviderConfig.bulk.supported", decided_by="the configuration says true")
def bulk_is_supported(bridge: Capabilities) -> bool | None:
    return bridge.feature("bulk")


@condition("ServiceProviderConfig.bulk.supported is false", decided_by="the configuration says false")
def bulk_is_not_supported(bridge: Capabilities) -> bool | None:
    supported = bridge.feature("bulk")
    return None if supported is None else not supported


@condition(
    "ServiceProviderConfig.etag.supported", decided_by="the configuration says true, or a GET carries an ETag header"
)
def etag_is_supported(bridge: Capabilities) -> bool | None:
    return _any_of(bridge.feature("etag"), bridge.saw_etag)


@condition("ServiceProviderConfig.changePassword.supported", decided_by="the configuration says true")
def change_password_is_supported(bridge: Capabilities) -> bool | None:
    return bridge.feature("changePassword")


@condition(
    "ServiceProviderConfig.pagination.cursor",
    decided_by="the configuration says true (RFC 9865), or a query with an empty cursor is answered with nextCursor",
)
def cursors_are_supported(bridge: Capabilities) -> bool | None:
    if bridge.config is None:
        return None
    pagination = bridge.config.get("pagination")
    return isinstance(pagination, dict) and pagination.get("cursor") is True


@condition("ServiceProviderConfig.pagination.index", decided_by="the configuration says true or does not mention it")
def index_pagination_is_supported(bridge: Capabilities) -> bool | None:
    if bridge.config is None:
        return None
    pagination = bridge.config.get("pagination")
    return not isinstance(pagination, dict) or pagination.get("index") is not False


condition(
    "a query with an empty cursor is answered with nextCursor",
    decided_by="probe with GET /Users?cursor=&count=1 on a set larger than one",
)(not_found_out)


@condition("pagination attribute present", decided_by="ServiceProviderConfig.pagination is an object")
def pagination_is_described(bridge: Capabilities) -> bool | None:
    return None if bridge.config is None else isinstance(bridge.config.get("pagination"), dict)


condition(
    "cursorTimeout given",
    decided_by="ServiceProviderConfig.pagination.cursorTimeout is an integer small enough to wait for",
)(not_found_out)


@condition("/Schemas offered", decided_by="GET /Schemas is answered with 200")
def schemas_are_offered(bridge: Capabilities) -> bool | None:
    return bridge.answered("GET", "Schemas", 200)


@condition("/ResourceTypes offered", decided_by="GET /ResourceTypes is answered with 200")
def resource_types_are_offered(bridge: Capabilities) -> bool | None:
    return bridge.answered("GET", "ResourceTypes", 200)


@condition(
    "Group resource offered", decided_by="a resource type named Group is listed, or GET /Groups is answered with 200"
)
def groups_are_offered(bridge: Capabilities) -> bool | None:
    seen = bridge.statuses.get(("GET", "Groups"), set()) - {0}
    # Where resource types are not told, an endpoint that answers nothing but these is not there (RFC 7644, table 8).
    is_absent = bool(seen) and seen <= {404, 405, 501}
    told = None if bridge.resource_types is None else bridge.resource_type("Group") is not None
    return bool(told) if is_absent else _any_of(told, bridge.answered("GET", "Groups", 200))


@condition("groups can be replaced", decided_by="a PUT of a Group is not answered with 403, 405 or 501")
def groups_can_be_replaced(bridge: Capabilities) -> bool | None:
    seen = bridge.statuses.get(("PUT", "Groups"), set()) - {0, 404, 429}
    return not seen <= {403, 405, 501} if seen else None


@condition(
    "enterprise extension offered",
    decided_by="the enterprise User URI is among the User resource type's schemaExtensions",
)
def enterprise_extension_is_offered(bridge: Capabilities) -> bool | None:
    return _any_extension(bridge, lambda extension: extension.get("schema") == ENTERPRISE_USER)


@condition("an extension offered", decided_by="some resource type has schemaExtensions")
def an_extension_is_offered(bridge: Capabilities) -> bool | None:
    return _any_extension(bridge, lambda extension: True)


@condition("an extension with required true", decided_by="some schemaExtensions entry has required true")
def an_extension_is_required(bridge: Capabilities) -> bool | None:
    return _any_extension(bridge, lambda extension: extension.get("required") is True)


@condition("an extension with required false", decided_by="some schemaExtensions entry has required false")
def an_extension_is_optional(bridge: Capabilities) -> bool | None:
    return _any_extension(bridge, lambda extension: extension.get("required") is False)


@condition("extended resource types offered", decided_by="resource types besides User and Group are listed")
def further_resource_types_are_offered(bridge: Capabilities) -> bool | None:
    types = bridge.resource_types
    return None if types is None else any(kind.get("name") not in ("User", "Group") for kind in types)


@condition("a schema lists id or externalId or meta", decided_by="found by walking /Schemas")
def a_schema_lists_common_attributes(bridge: Capabilities) -> bool | None:
    if bridge.schemas is None:
        return None
    core = [schema for schema in bridge.schemas if schema.get("id") == CORE_USER]
    names = {str(each.get("name")) for schema in core for each in objects_in(schema.get("attributes"))}
    return bool(names & {"id", "externalId", "meta"})


condition("an immutable attribute in schema", decided_by="found by walking /Schemas (members sub-attributes count)")(
    _an_attribute_has("mutability", "immutable")
)
condition("a writeOnly attribute in schema", decided_by="found by walking /Schemas")(
    _an_attribute_has("mutability", "writeOnly")
)
condition("a binary attribute in schema", decided_by="found by walking /Schemas")(_an_attribute_has("type", "binary"))
condition("a decimal attribute in schema", decided_by="found by walking /Schemas")(_an_attribute_has("type", "decimal"))
condition("an integer attribute in schema", decided_by="found by walking /Schemas")(
    _an_attribute_has("type", "integer")
)
condition("an attribute with returned never", decided_by="found by walking /Schemas (password counts)")(
    _an_attribute_has("returned", "never")
)
condition("an attribute with returned request", decided_by="found by walking /Schemas")(
    _an_attribute_has("returned", "request")
)
condition("an attribute with uniqueness server", decided_by="found by walking /Schemas (userName counts)")(
    _an_attribute_has("uniqueness", "server")
)
condition("an attribute with uniqueness global", decided_by="found by walking /Schemas")(
    _an_attribute_has("uniqueness", "global")
)


@condition(
    "display declared immutable",
    decided_by="found by walking /Schemas (entries of lists)",
)
def a_display_is_immutable(bridge: Capabilities) -> bool | None:
    attributes = bridge.attributes()
    if attributes is None:
        return None
    inside = [sub for each in attributes for sub in objects_in(each.get("subAttributes"))]
    return any(sub.get("name") == "display" and sub.get("mutability") == "immutable" for sub in inside)


@condition(
    "an immutable attribute outside lists in schema",
    decided_by="found by walking /Schemas (parts of entries of lists do not count)",
)
def an_attribute_outside_lists_is_immutable(bridge: Capabilities) -> bool | None:
    if bridge.schemas is None:
        return None
    outside = [each for schema in bridge.schemas for each in objects_in(schema.get("attributes"))]
    outside += [
        sub for each in outside if each.get("multiValued") is not True for sub in objects_in(each.get("subAttributes"))
    ]
    return any(each.get("mutability") == "immutable" for each in outside)


@condition("a schema leaves out characteristics", decided_by="found by walking /Schemas")
def characteristics_are_left_out(bridge: Capabilities) -> bool | None:
    attributes = bridge.attributes()
    return None if attributes is None else any(not CHARACTERISTICS & each.keys() for each in attributes)


@condition("password in schema", decided_by="the User schema has password, or a POST with password is accepted")
def password_is_in_the_schema(bridge: Capabilities) -> bool | None:
    return _any_of(_user_schema_has("password")(bridge), None)


condition("groups attribute in schema", decided_by="the User schema has groups")(_user_schema_has("groups"))
condition("addresses in schema", decided_by="the User schema has addresses")(_user_schema_has("addresses"))
condition("ims in schema", decided_by="the User schema has ims")(_user_schema_has("ims"))
condition("photos in schema", decided_by="the User schema has photos")(_user_schema_has("photos"))
condition("x509Certificates in schema", decided_by="the User schema has x509Certificates")(
    _user_schema_has("x509Certificates")
)
condition("entitlements or roles in schema", decided_by="the User schema has one of both")(
    _user_schema_has("entitlements", "roles")
)
condition("groups.type supported", decided_by="a User's groups entry carries type")(_has_met(Met.TYPED_GROUP))
condition("nested groups supported", decided_by="POST of a Group with a Group as a member is accepted")(not_found_out)
condition("bracket filters supported", decided_by='GET /Users with filter emails[type eq "work"] is answered with 200')(
    not_found_out
)
condition("root query answered", decided_by="GET on the base URI (or POST /.search) is answered with a ListResponse")(
    not_found_out
)
condition("a defaulted attribute known", decided_by="a create response shows an attribute the client did not send")(
    not_found_out
)
condition("a result ceiling known", decided_by="stated by the operator of the server")(not_found_out)
condition("server emits relative references", decided_by="a $ref or location without scheme was seen")(
    _has_met(Met.RELATIVE_REFERENCE)
)
condition("version segment optional", decided_by="both forms of the base URL answer")(not_found_out)
condition("version segment used", decided_by="the base URL given ends in v and a number")(not_found_out)
condition("service answers without version", decided_by="the base URL without its version segment answers")(
    not_found_out
)
condition("a write is redirected", decided_by="a request other than a read is answered with a redirect")(
    _has_met(Met.REDIRECTED_WRITE)
)
condition(
    "a server error is met",
    decided_by="an answer of 500 or more was seen, apart from 501 and from 503 with Retry-After",
)(_has_met(Met.SERVER_ERROR))
condition("two instances of the bridge are given", decided_by="a story sent to both addresses, see --second-url")(
    _has_met(Met.SECOND_INSTANCE)
)
condition("the bridge throttles", decided_by="an answer with status 429 was seen")(_has_met(Met.THROTTLED))
condition("a filter of a read is forbidden", decided_by="a GET with a filter is answered with 403")(
    _has_met(Met.FORBIDDEN_FILTER)
)
condition("displayName is made by the server", decided_by="a user created without displayName is shown with one")(
    _has_met(Met.MADE_DISPLAY_NAME)
)


@condition("/Me unsupported", decided_by="GET /Me is not answered with 200 or 308")
def me_is_not_supported(bridge: Capabilities) -> bool | None:
    answered = bridge.answered("GET", "Me", 200, 307, 308)
    return None if answered is None else not answered


@condition("/Me processed directly", decided_by="GET /Me is answered with 200")
def me_is_answered_itself(bridge: Capabilities) -> bool | None:
    return bridge.answered("GET", "Me", 200)


@condition("https deployment", decided_by="the base URL has the https scheme")
def https_is_used(bridge: Capabilities) -> bool | None:
    return bridge.url.startswith("https:") if bridge.url else None


condition("httpbasic advertised", decided_by="authenticationSchemes has type httpbasic")(not_found_out)
condition(
    "anonymous requests accepted",
    decided_by="a request without credentials is answered with 2xx outside the discovery endpoints",
)(not_found_out)


condition("cookies used", decided_by="a response carries Set-Cookie")(_has_met(Met.COOKIE))
condition("token lifetime known", decided_by="stated by the operator, or a short-lived token is supplied")(
    not_found_out
)
condition(
    "tokens with different rights available", decided_by="at least a full and a restricted credential are supplied"
)(not_found_out)
condition(
    "credentials of two tenants available", decided_by="credentials of two tenants or provisioning domains are supplied"
)(not_found_out)
condition("self-service subject available", decided_by="a credential that stands for one User is supplied")(
    not_found_out
)
