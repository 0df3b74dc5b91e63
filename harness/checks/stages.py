"""How far members have come: invited, signed up, let in. Nobody skips a stage, and nobody is sent back to one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.catalogue.verdict import Finding
from harness.checks.looks import Glance, looks_of
from harness.checks.named import Named
from harness.checks.registry import Case, History, Outcome, history_check
from harness.record.exchange import Exchange, Json
from harness.record.journal import Act

INVITED, SIGNED_UP, LET_IN = range(3)
_STAGES = {
    "INVITED": INVITED,
    "INVITED_SUSPENDED": INVITED,
    "PENDING": SIGNED_UP,
    "PENDING_SUSPENDED": SIGNED_UP,
    "ACTIVE": LET_IN,
    "RECOVERING": LET_IN,
}  # who is SUSPENDED may have come as far as any of them
_WITHOUT = ("SUSPENDED", "INVITED_SUSPENDED", "PENDING_SUSPENDED")
_TOLD = {INVITED: "is invited", SIGNED_UP: "waits to be confirmed", LET_IN: "is let in"}


@dataclass(frozen=True, slots=True)
class StageMove:
    """A member at two looks, one after the other: state and stage then, and state now."""

    name: str
    state_before: str
    stage_before: int | None
    state: str
    has_signed_up: bool


def _moves(entries: History) -> Iterator[Case[StageMove]]:
    """Each member whose state has changed since the look before, or whose stage is known for the first time."""
    stages: dict[str, int] = {}
    states: dict[str, str] = {}
    signed_up: set[str] = set()
    for look in looks_of(entries):
        signed_up |= {act.address.casefold() for act in look.acts if act.name == "sign-up"}
        signed_up |= _signed_up(look)
        by_hand = {act.address.casefold() for act in look.acts if act.name in ("fixtures", "recover", "delete")}
        for member in look.find("account.members") or ():
            who, state, name = str(member["id"]), str(member["state"]), str(member["email"])
            if who in states and state != states[who] and name.casefold() not in by_hand:
                has = bool(signed_up & {name.casefold(), who})
                yield Case(look.at, StageMove(name, states[who], stages.get(who), state, has), look.since)
            states[who] = state
            if state in _STAGES:
                stages[who] = _STAGES[state]


def _signed_up(look: Glance) -> set[str]:
    return {str(event["member_id"]) for event in look.find("account.journal") or () if event["event"] == "signed_up"}


@history_check("SEED-52", over=_moves)
def nobody_is_let_in_before_the_sign_up(case: Case[StageMove]) -> Iterator[Outcome]:
    """Nobody becomes an active member who has not signed up: without keys of their own there is nobody to let in."""
    move = case.event
    is_in = _STAGES.get(move.state, INVITED) > INVITED
    if move.stage_before == INVITED and is_in and not move.has_signed_up:
        yield Finding(f"{move.name} is {move.state_before} until the sign-up", f"now {move.state}")


@history_check("SEED-56", "SEED-66", over=_moves, rows_of=lambda case: (_row(case.event),))
def nobody_is_sent_back(case: Case[StageMove]) -> Iterator[Outcome]:
    """Who has signed up is not invited again, and who was let in does not wait again, also on return."""
    move, now = case.event, _STAGES.get(case.event.state)
    if move.stage_before is not None and now is not None and now < move.stage_before:
        before = f"{move.name} {_TOLD[move.stage_before]}, and stays so"
        yield Finding(before, f"{_TOLD[now]}: {move.state}", requirement=_row(move))


def _row(move: StageMove) -> str:
    """A return is promised by one row, and that members are not invited again by another."""
    return "SEED-66" if move.state_before in _WITHOUT else "SEED-56"


@dataclass(frozen=True, slots=True)
class Comeback:
    """Somebody who has access again: the groups of before the suspension, and of now."""

    name: str
    before: frozenset[str]
    after: frozenset[str]


def _returns(entries: History) -> Iterator[Case[Comeback]]:
    """Each return between whose suspension and now no request named the person's memberships."""
    groups: dict[str, frozenset[str]] = {}  # of those who are suspended, as they were before
    spoilt: set[str] = set()
    for look in looks_of(entries):
        before = {str(member["id"]): member for member in look.found_before("account.members") or ()}
        named = Named(tuple(entry for entry in look.since if _may_move_members(entry.event)))
        for member in look.find("account.members") or ():
            who, was = str(member["id"]), before.get(str(member["id"]))
            if was is not None and was["state"] not in _WITHOUT:
                groups[who], spoilt = frozenset(was["groups"]), spoilt - {who}
            if was is None or named.explains(member, was, {"groups"}):
                spoilt.add(who)
            is_back = was is not None and was["state"] in _WITHOUT and member["state"] not in _WITHOUT
            if is_back and who in groups and who not in spoilt:
                found = Comeback(str(member["email"]), groups[who], frozenset(member["groups"]))
                yield Case(look.at, found, look.since)


def _may_move_members(event: object) -> bool:
    """Whether something may change who is in which group by right: acts, deletions, and requests about groups."""
    if isinstance(event, Exchange):
        return event.route.endpoint != "Users" or event.request.method in ("DELETE", "POST")
    return isinstance(event, Act)


@history_check("SEED-66", "P-15", over=_returns)
def who_returns_is_in_the_same_groups(case: Case[Comeback]) -> Iterator[Outcome]:
    """Who is suspended and comes back has the groups, and with them the vaults, of before."""
    lost = case.event.before - case.event.after
    if lost:
        yield Finding(
            f"{case.event.name} is back in all groups of before", f"{len(lost)} of {len(case.event.before)} are lost"
        )


def _made(look: Glance) -> Iterator[Json]:
    """Members who are new at a look and whom a create has brought."""
    created = {str(e.json.get("id")) for e in look.writes if e.request.method == "POST" and 200 <= e.status < 300}
    known = {str(member["id"]) for member in look.found_before("account.members") or ()}
    for member in look.find("account.members") or ():
        if str(member["id"]) not in known and str(member.get("scim_id")) in created:
            yield member


def _newcomers(entries: History) -> Iterator[Case[Json]]:
    for look in looks_of(entries):
        if look.found_before("account.members") is not None:
            for member in _made(look):
                yield Case(look.at, member, look.since)


@history_check("SEED-59", over=_newcomers)
def who_is_created_is_managed(case: Case[Json]) -> Iterator[Outcome]:
    """Who is created over SCIM is managed by provisioning from then on."""
    if case.event.get("managed") is False:
        yield Finding(f"{case.event['email']} is managed by provisioning", "not managed")
