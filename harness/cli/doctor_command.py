"""`bridgecheck doctor`: looks at the way to a bridge, and says of each step whether it is good."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from harness.cli.answer import ANSWER
from harness.cli.output import say
from harness.cli.run_command import TARGET_OPTIONS, with_options
from harness.target.doctor import Health, examine
from harness.target.options import make_options, read_profile

_MARKS = {Health.GOOD: "✓", Health.DOUBTFUL: "!", Health.BAD: "✗"}
UNREACHABLE = 3


@click.command(name="doctor")
@with_options(TARGET_OPTIONS)
def command(profile: str | None, **given: Any) -> int:
    """Look at the way to a bridge step by step: name, connection, TLS, first answer, clock, token, SCIM and probe.

    A bad step says what to do, and ends with exit code 3. Nothing is written to the bridge.
    """
    options = make_options(given, read_profile(Path(profile)) if profile else {})
    is_bad = False
    told: list[dict[str, str]] = []
    for step in examine(options):
        told.append({"step": step.step, "health": step.health.name.lower(), "said": step.said})
        say(f"{_MARKS[step.health]} {step.step:<11} {step.said}")
        is_bad = is_bad or step.health is Health.BAD
    ANSWER.add(steps=told)
    return UNREACHABLE if is_bad else 0
