from __future__ import annotations

import json

from harness.catalogue.verdict import Verdict
from harness.judge.exit_code import ExitCode
from harness.report.json import render_json
from harness.report.model import make_report
from harness.schema.validate import validate
from tests.harness.report.samples import broken, by_hand, entry, exchange, judged, result, story, without_location


def test_the_document_keeps_its_schema() -> None:
    report = judged(story(without_location(), dialect=""), observers=("mail",))

    assert validate(render_json(report), "report/conformance") == []


def test_a_finding_is_there_with_its_entry_and_its_command() -> None:
    finding = broken("OKTA-01", entry(exchange(), "3:41", "okta-oin"), pointer="/totalResults")
    row = result("OKTA-01", Verdict.FAIL, finding, by_dialect={"okta-oin": Verdict.FAIL})
    report = make_report(by_hand(row, claims=("okta",)), [], ExitCode.CONFORMANCE_FAILURE, 1.0)

    document = render_json(report)

    (requirement,) = document["requirements"]
    assert requirement["by_claim"] == {"okta": "fail"}
    assert requirement["by_dialect"] == {"okta-oin": "fail"}
    assert requirement["findings"][0]["entry"] == "3:41"
    assert requirement["findings"][0]["pointer"] == "/totalResults"
    assert "$SCIM_TOKEN" in requirement["findings"][0]["curl"]
    assert document["verdict"]["exit_code"] == 1
    assert document["verdict"]["name"] == "conformance failure"
    assert document["verdict"]["readiness"]["okta"]["verdict"] == "not_ready"


def test_hostile_text_keeps_the_schema_and_has_a_form_in_utf8() -> None:
    finding = broken("OKTA-01", entry(exchange(sent=b"\xff\x00", received=b"\xed\xa0\x80")), "\ud800", "\x00\ufffe")
    verdicts = by_hand(result("OKTA-01", Verdict.FAIL, finding), claims=("okta",))
    verdicts.capabilities["schemas"] = ["\ud800<script>"]

    document = render_json(make_report(verdicts, [], ExitCode.CONFORMANCE_FAILURE, 1.0))

    assert validate(document, "report/conformance") == []
    assert json.dumps(document, ensure_ascii=False).encode("utf-8")


def test_every_exit_code_that_writes_a_report_is_allowed() -> None:
    codes = [code for code in ExitCode if code is not ExitCode.USAGE]

    documents = [render_json(make_report(by_hand(result("OKTA-01")), [], code, 0.0)) for code in codes]

    assert [validate(document, "report/conformance") for document in documents] == [[]] * len(codes)
