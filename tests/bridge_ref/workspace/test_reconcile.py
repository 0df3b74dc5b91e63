"""Comparing directory and account: invariants over random companies, accounts and interrupted reads."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bridge_ref.account.groups import Group, GroupType
from bridge_ref.account.members import Member, MemberType, State, identity_key, is_suspended, returned, suspended
from bridge_ref.scim.stored_user import Document, StoredUser, encode_document
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
    render_plan,
)
from bridge_ref.workspace.reconcile import AccountState, Reconciler
from bridge_ref.workspace.settings import WorkspaceSettings
from bridge_ref.workspace.snapshot import GoogleGroup, GooglePerson, Missing, Snapshot

pytestmark = pytest.mark.slow

SETTINGS = WorkspaceSettings(actor="admin@a.example", max_suspensions=10_000, empty_group_threshold=10_000)
NAMES = ("ada", "grace", "alan", "edsger", "barbara", "donald")
GROUPS = ("design", "sales", "ops")


@dataclass
class Model:
    """An account as plain as can be: what a plan says is done to it step by step."""

    members: dict[str, Member] = field(default_factory=dict)
    users: dict[str, StoredUser] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    joined: dict[str, set[str]] = field(default_factory=dict)

    def state(self) -> AccountState:
        return AccountState(
            tuple(self.members.values()),
            self.users,
            tuple(self.groups.values()),
            {group_id: frozenset(ids) for group_id, ids in self.joined.items()},
        )

    def take(self, step: Step) -> None:
        match step:
            case CreateUser():
                self._create(step)
            case UpdateUser():
                member_id = next(each for each, user in self.users.items() if user.id == step.scim_id)
                self._write(member_id, {**self.users[member_id].document, **step.values})
            case CreateGroup():
                self.groups[step.google_id] = group(step.google_id, step.name, PREFIX + step.google_id)
                self.joined[step.google_id] = set()
            case AdoptGroup():
                found = self.groups[step.group_id]
                self.groups[found.id] = replace(found, managed=True, scim_id=f"s-{found.id}")
            case UpdateGroup():
                found = next(each for each in self.groups.values() if each.scim_id == step.scim_id)
                changed = replace(found, external_id=step.values.get("externalId", found.external_id))
                self.groups[found.id] = replace(changed, name=step.values.get("displayName", found.name))
            case JoinGroup():
                here = next(each for each in self.groups.values() if each.external_id == PREFIX + step.google_id)
                ids = {user.document.get("externalId"): each for each, user in self.users.items()}
                self.joined[here.id] |= {ids[PREFIX + each] for each in step.people}
            case LeaveGroup():
                here = next(each for each in self.groups.values() if each.scim_id == step.scim_id)
                self.joined[here.id] -= {each for each, user in self.users.items() if user.id in step.user_ids}
            case Suspend():
                self._suspend(step.member_id)

    def _create(self, step: CreateUser) -> None:
        key = identity_key(step.person.address)
        known = next((each for each in self.members.values() if identity_key(each.email) == key), None)
        member = known or new_member(f"m{len(self.members)}", step.person.address)
        self.members[member.id] = member
        self._write(member.id, step.document)

    def _write(self, member_id: str, document: Document) -> None:
        member = self.members[member_id]
        moved = returned(member.state) if document["active"] else suspended(member.state)
        self.members[member_id] = replace(member, email=document["userName"], state=moved)
        self.users[member_id] = user(self.members[member_id], document)

    def _suspend(self, member_id: str) -> None:
        member = self.members[member_id]
        self.members[member_id] = replace(member, state=suspended(member.state))
        if member_id in self.users:
            self._write(member_id, {**self.users[member_id].document, "active": False})


def new_member(
    member_id: str, email: str, kind: MemberType = MemberType.MEMBER, state: State = State.INVITED
) -> Member:
    return Member(
        id=member_id,
        email=email,
        name=email,
        type=kind,
        state=state,
        managed=False,
        invitation=None,
        created_ms=0,
        updated_ms=0,
    )


def user(member: Member, document: Document) -> StoredUser:
    return StoredUser(f"u-{member.id}", member.id, encode_document(document), 0, 0)


def group(group_id: str, name: str, external_id: str | None, kind: GroupType = GroupType.USER_DEFINED) -> Group:
    return Group(
        id=group_id,
        name=name,
        type=kind,
        managed=True,
        scim_id=f"s-{group_id}",
        external_id=external_id,
        created_ms=0,
        modified_ms=0,
    )


def person(number: int, name: str, is_suspended: bool = False, is_archived: bool = False) -> GooglePerson:
    address = f"{name}@a.example"
    return GooglePerson(
        id=str(number),
        address=address,
        given_name=name.title(),
        family_name="X",
        full_name=f"{name.title()} X",
        is_suspended=is_suspended,
        is_archived=is_archived,
    )


@st.composite
def snapshots(draw: st.DrawFn, may_break: bool = False) -> Snapshot:
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=1))
    flags = st.booleans()
    people = {str(i): person(i, name, draw(flags), draw(flags) and draw(flags)) for i, name in enumerate(names)}
    chosen = draw(st.lists(st.sampled_from(GROUPS), unique=True, min_size=1))
    ids = st.frozensets(st.sampled_from(sorted(people)))
    groups = tuple(GoogleGroup(f"g-{name}", f"{name}@a.example", name, draw(ids)) for name in chosen)
    if not may_break:
        return Snapshot(people, groups)
    broken = draw(st.sets(st.sampled_from(chosen), min_size=1))
    whole = tuple(each for each in groups if each.name not in broken)
    return Snapshot(people, whole, tuple(Missing(name, "500") for name in sorted(broken)))


@st.composite
def accounts(draw: st.DrawFn) -> Model:
    model = Model()
    for name in draw(st.lists(st.sampled_from((*NAMES, "old", "older")), unique=True)):
        kind = draw(st.sampled_from([MemberType.MEMBER] * 3 + [MemberType.GUEST, MemberType.SERVICE_ACCOUNT]))
        member = new_member(f"m{len(model.members)}", f"{name}@a.example", kind, draw(st.sampled_from(list(State))))
        member = replace(member, owner=kind is MemberType.MEMBER and draw(st.integers(0, 3)) == 0)
        model.members[member.id] = member
        if kind is MemberType.MEMBER and draw(st.booleans()):
            model.users[member.id] = user(member, _document(draw, member))
    for name in draw(st.lists(st.sampled_from((*GROUPS, "other")), unique=True)):
        external = draw(st.sampled_from([None, "00u1", PREFIX + f"g-{name}"]))
        kinds = [GroupType.USER_DEFINED] * 3 + [GroupType.OWNERS]
        model.groups[name] = group(name, name.upper(), external, draw(st.sampled_from(kinds)))
        model.joined[name] = draw(st.sets(st.sampled_from(sorted(model.members)))) if model.members else set()
    return model


def _document(draw: st.DrawFn, member: Member) -> Document:
    external = draw(st.sampled_from([None, "00u1", PREFIX + "0", PREFIX + "1", PREFIX + "99"]))
    document: Document = {"userName": member.email, "active": not is_suspended(member.state)}
    return document if external is None else {**document, "externalId": external}


def unique_links(model: Model) -> bool:
    """Whether no two users are linked to one person: the account keeps that by itself."""
    links = [each.document["externalId"] for each in model.users.values() if "externalId" in each.document]
    google = [each for each in links if each.startswith(PREFIX)]
    linked = [each.external_id for each in model.groups.values() if each.external_id]
    return len(google) == len(set(google)) and len([e for e in linked if e != "00u1"]) == len({*linked} - {"00u1"})


def plan(snapshot: Snapshot, model: Model, chosen: WorkspaceSettings = SETTINGS) -> Plan:
    return Reconciler().plan(snapshot, model.state(), chosen)


def active(model: Model) -> set[str]:
    return {each.id for each in model.members.values() if each.is_active}


MANY = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])


@MANY
@given(snapshots(may_break=True), accounts())
def test_a_read_that_broke_off_takes_nothing_from_anybody(snapshot: Snapshot, model: Model) -> None:
    """GOOGLE-09."""
    before, joined = active(model), {name: set(ids) for name, ids in model.joined.items()}

    found = plan(snapshot, model)
    for step in found.steps:
        model.take(step)

    assert not any(isinstance(step, Suspend | LeaveGroup) for step in found.steps)
    assert active(model) >= before
    assert all(model.joined[name] >= ids for name, ids in joined.items())


@MANY
@given(snapshots(), accounts())
def test_guests_owners_and_service_accounts_lose_nothing(snapshot: Snapshot, model: Model) -> None:
    """GOOGLE-15, SEED-22."""
    exempt = {each for each, member in model.members.items() if member.type is not MemberType.MEMBER or member.owner}
    before = {each: model.members[each] for each in exempt}

    for step in plan(snapshot, model).steps:
        model.take(step)

    assert all(model.members[each].is_active or not member.is_active for each, member in before.items())
    assert all(model.members[each] == member for each, member in before.items() if member.type is not MemberType.MEMBER)


@MANY
@given(snapshots(), accounts())
def test_a_second_run_finds_nothing_to_do(snapshot: Snapshot, model: Model) -> None:
    if not unique_links(model):
        return
    for _ in range(3):
        for step in plan(snapshot, model).steps:
            model.take(step)

    assert plan(snapshot, model).steps == ()


@MANY
@given(snapshots(), accounts())
def test_the_account_ends_equal_to_the_directory(snapshot: Snapshot, model: Model) -> None:
    """GOOGLE-14, GOOGLE-22."""
    if not unique_links(model):
        return
    for _ in range(3):
        found = plan(snapshot, model)
        for step in found.steps:
            model.take(step)

    chosen = frozenset[str]().union(*(each.people for each in snapshot.groups))
    entitled = {
        each.address
        for each in snapshot.people.values()
        if each.id in chosen and not (each.is_suspended or each.is_archived)
    }
    ordinary = [each for each in model.members.values() if each.type is MemberType.MEMBER and not each.owner]
    refused = {each.partition(" ")[0] for each in (*found.conflicts, *found.notes)}
    assert {each.email for each in ordinary if each.is_active} <= entitled
    assert entitled - refused <= {each.email for each in model.members.values() if each.is_active}


@MANY
@given(snapshots(), accounts())
def test_losses_above_the_limit_are_held(snapshot: Snapshot, model: Model) -> None:
    careful = WorkspaceSettings(actor="admin@a.example", max_suspensions=0)
    found = plan(snapshot, model, careful)

    assert bool(found.held) >= bool(found.suspensions)
    assert not (found.held and any(isinstance(step, Suspend | LeaveGroup) for step in found.steps))
    confirmed = Reconciler().plan(snapshot, model.state(), careful, found.digest, was_held=True)
    assert confirmed.steps == (*found.additions, *found.departures, *found.suspensions)


def test_what_was_held_stays_held_until_it_is_confirmed() -> None:
    model = Model(members={"m0": new_member("m0", "old@a.example")})
    snapshot = Snapshot({"0": person(0, "ada")}, (GoogleGroup("g", "g@a.example", "g", frozenset("0")),))

    held = Reconciler().plan(snapshot, model.state(), SETTINGS, 0, was_held=True)
    free = Reconciler().plan(snapshot, model.state(), SETTINGS, held.digest, was_held=True)

    assert (held.held != (), free.held) == (True, ())


def test_a_plan_is_shown_with_losses_first() -> None:
    model = Model(members={"m0": new_member("m0", "old@a.example")})
    snapshot = Snapshot({"0": person(0, "ada")}, (GoogleGroup("g", "g@a.example", "g", frozenset("0"), nested=1),))

    shown = render_plan(plan(snapshot, model))

    assert next(iter(shown)) == "would_be_suspended"
    assert shown["would_be_suspended"] == [{"address": "old@a.example", "why": "not in the directory"}]
    assert shown["would_be_done"] == ["provision ada@a.example", "form the group g", "1 join g"]
    assert shown["notes"] == ["g@a.example: 1 groups in it are not opened"]


def test_every_step_has_words() -> None:
    ada = person(0, "ada")
    steps: tuple[Step, ...] = (
        CreateUser(ada, {}),
        UpdateUser("u", ada, {"active": True}),
        CreateGroup("g", "Design"),
        AdoptGroup("b", "Design"),
        UpdateGroup("s", "Design", {"displayName": "Design"}),
        JoinGroup("g", "Design", ("0",)),
        LeaveGroup("s", "Design", ("u",)),
        Suspend("m", "ada@a.example", "suspended in Google"),
    )

    assert [step.words() for step in steps] == [
        "provision ada@a.example",
        "update ada@a.example: active",
        "form the group Design",
        "manage the group Design",
        "update the group Design: displayName",
        "1 join Design",
        "1 leave Design",
        "suspend ada@a.example: suspended in Google",
    ]


def test_what_a_user_says_beside_does_not_matter() -> None:
    """GOOGLE-13."""
    ada, member = person(0, "ada"), new_member("m0", "ada@a.example")
    document = Reconciler().document(ada)
    more = {**document, "title": "Countess", "name": {**document["name"], "formatted": "Lady Ada"}}
    more["emails"] = [*document["emails"], {"value": "private@a.example"}]
    model = Model({"m0": member}, {"m0": user(member, more)})
    snapshot = Snapshot({"0": ada}, (GoogleGroup("g", "g@a.example", "g", frozenset("0")),))

    found = plan(snapshot, model)

    assert [type(step) for step in found.steps] == [CreateGroup, JoinGroup]


def test_whoever_is_adopted_leaves_no_group_for_it() -> None:
    """GOOGLE-16, SEED-55."""
    ada, member = person(0, "ada"), new_member("m0", "ADA@a.example")
    model = Model({"m0": member}, {"m0": user(member, {"userName": "ADA@a.example", "active": True})})
    model.groups["g"] = group("g", "G", None)
    model.joined["g"] = {"m0"}
    snapshot = Snapshot({"0": ada}, (GoogleGroup("g", "g@a.example", "g", frozenset("0")),))

    found = plan(snapshot, model)

    assert [type(step) for step in found.steps] == [UpdateUser, UpdateGroup]


def test_names_that_belong_to_others_are_conflicts() -> None:
    """GOOGLE-16."""
    model = Model()
    model.groups["a"] = group("a", "Design", PREFIX + "another")
    unmanaged = Group(
        id="b",
        name="Sales",
        type=GroupType.USER_DEFINED,
        managed=False,
        scim_id=None,
        external_id=None,
        created_ms=0,
        modified_ms=0,
    )
    model.groups["b"] = unmanaged
    groups = tuple(GoogleGroup(f"g-{name}", f"{name}@a.example", name, frozenset()) for name in ("design", "sales"))

    found = plan(Snapshot({"0": person(0, "ada")}, groups), model)

    assert found.steps == (AdoptGroup("b", "Sales"),)
    assert found.conflicts == ("design is the name of two chosen groups",)
