"""What is shown of users and groups: fewer parts, more parts, other schemas."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from msgspec.structs import replace as replace_answer

from bridge_ref.account.groups import Group
from bridge_ref.decisions.groups import Groups
from bridge_ref.decisions.outcome import DecisionContext, Outcome, ScimDecision
from bridge_ref.decisions.router import Router
from bridge_ref.decisions.write import Write
from bridge_ref.lab.variants.capabilities import VENDORS
from bridge_ref.lab.variants.rewriting import everywhere, in_part, rewritten, with_resources
from bridge_ref.lab.variants.variant import variant
from bridge_ref.scim.answer import Answer
from bridge_ref.scim.catalogue import GROUP, USER
from bridge_ref.scim.discovery import Discovery
from bridge_ref.scim.errors import ScimError, not_found
from bridge_ref.scim.projection import Projection
from bridge_ref.scim.representation import Representation
from bridge_ref.scim.schema import Attribute, ResourceType, Schema
from bridge_ref.scim.stored_user import Membership, StoredUser


class NullsShown(Representation):
    """Shows attributes of one value that have none as null."""

    def whole_user(self, user: StoredUser, groups: Sequence[Membership]) -> dict[str, Any]:
        """The user with every such attribute."""
        return _unassigned(USER, is_multi=False) | super().whole_user(user, groups)

    def whole_group(self, group: Group, members: Iterable[Membership]) -> dict[str, Any]:
        """The group with every such attribute."""
        return _unassigned(GROUP, is_multi=False) | super().whole_group(group, members)


class EmptyListsShown(Representation):
    """Shows attributes of several values that have none as an empty list."""

    def whole_user(self, user: StoredUser, groups: Sequence[Membership]) -> dict[str, Any]:
        """The user with every such attribute."""
        return _unassigned(USER, is_multi=True) | super().whole_user(user, groups)

    def whole_group(self, group: Group, members: Iterable[Membership]) -> dict[str, Any]:
        """The group with every such attribute."""
        return _unassigned(GROUP, is_multi=True) | super().whole_group(group, members)


class SchemasWithoutData(Representation):
    """Names in `schemas` the extensions of the type, with or without data."""

    def whole_user(self, user: StoredUser, groups: Sequence[Membership]) -> dict[str, Any]:
        """The user with all schemas of the type."""
        shown = super().whole_user(user, groups)
        return {**shown, "schemas": [USER.schema.id, *(each.id for each in USER.extensions)]}


class PrimaryAlwaysTold(Representation):
    """Says of each e-mail address and number whether it is the primary one."""

    def whole_user(self, user: StoredUser, groups: Sequence[Membership]) -> dict[str, Any]:
        """The user with all these labels."""
        shown = super().whole_user(user, groups)
        told: dict[str, Any] = {
            name: [{**each, "primary": each.get("primary", False)} for each in shown[name]]
            for name in ("emails", "phoneNumbers", "addresses")
            if name in shown
        }
        return {**shown, **told}


def _unassigned(kind: ResourceType, is_multi: bool) -> dict[str, Any]:
    shown = [each for each in kind.schema.attributes if each.returned != "never" and each.multi_valued is is_multi]
    names = [each.name for each in shown] + ([] if is_multi else ["externalId"])
    return {name: [] if is_multi else None for name in names}


class MembersWithDisplay(Representation):
    """Shows the name of each member."""

    def member_of_group(self, member: Membership) -> dict[str, Any]:
        """The entry with the name."""
        return {**super().member_of_group(member), "display": member.name or member.scim_id}


class NamesOfNewMembers(Groups):
    """Looks up who the members of a new group are."""

    def create(self, body: Any, projection: Projection, context: DecisionContext) -> ScimDecision:
        """The outcome, with the names of the members."""
        outcome = yield from super().create(body, projection, context)
        answer = outcome.answer
        if not isinstance(answer, Answer) or not isinstance(answer.body, dict) or "members" not in answer.body:
            return outcome
        named = yield from self.memberships.after([], outcome.change_set)
        names = {each.scim_id: each.name for each in named}
        members = [{**each, "display": names.get(each["value"], each["value"])} for each in answer.body["members"]]
        return Outcome(replace_answer(answer, body={**answer.body, "members": members}), outcome.change_set)


class RelativeReferences(Representation):
    """Writes the addresses of members and groups relative to the base."""

    def member_of_group(self, member: Membership) -> dict[str, Any]:
        """The entry with a short address."""
        return {**super().member_of_group(member), "$ref": f"Users/{member.scim_id}"}

    def group_of_user(self, group: Membership) -> dict[str, Any]:
        """The entry with a short address."""
        return {**super().group_of_user(group), "$ref": f"Groups/{group.scim_id}"}


def _only(*names: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda part: {name: part[name] for name in names if name in part}


def _reversed(name: str) -> Any:
    return with_resources(lambda shown: {**shown, name: shown[name][::-1]} if name in shown else shown)


def reshaped(kind: ResourceType, schema: Schema, extensions: tuple[Schema, ...] | None = None) -> None:
    """Give a resource type of this process another schema. There is no way back: one process, one variant."""
    object.__setattr__(kind, "schema", schema)
    if extensions is not None:
        object.__setattr__(kind, "extensions", extensions)
    for cached in ("_by_urn", "on_request"):
        kind.__dict__.pop(cached, None)


def _keeping(kind: ResourceType, keeps: Callable[[Attribute], bool]) -> Schema:
    return replace(kind.schema, attributes=tuple(each for each in kind.schema.attributes if keeps(each)))


_SMALL = frozenset({"userName", "name", "displayName", "active", "emails", "groups"})


def _small_users() -> None:
    reshaped(USER, _keeping(USER, lambda each: each.name in _SMALL), ())


def _no_enterprise() -> None:
    reshaped(USER, USER.schema, ())


def _no_groups_of_users() -> None:
    reshaped(USER, _keeping(USER, lambda each: each.name != "groups"))


def _bare_lists() -> None:
    """Several values with value, type and primary; names of two parts."""
    parts = {
        "emails": {"value", "type", "primary"},
        "phoneNumbers": {"value", "type"},
        "name": {"givenName", "familyName"},
    }
    attributes = [
        replace(each, sub_attributes=tuple(sub for sub in each.sub_attributes if sub.name in parts[each.name]))
        if each.name in parts
        else each
        for each in USER.schema.attributes
    ]
    reshaped(USER, replace(USER.schema, attributes=tuple(attributes)))


def _no_canonical_values() -> None:
    reshaped(USER, replace(USER.schema, attributes=tuple(map(_without_canonical_values, USER.schema.attributes))))


def _without_canonical_values(attribute: Attribute) -> Attribute:
    subs = tuple(map(_without_canonical_values, attribute.sub_attributes))
    return replace(attribute, canonical_values=(), sub_attributes=subs)


def _groups_of_users_on_request() -> None:
    _on_request(USER, "groups")


def _numbers_on_request() -> None:
    _on_request(USER, "phoneNumbers")


def _members_on_request() -> None:
    _on_request(GROUP, "members")


def _on_request(kind: ResourceType, *names: str) -> None:
    shown = [replace(each, returned="request") if each.name in names else each for each in kind.schema.attributes]
    reshaped(kind, replace(kind.schema, attributes=tuple(shown)))


def _details_on_request() -> None:
    _on_request(USER, "name", "nickName", "profileUrl", "title", "addresses", "emails", "displayName", "roles")


class MembersThatWereSent(Groups):
    """Shows members in the answer to a request that sets them, though they are shown on request alone."""

    def create(self, body: Any, projection: Projection, context: DecisionContext) -> ScimDecision:
        """The outcome, with the members that were sent."""
        return super().create(body, _with_members(body, projection), context)

    def replace(self, write: Write, context: DecisionContext) -> ScimDecision:
        """The outcome, with the members that were sent."""
        shown = _with_members(write.body, write.projection)
        return super().replace(Write(write.scim_id, write.body, shown, write.conditions), context)


def _with_members(body: Any, projection: Projection) -> Projection:
    is_sent = isinstance(body, Mapping) and "members" in {str(name).lower() for name in body}
    if not is_sent or projection.attributes:
        return projection
    names = ("schemas", "id", "externalId", "meta", "displayName", "members")
    excluded = {each.lower() for each in projection.excluded}
    return Projection(tuple(name for name in names if name.lower() not in excluded))


class NoGroupsOfUsers(Representation):
    """Does not show in a user which groups the user is in."""

    def whole_user(self, user: StoredUser, groups: Sequence[Membership]) -> dict[str, Any]:
        """The user without groups; the version counts them, as the header does."""
        shown = super().whole_user(user, groups)
        return {name: value for name, value in shown.items() if name != "groups"}


class NoGroups(Router):
    """Has users alone."""

    def allowed(self, segments: tuple[str, ...]) -> tuple[str, ...]:
        """The methods; 404 for groups."""
        if segments[:1] == ("Groups",):
            raise ScimError(404, "There is no endpoint /Groups.")
        return super().allowed(segments)


class NoGroupsDeclared(Discovery):
    """Declares users alone."""

    def resource_types(self) -> dict[str, Any]:
        """The list without the type Group."""
        return _without_id(super().resource_types(), "Group")

    def resource_type(self, name: str) -> dict[str, Any]:
        """One resource type; there is no Group."""
        if name == "Group":
            raise not_found("resource type", name)
        return super().resource_type(name)

    def schemas(self) -> dict[str, Any]:
        """The list without the schema Group."""
        return _without_id(super().schemas(), GROUP.schema.id)

    def schema(self, urn: str) -> dict[str, Any]:
        """One schema; there is no Group."""
        if urn.lower() == GROUP.schema.id.lower():
            raise not_found("schema", urn)
        return super().schema(urn)


def _without_id(shown: dict[str, Any], name: str) -> dict[str, Any]:
    kept = [each for each in shown["Resources"] if each["id"] != name]
    return {**shown, "totalResults": len(kept), "itemsPerPage": len(kept), "Resources": kept}


_BADGE = Attribute("badge", "The number on the badge; given by the bridge.", mutability="readOnly")
_DESK = Attribute("desk", "Where the person sits.")
_OFFICE = Schema("urn:ietf:params:scim:schemas:extension:office:2.0:User", "OfficeUser", "The office.", (_BADGE, _DESK))


def _office() -> None:
    reshaped(USER, USER.schema, (*USER.extensions, _OFFICE))


class Badges(Representation):
    """Gives each user a badge, in an extension of its own."""

    def whole_user(self, user: StoredUser, groups: Sequence[Membership]) -> dict[str, Any]:
        """The user with the badge."""
        shown = super().whole_user(user, groups)
        office = {**shown.get(_OFFICE.id, {}), "badge": f"B-{user.id[:6]}"}
        return {**shown, "schemas": list(dict.fromkeys([*shown["schemas"], _OFFICE.id])), _OFFICE.id: office}


class SchemasInBrief(Discovery):
    """Leaves out of the schemas each characteristic that is as RFC 7643 has it by default."""

    def schemas(self) -> dict[str, Any]:
        """The list, in brief."""
        shown: dict[str, Any] = everywhere(_in_brief)(super().schemas())
        return shown

    def schema(self, urn: str) -> dict[str, Any]:
        """One schema, in brief."""
        shown: dict[str, Any] = everywhere(_in_brief)(super().schema(urn))
        return shown


_DEFAULTS = {
    "required": False,
    "caseExact": False,
    "mutability": "readWrite",
    "returned": "default",
    "uniqueness": "none",
}


def _in_brief(shown: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in shown.items() if name not in _DEFAULTS or _DEFAULTS[name] != value}


class MoreIsDeclared(Discovery):
    """Declares documentation, a second scheme of authentication, and things of its own."""

    def config(self) -> dict[str, Any]:
        """The configuration with more in it."""
        shown = super().config()
        second = {
            "type": "httpbasic",
            "name": "HTTP Basic",
            "description": "User and password.",
            "specUri": "https://www.rfc-editor.org/info/rfc7617",
            "documentationUri": "https://example.com/help/basic",
        }
        return {
            **shown,
            "documentationUri": "https://example.com/help/scim",
            "authenticationSchemes": [*shown["authenticationSchemes"], second],
        }


variant("nulls-shown", "Shows unassigned attributes of one value as null.", "RFC7643 2.5", NullsShown)
variant("empty-lists-shown", "Shows unassigned attributes of several values as [].", "RFC7643 2.5", EmptyListsShown)
variant(
    "bare-members",
    "Shows of members their ids alone.",
    "RFC7643 4.2, 2.4",
    rewritten(in_part("members", _only("value", "$ref"))),
)
variant(
    "members-by-value",
    "Shows of members and of groups nothing but the id.",
    "RFC7643 4.2, 2.4",
    rewritten(in_part("members", _only("value"))),
    rewritten(in_part("groups", _only("value"))),
)
variant(
    "members-with-display", "Shows the name of each member.", "RFC7643 2.4, 4.2", MembersWithDisplay, NamesOfNewMembers
)
variant("relative-references", "Writes `$ref` relative to the base.", "RFC7643 2.3.7", RelativeReferences)
variant(
    "members-backwards",
    "Shows members in another order than they came.",
    "RFC7643 2.4, 3",
    rewritten(_reversed("members")),
)
variant(
    "emails-backwards",
    "Shows e-mail addresses in another order than they came.",
    "RFC7643 2.4, 3",
    rewritten(_reversed("emails")),
)
variant(
    "small-users",
    "Knows of users name, e-mail addresses and whether they are active.",
    "RFC7643 4.1, 7; RFC7644 3.3",
    reshape=_small_users,
    reach=VENDORS,
)
variant(
    "without-the-enterprise-extension",
    "Knows no extension of the User.",
    "RFC7643 4.3, 6",
    reshape=_no_enterprise,
    reach=VENDORS,
)
variant(
    "short-names",
    "Knows of names and lists the parts that most need.",
    "RFC7643 4.1, 7",
    reshape=_bare_lists,
    reach=VENDORS,
)
variant(
    "without-canonical-values",
    "Declares no canonical values.",
    "RFC7643 7",
    reshape=_no_canonical_values,
    reach=VENDORS,
)
variant(
    "without-groups-of-users",
    "Does not show in a user which groups the user is in.",
    "RFC7643 4.1.2, 7",
    NoGroupsOfUsers,
    reshape=_no_groups_of_users,
)
variant(
    "without-groups",
    "Has users alone.",
    "RFC7643 6; RFC7644 3.2",
    NoGroups,
    NoGroupsDeclared,
    reshape=_no_groups_of_users,
    reach=(*VENDORS, "SEED-*"),
)
variant(
    "an-extension-of-its-own",
    "Has an extension of its own, with an attribute that it sets itself.",
    "RFC7643 3.3, 7",
    Badges,
    reshape=_office,
)
variant("schemas-in-brief", "Leaves out of schemas what is the default.", "RFC7643 2.2, 7", SchemasInBrief)
variant(
    "more-is-declared", "Declares documentation and a second scheme of authentication.", "RFC7643 5", MoreIsDeclared
)
variant(
    "primary-always-told",
    "Says of each e-mail address and number whether it is the primary one.",
    "RFC7643 2.4",
    PrimaryAlwaysTold,
)
variant(
    "schemas-without-data",
    "Names in `schemas` the extension of the type, with or without data.",
    "RFC7643 3.3",
    SchemasWithoutData,
)
variant(
    "groups-of-users-on-request",
    "Shows the groups of a user where a client asks for them.",
    "RFC7643 7; RFC7644 3.9",
    reshape=_groups_of_users_on_request,
)
variant(
    "numbers-on-request",
    "Shows the phone numbers of a user where a client asks for them.",
    "RFC7643 7; RFC7644 3.9",
    reshape=_numbers_on_request,
)
variant(
    "members-on-request",
    "Shows the members of a group where a client asks for them.",
    "RFC7643 7; RFC7644 3.9",
    MembersThatWereSent,
    reshape=_members_on_request,
    reach=("OKTA-17", "OKTA-31"),  # who links a group has to see its members
)
variant(
    "details-on-request",
    "Shows names, addresses and titles of a user where a client asks for them.",
    "RFC7643 7; RFC7644 3.9",
    reshape=_details_on_request,
    reach=VENDORS,
)
