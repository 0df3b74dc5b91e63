"""What is kept of what is sent: defaults, canonical forms, refusals that a server may choose."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from msgspec.structs import replace as replaced

from bridge_ref.account.changes import ChangeSet
from bridge_ref.account.groups import Group
from bridge_ref.account.policy import with_policy
from bridge_ref.decisions.groups import Groups
from bridge_ref.decisions.outcome import DecisionContext, Outcome, ScimDecision
from bridge_ref.decisions.queries import Decision
from bridge_ref.decisions.users import Users
from bridge_ref.decisions.write import Write
from bridge_ref.lab.variants.capabilities import FLOWS, VENDORS
from bridge_ref.lab.variants.variant import Settle, variant
from bridge_ref.scim.answer import Answer
from bridge_ref.scim.catalogue import USER
from bridge_ref.scim.errors import ScimError, bad_request, invalid_value
from bridge_ref.scim.filter.parser import Filter
from bridge_ref.scim.patch.apply import Patch
from bridge_ref.scim.patch.plan import PatchStep
from bridge_ref.scim.patch.request import MISSING
from bridge_ref.scim.projection import Projection
from bridge_ref.scim.schema import Attribute
from bridge_ref.scim.stored_user import ChangeUser, Document

_LISTS = ("emails", "phoneNumbers", "addresses")


def completing(complete: Callable[[Document], Document]) -> type[Users]:
    """Users whose documents are changed by the bridge before they are kept."""

    class Completing(Users):
        def completed(self, document: Document, body: Any = None) -> Document:
            """The document as the bridge has it."""
            return complete(super().completed(document, body))

    return Completing


def defaulting(default: Callable[[Document, frozenset[str]], Document]) -> type[Users]:
    """Users who get values by default, where the body of a create or a replacement does not name the attribute."""

    class Defaulting(Users):
        def completed(self, document: Document, body: Any = None) -> Document:
            """The document with its defaults; null overrides them."""
            document = super().completed(document, body)
            return document if body is None else default(document, _names_in(body))

    return Defaulting


def _names_in(body: Any) -> frozenset[str]:
    if not isinstance(body, Mapping):
        return frozenset()
    parts = {f"{name}.{part}" for name, value in body.items() if isinstance(value, Mapping) for part in value}
    return frozenset(name.lower() for name in (*body, *parts))


def _policy(*settings: str) -> Settle:
    return lambda bridge: replace(bridge, policy=with_policy(settings))


def _leniency(**switches: bool) -> Settle:
    return lambda bridge: replace(bridge, leniency=replace(bridge.leniency, **switches))


class PatchAnswersNothing(Users):
    """Answers a PATCH of a user with 204, unless attributes are asked for."""

    def patch(self, write: Write, context: DecisionContext) -> ScimDecision:
        """The outcome, without a body."""
        outcome = yield from super().patch(write, context)
        answer = outcome.answer
        if not isinstance(answer, Answer) or write.projection.attributes:
            return outcome
        return Outcome(Answer(204, None, answer.location, answer.headers, answer.etag), outcome.change_set)


class PatchShowsTheGroup(Groups):
    """Answers a PATCH of a group with the group."""

    def patch(self, write: Write, context: DecisionContext) -> ScimDecision:
        """The outcome, with a body."""
        if write.projection.attributes:
            return (yield from super().patch(write, context))
        names = ("schemas", "id", "externalId", "meta", "displayName", "members")
        excluded = {each.lower() for each in write.projection.excluded}
        chosen = Projection(tuple(name for name in names if name.lower() not in excluded))
        return (yield from super().patch(Write(write.scim_id, write.body, chosen, write.conditions), context))


class UnchangedPatchesAnswerNothing(Users):
    """Answers a PATCH of a user that changes nothing with 204, unless attributes are asked for."""

    def patch(self, write: Write, context: DecisionContext) -> ScimDecision:
        """The outcome, without a body where there is no change."""
        outcome = yield from super().patch(write, context)
        answer = outcome.answer
        is_changed = any(isinstance(each, ChangeUser) for each in outcome.change_set.changes)
        if not isinstance(answer, Answer) or write.projection.attributes or is_changed:
            return outcome
        return Outcome(Answer(204, None, answer.location, answer.headers, answer.etag), outcome.change_set)


class OmittedMembersEnd(Groups):
    """Takes a PUT of a group without `members` for one with none."""

    def replace(self, write: Write, context: DecisionContext) -> ScimDecision:
        """The outcome for the body, and no members where it names none."""
        body = write.body
        if isinstance(body, Mapping) and not any(str(name).lower() == "members" for name in body):
            write = replaced(write, body={**body, "members": []})
        return super().replace(write, context)


class GroupNamesAreTrimmed(Groups):
    """Keeps names of groups without blanks at their ends."""

    def create(self, body: Any, projection: Projection, context: DecisionContext) -> ScimDecision:
        """The decision for the trimmed name."""
        return super().create(_trimmed(body), projection, context)

    def replace(self, write: Write, context: DecisionContext) -> ScimDecision:
        """The decision for the trimmed name."""
        return super().replace(replaced(write, body=_trimmed(write.body)), context)

    def _update(
        self, group: Group, document: Document, moved: ChangeSet, context: DecisionContext
    ) -> Decision[tuple[Group, ChangeSet]]:
        return super()._update(group, _trimmed(document), moved, context)


def _trimmed(body: Any) -> Any:
    if not isinstance(body, Mapping):
        return body
    is_name = {name: str(name).lower() == "displayname" and isinstance(value, str) for name, value in body.items()}
    return {name: value.strip() if is_name[name] and value.strip() else value for name, value in body.items()}


def _each_value(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[Document], Document]:
    def complete(document: Document) -> Document:
        lists = {name: [change(each) for each in document[name]] for name in _LISTS if name in document}
        return {**document, **lists}

    return complete


def _first_is_primary(document: Document) -> Document:
    emails = document.get("emails")
    if not emails or any(each.get("primary") for each in emails):
        return document
    return {**document, "emails": [{**emails[0], "primary": True}, *emails[1:]]}


def _named(document: Document, sent: frozenset[str]) -> Document:
    name = document.get("name", {})
    composed = " ".join(name[part] for part in ("givenName", "familyName") if part in name)
    return document if "displayname" in sent else {"displayName": composed or document["userName"], **document}


def _formatted(document: Document, sent: frozenset[str]) -> Document:
    name = document.get("name", {})
    parts = ("honorificPrefix", "givenName", "middleName", "familyName", "honorificSuffix")
    composed = " ".join(name[part] for part in parts if part in name)
    return (
        document if "name.formatted" in sent or not composed else {**document, "name": {**name, "formatted": composed}}
    )


def _once_each(document: Document) -> Document:
    def once(values: list[Any]) -> list[Any]:
        kept: dict[Any, Any] = {}
        for each in values:
            kept.setdefault((each.get("type"), str(each.get("value", each)).lower()), each)
        return list(kept.values())

    return {**document, **{name: once(document[name]) for name in ("emails", "phoneNumbers") if name in document}}


def _without_empty_texts(value: Any) -> Any:
    if isinstance(value, list):
        return [left for left in map(_without_empty_texts, value) if left not in ({}, "")]
    if isinstance(value, dict):
        left = {name: _without_empty_texts(each) for name, each in value.items()}
        return {name: each for name, each in left.items() if each not in ("", {}, [])}
    return value


def _canonical_only(document: Document) -> Document:
    for name in _LISTS:
        labels = USER.schema.find(name).find_sub("type").canonical_values  # type: ignore[union-attr]
        for each in document.get(name, ()):
            if each.get("type", labels[0]) not in labels:
                raise invalid_value(f"The type of {name} is one of {', '.join(labels)}.")
    return document


def _spelt(spell: Callable[[str], str]) -> Callable[[Document], Document]:
    def complete(document: Document) -> Document:
        emails = [
            {**each, "value": spell(each["value"])} if "value" in each else each for each in document.get("emails", ())
        ]
        shown = {**document, "userName": spell(document["userName"])}
        return {**shown, "emails": emails} if emails else shown

    return complete


class OmittedStays(Users):
    """Keeps at a replacement what its body leaves out, and clears what it sets to null or to []."""

    def left_out(self, before: Document, body: Any) -> Document:
        """All that was there and that the body does not name."""
        named = {str(name).lower() for name in body}
        return {name: value for name, value in before.items() if name.lower() not in named or name == "active"}


class UnknownIsRefused(Users):
    """Refuses a body with an attribute that no schema has."""

    def create(self, body: Any, projection: Projection, context: DecisionContext) -> ScimDecision:
        """The decision, for a body with known attributes alone."""
        _refuse_unknown(body)
        return super().create(body, projection, context)

    def replace(self, write: Write, context: DecisionContext) -> ScimDecision:
        """The decision, for a body with known attributes alone."""
        _refuse_unknown(write.body)
        return super().replace(write, context)


def _refuse_unknown(body: Any) -> None:
    names = body if isinstance(body, Mapping) else {}
    unknown = [name for name in names if USER.find(name) is None and USER.find_extension(name) is None]
    if unknown:
        raise bad_request(f"There is no attribute {unknown[0][:80]!r}.", "invalidSyntax")


class TakenNamesAreInvalid(Users):
    """Answers a change to a userName that is taken with 400 uniqueness; a create keeps its 409."""

    def replace(self, write: Write, context: DecisionContext) -> ScimDecision:
        """The outcome, or the refusal."""
        return (yield from _with_400(super().replace(write, context)))

    def patch(self, write: Write, context: DecisionContext) -> ScimDecision:
        """The outcome, or the refusal."""
        return (yield from _with_400(super().patch(write, context)))


def _with_400(decision: ScimDecision) -> ScimDecision:
    try:
        return (yield from decision)
    except ScimError as error:
        if error.scim_type != "uniqueness":
            raise
        raise bad_request(error.detail, "uniqueness") from None


class NullsAreRefused(Patch):
    """Refuses to add null."""

    def _apply(self, document: Document, step: PatchStep) -> None:
        if step.op == "add" and step.value is None:
            raise invalid_value("null cannot be added.")
        super()._apply(document, step)


class NothingToRemoveIsRefused(Patch):
    """Refuses to remove what is not there."""

    def _apply(self, document: Document, step: PatchStep) -> None:
        before = str(document)
        super()._apply(document, step)
        if step.op == "remove" and str(document) == before and step.target.attribute is not None:
            raise bad_request("There is nothing to remove.", "noTarget")


class OneValueIsRefused(Patch):
    """Refuses one value where a list belongs."""

    def _parse(self, attribute: Attribute, value: Any) -> Any:
        if attribute.multi_valued and value is not MISSING and not isinstance(value, list | None):
            raise invalid_value(f"{attribute.name} takes a list.")
        return super()._parse(attribute, value)


class AddedIsJoined(Patch):
    """Joins a value that is added again with the one that is there."""

    def _apply_whole(self, place: Document, attribute: Attribute, step: PatchStep) -> None:
        super()._apply_whole(place, attribute, step)
        if step.op != "add" or not attribute.multi_valued or attribute.name not in _LISTS[:2]:
            return
        joined: list[dict[str, Any]] = []
        for each in place.get(attribute.name, ()):
            known = next((old for old in joined if _may_be_one(old, each)), None)
            if known is None:
                joined.append(dict(each))
            else:
                known.update(each)
        place[attribute.name] = joined


def _may_be_one(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Whether both have one value, and no labels that contradict each other."""
    is_same = str(old.get("value")).lower() == str(new.get("value")).lower()
    return is_same and all(old.get(name, new.get(name)) == new.get(name, old.get(name)) for name in ("type", "display"))


class RecordsAreMerged(Patch):
    """Keeps at a replacement of chosen values the parts that it does not name."""

    def _write_value(self, attribute: Attribute, name: str | None, step: PatchStep, old: Any) -> Any:
        new = super()._write_value(attribute, name, step, old)
        is_whole = name is None and step.op == "replace" and isinstance(step.filter, Filter)
        return {**old, **new} if is_whole and new else new


variant("patch-answers-nothing", "Answers a PATCH of a user with 204.", "RFC7644 3.5.2", PatchAnswersNothing)
variant(
    "patch-shows-the-group", "Answers a PATCH of a group with 200 and the group.", "RFC7644 3.5.2", PatchShowsTheGroup
)
variant(
    "unchanged-patches-answer-nothing",
    "Answers a PATCH of a user that changes nothing with 204, and others with the user.",
    "RFC7644 3.5.2",
    UnchangedPatchesAnswerNothing,
)
variant(
    "omitted-members-end",
    "Takes a PUT of a group without `members` for one with none.",
    "RFC7644 3.5.1",
    OmittedMembersEnd,
)
variant(
    "group-names-trimmed",
    "Keeps names of groups without blanks at their ends.",
    "RFC7643 2.3.1; RFC7644 3.3",
    GroupNamesAreTrimmed,
)
variant(
    "types-by-default",
    "Labels addresses and numbers without a type `work`.",
    "RFC7644 3.3, 3.5.1; RFC7643 2.4",
    completing(_each_value(lambda each: {"type": "work", **each})),
)
variant(
    "first-is-primary",
    "Makes the first e-mail address the primary one where none is.",
    "RFC7643 2.4; RFC7644 3.3",
    completing(_first_is_primary),
)
variant(
    "primary-false-left-out",
    "Keeps no `primary` that is false.",
    "RFC7643 2.4",
    completing(
        _each_value(lambda each: {name: value for name, value in each.items() if (name, value) != ("primary", False)})
    ),
)
variant(
    "display-names-composed", "Composes a displayName where none is sent.", "RFC7644 3.3, 3.5.1", defaulting(_named)
)
variant(
    "formatted-names-composed",
    "Composes name.formatted where none is sent.",
    "RFC7643 4.1.1",
    defaulting(_formatted),
    reach=VENDORS,
)
variant("repeats-joined", "Keeps the same type and value once.", "RFC7643 2.4", completing(_once_each))
variant(
    "empty-texts-are-nothing",
    "Takes an empty text as no value.",
    "RFC7643 2.5; RFC7644 3.4.2.2",
    completing(_without_empty_texts),
)
variant(
    "canonical-types-alone",
    "Refuses a type that it does not declare.",
    "RFC7643 2.3.1, 7",
    completing(_canonical_only),
    reach=FLOWS,
)
variant(
    "addresses-in-small-letters",
    "Keeps userName and e-mail addresses in small letters.",
    "RFC7643 7, 4.1.2",
    completing(_spelt(str.lower)),
    reach=VENDORS,
)
variant(
    "values-in-canonical-form",
    "Keeps e-mail addresses and phone numbers in their canonical form.",
    "RFC7643 4.1.2",
    settle=_leniency(values_as_sent=False),
    reach=VENDORS,
)
variant("omitted-attributes-stay", "Keeps at a PUT what its body leaves out.", "RFC7644 3.5.1", OmittedStays)
variant(
    "unknown-attributes-refused",
    "Refuses attributes that no schema has.",
    "RFC7644 3.3, 3.12; RFC7643 2.2",
    UnknownIsRefused,
    settle=_leniency(unknown_attributes=False),
    reach=FLOWS,
)
variant("nulls-are-refused", "Refuses to add null.", "RFC7644 3.5.2.1; RFC7643 2.5", NullsAreRefused, reach=VENDORS)
variant(
    "nothing-to-remove-refused",
    "Refuses to remove what is not there: 400 noTarget.",
    "RFC7644 3.5.2.2, 3.12",
    NothingToRemoveIsRefused,
    reach=VENDORS,
)
variant(
    "one-value-for-a-list-refused",
    "Refuses one value where a list belongs.",
    "RFC7643 2.4; RFC7644 3.5.2.1",
    OneValueIsRefused,
    reach=VENDORS,
)
variant(
    "added-values-joined",
    "Joins a value that is added again with the one that is there.",
    "RFC7644 3.5.2.1",
    AddedIsJoined,
)
variant(
    "chosen-values-merged",
    "Keeps at a replace of chosen values the parts that it does not name.",
    "RFC7644 3.5.2.3",
    RecordsAreMerged,
)
variant(
    "no-values-made-by-filters",
    "Makes no value where a path with a filter chooses none.",
    "RFC7644 3.5.2.3, 3.12",
    settle=_leniency(value_filter_creates=False),
    reach=VENDORS,
)
variant(
    "unknown-members-skipped",
    "Passes over members that are nobody.",
    "RFC7643 2.3.7; RFC7644 3.5.2.1",
    settle=_policy("unknown_member=skip"),
)
variant(
    "new-addresses-at-once",
    "Takes a new address over at once.",
    "the product's choice M23",
    settle=_policy("address_change=at-once"),
)
variant(
    "groups-kept-in-the-account",
    "Keeps in the account a group that is deleted.",
    "the product's choice G12",
    settle=_policy("deleted_group=unmanage"),
    reach=("RFC7644-3.6-09",),
)
variant(
    "taken-names-are-invalid",
    "Answers a change to a userName that is taken with 400 uniqueness.",
    "RFC7643 7",
    TakenNamesAreInvalid,
    reach=VENDORS,
)
