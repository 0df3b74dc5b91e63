"""Defects in what discovery declares: the documents say one thing, and the bridge shows another."""

from collections.abc import Sequence
from typing import Any

from bridge_ref.decisions.outcome import DecisionContext, ScimDecision
from bridge_ref.decisions.users import Users
from bridge_ref.decisions.write import Write
from bridge_ref.lab.registry import defect
from bridge_ref.scim.catalogue import ENTERPRISE_URN, USER
from bridge_ref.scim.discovery import Discovery
from bridge_ref.scim.errors import not_offered
from bridge_ref.scim.representation import Representation
from bridge_ref.scim.stored_user import Document, Membership, StoredUser


@defect("types-named-otherwise", breaks=("RFC7643-6-05",))
class TypesNamedOtherwise(Discovery):
    """Lists the resource type Group as Team."""

    def resource_types(self) -> dict[str, Any]:
        """The list, with another name in it."""
        shown = super().resource_types()
        named = [{**each, "name": each["name"].replace("Group", "Team")} for each in shown["Resources"]]
        return {**shown, "Resources": named}


@defect("a-configuration-of-another-address", breaks=("RFC7643-3.1-25",))
class AConfigurationOfAnotherAddress(Discovery):
    """Says of the configuration that it is at an address where nothing is."""

    def config(self) -> dict[str, Any]:
        """The configuration, with another address."""
        shown = super().config()
        return {**shown, "meta": {**shown["meta"], "location": f"{self.base_url}/Config"}}


@defect("types-of-unlisted-schemas", breaks=("RFC7643-6-11",))
class TypesOfUnlistedSchemas(Discovery):
    """Names in the resource type Group an extension that /Schemas does not list."""

    def resource_types(self) -> dict[str, Any]:
        """The list, with an extension that is nowhere."""
        shown = super().resource_types()
        extra = {"schema": "urn:example:params:scim:schemas:Row", "required": False}
        *others, last = shown["Resources"]
        return {**shown, "Resources": [*others, {**last, "schemaExtensions": [*last["schemaExtensions"], extra]}]}


@defect("a-text-declared-as-a-number", breaks=("RFC7643-2.3-02",))
class ATextDeclaredAsANumber(Discovery):
    """Declares the title, which is a text, as an integer."""

    def schemas(self) -> dict[str, Any]:
        """The list, with another type."""
        return redeclared(super().schemas(), "title", {"type": "integer"})


@defect("one-value-declared-as-many", breaks=("RFC7643-7-12",))
class OneValueDeclaredAsMany(Discovery):
    """Declares the title, of which there is one, as multi-valued."""

    def schemas(self) -> dict[str, Any]:
        """The list, with another number."""
        return redeclared(super().schemas(), "title", {"multiValued": True})


@defect("what-is-never-returned-is-shown", breaks=("RFC7643-7-27",))
class WhatIsNeverReturnedIsShown(Discovery):
    """Declares the title, which it shows, as never returned."""

    def schemas(self) -> dict[str, Any]:
        """The list, with another declaration."""
        return redeclared(super().schemas(), "title", {"returned": "never"})


@defect("lists-longer-than-declared", breaks=("RFC7643-5-14",))
class ListsLongerThanDeclared(Discovery):
    """Says that a list shows one resource at most."""

    def config(self) -> dict[str, Any]:
        """The configuration, with a limit that is not kept."""
        shown = super().config()
        return {**shown, "filter": {**shown["filter"], "maxResults": 1}}


@defect(
    "idle-patches-are-not-implemented",
    breaks=("RFC7643-5-28",),
    reach=("RFC7644-3.12-14", "RFC7644-3.5-02", "RFC7644-3.5.2-01"),
)
class IdlePatchesAreNotImplemented(Users):
    """Says that there is PATCH, and answers one that changes nothing with 501."""

    def patch(self, write: Write, context: DecisionContext) -> ScimDecision:
        """The refusal, where the user is as the request wants it already."""
        user, _ = yield from self._get(write.scim_id, write.conditions)
        if self.patcher.apply(user.document, self.patcher.plan(USER, write.body)) == user.document:
            raise not_offered("PATCH")
        return (yield from super().patch(write, context))


def redeclared(shown: dict[str, Any], name: str, characteristics: dict[str, Any]) -> dict[str, Any]:
    """The list of schemas with other characteristics of one attribute of the User."""
    user, *others = shown["Resources"]
    changed = [{**each, **characteristics} if each["name"] == name else each for each in user["attributes"]]
    return {**shown, "Resources": [{**user, "attributes": changed}, *others]}


_PART = {"name": "inner", "type": "string", "multiValued": False}
_Rows = str | tuple[str, ...]
_REDECLARED: tuple[tuple[str, _Rows, str, str, dict[str, Any]], ...] = (
    ("a-text-with-parts", "RFC7643-1.2-02", "Declares parts of a text.", "title", {"subAttributes": [_PART]}),
    (
        "a-name-with-a-blank",
        ("RFC7643-2.1-02", "RFC7643-7-07"),
        "Declares a name with a blank.",
        "nickName",
        {"name": "nick name"},
    ),
    (
        "parts-with-parts",
        "RFC7643-2.3.8-02",
        "Declares a complex part of the name.",
        "name",
        {"subAttributes": [{**_PART, "type": "complex", "subAttributes": [_PART]}]},
    ),
    (
        "a-password-to-be-read",
        "RFC7643-4.1.1-26",
        "Declares the password as readWrite.",
        "password",
        {"mutability": "readWrite"},
    ),
    ("a-name-without-parts", "RFC7643-7-10", "Declares no parts of the name.", "name", {"subAttributes": []}),
    ("a-user-name-by-letter-case", "RFC7643-7-37", "Declares userName as case exact.", "userName", {"caseExact": True}),
    (
        "a-description-that-is-none",
        ("RFC7643-7-13", "RFC7643-2.3-02"),
        "Describes the title by a number.",
        "title",
        {"description": 7},
    ),
)


def _redeclaring(said: str, attribute: str, characteristics: dict[str, Any]) -> type[Discovery]:
    """A discovery that declares one attribute of the User with other characteristics."""

    class Redeclared(Discovery):
        def schemas(self) -> dict[str, Any]:
            """The list, with another declaration."""
            return redeclared(super().schemas(), attribute, characteristics)

    Redeclared.__doc__ = said
    return Redeclared


for _name, _row, _said, _attribute, _characteristics in _REDECLARED:
    defect(_name, breaks=(_row,) if isinstance(_row, str) else _row)(_redeclaring(_said, _attribute, _characteristics))


@defect(
    "titles-are-declared-required",
    breaks=("RFC7643-7-15", "RFC7644-3.5.2.2-09"),
    reach=("RFC7644-3.5.1-14", "RFC7644-3.5.2-27"),
)
class TitlesAreDeclaredRequired(Discovery):
    """Declares the title as required, and creates users without one."""

    def schemas(self) -> dict[str, Any]:
        """The list, with another declaration."""
        return redeclared(super().schemas(), "title", {"required": True})


@defect("divisions-are-dropped", breaks=("RFC7643-7-07",))
class DivisionsAreDropped(Users):
    """Declares the division of a user, takes it, and never keeps it."""

    def completed(self, document: Document, body: Any = None) -> Document:
        """The document without it."""
        return _without_division(super().completed(document, body))


def _without_division(document: Document) -> Document:
    if ENTERPRISE_URN not in document:
        return document
    kept = {name: value for name, value in document[ENTERPRISE_URN].items() if name != "division"}
    others = {name: value for name, value in document.items() if name != ENTERPRISE_URN}
    return {**others, ENTERPRISE_URN: kept} if kept else others


@defect("profile-urls-are-hidden", breaks=("RFC7643-7-07",))
class ProfileUrlsAreHidden(Representation):
    """Declares the profileUrl of a user, keeps it, and shows it in no answer."""

    def whole_user(self, user: StoredUser, groups: Sequence[Membership]) -> dict[str, Any]:
        """The user without it."""
        shown = super().whole_user(user, groups)
        return {name: value for name, value in shown.items() if name != "profileUrl"}
