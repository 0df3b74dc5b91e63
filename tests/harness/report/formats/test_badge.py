from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from harness.catalogue.verdict import Verdict
from harness.judge.exit_code import ExitCode
from harness.report.files import write_reports
from harness.report.formats.badge import badge_of, render_svg
from harness.report.model import make_report
from tests.harness.report.formats.worlds import hostile_report
from tests.harness.report.samples import by_hand, judged, result, story

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    ("exit_code", "words"),
    [
        (ExitCode.PASS, "nothing broken, 1 of 2 judged"),
        (ExitCode.CONFORMANCE_FAILURE, "1 broken of 1 judged"),
        (ExitCode.TARGET_UNREACHABLE, "no verdict: target unreachable"),
        (ExitCode.CLEANUP_INCOMPLETE, "passes, left things behind, 1 judged"),
        (ExitCode.WAIVERS_STALE, "waivers stale, 1 judged"),
    ],
)
def test_the_words_follow_the_exit_code(exit_code: ExitCode, words: str) -> None:
    verdict = Verdict.FAIL if exit_code is ExitCode.CONFORMANCE_FAILURE else Verdict.PASS
    rows = by_hand(result("OKTA-01", verdict), result("OKTA-02", Verdict.SKIP), claims=("okta",))

    assert badge_of(make_report(rows, [], exit_code, 1.0))[0] == words


def test_the_picture_has_a_name_for_who_does_not_see_it() -> None:
    root = ET.fromstring(render_svg(judged(story(), ExitCode.PASS)))

    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert root.get("aria-label") == str(root.findtext(f"{SVG}title"))
    assert "://" not in render_svg(judged(story())).decode().replace("http://www.w3.org/2000/svg", "")


def test_the_document_says_the_same(tmp_path: Path) -> None:
    write_reports(hostile_report(), tmp_path, ("badge",))

    document = json.loads((tmp_path / "badge.json").read_text())
    assert set(document) == {"schemaVersion", "label", "message", "color"}
    assert document["schemaVersion"] == 1
    assert f"SCIM: {document['message']}" in (tmp_path / "badge.svg").read_text()
