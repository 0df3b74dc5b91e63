"""Lists and searches: find the matching resources and return one page of them."""

from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from bridge_ref.account.groups import Group
from bridge_ref.decisions.index_plan import CHUNK, Match, Search
from bridge_ref.decisions.outcome import DecisionContext, Outcome, ScimDecision
from bridge_ref.decisions.paging import Page, Paging, Placed, place
from bridge_ref.decisions.queries import (
    Condition,
    CountGroups,
    CountGroupsWhere,
    CountUsers,
    CountUsersWhere,
    Decision,
    Find,
    FindGroupPage,
    FindGroupsAfter,
    FindGroupsAt,
    FindGroupsOf,
    FindGroupsWhere,
    FindGroupUsers,
    FindUserPage,
    FindUsersAfter,
    FindUsersAt,
    FindUsersWhere,
    ask,
)
from bridge_ref.scim.answer import Answer
from bridge_ref.scim.catalogue import GROUP, USER
from bridge_ref.scim.cursor import Position
from bridge_ref.scim.projection import Projection
from bridge_ref.scim.query import Query
from bridge_ref.scim.representation import Representation
from bridge_ref.scim.schema import ResourceType
from bridge_ref.scim.sort import AS_STORED, Order, Sorting
from bridge_ref.scim.stored_user import Membership, StoredUser


class Lists:
    """Decides lists of users, of groups and of both."""

    def __init__(self, search: Search, sorting: Sorting, paging: Paging, representation: Representation) -> None:
        self.search = search
        self.sorting = sorting
        self.paging = paging
        self.representation = representation

    def users(self, query: Query, context: DecisionContext) -> ScimDecision:
        """A page of the users."""
        order = self.sorting.parse(query, (USER,))
        match = self.search.prepare(query.filter, USER)
        if match.plan.is_narrow and order is AS_STORED and not self.paging.is_by_cursor(query):
            return Outcome((yield from self._few_users(query, match)))
        if order is AS_STORED and (query.filter is None or match.plan.is_exact):
            page = yield from self._stored(query, USER_LISTS, match, context)
        else:
            page = yield from self._chosen(query, order, (match, None), "Users", context)
        return Outcome(self._answer((yield from self._shown_users(page.resources, query.projection)), page))

    def _few_users(self, query: Query, match: Match) -> Decision[Answer]:
        """A page of the one user who has a name: what identity providers ask for most, before each create."""
        found = yield from self.search.few_users(match)
        first = query.start_index - 1
        shows_groups = query.projection.shows(USER, "groups")
        shown = [
            self.representation.user(user, groups if shows_groups else (), query.projection)
            for user, groups in found[first : first + self.paging.count(query)]
        ]
        return self._answer(shown, Page((), len(found), query.start_index))

    def groups(self, query: Query, context: DecisionContext) -> ScimDecision:
        """A page of the groups."""
        order = self.sorting.parse(query, (GROUP,))
        match = self.search.prepare(query.filter, GROUP)
        if order is AS_STORED and (query.filter is None or match.plan.is_exact):
            page = yield from self._stored(query, GROUP_LISTS, match, context)
        else:
            page = yield from self._chosen(query, order, (None, match), "Groups", context)
        return Outcome(self._answer((yield from self._shown_groups(page.resources, query.projection)), page))

    def everything(self, query: Query, context: DecisionContext) -> ScimDecision:
        """A page of all resources: the users, then the groups, unless another order is asked for."""
        order = self.sorting.parse(query, (USER, GROUP))
        users = self.search.prepare(query.filter, USER, (GROUP,))
        groups = self.search.prepare(query.filter, GROUP, (USER,))
        page = yield from self._chosen(query, order, (users, groups), "", context)
        shown: list[Any] = []
        for kind, found in groupby(page.resources, type):
            show = self._shown_users if kind is StoredUser else self._shown_groups
            shown += yield from show(found, query.projection)
        return Outcome(self._answer(shown, page))

    def _stored(
        self, query: Query, lists: "ListQueries", match: Match, context: DecisionContext
    ) -> Decision[Page[Any]]:
        """A page of all resources of a kind, in the order of the store: no more is loaded than is shown."""
        total = yield from ask(lists.count(match.plan.condition))
        count = self.paging.count(query)
        if not self.paging.is_by_cursor(query):
            found = yield from ask(lists.page(match.plan.condition, query.start_index - 1, count))
            return self.paging.by_index(found, total, query)
        start = self.paging.start(query, lists.endpoint, context.now_ms)
        after = 0 if start is None else start.ordinal
        found = yield from ask(lists.after(match.plan.condition, after, count + 1))
        return self.paging.by_cursor([place(each) for each in found], total, query, lists.endpoint, context.now_ms)

    def _chosen(
        self,
        query: Query,
        order: Order,
        matches: tuple[Match | None, Match | None],
        endpoint: str,
        context: DecisionContext,
    ) -> Decision[Page[Any]]:
        """A page of what was looked at one by one: of all who match only the place is kept, not the resource."""
        found = _Found(order)
        users, groups = matches
        if users is not None:
            yield from self.search.users(users, found.take_user, order.mentions(USER, "groups"))
        if groups is not None:
            yield from self.search.groups(groups, found.take_group, order.mentions(GROUP, "members"))
        page = self._cut(found.places, query, order, endpoint, context)
        return replace(page, resources=tuple((yield from self._load(page.resources, found.kept))))

    def _load(self, positions: tuple[Position, ...], kept: "_Kept") -> Decision[list[StoredUser | Group]]:
        missing = [each for each in positions if (each.kind, each.ordinal) not in kept]
        users = tuple(each.ordinal for each in missing if each.kind == 0)
        groups = tuple(each.ordinal for each in missing if each.kind == 1)
        if users:
            kept |= {(0, user.ordinal): user for user in (yield from ask(FindUsersAt(users)))}
        if groups:
            kept |= {(1, group.ordinal): group for group in (yield from ask(FindGroupsAt(groups)))}
        # A user deleted since is not shown.
        places = [(each.kind, each.ordinal) for each in positions]
        return [kept[each] for each in places if each in kept]

    def _cut(
        self, placed: list[Placed[Position]], query: Query, order: Order, endpoint: str, context: DecisionContext
    ) -> Page[Any]:
        placed.sort(key=lambda each: each.position, reverse=order.is_descending)
        if not self.paging.is_by_cursor(query):
            first = query.start_index - 1
            found = [each.resource for each in placed[first : first + self.paging.count(query)]]
            return self.paging.by_index(found, len(placed), query)
        start = self.paging.start(query, endpoint, context.now_ms)
        following = placed if start is None else [each for each in placed if order.is_after(each.position, start)]
        return self.paging.by_cursor(following, len(placed), query, endpoint, context.now_ms)

    def _shown_users(self, users: Iterable[StoredUser], projection: Projection) -> Decision[list[Any]]:
        users = list(users)
        groups: Mapping[str, list[Membership]] = {}
        if projection.shows(USER, "groups"):
            groups = yield from ask(FindGroupsOf(tuple(user.member_id for user in users)))
        return [self.representation.user(user, groups.get(user.member_id, ()), projection) for user in users]

    def _shown_groups(self, groups: Iterable[Group], projection: Projection) -> Decision[list[dict[str, Any]]]:
        shows_members = projection.shows(GROUP, "members")
        shown = []
        for group in groups:
            members = (yield from ask(FindGroupUsers(group.id))) if shows_members else []
            shown.append(self.representation.group(group, members, projection))
        return shown

    def _answer(self, shown: list[Any], page: Page[Any]) -> Answer:
        return Answer(200, self.representation.page(shown, page.total, page.start_index, page.next_cursor))


_Kept = dict[tuple[int, int], StoredUser | Group]


class _Found:
    """The places of all who match, and as many of them themselves as a short list has."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.places: list[Placed[Position]] = []
        self.kept: _Kept = {}

    def take_user(self, user: StoredUser, shown: Mapping[str, Any]) -> None:
        """A user who matches."""
        self._take(user, USER, shown)

    def take_group(self, group: Group, shown: Mapping[str, Any]) -> None:
        """A group that matches."""
        self._take(group, GROUP, shown)

    def _take(self, resource: StoredUser | Group, resource_type: ResourceType, shown: Mapping[str, Any]) -> None:
        rank = () if self.order is AS_STORED else self.order.rank(resource_type, shown)
        position = place(resource, rank).position
        self.places.append(Placed(position, position))
        if len(self.kept) < CHUNK:
            self.kept[position.kind, position.ordinal] = resource


class ListQueries(Struct, frozen=True):
    """The questions for pages of one kind of resources: all of them, or those that meet a condition."""

    endpoint: str
    count: Callable[[Condition | None], Find[int]]
    page: Callable[[Condition | None, int, int], Find[Any]]
    after: Callable[[Condition | None, int, int], Find[Any]]


USER_LISTS = ListQueries(
    "Users",
    lambda condition: CountUsers() if condition is None else CountUsersWhere(condition),
    lambda condition, skip, count: (
        FindUserPage(skip, count) if condition is None else FindUsersWhere(condition, 0, skip, count)
    ),
    lambda condition, after, count: (
        FindUsersAfter(after, count) if condition is None else FindUsersWhere(condition, after, 0, count)
    ),
)
GROUP_LISTS = ListQueries(
    "Groups",
    lambda condition: CountGroups() if condition is None else CountGroupsWhere(condition),
    lambda condition, skip, count: (
        FindGroupPage(skip, count) if condition is None else FindGroupsWhere(condition, 0, skip, count)
    ),
    lambda condition, after, count: (
        FindGroupsAfter(after, count) if condition is None else FindGroupsWhere(condition, after, 0, count)
    ),
)
