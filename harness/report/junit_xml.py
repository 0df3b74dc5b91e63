"""The parts of a JUnit file that do not depend on what its test cases are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from harness.judge.exit_code import ExitCode
from harness.report.leftovers import HINT
from harness.report.model import Report

_JUDGING = (ExitCode.PASS, ExitCode.CONFORMANCE_FAILURE)
_ERRORS = 50


def render_suites(suites: Iterable[ET.Element]) -> bytes:
    """The suites as one file. Times are those of the cases, added up."""
    listed = list(suites)
    counts = {key: str(sum(int(suite.get(key, "0")) for suite in listed)) for key in _COUNTS}
    root = ET.Element("testsuites", {"name": "bridgecheck", "time": _added(listed), **counts})
    root.extend(listed)
    ET.indent(root)
    made: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return made


_COUNTS = ("tests", "failures", "errors", "skipped")


def make_case(classname: str, name: str, seconds: float) -> ET.Element:
    """A test case that passed; what is put into it says otherwise."""
    return ET.Element("testcase", {"classname": classname, "name": name, "time": f"{seconds:.3f}"})


def put(case: ET.Element, tag: str, kind: str, message: str, text: str = "") -> None:
    """Put a failure, an error or a skip into a test case."""
    attributes = {"type": kind, "message": message} if kind else {"message": message}
    child = ET.SubElement(case, tag, attributes)
    child.text = text or None


def make_suite(name: str, cases: Iterable[ET.Element], report: Report) -> ET.Element:
    """A suite of these cases, counted, with the figures of the run as properties."""
    listed = list(cases)
    started = datetime.fromtimestamp(report.header.started_at, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    element = ET.Element("testsuite", {"name": name, "timestamp": started, "time": _added(listed)})
    for kind, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        element.set(kind, str(sum(case.find(tag) is not None for case in listed)))
    element.set("tests", str(len(listed)))
    properties = ET.SubElement(element, "properties")
    for key, value in _properties(report):
        ET.SubElement(properties, "property", {"name": key, "value": value})
    element.extend(listed)
    return element


def run_suite(report: Report, rest_s: float, *more: ET.Element) -> ET.Element:
    """Whether the run could judge at all, so that one that died early is never green; and what it left behind."""
    end = make_case("bridgecheck.run", "the run came to a verdict", rest_s)
    if report.exit_code not in _JUDGING:
        said = f"exit {report.exit_code.value}: {report.exit_code.label}"
        lines = [report.sentence, report.message, *report.gate_lines, *report.faults, *report.errors[:_ERRORS]]
        text = "\n".join(line for line in lines if line)
        put(end, "error", report.exit_code.label, said, text)
    left = make_case("bridgecheck.run", "nothing was left behind", 0.0)
    if report.leftovers:
        said = f"{len(report.leftovers)} left on the target; {HINT}"
        put(left, "error", "leftovers", said, "\n".join(str(leftover) for leftover in report.leftovers))
    return make_suite("bridgecheck.run", [end, left, *more], report)


def _added(elements: Iterable[ET.Element]) -> str:
    return f"{sum(float(element.get('time', '0')) for element in elements):.3f}"


def _properties(report: Report) -> Iterator[tuple[str, str]]:
    yield "target", report.header.target_url
    yield "seed", str(report.header.seed)
    yield "mode", report.header.mode
    yield "gate", report.header.gate
    yield "version", report.version
    yield "judged in part", str(report.totals.partly)
    yield "seconds by the clock", f"{report.duration_s:.1f}"
    yield "sentence", report.sentence
    yield from report.figures
