"""Filtered searches: narrow the resources by an index, then evaluate the filter on each."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Literal, cast

from msgspec import Struct

from bridge_ref.account.groups import Group
from bridge_ref.account.members import identity_key
from bridge_ref.decisions.queries import (
    AllOf,
    AnyOf,
    Condition,
    Decision,
    Find,
    FindGroupsAfter,
    FindGroupsOf,
    FindGroupsWhere,
    FindGroupUsers,
    FindShownUsersWhere,
    FindUsersAfter,
    FindUsersWhere,
    Term,
    ask,
)
from bridge_ref.scim.errors import not_offered
from bridge_ref.scim.filter.evaluate import Predicate, make_predicate
from bridge_ref.scim.filter.parser import And, Comparison, Filter, Not, Or, ValueFilter, parse_filter
from bridge_ref.scim.leniency import Leniency
from bridge_ref.scim.limits import Limits
from bridge_ref.scim.path import find_target
from bridge_ref.scim.representation import Representation
from bridge_ref.scim.schema import ResourceType
from bridge_ref.scim.spelling import spelt_filter
from bridge_ref.scim.stored_user import Membership, StoredUser

Field = Literal["id", "external_id", "name", "display", "address", "active", "modified", "member"]
Operator = Literal["eq", "sw", "gt", "ge", "lt", "le"]
# Attributes of a user that do not stand in its document as they are shown.
_WORKED_OUT = frozenset({"id", "schemas", "meta", "groups", "manager"})
# The number of resources read in one query.
CHUNK = 500

_SHARED: dict[tuple[str, str | None], Field] = {
    ("id", None): "id",
    ("externalId", None): "external_id",
    ("displayName", None): "display",
    ("meta", "lastModified"): "modified",
}
_FIELDS: dict[str, dict[tuple[str, str | None], Field]] = {
    "User": _SHARED
    | {
        ("userName", None): "name",
        ("active", None): "active",
        ("emails", None): "address",
        ("emails", "value"): "address",
    },
    "Group": _SHARED | {("members", None): "member", ("members", "value"): "member"},
}


class IndexPlan(Struct, frozen=True):
    """A condition that an index answers: all matches meet it; if exact no others do, if narrow only a few."""

    condition: Condition | None = None
    is_exact: bool = False
    is_narrow: bool = False


NO_PLAN = IndexPlan()


class FilterPart:
    """Reads filters and finds what an index can answer of them."""

    def __init__(self, leniency: Leniency, is_offered: bool, limits: Limits) -> None:
        self.leniency = leniency
        self.is_offered = is_offered
        self.limits = limits

    def parse(self, text: str) -> Filter:
        """The tree of a filter. A bridge that does not filter refuses it: all users are no answer to "who is Ada?"."""
        if not self.is_offered:
            raise not_offered("filter")
        return spelt_filter(parse_filter(text, self.limits), self.leniency)

    def plan(self, tree: Filter, resource_type: ResourceType) -> IndexPlan:
        """The part of a filter that an index can answer, for one resource type."""
        if isinstance(tree, And):
            plans = [self.plan(term, resource_type) for term in tree.terms]
            found = tuple(plan.condition for plan in plans if plan.condition is not None)
            return IndexPlan(AllOf(found), all(plan.is_exact for plan in plans)) if found else NO_PLAN
        if isinstance(tree, Or):
            plans = [self.plan(term, resource_type) for term in tree.terms]
            found = tuple(plan.condition for plan in plans if plan.condition is not None)
            return (
                IndexPlan(AnyOf(found), all(plan.is_exact for plan in plans)) if len(found) == len(plans) else NO_PLAN
            )
        if isinstance(tree, ValueFilter):
            return self._plan_values(tree, resource_type)
        return self._plan_comparison(tree, resource_type) if isinstance(tree, Comparison) else NO_PLAN

    def _plan_values(self, tree: ValueFilter, resource_type: ResourceType) -> IndexPlan:
        """Of `emails[type eq "work" and value eq "x"]`: some address is x, which is necessary and not enough."""
        terms = tree.inside.terms if isinstance(tree.inside, And) else (tree.inside,)
        for term in terms:
            if isinstance(term, Comparison) and term.path.name.lower() == "value" and term.path.sub is None:
                whole = self._plan_comparison(Comparison(tree.path, term.operator, term.value), resource_type)
                return IndexPlan(whole.condition, whole.is_exact and len(terms) == 1)
        return NO_PLAN

    def _plan_comparison(self, tree: Comparison, resource_type: ResourceType) -> IndexPlan:
        target = find_target(resource_type, tree.path)
        if target is None or target.attribute is None or target.extension:
            return NO_PLAN
        sub = target.sub.name if target.sub else None
        field = _FIELDS[resource_type.name].get((target.attribute.name, sub))
        if field is None:
            return NO_PLAN
        if field == "modified":
            return _plan_moment(tree)
        if field == "active":
            return self._plan_active(tree)
        if not isinstance(tree.value, str) or tree.operator not in ("eq", "sw"):
            return NO_PLAN
        if field in ("id", "external_id", "member"):
            return IndexPlan(Term(field, "eq", tree.value), True) if tree.operator == "eq" else NO_PLAN
        key = identity_key(tree.value)
        # Keys have no blanks around them: with one, the beginning of a name is not the beginning of its key.
        if not key or (tree.operator == "sw" and key != identity_key(f".{tree.value}.")[1:-1]):
            return NO_PLAN
        is_narrow = field == "name" and tree.operator == "eq"
        return IndexPlan(Term(field, cast("Operator", tree.operator), key), is_narrow=is_narrow)

    def _plan_active(self, tree: Comparison) -> IndexPlan:
        value = tree.value
        if self.leniency.string_booleans and isinstance(value, str):
            value = {"true": True, "false": False}.get(value.lower(), value)
        return (
            IndexPlan(Term("active", "eq", value), True)
            if isinstance(value, bool) and tree.operator == "eq"
            else NO_PLAN
        )


class Match(Struct, frozen=True):
    """A filter made ready for one type of resources; without one, everything matches."""

    plan: IndexPlan
    predicate: Predicate | None = None
    mentions: frozenset[str] = frozenset()

    @property
    def is_about_document(self) -> bool:
        """Whether all that counts stands in the document of a user, and need not be worked out."""
        return self.mentions.isdisjoint(_WORKED_OUT)


EVERYTHING = Match(NO_PLAN)


class Search:
    """Goes through the resources that meet a filter, in the order of the store."""

    def __init__(self, filters: FilterPart, representation: Representation) -> None:
        self.filters = filters
        self.representation = representation

    def prepare(self, text: str | None, resource_type: ResourceType, others: tuple[ResourceType, ...] = ()) -> Match:
        """Prepare a filter for one resource type; refuse what has no meaning for it."""
        if text is None:
            return EVERYTHING
        tree = self.filters.parse(text)
        predicate = make_predicate(tree, resource_type, self.filters.leniency, others)
        return Match(self.filters.plan(tree, resource_type), predicate, frozenset(_names(tree, resource_type)))

    def few_users(self, match: Match) -> Decision[list[tuple[StoredUser, list[Membership]]]]:
        """The users who match, of a narrow plan, with their groups."""
        assert match.plan.condition is not None
        assert match.predicate is not None
        matching = []
        for user, groups in (yield from ask(FindShownUsersWhere(match.plan.condition))):
            shown = user.document if match.is_about_document else self.representation.whole_user(user, groups)
            if match.predicate(shown):
                matching.append((user, groups))
        return matching

    def users(
        self, match: Match, take: Callable[[StoredUser, Mapping[str, Any]], None], needs_groups: bool
    ) -> Decision[None]:
        """Hand over each user who matches, with the representation."""
        after, is_more = 0, True
        while is_more:
            found = yield from ask(_next_users(match.plan.condition, after))
            groups: Mapping[str, list[Membership]] = {}
            if found and (needs_groups or "groups" in match.mentions):
                groups = yield from ask(FindGroupsOf(tuple(user.member_id for user in found)))
            for user in found:
                shown = self.representation.whole_user(user, groups.get(user.member_id, ()))
                if match.predicate is None or match.predicate(shown):
                    take(user, shown)
            after, is_more = (found[-1].ordinal if found else after), len(found) == CHUNK

    def groups(
        self, match: Match, take: Callable[[Group, Mapping[str, Any]], None], needs_members: bool
    ) -> Decision[None]:
        """Hand over each group that matches, with the representation."""
        after, is_more = 0, True
        while is_more:
            found = yield from ask(_next_groups(match.plan.condition, after))
            for group in found:
                members: list[Membership] = []
                if needs_members or "members" in match.mentions:
                    members = yield from ask(FindGroupUsers(group.id))
                shown = self.representation.whole_group(group, members)
                if match.predicate is None or match.predicate(shown):
                    take(group, shown)
            after, is_more = (found[-1].ordinal if found else after), len(found) == CHUNK


def _next_users(condition: Condition | None, after: int) -> Find[list[StoredUser]]:
    return FindUsersAfter(after, CHUNK) if condition is None else FindUsersWhere(condition, after, 0, CHUNK)


def _next_groups(condition: Condition | None, after: int) -> Find[list[Group]]:
    return FindGroupsAfter(after, CHUNK) if condition is None else FindGroupsWhere(condition, after, 0, CHUNK)


def _plan_moment(tree: Comparison) -> IndexPlan:
    """A comparison with `meta.lastModified`, which has milliseconds and nothing below them."""
    if not isinstance(tree.value, str) or tree.operator not in ("eq", "gt", "ge", "lt", "le"):
        return NO_PLAN
    moment = datetime.fromisoformat(tree.value)
    at_us = round(moment.timestamp() * 1_000_000)
    at_ms, rest = divmod(at_us, 1000)
    if rest and tree.operator == "eq":
        return NO_PLAN
    operator = {"ge": "gt", "lt": "le"}.get(tree.operator, tree.operator) if rest else tree.operator
    return IndexPlan(Term("modified", cast("Operator", operator), at_ms), True)


def _names(tree: Filter, resource_type: ResourceType) -> set[str]:
    """The attributes that a filter names."""
    if isinstance(tree, And | Or):
        return {name for term in tree.terms for name in _names(term, resource_type)}
    if isinstance(tree, Not):
        return _names(tree.inside, resource_type)
    target = find_target(resource_type, tree.path)
    return {target.attribute.name} if target is not None and target.attribute is not None else set()
