"""Compare directory and account and plan the steps between them. Pure."""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from bridge_ref.account.groups import Group, GroupType
from bridge_ref.account.members import Member, MemberType, identity_key
from bridge_ref.scim.stored_user import Document, StoredUser
from bridge_ref.workspace.plan import (
    PREFIX,
    AdoptGroup,
    CreateGroup,
    CreateUser,
    JoinGroup,
    LeaveGroup,
    Plan,
    Step,
    Suspend,
    UpdateGroup,
    UpdateUser,
)
from bridge_ref.workspace.settings import WorkspaceSettings
from bridge_ref.workspace.snapshot import GoogleGroup, GooglePerson, Snapshot

# People who join in one step: each step is a transaction.
_BATCH = 200


class AccountState(Struct, frozen=True):
    """The account as a plan has to know it. `users` and `in_group` go by member id and by the account's group id."""

    members: tuple[Member, ...]
    users: Mapping[str, StoredUser]
    groups: tuple[Group, ...]
    in_group: Mapping[str, frozenset[str]]


class _Match(Struct):
    """The links between account and directory, by Google's ids."""

    linked: dict[str, Member]
    member_of: dict[str, str]
    left_alone: set[str]
    additions: list[Step]
    notes: list[str]
    conflicts: list[str]


class Reconciler:
    """Decides what a pull does. The rules are small methods, so that each can be replaced."""

    def plan(
        self,
        snapshot: Snapshot,
        account: AccountState,
        settings: WorkspaceSettings,
        confirmed: int = 0,
        was_held: bool = False,
    ) -> Plan:
        """Plan the steps from account to directory; losses only if everything was read.

        Held losses stay held until they are confirmed, even if people added since make their share smaller.
        """
        in_scope = self.in_scope(snapshot, settings)
        match = self._people(in_scope, account)
        departures: list[LeaveGroup] = []
        for google in snapshot.groups:
            departures += self._group(google, in_scope, account, match, settings)
        suspensions = tuple(self.suspensions(snapshot, in_scope, account, match, settings))
        plan = Plan(
            additions=tuple(match.additions),
            departures=tuple(departures),
            suspensions=suspensions,
            missing=tuple(f"{each.group}: {each.reason}" for each in snapshot.missing),
            held=(),
            notes=tuple(match.notes),
            conflicts=tuple(match.conflicts),
        )
        held = tuple(self.reasons_to_hold(plan, snapshot, account, settings))
        if was_held and not held and (plan.suspensions or plan.departures):
            held = (f"{len(plan.suspensions)} members would be suspended, and some were held before",)
        return plan if confirmed == plan.digest else replace(plan, held=held)

    def in_scope(self, snapshot: Snapshot, settings: WorkspaceSettings) -> dict[str, GooglePerson]:
        """The people who have access: in a chosen group, and neither suspended nor archived."""
        chosen = frozenset[str]().union(*(group.people for group in snapshot.groups))
        return {
            person_id: person
            for person_id, person in snapshot.people.items()
            if person_id in chosen and self.why_out(person, settings) is None
        }

    def why_out(self, person: GooglePerson, settings: WorkspaceSettings) -> str | None:
        """The reason why a person in a chosen group has no access, or none."""
        if person.is_suspended:
            return "suspended in Google"
        if person.is_archived and settings.archived == "suspend":
            return "archived in Google"
        return None

    def is_exempt(self, member: Member, settings: WorkspaceSettings) -> bool:
        """Whether a pull leaves a member alone: a guest, service account or owner, or one whom the operator names."""
        if member.type is not MemberType.MEMBER or member.owner:
            return True
        return identity_key(member.email) in {identity_key(each) for each in settings.exempt}

    def reasons_to_hold(
        self, plan: Plan, snapshot: Snapshot, account: AccountState, settings: WorkspaceSettings
    ) -> Iterator[str]:
        """The reasons why losses wait for confirmation: they look like an accident."""
        number, active = len(plan.suspensions), sum(_is_provisionable(each) for each in account.members)
        if number > settings.max_suspensions:
            yield f"{number} members would be suspended, and the settings allow {settings.max_suspensions}"
        if number * 100 > settings.max_suspensions_percent * active:
            yield f"{number} of {active} members would be suspended"
        for google in snapshot.groups:
            group = _find_group(google, account)
            here = 0 if group is None else len(account.in_group.get(group.id, frozenset()) & account.users.keys())
            if not google.people and here > settings.empty_group_threshold:
                yield f"{google.address} is empty, and {here} people are in it here"

    def document(self, person: GooglePerson) -> Document:
        """A person as the user that SCIM shows."""
        name = {"givenName": person.given_name, "familyName": person.family_name}
        return {
            "externalId": PREFIX + person.id,
            "userName": person.address,
            "displayName": person.full_name,
            "name": {part: value for part, value in name.items() if value},
            "emails": [{"value": person.address, "type": "work", "primary": True}],
            "active": True,
        }

    def _people(self, in_scope: Mapping[str, GooglePerson], account: AccountState) -> _Match:
        match = _Match(_linked(account), {}, set(), [], [], [])
        by_address = {identity_key(each.email): each for each in account.members}
        for person_id in sorted(in_scope):
            person = in_scope[person_id]
            member = match.linked.get(person_id) or by_address.get(identity_key(person.address))
            user = None if member is None else account.users.get(member.id)
            if member is not None and member.type is not MemberType.MEMBER:
                match.notes.append(f"{person.address} is a {member.type.lower()} of the account, and stays that")
                match.left_alone.add(person_id)
                continue
            if member is not None and user is not None and _is_of_another(user, person_id):
                match.conflicts.append(f"{person.address} is the address of a member who was somebody else in Google")
                match.left_alone.add(person_id)
                continue
            if member is not None:
                match.member_of[person_id] = member.id
            match.additions += self._person(person, member, user)
        return match

    def _person(self, person: GooglePerson, member: Member | None, user: StoredUser | None) -> Iterator[Step]:
        if member is None or user is None:
            yield CreateUser(person, self.document(person))
            return
        wanted = self.document(person)
        values = {name: value for name, value in wanted.items() if not _has(user.document, name, value)}
        if not member.is_active:
            values["active"] = True
        if values:
            yield UpdateUser(user.id, person, values)

    def _group(
        self,
        google: GoogleGroup,
        in_scope: Mapping[str, GooglePerson],
        account: AccountState,
        match: _Match,
        settings: WorkspaceSettings,
    ) -> Iterator[LeaveGroup]:
        """The steps for one group; those without departures go to the additions."""
        if google.nested:
            match.notes.append(f"{google.address}: {google.nested} groups in it are not opened")
        group = _find_group(google, account)
        refusal = None if group is None else self.why_not_adopted(google, group)
        if refusal is not None:
            match.conflicts.append(refusal)
            return
        if group is not None and not group.managed:
            match.additions.append(AdoptGroup(group.id, group.name))
            return  # The next round finds it managed.
        match.additions += self._form(google, group)
        here = frozenset[str]() if group is None else account.in_group.get(group.id, frozenset())
        joining = sorted(each for each in google.people & in_scope.keys() if match.member_of.get(each) not in here)
        joining = [each for each in joining if each not in match.left_alone]
        for start in range(0, len(joining), _BATCH):
            match.additions.append(JoinGroup(google.id, google.name, tuple(joining[start : start + _BATCH])))
        if group is not None and group.scim_id is not None:
            yield from self._departures(google, group, account, match, settings)

    def why_not_adopted(self, google: GoogleGroup, group: Group) -> str | None:
        """Why a group of the account is not the one of Google although it has its name, or none."""
        if group.type is not GroupType.USER_DEFINED:
            return f"{google.name} is a group that the account itself made, and is left alone"
        if (group.external_id or "").startswith(PREFIX) and group.external_id != PREFIX + google.id:
            return f"{google.name} is the name of two chosen groups"
        return None

    def _form(self, google: GoogleGroup, group: Group | None) -> Iterator[Step]:
        if group is None:
            yield CreateGroup(google.id, google.name)
            return
        wanted = {"externalId": PREFIX + google.id, "displayName": google.name}
        values = {name: value for name, value in wanted.items() if value not in (group.external_id, group.name)}
        if values:
            yield UpdateGroup(str(group.scim_id), google.name, values)

    def _departures(
        self,
        google: GoogleGroup,
        group: Group,
        account: AccountState,
        match: _Match,
        settings: WorkspaceSettings,
    ) -> Iterator[LeaveGroup]:
        # Who is suspended in Google and still in the group stays in it here.
        stay = {match.linked[each].id for each in google.people if each in match.linked}
        stay |= {match.member_of[each] for each in google.people if each in match.member_of}
        here = account.in_group.get(group.id, frozenset())
        leaving = [
            account.users[each.id].id
            for each in account.members
            if each.id in here
            and each.id not in stay
            and each.id in account.users
            and not self.is_exempt(each, settings)
        ]
        for start in range(0, len(leaving), _BATCH):
            yield LeaveGroup(str(group.scim_id), google.name, tuple(leaving[start : start + _BATCH]))

    def suspensions(
        self,
        snapshot: Snapshot,
        in_scope: Mapping[str, GooglePerson],
        account: AccountState,
        match: _Match,
        settings: WorkspaceSettings,
    ) -> Iterator[Suspend]:
        """The members who lose access: active, not exempt, and not in scope."""
        staying = {match.member_of[each] for each in in_scope if each in match.member_of}
        known = _known(snapshot, account, match.linked)
        for member in account.members:
            if member.id in staying or not member.is_active or self.is_exempt(member, settings):
                continue
            person = known.get(member.id)
            why = "not in the directory" if person is None else self.why_out(person, settings)
            yield Suspend(member.id, member.email, why or "in no chosen group")


def _linked(account: AccountState) -> dict[str, Member]:
    """The members linked to a person in Google, by Google's id."""
    found = {}
    for member in account.members:
        user = account.users.get(member.id)
        external_id = None if user is None else user.document.get("externalId")
        if isinstance(external_id, str) and external_id.startswith(PREFIX):
            found[external_id.removeprefix(PREFIX)] = member
    return found


def _known(snapshot: Snapshot, account: AccountState, linked: Mapping[str, Member]) -> dict[str, GooglePerson]:
    """The person of each member that is in the directory, in scope or not."""
    by_address = {identity_key(person.address): person for person in snapshot.people.values()}
    found = {
        member.id: by_address[identity_key(member.email)]
        for member in account.members
        if identity_key(member.email) in by_address
    }
    return found | {member.id: snapshot.people[each] for each, member in linked.items() if each in snapshot.people}


def _find_group(google: GoogleGroup, account: AccountState) -> Group | None:
    """The group that is linked to the one of Google, or else the one of its name: never a second one."""
    linked = next((each for each in account.groups if each.external_id == PREFIX + google.id), None)
    if linked is not None:
        return linked
    key = identity_key(google.name)
    return next((each for each in account.groups if identity_key(each.name) == key), None)


def _is_of_another(user: StoredUser, person_id: str) -> bool:
    external_id = str(user.document.get("externalId") or "")
    return external_id.startswith(PREFIX) and external_id != PREFIX + person_id


def _is_provisionable(member: Member) -> bool:
    return member.type is MemberType.MEMBER and member.is_active


def _has(document: Document, name: str, value: object) -> bool:
    """Whether a user says this already; what else it says beside does not matter."""
    present = document.get(name)
    if name == "name":
        return isinstance(present, dict) and isinstance(value, dict) and value.items() <= present.items()
    if name == "emails":
        return isinstance(value, list) and any(_is_same_email(each, value[0]) for each in _listed(present))
    return bool(present == value)


def _listed(value: object) -> Iterable[Document]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _is_same_email(one: Document, other: Document) -> bool:
    return one.get("value") == other["value"] and one.get("primary") is True
