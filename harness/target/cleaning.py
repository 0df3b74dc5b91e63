"""Takes away what an earlier run left on a bridge: each thing only while the bridge shows it as we made it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from harness.clock import Clock
from harness.errors import Unreachable
from harness.record.exchange import Exchange, Request
from harness.record.made import Inventory, Made
from harness.target.guard import Guard
from harness.target.guarded_probe import GuardedProbe
from harness.target.options import Options
from harness.target.probe import AccountProbe
from harness.target.removal import Removal, Removed, find_made, left_on_account

PASSES = 3  # ours: what depends on something else, such as a group with members, may go once that is gone
PATIENCE_S = 120.0
LOST_IN_A_ROW = 3
NO_PROBE = "the probe put this member in place, and only it can take them away: give --probe-url"


class Cleaning:
    """Removes what an inventory holds. Raises Unreachable when the bridge stops answering."""

    def __init__(
        self,
        inventory: Inventory,
        options: Options,
        send: Callable[[Request], Exchange],
        probe: AccountProbe,
        clock: Clock,
    ) -> None:
        self._inventory = inventory
        self._wire = send
        self._guard = Guard(replace(options, mode="safe"), self._exchange)
        self._guard.owned.invent_names(*inventory.names)
        self._probe = GuardedProbe(probe, self._guard)
        self._removal = Removal(self._guard, self._send, self._act, clock, PATIENCE_S)
        self._lost_in_a_row = 0

    def run(self) -> Iterator[Removed]:
        """What became of each thing, once it is known; what remains comes last."""
        for endpoint, name in self._inventory.unanswered:
            for made in find_made(self._exchange, endpoint, name):
                self._inventory.add(made)
        left = [made for made in reversed(list(self._inventory.things.values())) if made.path.startswith("/")]
        for number in range(PASSES):
            remaining: list[Removed] = []
            for made in left:
                done = self._removal.remove(made)
                if done.became == "remains":
                    remaining.append(done)
                else:
                    yield done
            left = [each.made for each in remaining]
            if not left:
                break
            if number + 1 == PASSES:
                yield from remaining
        yield from self._on_account()

    def _on_account(self) -> Iterator[Removed]:
        if "members" not in self._probe.reads:
            left = {made.name for made in self._inventory.things.values() if not made.path.startswith("/")}
            for name in dict.fromkeys((*self._inventory.placed, *sorted(left))):
                yield Removed(Made(f"members/{name}", name, reason=NO_PROBE), "remains")
            return
        for made in list(left_on_account(self._probe, self._guard.owned)):
            yield self._removal.remove(made)

    def _send(self, request: Request) -> Exchange:
        self._guard.check(request)
        return self._exchange(request)

    def _exchange(self, request: Request) -> Exchange:
        exchange = self._wire(request)
        self._guard.learn(exchange)
        self._lost_in_a_row = 0 if exchange.response else self._lost_in_a_row + 1
        if self._lost_in_a_row >= LOST_IN_A_ROW:
            raise Unreachable(f"the bridge has stopped answering: {exchange.lost}")
        return exchange

    def _act(self, path: str, name: str) -> None:
        self._probe.act(path, {})
