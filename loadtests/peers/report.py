"""The report of a benchmark as terminal text, as a page of the docs, and as JSON."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from loadtests.peers import memory
from loadtests.peers.figures import Figure, Goal, Sample, figure
from loadtests.peers.fleet import Scale
from loadtests.peers.memory import Memory
from loadtests.peers.rounds import Result

Row = tuple[str, ...]
_HEAD: Row = ("", "per CPU-s", "least–most", "per s", "p50 ms", "p99 ms")
_GOALS: Row = ("goal", "limit", "measured", "least–most", "")
_MET = {True: "met", False: "MISSED"}


@dataclass
class Report:
    """The results of a benchmark, and the machine and scale they were measured with."""

    command: str
    scale: Scale
    machine: dict[str, str]
    results: list[Result] = field(default_factory=list)
    memory: Memory | None = None
    skipped: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    @property
    def is_void(self) -> bool:
        """Whether a problem makes part of the benchmark worthless."""
        return bool(self.problems) or any(result.problems for result in self.results)

    @property
    def busiest(self) -> float:
        """The largest share of a run during which the generator was busy; near 1 the generator was the limit."""
        samples = (each for result in self.results for series in result.series.values() for each in series)
        return max((sample.busy for sample in samples), default=0.0)


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the report as text."""

    title: str
    rows: Sequence[Row]
    goals: Sequence[Row]
    notes: Sequence[str]
    problems: Sequence[str]


def render_text(report: Report) -> str:
    """The report for a terminal."""
    lines = [f"{name}: {value}" for name, value in report.machine.items()]
    for table in _tables(report):
        lines += ["", table.title, *_aligned(table.rows), *_aligned(table.goals)]
        lines += [f"  {note}" for note in table.notes] + [f"  VOID {problem}" for problem in table.problems]
    lines += ["", *_ending(report)]
    return "\n".join(lines) + "\n"


def render_page(report: Report) -> str:
    """The report as `docs/performance.md`."""
    lines = [*_page_head(report)]
    for table in _tables(report):
        lines += ["", f"## {table.title}", "", *_marked(table.rows)]
        lines += ["", *_marked(table.goals)] if table.goals else []
        lines += ["", " ".join(table.notes)] if table.notes else []
        lines += [f"\n**Void**: {problem}" for problem in table.problems]
    return "\n".join([*lines, "", "## Missed goals, and remarks", "", *_ending(report)]) + "\n"


def to_json(report: Report) -> dict[str, Any]:
    """The report as JSON: every sample, and the figures made from them."""
    return {
        "command": report.command,
        "scale": asdict(report.scale),
        "machine": report.machine,
        "operations": [_operation_json(result) for result in report.results],
        "memory": None if report.memory is None else asdict(report.memory),
        "skipped": report.skipped,
        "problems": report.problems,
    }


def judge(result: Result) -> Iterator[tuple[Goal, Figure | None]]:
    """The goals of an operation with their measured figures."""
    for goal in result.operation.goals:
        yield goal, figure(goal.measure(result.series))


def missed(report: Report) -> list[str]:
    """The missed goals with measured value and limit."""
    found = []
    for result in report.results:
        for goal, measured in judge(result):
            if measured is not None and not goal.is_met(measured.middle):
                words = f"{number(measured.middle)}, to be {goal.bound} {number(goal.limit)}"
                found.append(f"{result.operation.title}: {goal.text}: {words}")
    if report.memory is not None:
        rows = zip(_memory_goals(report.memory), memory.is_met(report.memory), strict=True)
        found += [f"memory: {row[0]}: {row[2]}, to be {row[1]}" for row, is_met in rows if not is_met]
    return found


def number(value: float) -> str:
    """A number with at least three significant digits."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _tables(report: Report) -> Iterator[Table]:
    for result in report.results:
        operation = result.operation
        if not operation.subjects:
            continue
        rows = [_sample_row(name, result.series[name]) for name in _names(result)]
        goals = [_goal_row(goal, measured) for goal, measured in judge(result)]
        yield Table(operation.title, [_HEAD, *rows], [_GOALS, *goals], list(operation.notes), result.problems)
    if report.memory is not None:
        yield _memory_table(report.memory, report.scale)


def _names(result: Result) -> list[str]:
    return [each.name for each in result.operation.subjects if each.name in result.series]


def _sample_row(name: str, samples: Sequence[Sample]) -> Row:
    rates = figure(sample.per_cpu_s for sample in samples)
    speeds = figure(sample.per_s for sample in samples)
    assert rates is not None
    assert speeds is not None
    half, most = figure(sample.p50_ms for sample in samples), figure(sample.p99_ms for sample in samples)
    times = [number(each.middle) if each is not None and each.middle else "" for each in (half, most)]
    return (name, number(rates.middle), _span(rates), number(speeds.middle), *times)


def _goal_row(goal: Goal, measured: Figure | None) -> Row:
    limit = f"{goal.bound} {number(goal.limit)}"
    if measured is None:
        return (goal.text, limit, "not measured", "", "")
    return (goal.text, limit, number(measured.middle), _span(measured), _MET[goal.is_met(measured.middle)])


def _memory_table(found: Memory, scale: Scale) -> Table:
    rows = [("", "anonymous memory"), *((f"{n:,} users", f"{mb:.0f} MB") for n, mb in found.megabytes.items())]
    rows += [
        ("an idle connection to the bridge", f"{found.bridge_kb.middle:.1f} kB"),
        ("an idle connection to bare uvicorn", f"{found.bare_kb.middle:.1f} kB"),
    ]
    marks = [_MET[is_met] for is_met in memory.is_met(found)]
    goals = [(*row, mark) for row, mark in zip(_memory_goals(found), marks, strict=True)]
    notes = [f"RssAnon, after reads of every kind; {scale.idle:,} idle connections, each of which has asked once."]
    return Table("memory", rows, [_GOALS, *goals], notes, ())


def _memory_goals(found: Memory) -> list[Row]:
    users = max(found.megabytes)
    return [
        (f"MB with {users:,} users, to hold for 1,000,000", "at most 150", number(found.megabytes[users]), ""),
        ("idle connection: bridge / bare uvicorn", "at most 1.50", number(found.ratio.middle), _span(found.ratio)),
    ]


def _span(found: Figure) -> str:
    return f"{number(found.least)}–{number(found.most)}"


def _aligned(rows: Sequence[Row]) -> list[str]:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        lines.append("  " + "  ".join(cells).rstrip())
    return lines


def _marked(rows: Sequence[Row]) -> list[str]:
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return [lines[0], "|---" * len(rows[0]) + "|", *lines[1:]]


def _page_head(report: Report) -> list[str]:
    return [
        "# Performance",
        "",
        "Generated by a run, goals and misses included; do not edit. It is made again by",
        "",
        "```sh",
        report.command,
        "```",
        "",
        "All servers of a table are up at the same time and take turns, in reverse order in every other of",
        f"{report.scale.rounds} rounds. Figures are medians over the rounds, ratios are medians of the rounds' ratios.",
        "“per CPU-s” is requests per second of processor time, user and system, of the server's process group. Servers",
        "run on one core and the load generator on another. Of every answer the status is looked at, and of every",
        "sixteenth the body.",
        "[How to run it](how-to/load-run.md#benchmarks-beside-peers).",
        "",
        *_marked([("machine", ""), *report.machine.items()]),
    ]


def _ending(report: Report) -> list[str]:
    lines = [f"- {each}" for each in missed(report)] or ["- none"]
    lines += [f"- skipped: {name}: {reason}" for name, reason in report.skipped.items()]
    if report.busiest:
        lines.append(f"- the load generator was busy for {report.busiest:.0%} of the time at most")
    return lines + [f"- VOID: {problem}" for problem in report.problems]


def _operation_json(result: Result) -> dict[str, Any]:
    return {
        "key": result.operation.key,
        "title": result.operation.title,
        "series": {name: [asdict(sample) for sample in samples] for name, samples in result.series.items()},
        "goals": [_goal_json(goal, measured) for goal, measured in judge(result)],
        "problems": result.problems,
    }


def _goal_json(goal: Goal, measured: Figure | None) -> dict[str, Any]:
    return {
        "text": goal.text,
        "bound": goal.bound,
        "limit": goal.limit,
        "measured": None if measured is None else asdict(measured),
        "is_met": None if measured is None else goal.is_met(measured.middle),
    }
