"""What lists and searches mean: which resources, and which page of them."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from bridge_ref.account.groups import Group
from bridge_ref.account.members import identity_key
from bridge_ref.answer import Answer, Decision, Outcome
from bridge_ref.find import (
    CountGroups,
    CountUsers,
    FindGroupPage,
    FindGroupsBy,
    FindGroupsOf,
    FindGroupUsers,
    FindUserPage,
    FindUsersBy,
    Looking,
    ask,
)
from bridge_ref.records import Membership, User
from bridge_ref.scim.catalogue import GROUP, USER
from bridge_ref.scim.filter import And, Comparison, Filter, Not, Or, parse_filter
from bridge_ref.scim.leniency import Leniency
from bridge_ref.scim.match import make_predicate
from bridge_ref.scim.path import find_target
from bridge_ref.scim.projection import Projection
from bridge_ref.scim.query import Query
from bridge_ref.scim.representation import Representation
from bridge_ref.scim.schema import ResourceType

_USER_COLUMNS: dict[str, Literal["id", "user_name_key", "display_key", "external_id"]] = {
    "id": "id",
    "userName": "user_name_key",
    "displayName": "display_key",
    "externalId": "external_id",
}
_GROUP_COLUMNS: dict[str, Literal["scim_id", "name_key", "external_id"]] = {
    "id": "scim_id",
    "displayName": "name_key",
    "externalId": "external_id",
}


class FilterPart:
    """Reads filters and finds what an index can answer of them."""

    def __init__(self, leniency: Leniency) -> None:
        self.leniency = leniency

    def parse(self, text: str) -> Filter:
        """The tree of a filter."""
        return parse_filter(text)

    def find_key(self, tree: Filter, resource_type: ResourceType) -> tuple[str, str] | None:
        """An attribute and a key that every match has, if the filter says so: what an index can look up."""
        if isinstance(tree, And):
            return next(filter(None, (self.find_key(term, resource_type) for term in tree.terms)), None)
        if not (isinstance(tree, Comparison) and tree.operator == "eq" and isinstance(tree.value, str)):
            return None
        target = find_target(resource_type, tree.path)
        if target is None or target.attribute is None or target.extension or target.sub:
            return None
        attribute = target.attribute
        return attribute.name, tree.value if attribute.case_exact else identity_key(tree.value)


class Queries:
    """Decides lists of users, of groups and of both."""

    def __init__(self, filters: FilterPart, representation: Representation, max_results: int) -> None:
        self.filters = filters
        self.representation = representation
        self.max_results = max_results

    def users(self, query: Query) -> Decision:
        """A page of the users."""
        if query.filter is None:
            total = yield from ask(CountUsers())
            chosen = yield from ask(FindUserPage(query.start_index - 1, self._count(query)))
        else:
            matching = yield from self._matching_users(self.filters.parse(query.filter), ())
            total, chosen = len(matching), self._slice(matching, query)
        return Outcome(self._page((yield from self._shown_users(chosen, query.projection)), total, query))

    def groups(self, query: Query) -> Decision:
        """A page of the groups."""
        if query.filter is None:
            total = yield from ask(CountGroups())
            chosen = yield from ask(FindGroupPage(query.start_index - 1, self._count(query)))
        else:
            matching = yield from self._matching_groups(self.filters.parse(query.filter), ())
            total, chosen = len(matching), self._slice(matching, query)
        return Outcome(self._page((yield from self._shown_groups(chosen, query.projection)), total, query))

    def everything(self, query: Query) -> Decision:
        """A page of all resources: the users, then the groups."""
        tree = None if query.filter is None else self.filters.parse(query.filter)
        users = yield from self._matching_users(tree, (GROUP,))
        groups = yield from self._matching_groups(tree, (USER,))
        chosen: list[User | Group] = self._slice([*users, *groups], query)
        shown_users = yield from self._shown_users(
            [each for each in chosen if isinstance(each, User)], query.projection
        )
        shown_groups = yield from self._shown_groups(
            [each for each in chosen if isinstance(each, Group)], query.projection
        )
        return Outcome(self._page(shown_users + shown_groups, len(users) + len(groups), query))

    def _matching_users(self, tree: Filter | None, others: tuple[ResourceType, ...]) -> Looking[list[User]]:
        if tree is None:
            return (yield from ask(FindUserPage()))
        predicate = make_predicate(tree, USER, self.filters.leniency, others)
        key = self.filters.find_key(tree, USER)
        if key is not None and key[0] in _USER_COLUMNS:
            candidates = yield from ask(FindUsersBy(_USER_COLUMNS[key[0]], key[1]))
        else:
            candidates = yield from ask(FindUserPage())
        groups: Mapping[str, list[Membership]] = {}
        if _mentions(tree, USER, "groups"):
            groups = yield from ask(FindGroupsOf(tuple(user.member.id for user in candidates)))
        whole = self.representation.whole_user
        return [user for user in candidates if predicate(whole(user, groups.get(user.member.id, ())))]

    def _matching_groups(self, tree: Filter | None, others: tuple[ResourceType, ...]) -> Looking[list[Group]]:
        if tree is None:
            return (yield from ask(FindGroupPage()))
        predicate = make_predicate(tree, GROUP, self.filters.leniency, others)
        key = self.filters.find_key(tree, GROUP)
        if key is not None and key[0] in _GROUP_COLUMNS:
            candidates = yield from ask(FindGroupsBy(_GROUP_COLUMNS[key[0]], key[1]))
        else:
            candidates = yield from ask(FindGroupPage())
        needs_members = _mentions(tree, GROUP, "members")
        matching = []
        for group in candidates:
            members = (yield from ask(FindGroupUsers(group.id))) if needs_members else []
            if predicate(self.representation.whole_group(group, members)):
                matching.append(group)
        return matching

    def _shown_users(self, users: Iterable[User], projection: Projection) -> Looking[list[dict[str, Any]]]:
        users = list(users)
        groups: Mapping[str, list[Membership]] = {}
        if projection.shows(USER, "groups"):
            groups = yield from ask(FindGroupsOf(tuple(user.member.id for user in users)))
        return [self.representation.user(user, groups.get(user.member.id, ()), projection) for user in users]

    def _shown_groups(self, groups: Iterable[Group], projection: Projection) -> Looking[list[dict[str, Any]]]:
        shows_members = projection.shows(GROUP, "members")
        shown = []
        for group in groups:
            members = (yield from ask(FindGroupUsers(group.id))) if shows_members else []
            shown.append(self.representation.group(group, members, projection))
        return shown

    def _page(self, shown: list[dict[str, Any]], total: int, query: Query) -> Answer:
        return Answer(200, self.representation.page(shown, total, query.start_index))

    def _slice(self, matching: list[Any], query: Query) -> list[Any]:
        first = query.start_index - 1
        return matching[first : first + self._count(query)]

    def _count(self, query: Query) -> int:
        return self.max_results if query.count is None else min(query.count, self.max_results)


def _mentions(tree: Filter, resource_type: ResourceType, name: str) -> bool:
    if isinstance(tree, And | Or):
        return any(_mentions(term, resource_type, name) for term in tree.terms)
    if isinstance(tree, Not):
        return _mentions(tree.inside, resource_type, name)
    target = find_target(resource_type, tree.path)
    return target is not None and target.attribute is not None and target.attribute.name == name
