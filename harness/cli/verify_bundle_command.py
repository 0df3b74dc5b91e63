"""`bridgecheck verify-bundle`: checks the archive of a certifying run."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from harness import __version__
from harness.cli.answer import ANSWER
from harness.cli.output import say
from harness.cli.suite import judge_entries
from harness.errors import JournalError
from harness.judge.exit_code import ExitCode
from harness.record.journal import read_journal
from harness.record.journal_file import JOURNAL
from harness.report.bundle import Bundle, catalogue_digest
from harness.report.text import visible_line


@click.command(name="verify-bundle")
@click.argument("file", type=click.Path(path_type=Path))
def command(file: Path) -> int:
    """Check an evidence bundle: each file is as it was, and its journal, judged again, gives the same verdicts.

    Judged by another version of bridgecheck verdicts may differ; then that is said, and counts against nothing.
    """
    bundle = Bundle(file)
    problems = [visible_line(each) for each in bundle.problems()]
    notes: list[str] = []
    if not problems:
        problems, notes = _judged_again(bundle)
    verdict = bundle.manifest["verdict"]
    left = sum(len(each["requirements"]) for each in bundle.manifest["not_tested"])
    say(f"{visible_line(bundle.manifest['target']['name'])}: {visible_line(verdict['sentence'])}")
    say(f"not tested: {left} requirements")
    ANSWER.add(is_whole=not problems, problems=problems, notes=notes, manifest=bundle.manifest)
    for note in notes:
        say(f"note: {note}")
    for problem in problems:
        say(f"✗ {problem}")
    said = "is not what it says" if problems else "is whole, and its journal gives its verdicts"
    say(f"{file.name} {said}")
    return int(ExitCode.CONFORMANCE_FAILURE if problems else ExitCode.PASS)


def _judged_again(bundle: Bundle) -> tuple[list[str], list[str]]:
    """What the journal says otherwise than the report; where another version judges, as a note."""
    with tempfile.TemporaryDirectory(prefix="bridgecheck-") as folder:
        try:
            entries = tuple(read_journal(bundle.unpack(JOURNAL, Path(folder))))
        except JournalError as error:
            return [f"{JOURNAL}: {visible_line(str(error).partition(': ')[2] or str(error))}"], []
        verdicts, exit_code = judge_entries(entries)
    stated = bundle.report()
    differing = list(_differences(stated, {r.requirement.id: r.verdict.value for r in verdicts.results}))
    if int(exit_code) != stated["verdict"]["exit_code"]:
        differing.append(f"the journal ends with {int(exit_code)}, the report with {stated['verdict']['exit_code']}")
    of_it = bundle.manifest["bridgecheck"], bundle.manifest["catalogue"]
    if of_it == (__version__, catalogue_digest()):
        return differing, []
    other = f"made by bridgecheck {visible_line(of_it[0])} with another catalogue; this is {__version__}"
    return [], [other, *(f"judged otherwise today: {each}" for each in differing)]


def _differences(stated: dict[str, Any], judged: dict[str, str]) -> Iterator[str]:
    reported = {row["id"]: row["verdict"] for row in stated["requirements"]}
    for rid in sorted({*reported, *judged}):
        if reported.get(rid) != judged.get(rid):
            yield f"{rid}: {visible_line(str(reported.get(rid)))} in the report, {judged.get(rid)} by the journal"
