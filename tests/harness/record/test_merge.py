"""The journals of several jobs become one, in the order of a run with one job."""

from __future__ import annotations

from pathlib import Path

from harness.record.journal import (
    CRASHED,
    SCHEMA,
    Entry,
    Journal,
    Leftover,
    RunHeader,
    ScenarioBegin,
    ScenarioEnd,
    Step,
    parse_entry,
)
from harness.record.merge import Part, merge

HEADER = RunHeader(SCHEMA, "0", ("rfc",), (), (), "safe", 7, "must", "b", "http://b", 0.0)


def part(folder: Path, number: int, *stories: str, is_whole: bool = True, cut: str = "") -> Part:
    """The journal of a job that told these stories; the last one not to its end where it is not whole."""
    path = folder / f"{number}.ndjson"
    with path.open("w", encoding="utf-8") as stream:
        journal = Journal(stream, str(number))
        journal.add(HEADER)
        for name in stories:
            journal.place(name, "okta-oin")
            journal.add(ScenarioBegin(f"about {name}"))
            journal.add(Step("Ada joins"))
            if is_whole or name != stories[-1]:
                journal.add(ScenarioEnd("completed"))
                journal.place(name)
                journal.add(Step("clean up"))
        ending = len(journal.entries)
        if is_whole:
            journal.add(Leftover("/Users/1", "423"))
        stream.write(cut)
    return Part(path, ending if is_whole else None)


def merged(*parts: Part, names: str = "abcd") -> list[Entry]:
    return [parse_entry(line) for line in merge(parts, list(names))]


def test_the_stories_stand_in_their_order_and_what_the_jobs_did_at_their_end_last(tmp_path: Path) -> None:
    entries = merged(part(tmp_path, 1, "a", "d"), part(tmp_path, 2, "b", "c"))

    assert [e.scenario for e in entries if isinstance(e.event, ScenarioBegin)] == ["a", "b", "c", "d"]
    assert [type(e.event).__name__ for e in entries[:4]] == ["ScenarioBegin", "Step", "ScenarioEnd", "Step"]
    assert [e.id for e in entries[-2:]] == ["1:10", "2:10"]
    assert len({e.id for e in entries}) == len(entries) == 18
    assert not any(isinstance(e.event, RunHeader) for e in entries)


def test_a_story_in_which_its_job_ended_is_closed(tmp_path: Path) -> None:
    entries = merged(part(tmp_path, 1, "a"), part(tmp_path, 2, "b", "c", is_whole=False, cut='{"id":"2:9","sce'))

    ends = {e.scenario: e.event.outcome for e in entries if isinstance(e.event, ScenarioEnd)}
    assert ends == {"a": "completed", "b": "completed", "c": CRASHED}
    assert entries[-2].scenario == "c"


def test_a_job_that_wrote_nothing_adds_nothing(tmp_path: Path) -> None:
    assert merged(Part(tmp_path / "none.ndjson", None)) == []
