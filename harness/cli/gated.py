"""Judges a journal at the gate: by the files of the gate's owner, which say what may stay broken for now."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from harness.catalogue.claims import CLAIMS
from harness.catalogue.requirement import load_catalogue
from harness.cli.suite import ends_of, judge_entries
from harness.errors import UsageError
from harness.gate.baseline import read_baseline
from harness.gate.floors import parse_floors
from harness.gate.gate import Gate, Policy, open_gate
from harness.gate.repeats import Repeats, try_journals
from harness.gate.waivers import read_waivers
from harness.judge.exit_code import CUT_SHORT, ExitCode, decide
from harness.judge.judge import Verdicts
from harness.record.journal import Entry
from harness.report.model import FoundCauses, find_causes
from harness.target.options import Options


@dataclass(frozen=True, slots=True)
class Gated:
    """A judged journal and its gate; `gate` is None where its owner asks for nothing, and then `causes` too."""

    verdicts: Verdicts
    exit_code: ExitCode
    causes: FoundCauses | None = None
    gate: Gate | None = None


@dataclass(frozen=True, slots=True)
class GateFiles:
    """The options of the gate as they were given, for a run or for a journal that is there already."""

    waivers: str | None = None
    baseline: str | None = None
    min_judged: tuple[str, ...] = ()
    flaky: str | None = None


def policy_of(options: Options) -> Policy:
    """What the options of a run ask of the gate. Call it before the run. Raises UsageError."""
    return read_policy(GateFiles(options.waivers, options.baseline, options.min_judged, options.flaky), options.claims)


def read_policy(given: GateFiles, claims: Collection[str] = tuple(CLAIMS)) -> Policy:
    """The policy in the files of the gate's owner, for the claims that are judged. Raises UsageError."""
    return Policy(
        read_waivers(Path(given.waivers), load_catalogue()) if given.waivers else (),
        parse_floors(given.min_judged, claims),
        read_baseline(Path(given.baseline), f"--baseline {given.baseline}") if given.baseline else None,
        today(),
        given.flaky == "fail",
    )


def today() -> date:
    """The day in UTC, by which waivers expire."""
    return datetime.now(UTC).date()


def judge_at_gate(entries: tuple[Entry, ...], policy: Policy, journals: Iterable[tuple[Entry, ...]] = ()) -> Gated:
    """Verdicts as ever, and an exit code that follows from what the policy and the repeats of broken stories leave.

    `journals` are those of the repeats. Raises UsageError where a policy excuses something in mode certify.
    """
    verdicts, code = judge_entries(entries)
    if verdicts.header.mode == "certify" and policy.excuses:
        raise UsageError(f"this journal is of --mode certify, which excuses nothing: leave out {policy.excuses}")
    told_again = list(journals)
    if policy.is_plain and not told_again:
        return Gated(verdicts, code)
    causes = find_causes(verdicts, entries)
    repeats = try_journals(causes.causes, entries, told_again)
    return at_the_gate(Gated(verdicts, code, causes), entries, policy, repeats)


def at_the_gate(judged: Gated, entries: tuple[Entry, ...], policy: Policy, repeats: Repeats | None = None) -> Gated:
    """What is judged already, at the gate; in mode certify a flaky cause fails."""
    verdicts = judged.verdicts
    if verdicts.header.mode == "certify":
        policy = replace(policy, is_flaky_failure=True)
    causes = judged.causes or find_causes(verdicts, entries)
    ended_early = judged.exit_code in CUT_SHORT
    gate = open_gate(verdicts, causes.causes, policy, ended_early=ended_early, repeats=repeats)
    ends = ends_of(entries)
    code = decide(
        verdicts,
        is_interrupted=ends["is_interrupted"] or bool(repeats and repeats.is_interrupted),
        is_target_lost=ends["is_target_lost"],
        is_clean=ends["is_clean"] and not (repeats and repeats.left),
        broken=gate.broken,
        is_below_floor=gate.is_below_floor,
        are_waivers_stale=gate.are_waivers_stale,
    )
    return Gated(verdicts, code, causes, gate)
