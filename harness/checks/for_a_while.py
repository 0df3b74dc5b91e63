"""Access that is taken and given back between two looks: only the event journal tells of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.catalogue.verdict import Finding
from harness.checks.looks import Glance, looks_of
from harness.checks.named import Named
from harness.checks.registry import Case, History, Outcome, history_check
from harness.record.exchange import Exchange, Json

_WITH = ("INVITED", "PENDING", "ACTIVE", "RECOVERING")
_MOVED, _OTHERS = "SEED-46", "SEED-18"


@dataclass(frozen=True, slots=True)
class Absence:
    """A member who has access at two looks, whether they were suspended in between, and whether that was asked for."""

    name: str
    is_explained: bool
    is_of_groups: bool


def _absences(entries: History) -> Iterator[Case[Absence]]:
    """Each member with access at a look and the one before who was suspended in between and let in again."""
    last_seq = -1
    for look in looks_of(entries):
        events = [each for each in look.find("account.journal") or () if int(each["seq"]) > last_seq]
        last_seq = max([last_seq, *(int(each["seq"]) for each in events)])
        suspended = {str(each["member_id"]) for each in events if each["event"] == "suspended"}
        before = {str(member["id"]): member for member in look.found_before("account.members") or ()}
        for member in look.find("account.members") or ():
            was = before.get(str(member["id"]))
            if was is None or str(member["id"]) not in suspended or not _has_access(was, member):
                continue
            yield Case(look.at, Absence(str(member["email"]), _asked_for(look, was), _moves_groups(look)), look.since)


def _has_access(*states: Json) -> bool:
    return all(member["state"] in _WITH for member in states)


def _asked_for(look: Glance, was: Json) -> bool:
    """Whether a request or an act takes access, or takes somebody out of the only group: that may be out of scope."""
    if _moves_groups(look) and len(was["groups"]) <= 1:
        return True
    return Named(look.since).explains({**was, "state": "SUSPENDED"}, was, {"state"})


def _moves_groups(look: Glance) -> bool:
    return any(isinstance(each, Exchange) and each.route.endpoint == "Groups" for each in look.writes)


@history_check(_OTHERS, _MOVED, over=_absences, rows_of=lambda case: (_row(case.event),))
def nobody_is_suspended_for_a_while(case: Case[Absence]) -> Iterator[Outcome]:
    """Who has access before a step and after it was not suspended in between, unless a request asked for it."""
    absence = case.event
    if not absence.is_explained:
        yield Finding(
            f"{absence.name} keeps access throughout", "suspended, and let in again", requirement=_row(absence)
        )


def _row(absence: Absence) -> str:
    """A move between groups is promised by a row of its own."""
    return _MOVED if absence.is_of_groups else _OTHERS
