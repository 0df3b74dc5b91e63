"""What lists and searches mean: which resources, and which page of them."""

from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from typing import Any, Literal

from bridge_ref.account.groups import Group
from bridge_ref.account.members import identity_key
from bridge_ref.answer import Answer, Decision, Moment, Outcome
from bridge_ref.find import (
    CountGroups,
    CountUsers,
    Find,
    FindGroupPage,
    FindGroupsAfter,
    FindGroupsBy,
    FindGroupsOf,
    FindGroupUsers,
    FindUserPage,
    FindUsersAfter,
    FindUsersBy,
    Looking,
    ask,
)
from bridge_ref.paging import Page, Paging, Placed, place
from bridge_ref.records import Membership, User
from bridge_ref.scim.catalogue import GROUP, USER
from bridge_ref.scim.errors import not_offered
from bridge_ref.scim.filter import And, Comparison, Filter, Not, Or, parse_filter
from bridge_ref.scim.leniency import Leniency
from bridge_ref.scim.limits import Limits
from bridge_ref.scim.match import make_predicate
from bridge_ref.scim.path import find_target
from bridge_ref.scim.projection import Projection
from bridge_ref.scim.query import Query
from bridge_ref.scim.representation import Representation
from bridge_ref.scim.schema import ResourceType
from bridge_ref.scim.sort import AS_STORED, Order, Sorting

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

    def __init__(self, leniency: Leniency, is_offered: bool, limits: Limits) -> None:
        self.leniency = leniency
        self.is_offered = is_offered
        self.limits = limits

    def parse(self, text: str) -> Filter:
        """The tree of a filter. A bridge that does not filter refuses it: all users are no answer to "who is Ada?"."""
        if not self.is_offered:
            raise not_offered("filter")
        return parse_filter(text, self.limits)

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

    def __init__(self, filters: FilterPart, sorting: Sorting, paging: Paging, representation: Representation) -> None:
        self.filters = filters
        self.sorting = sorting
        self.paging = paging
        self.representation = representation

    def users(self, query: Query, moment: Moment) -> Decision:
        """A page of the users.

        Source: RFC7644-3.4.2-12, RFC7644-3.4.2.4-14
        """
        order = self.sorting.parse(query, (USER,))
        if query.filter is None and order is AS_STORED:
            total = yield from ask(CountUsers())
            page = yield from self._stored(query, "Users", total, FindUserPage, FindUsersAfter, moment)
        else:
            users = yield from self._matching_users(self._filter(query), ())
            page = self._cut((yield from self._placed_users(users, order)), query, order, "Users", moment)
        return Outcome(self._answer((yield from self._shown_users(page.resources, query.projection)), page))

    def groups(self, query: Query, moment: Moment) -> Decision:
        """A page of the groups."""
        order = self.sorting.parse(query, (GROUP,))
        if query.filter is None and order is AS_STORED:
            total = yield from ask(CountGroups())
            page = yield from self._stored(query, "Groups", total, FindGroupPage, FindGroupsAfter, moment)
        else:
            groups = yield from self._matching_groups(self._filter(query), ())
            page = self._cut((yield from self._placed_groups(groups, order)), query, order, "Groups", moment)
        return Outcome(self._answer((yield from self._shown_groups(page.resources, query.projection)), page))

    def everything(self, query: Query, moment: Moment) -> Decision:
        """A page of all resources: the users, then the groups, unless another order is asked for.

        Source: RFC7644-3.4.2.1-02, RFC7644-3.4.3-03
        """
        order = self.sorting.parse(query, (USER, GROUP))
        tree = self._filter(query)
        users = yield from self._placed_users((yield from self._matching_users(tree, (GROUP,))), order)
        groups = yield from self._placed_groups((yield from self._matching_groups(tree, (USER,))), order)
        page = self._cut([*users, *groups], query, order, "", moment)
        shown = []
        for kind, found in groupby(page.resources, type):
            show = self._shown_users if kind is User else self._shown_groups
            shown += yield from show(found, query.projection)
        return Outcome(self._answer(shown, page))

    def _filter(self, query: Query) -> Filter | None:
        return None if query.filter is None else self.filters.parse(query.filter)

    def _stored(
        self,
        query: Query,
        endpoint: str,
        total: int,
        find_page: Callable[[int, int], Find[Any]],
        find_after: Callable[[int, int], Find[Any]],
        moment: Moment,
    ) -> Looking[Page[Any]]:
        """A page of all resources of a kind, in the order of the store: no more is loaded than is shown.

        Source: RFC7644-3.4.2.4-12, RFC7644-3.4.2.4-03
        """
        count = self.paging.count(query)
        if not self.paging.is_by_cursor(query):
            found = yield from ask(find_page(query.start_index - 1, count))
            return self.paging.by_index(found, total, query)
        start = self.paging.start(query, endpoint, moment.now_ms)
        found = yield from ask(find_after(0 if start is None else start.ordinal, count + 1))
        return self.paging.by_cursor([place(each) for each in found], total, query, endpoint, moment.now_ms)

    def _cut(self, placed: list[Placed[Any]], query: Query, order: Order, endpoint: str, moment: Moment) -> Page[Any]:
        """A page of these resources.

        Source: RFC7644-3.4.2.3-12, RFC9865-2.2-01
        """
        placed.sort(key=lambda each: each.position, reverse=order.is_descending)
        if not self.paging.is_by_cursor(query):
            first = query.start_index - 1
            found = [each.resource for each in placed[first : first + self.paging.count(query)]]
            return self.paging.by_index(found, len(placed), query)
        start = self.paging.start(query, endpoint, moment.now_ms)
        following = placed if start is None else [each for each in placed if order.is_after(each.position, start)]
        return self.paging.by_cursor(following, len(placed), query, endpoint, moment.now_ms)

    def _placed_users(self, users: list[User], order: Order) -> Looking[list[Placed[Any]]]:
        if order is AS_STORED:
            return [place(user) for user in users]
        groups: Mapping[str, list[Membership]] = {}
        if order.mentions(USER, "groups"):
            groups = yield from ask(FindGroupsOf(tuple(user.member.id for user in users)))
        whole = self.representation.whole_user
        return [place(user, order.rank(USER, whole(user, groups.get(user.member.id, ())))) for user in users]

    def _placed_groups(self, groups: list[Group], order: Order) -> Looking[list[Placed[Any]]]:
        if order is AS_STORED:
            return [place(group) for group in groups]
        needs_members = order.mentions(GROUP, "members")
        placed = []
        for group in groups:
            members = (yield from ask(FindGroupUsers(group.id))) if needs_members else []
            placed.append(place(group, order.rank(GROUP, self.representation.whole_group(group, members))))
        return placed

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

    def _answer(self, shown: list[dict[str, Any]], page: Page[Any]) -> Answer:
        return Answer(200, self.representation.page(shown, page.total, page.start_index, page.next_cursor))


def _mentions(tree: Filter, resource_type: ResourceType, name: str) -> bool:
    if isinstance(tree, And | Or):
        return any(_mentions(term, resource_type, name) for term in tree.terms)
    if isinstance(tree, Not):
        return _mentions(tree.inside, resource_type, name)
    target = find_target(resource_type, tree.path)
    return target is not None and target.attribute is not None and target.attribute.name == name
