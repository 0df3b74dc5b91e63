"""The names, directories and providers of one story, seeded by the run and the story's name."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass

from harness.directory.directory import Directory
from harness.idp.provider import IdentityProvider
from harness.target.options import Options


@dataclass(frozen=True, slots=True)
class Names:
    """Names for stories without a directory, that no other story and no other run uses."""

    run_id: str
    domain: str

    def address(self, name: str) -> str:
        """An address for that name; what follows a plus sign in it is the tag of the same mailbox."""
        mailbox, plus, tag = name.partition("+")
        return f"{mailbox}.{self.run_id}{plus}{tag}@{self.domain}"

    def group(self, name: str) -> str:
        """A group's name."""
        return f"{name} {self.run_id}"


def make_names(options: Options, scenario: str) -> Names:
    """Names for one story, seeded by the run's seed and the scenario's name."""
    return Names(_run_id(options, scenario), options.mail_domain)


def make_directory(options: Options, scenario: str) -> Directory:
    """An empty directory, seeded by the run's seed and the scenario's name."""
    seed = int(_digest(options, scenario)[:8], 16)
    return Directory(seed, options.mail_domain, _run_id(options, scenario))


def make_provider(cls: Callable[[Directory], IdentityProvider], options: Options, scenario: str) -> IdentityProvider:
    """A provider over an empty directory."""
    return cls(make_directory(options, scenario))


def _digest(options: Options, scenario: str) -> str:
    return hashlib.sha256(f"{options.seed}:{scenario}".encode()).hexdigest()


def _run_id(options: Options, scenario: str) -> str:
    # A bridge that outlives the run must not meet the same addresses twice; one that we start never sees them again.
    digest = _digest(options, scenario)
    return digest[:6] if options.start else f"{digest[:3]}{int(time.time() * 1000) % 16**7:07x}"
