"""Takes away what a run made: each with a look at whose it is first, and with patience for a bridge that is busy."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from typing import Literal

from harness.clock import Clock
from harness.errors import TargetError, Unreachable
from harness.record.exchange import Exchange, Json, Request
from harness.record.identity import NAMES, id_of, name_of
from harness.record.made import Made
from harness.record.message import equals, path_of, read, remove, render_query
from harness.target.guard import GONE, Guard
from harness.target.owned import Owned
from harness.target.probe import EMAILS, AccountProbe, NotOffered, NotOurs, NotThere

CLEAN_UP = "clean up"
TRIES = 3  # ours: how often one DELETE is sent that the bridge puts off
LONGEST_PAUSE_S = 15.0  # ours: Retry-After is honoured up to here
PUT_OFF = (429, 503)

Became = Literal["removed", "gone", "not ours", "remains"]


@dataclass(frozen=True, slots=True)
class Removed:
    """What became of one thing; `made.reason` says why it remains.

    Not ours: the bridge shows somebody else under the id that it gave to a create of ours.
    """

    made: Made
    became: Became


class Removal:
    """Takes things away, and waits `patience_s` seconds at most in all. `send` and `act` are behind the guard.

    Nothing that the bridge does raises; what `send` raises when the bridge is lost goes through.
    """

    def __init__(
        self,
        guard: Guard,
        send: Callable[[Request], Exchange],
        act: Callable[[str, str], None],
        clock: Clock,
        patience_s: float,
    ) -> None:
        self._guard = guard
        self._send = send
        self._act = act
        self._clock = clock
        self._patience_s = patience_s

    def remove(self, made: Made) -> Removed:
        """Take one thing away."""
        try:
            if not made.path.startswith("/"):
                self._act(f"{made.path}/delete", made.name)
                return Removed(made, "removed")
            if absence := self._guard.absence(made.path, made.name):
                return Removed(made, "gone") if absence == "gone" else Removed(replace(made, reason=absence), "remains")
            exchange = self._delete(made.path)
        except Unreachable:
            raise
        except NotThere:
            return Removed(made, "gone")
        except NotOurs as error:
            return Removed(replace(made, reason=str(error)), "not ours")
        except (NotOffered, TargetError) as error:
            return Removed(replace(made, reason=str(error)), "remains")
        if 200 <= exchange.status < 300:
            return Removed(made, "removed")
        if exchange.status in GONE:
            return Removed(made, "gone")
        return Removed(replace(made, reason=_refusal(exchange)), "remains")

    def _delete(self, path: str) -> Exchange:
        exchange = self._send(remove(path, CLEAN_UP))
        for _ in range(TRIES - 1):
            pause_s = min(retry_after_s(exchange), LONGEST_PAUSE_S)
            if exchange.status not in PUT_OFF or pause_s > self._patience_s:
                break
            self._clock.sleep(pause_s)
            self._patience_s -= pause_s
            exchange = self._send(remove(path, CLEAN_UP))
        return exchange


def find_made(send: Callable[[Request], Exchange], endpoint: str, name: str, scenario: str = "") -> Iterator[Made]:
    """What a create of that name made, whose answer was lost: nobody else has that name."""
    found = send(read(f"/{endpoint}", "find what was made", render_query((("filter", equals(NAMES[endpoint], name)),))))
    listed = found.json.get("Resources")
    for each in listed if found.status == 200 and isinstance(listed, list) else ():
        if isinstance(each, dict) and name_of(endpoint, each).casefold() == name.casefold() and id_of(each):
            yield Made(path_of(endpoint, id_of(each)), name, scenario)


def left_on_account(
    probe: AccountProbe, owned: Owned, scenario: str = "", addresses: Sequence[str] | None = None
) -> Iterable[Made]:
    """Members and groups of ours that the account still has; with `addresses`, of members those. Raises TargetError."""
    for kind, key in (("members", "email"), ("groups", "name")):
        for each in _shown(probe, kind, addresses if kind == "members" else None):
            if owned.is_invented(str(each.get(key, ""))):
                yield Made(f"{kind}/{each['id']}", str(each[key]), scenario)


def _shown(probe: AccountProbe, kind: str, addresses: Sequence[str] | None) -> Iterator[Json]:
    if kind not in probe.reads:
        return
    if addresses is None:
        yield from probe.read(kind)[kind]
        return
    for start in range(0, len(addresses), EMAILS):
        yield from probe.read(kind, email=list(addresses[start : start + EMAILS]))[kind]


def retry_after_s(exchange: Exchange) -> float:
    """How many seconds the bridge wants us to wait (RFC 9110 section 10.2.3); one where it does not say so."""
    said = exchange.header("Retry-After") or ""
    if said.isascii() and said.isdigit():
        return float(said)
    with contextlib.suppress(TypeError, ValueError):
        return max(0.0, parsedate_to_datetime(said).timestamp() - exchange.started_at - exchange.elapsed_s)
    return 1.0


def is_put_off(exchange: Exchange) -> bool:
    """Whether the answer says nothing but "later": 429, or 503 with Retry-After (RFC 6585 section 4)."""
    return exchange.status == 429 or (exchange.status == 503 and exchange.header("Retry-After") is not None)


def _refusal(exchange: Exchange) -> str:
    return f"DELETE gives {exchange.status}" if exchange.response else f"DELETE gets no answer: {exchange.lost}"
