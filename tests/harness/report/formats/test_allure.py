from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from harness.catalogue.verdict import Verdict
from harness.errors import UsageError
from harness.judge.exit_code import ExitCode
from harness.report.formats.allure import write_allure
from harness.report.model import make_report
from tests.harness.report.formats.worlds import hostile_report, timed_report
from tests.harness.report.samples import broken, by_hand, entry, exchange, result

FINDING = broken("OKTA-01", entry(exchange(), "0:5", "okta-oin"), actual="\x00\ud800")
ROWS = (
    result("OKTA-01", Verdict.FAIL, FINDING, by_dialect={"okta-oin": Verdict.FAIL}),
    result("OKTA-02", Verdict.SKIP),
)
REPORT = make_report(by_hand(*ROWS, claims=("okta",)), [], ExitCode.CONFORMANCE_FAILURE, 1.0)


def results_in(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_text("utf-8")) for path in folder.glob("*-result.json")]


def found(folder: Path, full_name: str) -> dict[str, Any]:
    (made,) = [each for each in results_in(folder) if each["fullName"] == full_name]
    return made


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


def test_labels_name_claim_area_and_requirement(tmp_path: Path) -> None:
    pytest.importorskip("allure_commons")

    write_allure(timed_report(), tmp_path)

    labels = {label["name"]: label["value"] for label in found(tmp_path, "rfc.RFC7644-3.3-12")["labels"]}
    assert (labels["epic"], labels["story"], labels["severity"]) == ("rfc", "RFC7644-3.3-12", "critical")
    assert labels["parentSuite"] == "rfc"


def test_the_steps_are_those_of_the_story_up_to_what_decided(tmp_path: Path) -> None:
    pytest.importorskip("allure_commons")

    write_allure(timed_report(), tmp_path)

    made = found(tmp_path, "rfc.RFC7644-3.3-12")
    (step,) = made["steps"]
    assert (step["name"], step["status"], step["start"], step["stop"]) == (
        "Ada is assigned",
        "failed",
        100_000,
        100_500,
    )
    assert [inner["name"] for inner in step["steps"]] == ["POST /Users → 201"]
    assert (made["start"], made["stop"]) == (100_000, 101_500)


def test_a_case_has_the_same_history_in_every_run(tmp_path: Path) -> None:
    pytest.importorskip("allure_commons")

    write_allure(timed_report(), tmp_path / "first")
    write_allure(timed_report(), tmp_path / "second")

    name = "rfc.RFC7644-3.3-12"
    first, second = (found(tmp_path / folder, name) for folder in ("first", "second"))
    assert first["historyId"] == second["historyId"]
    assert first["uuid"] != second["uuid"]
    histories = [made["historyId"] for made in results_in(tmp_path / "first")]
    assert len(set(histories)) == len(histories)


def test_the_library_reads_its_own_model_back(tmp_path: Path) -> None:
    model = pytest.importorskip("allure_commons.model2")

    write_allure(hostile_report(), tmp_path)

    names = {field.name for field in model.TestResult.__attrs_attrs__}
    statuses = {value for name, value in vars(model.Status).items() if name.isupper()}
    for made in results_in(tmp_path):
        assert set(made) <= names
        assert made["status"] in statuses
        assert all((tmp_path / attached["source"]).is_file() for attached in made.get("attachments", ()))
