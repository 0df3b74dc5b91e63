"""A probe that may fail: what it spoils is the story that needs it, and not the run."""

from __future__ import annotations

from harness.errors import TargetError
from harness.record.exchange import Json
from harness.target.probe import AccountProbe, NotOffered, ProbeRefused

FAILURES = 3  # ours: after so many failures in a row nothing more is asked of it
_TELLING = range(400, 500)


class ProbeFailed(NotOffered):
    """The probe gave no answer that can be used: what needs it ends here."""


class SteadyProbe:
    """Asks a probe, and gives it up once it has failed three times in a row: each failure may take a minute.

    An answer of 4xx to an act tells something of the account, and is handed on as ProbeRefused.
    """

    def __init__(self, probe: AccountProbe) -> None:
        self._probe = probe
        self._failures = 0
        self._last = ""
        self.reads = probe.reads
        self.acts = probe.acts
        self.confirmation_interval_s = probe.confirmation_interval_s

    def read(self, name: str, **query: str | list[str]) -> Json:
        """One of the reads of the contract, by name. Raises ProbeFailed."""
        self._check()
        try:
            return self._took(self._probe.read(name, **query))
        except TargetError as error:
            raise self._failed(error) from error

    def act(self, path: str, body: Json) -> Json:
        """One of the acts of the contract, by path. Raises ProbeFailed, and ProbeRefused for an answer of 4xx."""
        self._check()
        try:
            return self._took(self._probe.act(path, body))
        except TargetError as error:
            raise self._failed(error) from error

    @property
    def is_given_up(self) -> bool:
        """Whether nothing more is asked of it."""
        return self._failures >= FAILURES

    def _check(self) -> None:
        if self.is_given_up:
            raise ProbeFailed(f"the probe failed {FAILURES} times in a row and is asked nothing more: {self._last}")

    def _took(self, answer: Json) -> Json:
        self._failures = 0
        return answer

    def _failed(self, error: TargetError) -> Exception:
        if isinstance(error, ProbeRefused) and error.status in _TELLING:
            self._failures = 0
            return error
        self._failures, self._last = self._failures + 1, str(error)
        return ProbeFailed(f"the story can't go on: {error}")
