"""What a run plays: checks that each pattern names a story, and finds what failed in an earlier run."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from harness.catalogue.verdict import SkipReason, Verdict
from harness.cli.story_session import CONFIG, all_stories, chosen_stories
from harness.cli.suite import judge_entries
from harness.errors import JournalError, UsageError, nearest
from harness.judge.judge import Result
from harness.record.journal import RunHeader, ScenarioEnd, read_journal
from harness.record.journal_file import journal_in
from harness.report.changes import is_broken
from harness.stories.selection import is_named
from harness.target.options import Options

AGAIN = "-again"


@dataclass(frozen=True, slots=True)
class FailedRun:
    """What an earlier run found broken: the requirements, the stories that show it, and the options it ran with."""

    rows: tuple[str, ...]
    stories: tuple[str, ...]
    options: dict[str, Any]


def refuse_empty_choice(options: Options) -> None:
    """Raises UsageError for a pattern that names no story, and for filters that together leave no story to run; and for
    a folder of stories that holds none, or one that can't be read."""
    _refuse_folders(options)
    if not (options.only or options.skip or options.requirement):
        return
    names = all_stories(options)
    for option, patterns in (("--only", options.only), ("--skip", options.skip)):
        for pattern in patterns:
            if not any(is_named(name, (pattern,)) for name in names):
                close = nearest(pattern, {form for name in names for form in (name, name.rsplit("::", 1)[-1])})
                raise UsageError(
                    f"{option} {pattern!r} names no story of the chosen suites and dialects"
                    f"{close or '; `bridgecheck list stories` shows them'}"
                )
    if not chosen_stories(options):
        raise UsageError("no story is left to run: --only, --skip, --requirement, --idp and --mode exclude each other")


def _refuse_folders(options: Options) -> None:
    for folder in map(Path, options.stories):
        if not folder.is_dir():
            raise UsageError(f"--stories {folder} is no folder")
        if not any(folder.rglob("test_*.py")):
            raise UsageError(f"--stories {folder} holds no story: there is no file test_*.py in it")
    if options.stories:
        chosen_stories(replace(options, suite=()))


def read_failed(folder: Path) -> FailedRun:
    """What failed in the run of a report folder, judged again from its journal by the checks of this version.

    A run that repeats another and is cut short still owes what it did not reach. Raises UsageError.
    """
    try:
        entries = tuple(read_journal(journal_in(folder)))
    except JournalError as error:
        raise UsageError(f"--failed {folder} is no report of a run: {error}") from error
    verdicts, _ = judge_entries(entries)
    header = verdicts.header
    failed = [result for result in verdicts.results if is_broken(result)]
    owed = [r.requirement.id for r in verdicts.results if r.requirement.id in header.before and is_unseen(r)]
    stories = [judgement.entry.scenario for result in failed for judgement in result.findings]
    stumbled = [
        entry.scenario
        for entry in entries
        if isinstance(entry.event, ScenarioEnd) and entry.event.outcome not in ("completed", "not observable")
    ]
    told = {entry.scenario for entry in entries if "::" in entry.scenario}
    found = [name for name in dict.fromkeys([*stories, *stumbled]) if name in told]
    if owed:
        found = list(dict.fromkeys([*found, *header.only]))
    rows = tuple(dict.fromkeys([*(result.requirement.id for result in failed), *owed]))
    if not rows and not found:
        raise UsageError(f"--failed {folder}: nothing failed in that run; leave out --failed to run everything")
    return FailedRun(rows, tuple(found), _options_of(folder, header))


def is_unseen(result: Result) -> bool:
    """Whether nothing judged a requirement, though it applies."""
    return result.verdict is Verdict.SKIP and result.reason not in (
        SkipReason.NOT_APPLICABLE,
        SkipReason.READ_OTHERWISE,
    )


def folder_again(folder: Path) -> Path:
    """Where the repeated run reports, so that the report of the first one stays."""
    return folder if folder.name.endswith(AGAIN) else folder.with_name(folder.name + AGAIN)


def _options_of(folder: Path, header: RunHeader) -> dict[str, Any]:
    """The options of the earlier run; of a run without `run.json`, those in its header."""
    try:
        kept = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        kept = {"start": header.start} if header.start else {"url": header.target_url}
        kept |= {"seed": header.seed, "idp": header.dialects, "suite": header.suites, "claim": header.claims}
    if not isinstance(kept, dict):
        raise UsageError(f"--failed {folder}: {CONFIG} does not hold the options of a run")
    known = set(Options.__dataclass_fields__) - {"only", "skip", "requirement", "report_dir", "min_judged"}
    return {name: value for name, value in kept.items() if name in known and value not in (None, [], (), False)}
