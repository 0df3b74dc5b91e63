"""Commands outside decisions, such as taking mail and keeping tokens, as SQL for both engines.

These are no part of decisions: handing mail over and keeping tokens change nothing on the account. `?` stands for a
parameter. A condition in the statement itself says who wins when several bridges want the same row.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from bridge_ref.account.changes import Message
from bridge_ref.credentials.grants import TokenGrant
from bridge_ref.storage.statement import Row, Rows, Statement

T = TypeVar("T")


class Do(Generic[T]):
    """A command whose outcome has the type `T`."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class TakeMail(Do[list[Message]]):
    """Claim messages that are due, oldest first; no other bridge gets them until `until_ms`."""

    now_ms: int
    until_ms: int
    taker: str
    count: int


@dataclass(frozen=True, slots=True)
class BeginHandover(Do[bool]):
    """Mark a claimed message as handed over: from now on the server may have it."""

    seq: int
    taker: str
    until_ms: int


@dataclass(frozen=True, slots=True)
class SettleMail(Do[bool]):
    """The result of a claimed message: sent, or to be retried at `due_ms`."""

    seq: int
    taker: str
    delivery: str
    due_ms: int
    error: str | None
    handed_ms: int | None


@dataclass(frozen=True, slots=True)
class MarkUncertain(Do[int]):
    """Mark messages whose hand-over never ended as uncertain; they are due again."""

    now_ms: int


@dataclass(frozen=True, slots=True)
class AddToken(Do[bool]):
    """Keep the digest of a new token; nothing happens if it is known."""

    grant: TokenGrant


@dataclass(frozen=True, slots=True)
class RetireTokens(Do[int]):
    """Let tokens of a scope end, unless they end sooner; all but one."""

    scope: str
    expires_ms: int
    but_digest: str


@dataclass(frozen=True, slots=True)
class ExpireTokens(Do[int]):
    """Expired tokens stay expired, even if the clock is set back."""

    now_ms: int


def make_statement(command: Do[Any]) -> Statement:
    """The statement that carries a command out."""
    return _STATEMENTS[type(command)](command)


def _is_done(rows: Rows) -> bool:
    return len(rows) > 0


def _taken(row: Row) -> Message:
    seq, to, kind, subject, at_ms, links, body, attempts, doubts = row
    return Message(
        to=to,
        kind=kind,
        subject=subject,
        at_ms=at_ms,
        links=tuple(links.split()),
        seq=seq,
        body=body,
        delivery="taken",
        attempts=attempts,
        doubts=doubts,
    )


def _take(command: TakeMail) -> Statement:
    sql = """UPDATE mail SET delivery = 'taken', due_ms = ?, taken_by = ?, attempts = attempts + 1
        WHERE seq IN (
            SELECT seq FROM mail WHERE delivery <> 'sent' AND delivery <> 'handing_over' AND due_ms <= ?
            ORDER BY due_ms, seq LIMIT ?
        ) AND delivery <> 'sent' AND delivery <> 'handing_over' AND due_ms <= ?
        RETURNING seq, recipient, kind, subject, at_ms, links, body, attempts, doubts"""
    values = (command.until_ms, command.taker, command.now_ms, command.count, command.now_ms)
    return Statement(sql, values, lambda rows: sorted(map(_taken, rows), key=lambda message: message.seq))


def _begin(command: BeginHandover) -> Statement:
    sql = """UPDATE mail SET delivery = 'handing_over', due_ms = ?
        WHERE seq = ? AND taken_by = ? AND delivery = 'taken' RETURNING seq"""
    return Statement(sql, (command.until_ms, command.seq, command.taker), _is_done)


def _settle(command: SettleMail) -> Statement:
    doubt = 1 if command.delivery == "uncertain" else 0
    sql = f"""UPDATE mail SET delivery = ?, due_ms = ?, error = ?, handed_ms = ?, taken_by = NULL,
            doubts = doubts + {doubt}
        WHERE seq = ? AND taken_by = ? AND (delivery = 'taken' OR delivery = 'handing_over') RETURNING seq"""
    values = (command.delivery, command.due_ms, command.error, command.handed_ms, command.seq, command.taker)
    return Statement(sql, values, _is_done)


def _doubt(command: MarkUncertain) -> Statement:
    sql = """UPDATE mail SET delivery = 'uncertain', taken_by = NULL, doubts = doubts + 1,
            error = 'the bridge ended while it handed this over'
        WHERE delivery <> 'sent' AND delivery = 'handing_over' AND due_ms <= ? RETURNING seq"""
    return Statement(sql, (command.now_ms,), len)


def _add_token(command: AddToken) -> Statement:
    grant = command.grant
    sql = """INSERT INTO tokens (digest, name, scope, pair, created_ms, expires_ms) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (digest) DO NOTHING RETURNING digest"""
    values = (grant.digest, grant.name, grant.scope.value, grant.pair, grant.created_ms, grant.expires_ms)
    return Statement(sql, values, _is_done)


def _retire(command: RetireTokens) -> Statement:
    sql = """UPDATE tokens SET expires_ms = ?
        WHERE scope = ? AND digest <> ? AND (expires_ms IS NULL OR expires_ms > ?) RETURNING digest"""
    return Statement(sql, (command.expires_ms, command.scope, command.but_digest, command.expires_ms), len)


def _bury(command: ExpireTokens) -> Statement:
    sql = "UPDATE tokens SET expires_ms = 0 WHERE expires_ms <= ? RETURNING digest"
    return Statement(sql, (command.now_ms,), len)


_STATEMENTS: dict[type[Do[Any]], Callable[[Any], Statement]] = {
    TakeMail: _take,
    BeginHandover: _begin,
    SettleMail: _settle,
    MarkUncertain: _doubt,
    AddToken: _add_token,
    RetireTokens: _retire,
    ExpireTokens: _bury,
}
