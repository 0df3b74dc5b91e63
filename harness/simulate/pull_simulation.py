"""The simulation of `google-pull`: a company in a fake Google Workspace, and a bridge that pulls it.

Only notices are sent. The account probe tells the bridge what to pull and moves its time, so that an hour between two
pulls takes no real time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from harness.clock import VirtualClock
from harness.directory_api import ApiFault, DirectoryApi
from harness.errors import TargetError, UsageError, nearest
from harness.idp.google import GooglePull
from harness.record.exchange import Exchange, Request
from harness.simulate.simulation import Simulation
from harness.target.probe import AccountProbe, NotOffered

INTERVAL_S = 3600.0  # what we set between two pulls of everything
NOTICE_GAP_S = 10.0  # what we set between a notice and the pull that it brings about
KEPT, LONGEST = 10, 160  # problems that are kept to be shown, and how much of each
NEEDED = ("workspace/attach", "workspace/sync", "workspace/forget")

# Rows 3.g and 6 of docs/sources.md: by name, which requests meet it and how.
PULL_FAULTS: dict[str, tuple[str, dict[str, object]]] = {
    "lost-notice": ("notice", {"kind": "dropped"}),
    "repeated-notice": ("notice", {"kind": "twice"}),
    "partial-page": ("members.list", {"kind": "cut"}),
    "quota": ("members.list", {"status": 403, "reason": "userRateLimitExceeded"}),
    "server-error": ("users.list", {"status": 503}),
}


class PullSimulation(Simulation):
    """Runs a directory in front of a bridge that pulls. A step is a change and its notices; settling waits an hour.

    Whether the bridge's clock can be moved is up to its probe; where it can't, each step asks for a pull.
    """

    def __init__(
        self,
        provider: GooglePull,
        api: DirectoryApi,
        probe: AccountProbe,
        bridge_url: str,
        *,
        chances: Mapping[str, float] | None = None,
        clock: VirtualClock | None = None,
    ) -> None:
        super().__init__(provider, lambda: _send_nothing, clock=clock, parallel=1)
        self.api = api
        self._probe = probe
        parts = urlsplit(bridge_url)
        self._address = f"{parts.scheme}://{parts.netloc}"
        self._faults = [(name, _set(api, name, chance)) for name, chance in (chances or {}).items() if chance > 0]
        self._counted: Counter[str] = Counter()
        self._is_new = True
        self._failure = ""
        self._misses = False

    @property
    def given_up(self) -> list[str]:
        """Why the bridge can't be told anything any more."""
        return [self._failure] if self._failure else []

    @property
    def is_hopeless(self) -> bool:
        """Whether the bridge has refused to be told what to pull, or is gone."""
        return bool(self._failure)

    def connect(self) -> None:
        """Nothing is tested: the first step tells the bridge what to pull."""

    def cycle(self) -> bool:
        """What has happened in the directory is published, and the bridge hears of it; whether it heard everything."""
        self.figures.cycle += 1
        if self._is_new:
            return self._pull(self._attach)
        self._publish()
        return self._pull(lambda: self._let(NOTICE_GAP_S + 1))

    def settle(self, at_most: int) -> bool:
        """The interval runs out, so that everything is read again, until that went without a problem (GOOGLE-17)."""
        for _ in range(at_most):
            if self.is_hopeless:
                return False
            self.figures.cycle += 1
            self._publish()
            self._misses = False
            if self._pull(lambda: self._let(INTERVAL_S + 1)):
                return True
        return False

    def pass_time(self, seconds: float) -> None:
        """So much time passes, on the bridge too."""
        self._pull(lambda: self._let(seconds))

    def close(self) -> None:
        """The bridge pulls nothing any more."""
        super().close()
        if not self._is_new and not self._failure:
            self._act("workspace/forget", {})

    def _publish(self) -> None:
        """Publish changes to the watch channels; an unheard change waits for the next interval."""
        happened, refused = len(self.api.api.happenings), self.api.refused
        taken = self.api.publish()
        refused = self.api.refused - refused
        self._misses |= refused > 0 or (not taken and len(self.api.api.happenings) > happened)
        if refused:
            self._tell(f"{refused:,} notices were not taken")

    def _tell(self, problem: str) -> None:
        self.figures.problems += 1
        self.figures.last_problems = [*self.figures.last_problems, problem[:LONGEST]][-KEPT:]

    def _pull(self, step: Callable[[], None]) -> bool:
        step()
        counted = Counter({name: fault.happened for name, fault in self._faults})
        struck = counted - self._counted
        self._counted = counted
        self.faults.counts.update(struck)
        self.figures.lost += struck["lost-notice"]
        self._misses |= struck["lost-notice"] > 0
        self._take_calls()
        problem = self._failure or self._complaint()
        if problem:
            self._tell(problem)
        return not problem and not self._misses

    def _attach(self) -> None:
        directory = self.directory
        settings = {
            "actor": self.api.actor,
            "api_url": self.api.url,
            "groups": [self.api.group_address(group.key) for group in directory.assigned_groups()],
            "bridge_address": self._address,
            "interval_s": int(INTERVAL_S),
            "notice_gap_s": int(NOTICE_GAP_S),
            # No operator can confirm losses here, so the bridge must apply all of them.
            "max_suspensions": len(directory.people) + 1_000_000,
            "empty_group_threshold": len(directory.people) + 1_000_000,
        }
        self._is_new = False
        self._act("workspace/attach", {"settings": settings, "key": self.api.account.key_file(self.api.token_uri)})
        self._act("workspace/sync", {})

    def _let(self, seconds: float) -> None:
        """So much time passes: on the bridge too, or it is asked for a pull where its clock can't be moved."""
        self.clock.sleep(seconds)
        if "clock/advance" in self._probe.acts:
            self._act("clock/advance", {"seconds": seconds})
        else:
            self._act("workspace/sync", {})

    def _act(self, path: str, body: dict[str, object]) -> None:
        if self._failure:
            return
        try:
            self._probe.act(path, body)
        except (TargetError, NotOffered) as error:
            self._failure = str(error)

    def _complaint(self) -> str:
        """What the bridge itself says is wrong with the pull, where it can be asked."""
        if "health" not in self._probe.reads:
            return ""
        try:
            reports = self._probe.read("health")["reports"]
        except TargetError as error:
            self._failure = str(error)
            return self._failure
        bad = [each for each in reports if each["source"] == "Workspace" and each["state"] != "healthy"]
        return f"Workspace: {bad[0].get('detail', bad[0]['state'])}" if bad else ""

    def _take_calls(self) -> None:
        calls, self.api.api.calls = self.api.api.calls, []
        for call in calls:
            self.figures.requests += 1
            self.figures.by_name[call.operation] += 1
            self.figures.failed += call.status >= 400
            self.figures.throttled += call.status == 429


def check_probe(probe: AccountProbe) -> AccountProbe:
    """The probe, if a bridge can be told through it what to pull. Raises UsageError."""
    missing = [each for each in NEEDED if each not in probe.acts]
    if missing:
        raise UsageError(
            f"google-pull needs a probe that offers the act {missing[0]}, which this one does not: "
            "give --probe-url and --probe-token-file, or --start with {probe_port} and {probe_token_file}"
        )
    return probe


def check_pull_faults(chances: Mapping[str, float]) -> Mapping[str, float]:
    """These faults, if they all are faults of a directory. Raises UsageError with the nearest right name."""
    for name in chances:
        if name not in PULL_FAULTS:
            hint = nearest(name, PULL_FAULTS) or f"; there are {', '.join(PULL_FAULTS)}"
            raise UsageError(f"google-pull has no fault {name!r} (--fault){hint}")
    return chances


def _set(api: DirectoryApi, name: str, chance: float) -> ApiFault:
    operation, more = PULL_FAULTS[name]
    return api.fail(operation, chance=chance, **more)  # type: ignore[arg-type]  # values of ApiFault's fields


def _send_nothing(request: Request) -> Exchange:
    raise AssertionError(f"google-pull sends nothing, so {request.method} {request.target} is an error of ours")
