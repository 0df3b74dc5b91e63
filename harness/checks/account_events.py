"""What happens to a member follows the state machine (docs/reference/machine.md), by the event journal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from harness.catalogue.verdict import Finding
from harness.checks.looks import Glance, looks_of
from harness.checks.registry import Case, CaseSelector, History, Outcome, history_check
from harness.record.exchange import Exchange, Json

CONFIRMED_WITHIN_S = 300  # the seed's figure (SEED-53), whatever the bridge says of itself
_GRACE_S = 5
_SUSPENDED = ("SUSPENDED", "INVITED_SUSPENDED", "PENDING_SUSPENDED")
_WITH_ACCESS = ("INVITED", "PENDING", "ACTIVE", "RECOVERING")
_LATER = ("confirmed", "suspended", "deleted", "unlinked")  # after these nobody waits for a confirmation any more


@dataclass(frozen=True, slots=True)
class LifeEvent:
    """One event that a look tells of for the first time, and what was known of its member before."""

    event: Json
    look: Glance
    name: str
    state_before: str
    signed_up_at: str


class _Lives:
    """What is known of each member from the events and looks so far."""

    def __init__(self) -> None:
        self.states: dict[str, str] = {}
        self.names: dict[str, str] = {}
        self.signed_up: dict[str, str] = {}
        self.last_seq = -1
        self.is_switched_off = False

    def name(self, members: list[Json]) -> None:
        self.names |= {str(member["id"]): str(member["email"]) for member in members}

    def meet(self, members: list[Json]) -> None:
        self.name(members)
        self.states |= {str(member["id"]): str(member["state"]) for member in members}

    def tell(self, event: Json, look: Glance) -> LifeEvent:
        who = str(event["member_id"])
        if event["event"] in ("provisioning_off", "provisioning_on"):  # nobody is confirmed meanwhile (M31)
            self.is_switched_off = event["event"] == "provisioning_off"
            self.signed_up.clear()
        told = LifeEvent(event, look, self.names.get(who, who), self.states.get(who, ""), self.signed_up.get(who, ""))
        if event["event"] == "signed_up" and not self.is_switched_off:
            self.signed_up[who] = str(event["at"])
        elif event["event"] in _LATER:
            self.signed_up.pop(who, None)
        if event.get("state"):
            self.states[who] = str(event["state"])
        self.last_seq = max(self.last_seq, int(event["seq"]))
        return told


def _new_events(entries: History) -> Iterator[Case[LifeEvent]]:
    """Each event about a member, at the look that tells of it first."""
    lives = _Lives()
    for look in looks_of(entries):
        lives.meet(look.found_before("account.members") or [])
        lives.name(look.find("account.members") or [])
        for event in look.find("account.journal") or ():
            if int(event["seq"]) > lives.last_seq:
                told = lives.tell(event, look)
                if event["member_id"] is not None:
                    yield Case(look.at, told, look.since)


def _when(*names: str) -> CaseSelector[LifeEvent]:
    def over(entries: History) -> Iterator[Case[LifeEvent]]:
        return (case for case in _new_events(entries) if case.event.event["event"] in names)

    return over


@history_check("SEED-65", over=_when("confirmed", "signed_up"))
def nobody_suspended_is_let_in(case: Case[LifeEvent]) -> Iterator[Outcome]:
    """Whoever is suspended is never confirmed: the right to sign in comes back by the identity provider alone (M12)."""
    told = case.event
    is_let_in = told.event["event"] == "confirmed" or told.event.get("state") in ("PENDING", "ACTIVE")
    if told.state_before in _SUSPENDED and is_let_in:
        yield Finding(f"{told.name} stays {told.state_before}", f"{told.event['event']}, now {told.event.get('state')}")


@history_check("SEED-67", over=_when("suspended", "deleted", "unlinked"))
def nobody_is_deleted_over_scim(case: Case[LifeEvent]) -> Iterator[Outcome]:
    """No request over SCIM deletes a member: only an administrator does, on the account."""
    told = case.event
    if told.event["event"] == "deleted" and not any(act.name == "delete" for act in told.look.acts):
        yield Finding(f"{told.name} stays a member of the account", "deleted, though no administrator did it")


@dataclass(frozen=True, slots=True)
class Deleted:
    """Somebody whose SCIM user a DELETE has taken away, and the member's state at the next look."""

    name: str
    state: str


def _deleted_over_scim(entries: History) -> Iterator[Case[Deleted]]:
    names: dict[str, tuple[str, str]] = {}
    for look in looks_of(entries):
        names |= _by_scim_id(look.found_before("account.members") or ())
        now = {str(member["id"]): str(member["state"]) for member in look.find("account.members") or ()}
        gone = {exchange.route.id for exchange in look.writes if _deletes_a_user(exchange)}
        again = any(exchange.request.method == "POST" for exchange in look.writes)
        for scim_id in sorted(gone & names.keys()):
            member_id, name = names[scim_id]
            if member_id in now and not again and not look.acts:
                yield Case(look.at, Deleted(name, now[member_id]), look.since)


def _by_scim_id(members: Iterable[Json]) -> dict[str, tuple[str, str]]:
    return {str(m["scim_id"]): (str(m["id"]), str(m["email"])) for m in members if m.get("scim_id")}


def _deletes_a_user(exchange: Exchange) -> bool:
    is_delete = exchange.request.method == "DELETE" and exchange.route.endpoint == "Users"
    return is_delete and 200 <= exchange.status < 300


@history_check("SEED-62", over=_deleted_over_scim)
def who_is_deleted_over_scim_is_suspended(case: Case[Deleted]) -> Iterator[Outcome]:
    """A DELETE over SCIM leaves a member without access (M14)."""
    if case.event.state in _WITH_ACCESS:
        expected = f"{case.event.name} is suspended, since SCIM has the user no more"
        yield Finding(expected, f"the member is {case.event.state}")


@history_check("SEED-50", over=_when("confirmed"))
def who_is_confirmed_has_signed_up(case: Case[LifeEvent]) -> Iterator[Outcome]:
    """Only those are confirmed who have signed up."""
    told = case.event
    if told.state_before not in ("PENDING", "RECOVERING", "", *_SUSPENDED):
        yield Finding(f"{told.name} is confirmed after the sign-up", f"confirmed while {told.state_before}")


@history_check("SEED-53", over=_when("confirmed"))
def everybody_is_confirmed_in_time(case: Case[LifeEvent]) -> Iterator[Outcome]:
    """From the sign-up to the confirmation five minutes pass at most."""
    told = case.event
    if not told.signed_up_at:
        return
    took_s = (_moment(str(told.event["at"])) - _moment(told.signed_up_at)).total_seconds()
    if took_s > CONFIRMED_WITHIN_S + _GRACE_S:
        yield Finding(f"{told.name} is confirmed within {CONFIRMED_WITHIN_S} s of the sign-up", f"after {took_s:.0f} s")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


@dataclass(frozen=True, slots=True)
class Waiting:
    """Who had signed up at a look, and how long the bridge's clock was moved while they still wait."""

    names: tuple[str, ...]
    passed_s: float


def _waiting(entries: History) -> Iterator[Case[Waiting]]:
    """Those who wait for a confirmation when five minutes have passed since a look saw them wait."""
    since: dict[str, float] = {}
    clock_s = 0.0
    for look in looks_of(entries):
        clock_s += look.passed_s
        members = look.find("account.members")
        if members is None or look.acts_on_the_account:
            since.clear()
            continue
        pending = {str(m["id"]): str(m["email"]) for m in members if m["state"] == "PENDING"}
        late = [who for who in pending if clock_s - since.get(who, clock_s) > CONFIRMED_WITHIN_S + _GRACE_S]
        confirmed = [who for who in since if who not in pending]
        if late or confirmed:
            yield Case(look.at, Waiting(tuple(pending[who] for who in late), clock_s), look.since)
        since = {who: since.get(who, clock_s) for who in pending if who not in late}


@history_check("SEED-53", over=_waiting)
def nobody_waits_longer(case: Case[Waiting]) -> Iterator[Outcome]:
    """Nobody waits for the confirmation when five minutes have passed since the sign-up."""
    for name in case.event.names:
        yield Finding(f"{name} is confirmed within {CONFIRMED_WITHIN_S} s of the sign-up", "still PENDING")
