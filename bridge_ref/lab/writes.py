"""Defects of single writes: PATCH by the form of its operations, PUT and POST by what is in the body."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec.structs import replace as changed

from bridge_ref.account.changes import ChangeSet
from bridge_ref.account.groups import Group
from bridge_ref.decisions.groups import Groups
from bridge_ref.decisions.memberships import Memberships
from bridge_ref.decisions.outcome import DecisionContext, Outcome, ScimDecision
from bridge_ref.decisions.queries import Decision
from bridge_ref.decisions.users import Users
from bridge_ref.decisions.write import Write
from bridge_ref.lab.registry import defect
from bridge_ref.scim.answer import Answer
from bridge_ref.scim.catalogue import ENTERPRISE_URN, USER_URN
from bridge_ref.scim.errors import ScimError, bad_request, invalid_value
from bridge_ref.scim.patch.apply import Patch
from bridge_ref.scim.patch.plan import PatchStep
from bridge_ref.scim.patch.request import PATCH_URN
from bridge_ref.scim.projection import Projection
from bridge_ref.scim.schema import Attribute, ResourceType
from bridge_ref.scim.stored_user import Document

_P = "RFC7644-3.5.2"
_WRITES = ("RFC7644-3.5.*", "RFC7644-3.4.2*", "RFC7643-*", "SEED-*", "OKTA-*", "ENTRA-*")


@defect(
    "wrong-patches-are-passed-over",
    breaks=(
        *(f"{_P}-{number}" for number in ("03", "04", "05", "07", "12", "13", "15", "27", "36")),
        f"{_P}.1-01",
        f"{_P}.2-01",
        f"{_P}.2-10",
    ),
    reach=("RFC7644-3.5.2*", "RFC7644-3.12-*", "RFC7643-*", "OKTA-*", "ENTRA-*"),
)
class WrongPatchesArePassedOver(Patch):
    """Answers a PATCH that makes no sense as if it were done, and does nothing."""

    def plan(self, resource_type: ResourceType, body: Any) -> list[PatchStep]:
        """The steps; none, where the body is wrong."""
        try:
            return super().plan(resource_type, body)
        except ScimError:
            return []


@defect(
    "what-cannot-be-done-is-passed-over",
    breaks=(f"{_P}-17", f"{_P}.2-09", f"{_P}.3-08"),
    reach=("RFC7644-3.5.2*", "RFC7644-3.12-*", "RFC7643-*", "OKTA-*", "ENTRA-*"),
)
class WhatCannotBeDoneIsPassedOver(Patch):
    """Answers a PATCH that does not fit the resource as if it were done, and does nothing."""

    def apply(self, document: Document, steps: list[PatchStep]) -> Document:
        """The document after the steps; as it was, where they cannot be done."""
        try:
            return super().apply(document, steps)
        except ScimError:
            return document


Operation = dict[str, Any]
Rewrite = Callable[[Operation], list[Operation]]
# Defects that read one form of an operation as another: their name, what they break and may reach, what they do.
_REWRITES: list[tuple[str, tuple[str, ...], str, Rewrite]] = []


def _reads(name: str, *breaks: str) -> Callable[[Rewrite], Rewrite]:
    def register(rewrite: Rewrite) -> Rewrite:
        _REWRITES.append((name, breaks, str(rewrite.__doc__), rewrite))
        return rewrite

    return register


def _path(operation: Operation) -> str:
    path = operation.get("path")
    return path if isinstance(path, str) else ""


@_reads("pathless-adds-replace-lists", f"{_P}.1-04")
def _pathless_adds(operation: Operation) -> list[Operation]:
    """Reads an add without path as a replace."""
    is_add = operation.get("op") == "add" and "path" not in operation
    return [{**operation, "op": "replace"} if is_add else operation]


@_reads("dotted-paths-empty-the-rest", f"{_P}-09")
def _dotted(operation: Operation) -> list[Operation]:
    """Replaces a sub-attribute of the name, and forgets the others."""
    if operation.get("op") != "replace" or not _path(operation).startswith("name."):
        return [operation]
    return [{"op": "remove", "path": "name"}, operation]


@_reads("qualified-paths-are-refused", f"{_P}-32")
def _qualified(operation: Operation) -> list[Operation]:
    """Refuses a path of a core attribute that begins with the URN of its schema."""
    if _path(operation).startswith(USER_URN):
        raise bad_request("A path must not have a URN.", "invalidPath")
    return [operation]


@_reads("and-in-paths-is-ignored", f"{_P}.2-06")
def _without_and(operation: Operation) -> list[Operation]:
    """Reads the first condition of a remove by filter, and no other."""
    head, found, _ = _path(operation).partition(" and ")
    return [{**operation, "path": f"{head}]"} if operation.get("op") == "remove" and found else operation]


@_reads("sub-attributes-take-their-record", f"{_P}.2-07")
def _whole_records(operation: Operation) -> list[Operation]:
    """Removes the whole value where one sub-attribute of it is to be removed."""
    head, found, _ = _path(operation).partition("].")
    return [{**operation, "path": f"{head}]"} if operation.get("op") == "remove" and found else operation]


@_reads("another-schema-is-no-mistake", f"{_P}-02")
def _any_schema(operation: Operation) -> list[Operation]:
    """Takes a PATCH whatever message its schemas name."""
    return [operation]


@_reads("unknown-paths-are-too-many", f"{_P}-14")
def _unknown(operation: Operation) -> list[Operation]:
    """Refuses an attribute that no schema has for being too many."""
    if _path(operation) == "noSuchAttribute":
        raise bad_request("That is too many.", "tooMany")
    return [operation]


@_reads("schemas-are-read-at-the-start", f"{_P}-21")
def _known_schemas(operation: Operation) -> list[Operation]:
    """Passes over an extension that the same PATCH has added to the schemas."""
    return [operation]


def _forgetful(operations: list[Any]) -> list[Any]:
    names = any(isinstance(each, dict) and each.get("path") == "schemas" for each in operations)
    return [each for each in operations if not (names and _path(each).startswith(ENTERPRISE_URN))]


def _make(name: str, breaks: tuple[str, ...], sentence: str, rewrite: Rewrite) -> None:
    def plan(self: Patch, resource_type: ResourceType, body: Any) -> list[PatchStep]:
        if isinstance(body, Mapping) and isinstance(body.get("Operations"), list):
            operations = _forgetful(body["Operations"]) if rewrite is _known_schemas else body["Operations"]
            read = [each for op in operations for each in (rewrite(op) if isinstance(op, dict) else [op])]
            named = {"schemas": [PATCH_URN]} if rewrite is _any_schema else {}
            body = {**body, "Operations": read, **named}
        return Patch.plan(self, resource_type, body)

    made = type(name.title().replace("-", ""), (Patch,), {"plan": plan, "__doc__": sentence})
    defect(name, breaks=breaks, reach=_WRITES)(made)


for _each in _REWRITES:
    _make(*_each)


@defect("the-last-value-stays", breaks=(f"{_P}.2-05", f"{_P}.2-08"), reach=_WRITES)
class TheLastValueStays(Patch):
    """Keeps the first value where a filter removes all of them."""

    def _write_values(
        self,
        place: Document,
        attribute: Attribute,
        sub: str | None,
        step: PatchStep,
        values: list[Any],
        chosen: set[int],
    ) -> None:
        if step.op == "remove" and sub is None and len(chosen) == len(values):
            chosen = chosen - {0}
        super()._write_values(place, attribute, sub, step, values, chosen)


@defect("one-match-is-replaced", breaks=(f"{_P}.3-07",), reach=_WRITES)
class OneMatchIsReplaced(Patch):
    """Replaces a sub-attribute in the first value that the filter matches."""

    def _write_values(
        self,
        place: Document,
        attribute: Attribute,
        sub: str | None,
        step: PatchStep,
        values: list[Any],
        chosen: set[int],
    ) -> None:
        if step.op == "replace" and sub is not None and chosen:
            chosen = {min(chosen)}
        super()._write_values(place, attribute, sub, step, values, chosen)


@defect("nothing-is-replaced-by-something", breaks=(f"{_P}.3-04",), reach=_WRITES)
class NothingIsReplacedBySomething(Patch):
    """Refuses the replace of a nickname where there is none."""

    def _apply_whole(self, place: Document, attribute: Attribute, step: PatchStep) -> None:
        if step.op == "replace" and attribute.name == "nickName" and attribute.name not in place:
            raise bad_request("There is no nickName to replace.", "noTarget")
        super()._apply_whole(place, attribute, step)


@defect("nothing-is-added-to-nothing", breaks=(f"{_P}.1-05",), reach=_WRITES)
class NothingIsAddedToNothing(Patch):
    """Refuses the add of a locale where there is none."""

    def _apply_whole(self, place: Document, attribute: Attribute, step: PatchStep) -> None:
        if step.op == "add" and attribute.name == "locale" and attribute.name not in place:
            raise bad_request("There is no locale to add to.", "noTarget")
        super()._apply_whole(place, attribute, step)


@defect("operations-are-sorted", breaks=(f"{_P}-23",), reach=_WRITES)
class OperationsAreSorted(Patch):
    """Does the last operation on an attribute first."""

    def apply(self, document: Document, steps: list[PatchStep]) -> Document:
        """The document after the steps, from the last to the first."""
        return super().apply(document, steps[::-1])


@defect("selected-patches-answer-204", breaks=(f"{_P}-31",), reach=("RFC7644-3.4.2.5-*", "RFC7644-3.9-*", *_WRITES))
class SelectedPatchesAnswer204(Users):
    """Answers a PATCH that selects attributes with 204."""

    def patch(self, write: Write, context: DecisionContext) -> ScimDecision:
        """The change, without a body where attributes are selected."""
        outcome = yield from super().patch(write, context)
        return changed(outcome, answer=Answer(204)) if write.projection.attributes else outcome


@defect("taken-names-are-passed-over", breaks=("RFC7644-3.5.1-17", f"{_P}-34"), reach=_WRITES)
class TakenNamesArePassedOver(Users):
    """Answers a write of a userName that is taken as if it were done, and changes nothing."""

    def replace(self, write: Write, context: DecisionContext) -> ScimDecision:
        """The replacement, or nothing."""
        try:
            return (yield from super().replace(write, context))
        except ScimError as error:
            return (yield from self._unchanged(write, error))

    def patch(self, write: Write, context: DecisionContext) -> ScimDecision:
        """The change, or nothing."""
        try:
            return (yield from super().patch(write, context))
        except ScimError as error:
            return (yield from self._unchanged(write, error))

    def _unchanged(self, write: Write, error: ScimError) -> ScimDecision:
        if error.status != 409:
            raise error
        user, groups = yield from self._get(write.scim_id)
        return Outcome(self._shown(user, groups, write.projection))


@defect("empty-lists-are-refused", breaks=("RFC7644-3.5.1-07", "RFC7644-3.3-08"), reach=_WRITES)
class EmptyListsAreRefused(Users):
    """Refuses a body with an empty list of phone numbers."""

    def create(self, body: Any, projection: Projection, context: DecisionContext) -> ScimDecision:
        """The refusal."""
        _check_phones(body)
        return super().create(body, projection, context)

    def replace(self, write: Write, context: DecisionContext) -> ScimDecision:
        """The refusal."""
        _check_phones(write.body)
        return super().replace(write, context)


def _check_phones(body: Any) -> None:
    if isinstance(body, Mapping) and body.get("phoneNumbers") == []:
        raise invalid_value("phoneNumbers must not be empty.")


@defect(
    "a-put-without-a-name-keeps-it",
    breaks=("RFC7644-3.5.1-14",),
    reach=("OKTA-*", "ENTRA-*", "RFC7643-*", "RFC7644-3.5.1-*"),
)
class APutWithoutANameKeepsIt(Users):
    """Takes a PUT without userName, and keeps the old one."""

    def replace(self, write: Write, context: DecisionContext) -> ScimDecision:
        """The replacement, under the name that there is."""
        user, _ = yield from self._get(write.scim_id)
        if isinstance(write.body, Mapping) and write.body.get("userName") is None:
            write = changed(write, body={**write.body, "userName": user.document["userName"]})
        return (yield from super().replace(write, context))


@defect("groups-of-the-client-are-refused", breaks=("RFC7644-3.3-03", "RFC7644-3.5.1-13"), reach=_WRITES)
class GroupsOfTheClientAreRefused(Users):
    """Refuses a create with groups, and a PUT with none."""

    def create(self, body: Any, projection: Projection, context: DecisionContext) -> ScimDecision:
        """The refusal."""
        if isinstance(body, Mapping) and body.get("groups"):
            raise bad_request("groups is read-only.", "mutability")
        return super().create(body, projection, context)

    def replace(self, write: Write, context: DecisionContext) -> ScimDecision:
        """The refusal."""
        if isinstance(write.body, Mapping) and write.body.get("groups") == []:
            raise bad_request("groups is read-only.", "mutability")
        return super().replace(write, context)


@defect("names-of-managers-are-refused", breaks=("RFC7644-3.3-04",), reach=("OKTA-*", "ENTRA-*", "SEED-*"))
class NamesOfManagersAreRefused(Users):
    """Refuses a create with the displayName of the manager."""

    def create(self, body: Any, projection: Projection, context: DecisionContext) -> ScimDecision:
        """The refusal."""
        extension = body.get(ENTERPRISE_URN) if isinstance(body, Mapping) else None
        manager = extension.get("manager") if isinstance(extension, Mapping) else None
        if isinstance(manager, Mapping) and "displayName" in manager:
            raise bad_request("manager.displayName is read-only.", "mutability")
        return super().create(body, projection, context)


@defect("titles-are-cut", breaks=("RFC7644-3.3-18",), reach=("RFC7644-*", "RFC7643-*", *_WRITES))
class TitlesAreCut(Users):
    """Keeps the first three letters of a new user's title."""

    def create(self, body: Any, projection: Projection, context: DecisionContext) -> ScimDecision:
        """The user, with a short title."""
        if isinstance(body, Mapping) and isinstance(body.get("title"), str):
            body = {**body, "title": body["title"][:3]}
        return super().create(body, projection, context)


@defect(
    "groups-are-never-replaced",
    breaks=("RFC7644-3.5-01",),
    reach=("RFC7644-*", "RFC7643-*", "SEED-*", "OKTA-*", "ENTRA-*"),
)
class GroupsAreNeverReplaced(Groups):
    """Answers a PUT of a group with 501."""

    def replace(self, write: Write, context: DecisionContext) -> ScimDecision:
        """The refusal."""
        raise ScimError(501, "Groups are changed with PATCH.")


@defect(
    "groups-are-never-patched",
    breaks=("RFC7644-3.5-02", f"{_P}-01"),
    reach=("RFC7644-*", "RFC7643-*", "SEED-*", "OKTA-*", "ENTRA-*"),
)
class GroupsAreNeverPatched(Groups):
    """Answers a PATCH of a group with 501, though PATCH is declared."""

    def patch(self, write: Write, context: DecisionContext) -> ScimDecision:
        """The refusal."""
        raise ScimError(501, "Groups are changed with PUT.")


@defect("who-leaves-stays-if-another-comes", breaks=(f"{_P}.2-12",), reach=("RFC7643-4.1.2-19", *_WRITES))
class WhoLeavesStaysIfAnotherComes(Memberships):
    """Does not remove a member in a PATCH that adds another one."""

    def change(self, group: Group, steps: Iterable[PatchStep], now_ms: int) -> Decision[ChangeSet]:
        """The change without the removals, where somebody is added."""
        known = list(steps)
        adds = [each for each in known if each.op == "add"]
        return super().change(group, adds or known, now_ms)
