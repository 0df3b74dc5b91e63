"""`bridgecheck play`: sends the requests of a recording to a bridge again, and judges its answers."""

from __future__ import annotations

import contextlib
import dataclasses
import time
from pathlib import Path
from typing import Any

import click

from harness.cli.answer import ANSWER
from harness.cli.folder import make_folder
from harness.cli.output import say, show
from harness.cli.run_command import TARGET_OPTIONS, options_from, with_options
from harness.cli.run_command import command as run_command
from harness.cli.suite import RecordedRun, judge_run
from harness.cli.telling import TARGET_LOST, make_header, make_run, note_end, open_bridge
from harness.errors import JournalError, UsageError
from harness.record.har import RecordedCall
from harness.record.journal import Journal, read_journal
from harness.record.journal_file import JOURNAL, JournalFile
from harness.record.remains import keep_remains
from harness.record.traffic import read_calls
from harness.report.text import visible_line
from harness.stories.recording import SUITE, Played, play
from harness.stories.run import TargetLost
from harness.target.options import Options
from harness.target.target import check_secrets

_LINES = 20
_OF_A_RUN = frozenset({"claim", "mode", "max_rps", "report_dir", "format", "gate", "declare_disposable", "mail_domain"})


@click.command(name="play")
@click.argument("file", type=click.Path(path_type=Path))
@with_options(TARGET_OPTIONS)
def command(file: Path, profile: str | None, **given: Any) -> int:
    """Send the requests in FILE to a bridge again, in their order, and judge the answers.

    FILE is a HAR, a request log (a JSON object a line: method, path, body, status, response) or a journal of
    bridgecheck. User names, addresses and names of groups are replaced by synthetic ones, and ids by those of the
    bridge; what was there before the recording is put in place first. Answers with another status than the recorded
    one are listed.

    Example: bridgecheck play incident.ndjson --url https://bridge.example/scim/v2 --token-env TOKEN
    """
    try:
        calls = read_calls(file)
    except JournalError as error:
        raise UsageError(str(error)) from error
    given["claim"] = given["claim"] or "rfc"
    options = options_from(profile, given | {"only": (f"{SUITE}/{file.name}",)})
    check_secrets(options)
    recorded, played = _play(options, calls, file.name)
    outcome = judge_run(recorded)
    show(outcome.report, options.format)
    for path in outcome.files:
        say(f"  {path}")
    _tell(played)
    return int(outcome.exit_code)


command.params += [param for param in run_command.params if param.name in _OF_A_RUN]


def _play(options: Options, calls: list[RecordedCall], name: str) -> tuple[RecordedRun, Played]:
    began, played = time.monotonic(), Played()
    with contextlib.ExitStack() as stack:
        opened, message = open_bridge(options, stack)
        folder = make_folder(Path(options.report_dir))
        keep_remains(folder)
        journal = Journal(stack.enter_context(JournalFile(folder / JOURNAL)))
        target, probe = opened or (None, None)
        url, skew_s = (target.url, target.skew_s) if target else (options.url or "", None)
        journal.add(make_header(options, url, skew_s, ()))
        observers = ("scim", *sorted(probe.reads)) if probe else ("scim",)
        if opened:
            run = make_run(options, opened, journal)
            played = play(run, calls, name)
            with contextlib.suppress(TargetLost):
                run.finish()
            message = run.lost
        if message:
            note_end(journal, TARGET_LOST, message)
        journal.end()
    entries = tuple(read_journal(folder / JOURNAL))
    secrets = (target.secrets,) if target else ()
    return RecordedRun(options, entries, folder, time.monotonic() - began, observers, message, secrets), played


def _tell(played: Played) -> None:
    """How the answers compare with the recording."""
    ANSWER.add(played=dataclasses.asdict(played))
    say(f"played: {played.sent} requests, {played.given} resources put in place before")
    if played.guessed:
        say(f"ids that the recording does not tell, taken in the order of the creates: {played.guessed}")
    for title, lines in (("other answers than recorded", played.differing), ("not sent", played.left_out)):
        if lines:
            say(f"{title}: {len(lines)}")
        for line in lines[:_LINES]:
            say(f"  {visible_line(line)}")
        if len(lines) > _LINES:
            say(f"  … and {len(lines) - _LINES} more")
