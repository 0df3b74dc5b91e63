"""Which signal told us to end: a shell expects 128 and its number, whatever the run found until then."""

from __future__ import annotations

import contextlib
import signal

_HEEDED = (signal.SIGTERM, signal.SIGHUP)
_INTERRUPTED = 130


class EndingSignal:
    """The signal that ended this process, if one did."""

    def __init__(self) -> None:
        self._number = signal.SIGINT

    def note(self, number: int) -> None:
        """A signal has come that ends the run."""
        self._number = signal.Signals(number)

    def code(self, code: int) -> int:
        """The exit code of the process: that of an interrupt is 128 and the signal's number."""
        return 128 + self._number if code == _INTERRUPTED else code


ENDING = EndingSignal()
"""That of this process."""


def heed_signals() -> None:
    """SIGTERM and SIGHUP end a run as Ctrl-C does, with clean-up and a report; after `nohup` a SIGHUP stays unheard."""
    with contextlib.suppress(ValueError):  # not the main thread: whoever called us there handles signals
        for number in _HEEDED:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, _interrupt)


def _interrupt(number: int, _: object) -> None:
    ENDING.note(number)
    raise KeyboardInterrupt
