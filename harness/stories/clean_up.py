"""Takes away what the stories made: after each story, and what resisted then once more at the end of the run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from harness.clock import Clock
from harness.errors import TargetError
from harness.record.exchange import Exchange, Request
from harness.record.journal import Journal, Leftover
from harness.record.made import Inventory, Made
from harness.target.guard import Guard
from harness.target.probe import AccountProbe, NotOffered
from harness.target.removal import Removal, find_made, left_on_account

PASSES = 3  # ours: how often the end of a run tries again
PATIENCE_S = 5.0  # ours: how long one story's clean-up waits for a busy bridge
PATIENCE_AT_END_S = 120.0


class CleanUp:
    """What is to be taken away. `send` and `act` reach the target through the guard, and raise when it is lost.

    `addresses` tells whom the story has to do with: on the account only these are looked for.
    """

    def __init__(
        self,
        journal: Journal,
        guard: Guard,
        probe: AccountProbe,
        clock: Clock,
        send: Callable[[Request], Exchange],
        act: Callable[[str, str], None],
        addresses: Callable[[], list[str]],
    ) -> None:
        self._addresses = addresses
        self.inventory = Inventory()
        self._journal = journal
        self._guard = guard
        self._probe = probe
        self._clock = clock
        self._send = send
        self._act = act
        self._resisting: list[Made] = []

    def forget(self) -> None:
        """Nothing of what was made is left: the account is an empty one."""
        self.inventory = Inventory()

    def after_story(self) -> None:
        """Take away what the story made, last first; what resists is tried again when the run ends."""
        scenario = self._journal.scenario
        self._journal.place(scenario)  # outside any dialect: no identity provider sends these
        for endpoint, name in self.inventory.unanswered:
            for made in find_made(self._send, endpoint, name, scenario):
                self.inventory.add(made)
            self.inventory.found(endpoint, name)
        has_made = not self.inventory.is_empty or bool(self.inventory.names)
        self._resisting += self._remove(reversed(list(self.inventory.things.values())), PATIENCE_S)
        if has_made:
            self._resisting += self._remove(self._on_account(scenario), PATIENCE_S)
        self.forget()

    def at_end(self, lost: str) -> None:
        """Try again what resisted, a few times, and record what is left: everything where the target is `lost`."""
        for number in range(0 if lost else PASSES):
            if number and self._resisting:
                self._clock.sleep(1.0)
            self._resisting = self._remove(self._resisting, PATIENCE_AT_END_S)
        placed = [Made(f"members/{name}", name, scenario) for name, scenario in self.inventory.placed.items()]
        unknown = [replace(each, reason=lost) for each in (*self.inventory.things.values(), *placed)]
        for each in (*self._resisting, *unknown):
            self._journal.place(each.scenario)
            self._journal.add(Leftover(each.path, each.reason, each.name))

    def _on_account(self, scenario: str) -> list[Made]:
        try:
            return list(left_on_account(self._probe, self._guard.owned, scenario, self._addresses()))
        except (TargetError, NotOffered) as error:
            names = self.inventory.placed
            return [Made(f"members/{name}", name, scenario, str(error)) for name in names]

    def _remove(self, things: Iterable[Made], patience_s: float) -> list[Made]:
        """What resists, each with its reason."""
        removal = Removal(self._guard, self._send, self._act, self._clock, patience_s)
        left: list[Made] = []
        for each in list(things):
            self._journal.place(each.scenario)
            done = removal.remove(each)
            left += [done.made] if done.became in ("remains", "not ours") else []
            self.inventory.remove(each.path)
        return left
