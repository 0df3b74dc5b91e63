"""Worker processes that share one listening socket and one database."""

import contextlib
import logging
import os
import select
import signal
import time
from collections.abc import Callable
from types import FrameType

log = logging.getLogger("bridge_ref")

_SIGNALS = (signal.SIGTERM, signal.SIGINT)
# A worker that ends by itself is started again, but not faster than this.
_PAUSE_S = 1.0
_LOOK_EVERY_S = 0.2

Work = Callable[[Callable[[], None]], None]


def run_workers(count: int, work: Work, tell_ready: Callable[[], None]) -> None:
    """Run `work` in that many processes until SIGTERM or SIGINT, which reaches them all.

    Each is given a function to call once it is ready; when all have called it, `tell_ready` is called here. A worker
    that ends by itself is replaced.
    """
    workers = _Workers(work)
    for each in _SIGNALS:
        signal.signal(each, workers.stop)
    waited_for = [workers.start() for _ in range(count)]
    if workers.wait_until_ready(waited_for):
        tell_ready()
    while workers.pids:
        time.sleep(_LOOK_EVERY_S)
        for _ in range(workers.reap()):
            if not workers.is_stopping:
                time.sleep(_PAUSE_S)
                os.close(workers.start())


class _Workers:
    def __init__(self, work: Work) -> None:
        self._work = work
        self.pids: set[int] = set()
        self.is_stopping = False

    def start(self) -> int:
        """Start a worker; the file descriptor becomes readable when it is ready, or gone."""
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reading)
            self._be_worker(writing)
        os.close(writing)
        self.pids.add(pid)
        if self.is_stopping:
            os.kill(pid, signal.SIGTERM)
        return reading

    def wait_until_ready(self, descriptors: list[int]) -> bool:
        """Whether all workers became ready; false when one ended before, or when we are to stop."""
        is_ready = True
        for descriptor in descriptors:
            while not self.is_stopping and not select.select([descriptor], [], [], _LOOK_EVERY_S)[0]:
                pass
            is_ready = is_ready and not self.is_stopping and os.read(descriptor, 1) == b"r"
            os.close(descriptor)
        return is_ready

    def reap(self) -> int:
        """The number of workers that have ended since the last call."""
        ended = 0
        for pid in tuple(self.pids):
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                self.pids.discard(pid)
                ended += 1
                if not self.is_stopping:
                    log.error("worker %d ended with code %d", pid, os.waitstatus_to_exitcode(status))
        return ended

    def stop(self, number: int, frame: FrameType | None) -> None:
        """Pass a signal on."""
        self.is_stopping = True
        for pid in self.pids:
            os.kill(pid, signal.SIGTERM)

    def _be_worker(self, writing: int) -> None:
        code = 1
        try:
            for each in _SIGNALS:
                signal.signal(each, signal.SIG_DFL)
            self._work(lambda: _tell(writing))
            code = 0
        except Exception:
            log.exception("a worker failed")
        finally:
            # Not `sys.exit`: the parent's resources are for the parent to close.
            os._exit(code)


def _tell(descriptor: int) -> None:
    # Nobody waits for one that replaces another.
    with contextlib.suppress(BrokenPipeError):
        os.write(descriptor, b"r")
    os.close(descriptor)
