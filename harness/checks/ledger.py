"""The ledger of mails: each event that tells somebody something has its mail, and each mail has its event.

A mail is an entry beside an event of the account, by kind and person. What a bridge may send or not (a second
invitation when somebody invited comes back, a mail after an administrator's act, a notice of a suspension) is allowed
for, never demanded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.catalogue.verdict import Finding
from harness.checks.looks import Glance, looks_of
from harness.checks.registry import Case, History, Outcome, history_check
from harness.record.exchange import Json

Line = tuple[str, str]  # the member, and the kind of mail

_MAIL_OF = {"invited": "invitation", "confirmed": "start", "address_change_requested": "address_change"}
_ROW_OF = {"invitation": "SEED-51", "start": "SEED-54", "address_change": "SEED-61"}
_WITH_ACCESS = ("INVITED", "PENDING", "ACTIVE", "RECOVERING")
_MAY_MAIL = {  # unconfirmed: a bridge may say so by mail, or not
    ("reactivated", "INVITED"): "invitation",
    ("reactivated", "ACTIVE"): "address_change",  # who was given a new address while suspended is asked now
    ("recovered", "ACTIVE"): "start",
    ("adopted", "INVITED"): "invitation",
    **{("address_changed", state): "address_change" for state in _WITH_ACCESS},  # a notice that it has changed
    ("address_changed", "INVITED"): "invitation",  # the link goes to the new address
}
# Of these a bridge may tell whom they concern, in words of its own: nothing is documented.
_MAY_TELL = ("suspended", "reactivated", "deleted", "recovery_begun", "recovered", "address_changed")
_MEMBERS = "account.members"
_MOVES = ("address_changed", "deleted")


class _Book:
    """What was due and what came, by line, as far as the looks have told."""

    def __init__(self) -> None:
        self._of_address: dict[str, str] = {}  # whose each address was when it was seen last
        self._of_mail: dict[int, str] = {}  # an address may pass from one to another, a mail stays with whom it went to
        self._last_seq = -1
        self._named: set[str] = set()  # addresses that a request named
        self._confirmed_by_hand: set[str] = set()
        self._said: set[tuple[str, str, str, int]] = set()
        self.due: Counter[Line] = Counter()
        self.allowed: Counter[Line] = Counter()
        self.came: Counter[Line] = Counter()
        self.loose: Counter[str] = Counter()  # by kind, to addresses that a request named and no look has seen
        self.strangers: Counter[str] = Counter()
        self.misdirected: tuple[tuple[str, str], ...] = ()

    def take(self, look: Glance) -> None:
        """Count everything anew: who has which address may become known later than the mail to it."""
        before, now = (_owners(found or ()) for found in (look.found_before(_MEMBERS), look.find(_MEMBERS)))
        self._of_address |= before | now
        for exchange in look.writes:
            self._named.update(each.casefold() for each in addresses_in(exchange.sent_json))
        self._confirmed_by_hand |= {act.address.casefold() for act in look.acts if act.name == "confirm"}
        events, mails = look.find("account.journal") or [], look.find("account.mail") or []
        if any(int(event["seq"]) > self._last_seq and event["event"] in _MOVES for event in events):
            # Whose an address was when a mail went to it, nobody can tell who looks only before and after, unless it
            # was the same member's at both looks.
            stays = {address for address, who in before.items() if now.get(address) == who}
            fresh = (mail for mail in mails if int(mail["seq"]) not in self._of_mail)
            self._of_mail |= {int(mail["seq"]): "" for mail in fresh if str(mail["to"]).casefold() not in stays}
        self._last_seq = max((int(event["seq"]) for event in events), default=self._last_seq)
        self._count_events(events)
        self._count_mails(mails)
        self.misdirected = tuple(_misdirected(look))

    def _count_events(self, events: list[Json]) -> None:
        self.due, self.allowed = Counter(), Counter()
        by_hand = {self._of_address.get(each) for each in self._confirmed_by_hand}
        for event in events:
            who, name, state = str(event["member_id"]), str(event["event"]), str(event.get("state"))
            self.allowed[who, "other"] += name in _MAY_TELL
            if name in _MAIL_OF:
                is_by_hand = name == "confirmed" and who in by_hand
                is_sure = state in _WITH_ACCESS and not is_by_hand
                (self.due if is_sure else self.allowed)[who, _MAIL_OF[name]] += 1
            elif kind := _MAY_MAIL.get((name, state)):
                self.allowed[who, kind] += 1

    def _count_mails(self, mails: list[Json]) -> None:
        self.came, self.loose, self.strangers = Counter(), Counter(), Counter()
        for mail in mails:
            to, kind = str(mail["to"]).casefold(), str(mail["kind"])
            who = self._of_mail.get(int(mail["seq"]), self._of_address.get(to))
            if who:
                self._of_mail[int(mail["seq"])] = who
                self.came[who, kind] += 1
            elif to in self._named or to in self._of_address:
                self.loose[kind] += 1
            elif kind == "other":
                continue  # to administrators, about the bridge itself
            else:
                self.strangers[str(mail["to"])] += 1

    def tells_first(self, what: str, line: Line, count: int) -> bool:
        """Whether this is said for the first time, of this line and this number."""
        said = (what, *line, count)
        is_new = said not in self._said
        self._said.add(said)
        return is_new


def _owners(members: Iterable[Json]) -> dict[str, str]:
    """Whose each address is, or would be once accepted: the member's id."""
    owners: dict[str, str] = {}
    for member in members:
        for address in (member["email"], member.get("new_email")):
            if isinstance(address, str) and address:
                owners[address.casefold()] = str(member["id"])
    return owners


def _misdirected(look: Glance) -> Iterator[tuple[str, str]]:
    """Old and new address of those whom a mail has asked at the old one alone (2.8: the new mailbox has to answer)."""
    to = {str(mail["to"]).casefold() for mail in look.find("account.mail") or () if mail["kind"] == "address_change"}
    for member in look.find("account.members") or ():
        old, new = str(member["email"]), member.get("new_email")
        if isinstance(new, str) and old.casefold() in to and new.casefold() not in to:
            yield old, new


def addresses_in(value: Any) -> Iterator[str]:
    """Everything in a JSON value that may be an address."""
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from addresses_in(part)
    elif isinstance(value, str) and "@" in value:
        yield value


@dataclass(frozen=True, slots=True)
class Balance:
    """What does not balance since the look before, and the lines that do, each with its requirement."""

    wrong: tuple[tuple[str, Finding], ...]
    rows: tuple[str, ...]


def _balances(entries: History) -> Iterator[Case[Balance]]:
    book, due_before, strange_before = _Book(), Counter[Line](), Counter[str]()
    for look in looks_of(entries):
        if any(look.find(kind) is None for kind in ("account.members", "account.journal", "account.mail")):
            return
        mails = look.find("account.mail") or []
        if mails and all(mail["kind"] == "other" for mail in mails):
            continue  # mails without a kind can't be told apart
        book.take(look)
        rows = {_ROW_OF[kind] for _, kind in book.due if kind in _ROW_OF}
        wrong = tuple(_wrong(book, due_before, strange_before, _names(look)))
        if rows or wrong:
            yield Case(look.at, Balance(wrong, tuple(sorted(rows | {row for row, _ in wrong}))), look.since)
        due_before, strange_before = book.due, book.strangers


def _names(look: Glance) -> Mapping[str, str]:
    return {str(member["id"]): str(member["email"]) for member in look.find("account.members") or ()}


def _wrong(
    book: _Book, due_before: Counter[Line], strange_before: Counter[str], names: Mapping[str, str]
) -> Iterator[tuple[str, Finding]]:
    """What does not balance. A mail, or the member of its address, may take until the next look to be seen."""
    loose = Counter(book.loose)
    for line in sorted({*book.due, *book.came}):
        (who, kind), came = line, book.came[line]
        name, most = names.get(who, who), book.due[line] + book.allowed[line]
        if came > most and book.tells_first("many", line, came):
            yield _too_many(kind, name, most, came)
        missing = due_before[line] - came
        if missing <= loose[kind]:
            loose[kind] -= max(missing, 0)
        elif book.tells_first("few", line, due_before[line]):
            yield _ROW_OF[kind], Finding(f"{due_before[line]} {kind} mail to {name}", str(came))
    for old, new in book.misdirected:
        if book.tells_first("many", (old, new), 1):
            yield "SEED-61", Finding(f"the mail that asks for {new} goes there", f"to {old}, and none to {new}")
    for address in sorted(book.strangers.keys() & strange_before.keys()):
        if book.tells_first("many", (address, ""), book.strangers[address]):
            count = str(book.strangers[address])
            yield "SEED-51", Finding(f"no mail to {address}, whom the account does not know", count)


def _too_many(kind: str, name: str, most: int, came: int) -> tuple[str, Finding]:
    row = "SEED-56" if kind == "invitation" and most == 0 else _ROW_OF.get(kind, "SEED-55")
    return row, Finding(f"{most or 'no'} {kind} mail to {name}", f"{came}: no event of the account stands for it")


@history_check(
    "SEED-51", "SEED-54", "SEED-55", "SEED-56", "SEED-61", over=_balances, rows_of=lambda case: case.event.rows
)
def each_mail_has_its_event(case: Case[Balance]) -> Iterator[Outcome]:
    """Each invitation, confirmation and change of address has its one mail, and there is no mail beside them."""
    for row, wrong in case.event.wrong:
        yield Finding(wrong.expected, wrong.actual, wrong.pointer, row)
