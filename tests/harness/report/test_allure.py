from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from harness.catalogue.verdict import Verdict
from harness.errors import UsageError
from harness.judge.exit_code import ExitCode
from harness.report.allure import write_allure
from harness.report.model import make_report
from tests.harness.report.samples import broken, by_hand, entry, exchange, result

FINDING = broken("OKTA-01", entry(exchange(), "0:5", "okta-oin"), actual="\x00\ud800")
ROWS = (
    result("OKTA-01", Verdict.FAIL, FINDING, by_dialect={"okta-oin": Verdict.FAIL}),
    result("OKTA-02", Verdict.SKIP),
)
REPORT = make_report(by_hand(*ROWS, claims=("okta",)), [], ExitCode.CONFORMANCE_FAILURE, 1.0)


def test_each_case_is_a_result_with_its_evidence(tmp_path: Path) -> None:
    pytest.importorskip("allure_commons")

    write_allure(REPORT, tmp_path)

    results = {made["fullName"]: made for made in (json.loads(p.read_text()) for p in tmp_path.glob("*-result.json"))}
    failed, skipped = results["okta.OKTA-01 [okta-oin]"], results["okta.OKTA-02"]
    assert (failed["status"], skipped["status"]) == ("failed", "skipped")
    assert failed["statusDetails"]["message"] == "cause 1, POST /Users → 201\nexpected status 201; was \\x00\\ud800"
    assert {"name": "feature", "value": "Okta on the wire"} in failed["labels"]
    assert "$SCIM_TOKEN" in (tmp_path / failed["attachments"][0]["source"]).read_text()


def test_the_figures_of_the_run_stand_in_the_environment(tmp_path: Path) -> None:
    pytest.importorskip("allure_commons")
    figures = {"put off": "2 requests were put off ✓"}

    write_allure(make_report(by_hand(*ROWS, claims=("okta",)), [], ExitCode.PASS, 1.0, figures=figures), tmp_path)

    text = (tmp_path / "environment.properties").read_text(encoding="ascii")
    assert text.splitlines()[1] == "put_off=2 requests were put off \\u2713"


def test_without_the_library_the_refusal_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "allure_commons", None)
    monkeypatch.setitem(sys.modules, "allure_commons.model2", None)

    with pytest.raises(UsageError, match=r"pip install 'bridgecheck\[allure\]'"):
        write_allure(REPORT, tmp_path)
