"""Defects in the parts of what is shown: groups, members, extensions, messages, addresses and versions."""

from collections.abc import Iterable, Sequence
from typing import Any

from bridge_ref.account.groups import Group
from bridge_ref.lab.registry import defect
from bridge_ref.scim.catalogue import USER_URN
from bridge_ref.scim.discovery import Discovery
from bridge_ref.scim.errors import Errors, ScimError
from bridge_ref.scim.etags import Etags
from bridge_ref.scim.representation import Representation
from bridge_ref.scim.stored_user import Membership, StoredUser


@defect(
    "empty-groups-have-no-name",
    breaks=("RFC7643-4.2-01",),
    reach=("RFC7644-3.4.2.2-07", "RFC7644-3.8-01", "RFC7644-3.3-18", "RFC7644-3.5.2*"),
)
class EmptyGroupsHaveNoName(Representation):
    """Shows a group in which nobody is without its displayName."""

    def whole_group(self, group: Group, members: Iterable[Membership]) -> dict[str, Any]:
        """The group, without a name where there are no members."""
        shown = super().whole_group(group, members)
        return shown if "members" in shown else {name: part for name, part in shown.items() if name != "displayName"}


@defect("a-member-without-a-value", breaks=("RFC7643-4.2-04",), reach=("RFC7644-3.5.2*",))
class AMemberWithoutAValue(Representation):
    """Shows in each group with members one more, who has no value."""

    def whole_group(self, group: Group, members: Iterable[Membership]) -> dict[str, Any]:
        """The group, with somebody whom nobody can look up."""
        shown = super().whole_group(group, members)
        return {**shown, "members": [*shown["members"], {"type": "User"}]} if "members" in shown else shown


@defect("extensions-not-in-schemas", breaks=("RFC7643-3.3-08",), reach=("RFC7644-3.5.2-22",))
class ExtensionsNotInSchemas(Representation):
    """Shows data of an extension without its URI in `schemas`."""

    def whole_user(self, user: StoredUser, groups: Sequence[Membership]) -> dict[str, Any]:
        """The user, with the core schema alone."""
        return {**super().whole_user(user, groups), "schemas": [USER_URN]}


@defect("totals-below-the-page", breaks=("RFC7644-3.4.2-06",))
class TotalsBelowThePage(Representation):
    """Counts the results of a list that shows all of them one too low."""

    def total(self, resources: list[Any], total: int) -> int:
        """One less than is shown."""
        return total - 1 if len(resources) == total > 0 else total


@defect("totals-are-texts", breaks=("RFC7644-3.4.2-05",), reach=("RFC7644-3.4.2.4-05",))
class TotalsAreTexts(Representation):
    """Writes the number of results as a text."""

    def total(self, resources: list[Any], total: int) -> Any:
        """The digits."""
        return str(total)


@defect("lists-misspell-their-name", breaks=("RFC7644-8.2-01", "RFC7644-3.4.2-04"))
class ListsMisspellTheirName(Representation):
    """Calls a list `listResponse`."""

    def page(
        self, resources: list[Any], total: int, start_index: int | None, next_cursor: str | None = None
    ) -> dict[str, Any]:
        """The page under another name."""
        shown = super().page(resources, total, start_index, next_cursor)
        return {**shown, "schemas": [uri.replace("ListResponse", "listResponse") for uri in shown["schemas"]]}


@defect(
    "errors-have-no-schemas", breaks=("RFC7644-3.1-04", "RFC7644-3.12-02"), reach=("RFC7644-3.5.2-*", "RFC7644-3.7*")
)
class ErrorsHaveNoSchemas(Errors):
    """Writes an error without `schemas`."""

    def render(self, error: ScimError) -> dict[str, Any]:
        """The body, without its name."""
        shown = super().render(error)
        return {name: value for name, value in shown.items() if name != "schemas"}


@defect("addresses-have-a-query", breaks=("RFC7644-1.3-01",))
class AddressesHaveAQuery(Representation):
    """Puts a query behind the address of a group in a user."""

    def group_of_user(self, group: Membership) -> dict[str, Any]:
        """The entry, with a query behind its address."""
        shown = super().group_of_user(group)
        return {**shown, "$ref": shown["$ref"] + "?attributes=members"}


@defect("addresses-are-not-encoded", breaks=("RFC7644-1.2-02",), reach=("RFC7643-2.3.7-02",))
class AddressesAreNotEncoded(Representation):
    """Hands out an address with a blank in it."""

    def member_of_group(self, member: Membership) -> dict[str, Any]:
        """The entry, with its address behind a blank."""
        shown = super().member_of_group(member)
        return {**shown, "$ref": f"{shown['$ref']} "}


@defect("versions-without-their-mark", breaks=("RFC7643-3.1-27",))
class VersionsWithoutTheirMark(Representation):
    """Shows in `meta` a version without the mark that the ETag has."""

    def meta(
        self, resource_type: str, location: str, created_ms: int, modified_ms: int, version: str | None
    ) -> dict[str, Any]:
        """The meta, with the quoted part of the tag alone."""
        bare = None if version is None else version.removeprefix("W/")
        return super().meta(resource_type, location, created_ms, modified_ms, bare)


@defect("etags-declared-and-not-sent", breaks=("RFC7644-3.14-02", "RFC7644-3.14-03"))
class EtagsDeclaredAndNotSent(Etags):
    """Says that there are ETags, and sends none with groups."""

    def group(self, group: Group) -> str | None:
        """No tag."""
        return None


@defect("messages-listed-as-schemas", breaks=("RFC7644-3.1-05",))
class MessagesListedAsSchemas(Discovery):
    """Lists the schema of an error beside those of resources."""

    def schemas(self) -> dict[str, Any]:
        """The list, with one that nobody can read."""
        shown = super().schemas()
        extra = {**shown["Resources"][0], "id": "urn:ietf:params:scim:api:messages:2.0:Error"}
        count = shown["totalResults"] + 1
        return {**shown, "totalResults": count, "itemsPerPage": count, "Resources": [*shown["Resources"], extra]}


@defect("an-undeclared-attribute", breaks=("RFC7643-7-07",))
class AnUndeclaredAttribute(Representation):
    """Shows an attribute of a group that no schema lists."""

    def whole_group(self, group: Group, members: Iterable[Membership]) -> dict[str, Any]:
        """The group, with something of the store's own."""
        return {**super().whole_group(group, members), "rowVersion": 7}


@defect("an-undeclared-schema", breaks=("RFC7643-3-05", "RFC7643-7-01"))
class AnUndeclaredSchema(Representation):
    """Names in each group a schema that no document lists."""

    def whole_group(self, group: Group, members: Iterable[Membership]) -> dict[str, Any]:
        """The group, with a schema of the store's own."""
        shown = super().whole_group(group, members)
        return {**shown, "schemas": [*shown["schemas"], "urn:example:params:scim:schemas:Row"]}
