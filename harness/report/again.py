"""The commands that repeat a run, and what one requirement needs of it."""

from __future__ import annotations

import shlex

from harness.record.journal import RunHeader


def run_command(header: RunHeader) -> str:
    """The command for a run like this one, with the command that started the bridge where we started it."""
    words = _begun(header)
    filters = {"--only": header.only, "--skip": header.skip, "--requirement": header.rows}
    for name, values in filters.items():
        words += [word for value in values for word in (name, value)]
    words += ["--mode", header.mode, "--gate", header.gate, "--seed", str(header.seed)]
    return shlex.join(words)


def rerun_command(header: RunHeader, requirement_id: str) -> str:
    """The command that plays only the stories that can bring this requirement to judgement, in the same way."""
    words = [*_begun(header), "--requirement", requirement_id, "--mode", header.mode, "--seed", str(header.seed)]
    return shlex.join(words)


def _begun(header: RunHeader) -> list[str]:
    target = ["--start", header.start] if header.start else ["--url", header.target_url, "--token-env", "SCIM_TOKEN"]
    words = ["bridgecheck", "run", *target]
    options = {"--claim": header.claims, "--idp": header.dialects, "--suite": header.suites}
    for name, values in options.items():
        words += [name, ",".join(values)] if values else []
    words += ["--readings", ",".join(header.readings)] if header.readings else []
    words += [] if header.lives is None else ["--lives", str(header.lives)]
    return words
