"""The difference between two runs, for a terminal and for machines."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from harness.gate.answers import AnswersCompared, Deviating
from harness.gate.diff import ReportsCompared
from harness.gate.report_file import WrittenCause, WrittenReport
from harness.record.exchange import Exchange, Json
from harness.report.passwords import passwords_of, without
from harness.report.text import visible_data, visible_line

SCHEMA = "bridgecheck/diff/1"
CAUSES = 20
IDS = 30
WAYS = 20
KINDS = 3
_WIDTH = 200


def hide_passwords(exchange: Exchange, text: str) -> str:
    """A text without the passwords that the exchange carries."""
    return without(passwords_of(exchange), text)


def diff_lines(found: ReportsCompared) -> Iterator[str]:
    """What became of causes, requirements and answers; what is new first."""
    yield from _run("A", found.one)
    yield from _run("B", found.other)
    told = (("✗ new", found.new), ("✓ fixed", found.fixed), ("! still there", found.still), ("~ flaky", found.flaky))
    for words, causes in (*told, ("? not seen in B", found.not_seen)):
        yield from _causes(words, causes)
    if not any(causes for _, causes in told):
        yield "No causes on either side."
    for words, ids in (
        ("broken only in B", found.broken),
        ("broken only in A", found.mended),
        ("judged only in A", found.not_judged),
    ):
        if ids:
            more = f" and {len(ids) - IDS} more" if len(ids) > IDS else ""
            yield f"{len(ids)} requirements {words}: {_cut(', '.join(ids[:IDS]), 4000)}{more}"
    if found.answers is None:
        yield f"Answers were not compared: {_cut(found.why_not)}."
    else:
        yield from _answers(found.answers)


def diff_json(found: ReportsCompared) -> Json:
    """The same as a JSON document, in the form of `schemas/report/diff.json`."""
    lists = ("new", "fixed", "still", "flaky", "not_seen")
    made: Json = {
        "schema": SCHEMA,
        "a": _run_json(found.one),
        "b": _run_json(found.other),
        "causes": {name: [_cause_json(cause) for cause in getattr(found, name)] for name in lists},
        "requirements": {
            "broken": list(found.broken),
            "mended": list(found.mended),
            "not_judged": list(found.not_judged),
        },
        "answers": _answers_json(found.answers) if found.answers else None,
        "answers_not_compared": found.why_not or None,
    }
    shown: Json = visible_data(made)
    return shown


def _run(letter: str, report: WrittenReport) -> Iterator[str]:
    code = f"exit {report.exit_code}: {_cut(report.label)}"
    yield f"{letter}: {visible_line(str(report.path))}, seed {report.seed}, {code}"
    yield f"   {_cut(report.sentence)}"


def _causes(words: str, causes: Sequence[WrittenCause]) -> Iterator[str]:
    if not causes:
        return
    yield ""
    yield f"{words}: {len(causes)} cause{'' if len(causes) == 1 else 's'}"
    for cause in causes[:CAUSES]:
        yield f"  {_cut(cause.fingerprint)} {cause.level} {_cut(cause.statement)}"
        yield f"      {_cut(cause.request)}: expected {_cut(cause.expected)}; was {_cut(cause.actual)}"
    if len(causes) > CAUSES:
        yield f"  … and {len(causes) - CAUSES} more, with --json"


def _answers(found: AnswersCompared) -> Iterator[str]:
    yield ""
    ways = _ways(len(found.ways) + found.more_ways)
    yield f"{found.deviating} of {found.same_requests} answers to the same requests differ, in {ways}"
    if found.only_one or found.only_other:
        alone = f"{found.only_one} requests went to A alone, {found.only_other} to B alone"
        yield f"  where a story went on otherwise, {alone}"
    for way in found.ways[:WAYS]:
        yield from _way(way)
    left = len(found.ways) - WAYS + found.more_ways
    if left > 0:
        yield f"  … and {left} more ways, with --json"
    for slow in found.slower:
        took = f"{slow.before_s * 1000:.0f} ms before, {slow.after_s * 1000:.0f} ms now"
        yield f"slower: {_cut(slow.name)}, median of {slow.answers} answers {took}"


def _ways(number: int) -> str:
    return f"{number} way{'' if number == 1 else 's'}"


def _way(way: Deviating) -> Iterator[str]:
    story = way.story.rpartition("::")[2]
    named = ", ".join(f"{count} × {kind}" for kind, count in way.kinds[:KINDS])
    more = f" and {len(way.kinds) - KINDS} more kinds" if len(way.kinds) > KINDS else ""
    where = f"first in {_cut(story)}, entries {' and '.join(way.entries)}"
    yield f"  {way.count} answers: {_cut(named, 400)}{more}; {where}"
    for pointer, one, other in way.places:
        yield f"      {_cut(pointer)}: {_cut(one)} → {_cut(other)}"
    if way.is_cut:
        yield "      … and more places"


def _run_json(report: WrittenReport) -> Json:
    return {
        "path": str(report.path),
        "version": report.version,
        "seed": report.seed,
        "exit_code": report.exit_code,
        "name": report.label,
        "sentence": report.sentence,
    }


def _cause_json(cause: WrittenCause) -> Json:
    made: Json = dataclasses.asdict(cause)
    made["requirements"] = list(cause.requirements)
    made["standing"] = cause.standing or None
    return made


def _answers_json(found: AnswersCompared) -> Json:
    return {
        "same_requests": found.same_requests,
        "differing": found.deviating,
        "only_a": found.only_one,
        "only_b": found.only_other,
        "ways": [_way_json(way) for way in found.ways],
        "more_ways": found.more_ways,
        "slower": [dataclasses.asdict(slow) for slow in found.slower],
    }


def _way_json(way: Deviating) -> Json:
    return {
        "requests": [{"kind": kind, "answers": count} for kind, count in way.kinds],
        "story": way.story,
        "entry_a": way.entries[0],
        "entry_b": way.entries[1],
        "answers": way.count,
        "places": [{"at": pointer, "a": one, "b": other} for pointer, one, other in way.places],
        "is_cut": way.is_cut,
    }


def _cut(text: str, width: int = _WIDTH) -> str:
    line = visible_line(text)
    return line if len(line) <= width else line[: width - 1] + "…"
