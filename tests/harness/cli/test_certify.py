"""`bridgecheck certify` leaves nothing out, and keeps the evidence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.harness.cli.runs import REFERENCE, bridgecheck, lab


@pytest.mark.slow
@pytest.mark.parametrize("line", ['only = ["*"]', 'suite = ["idp"]', 'skip = ["idp/*"]', "time_budget = 1.0"])
def test_a_profile_that_leaves_something_out_is_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / "vendor.toml").write_text(line, encoding="utf-8")

    done = bridgecheck(
        *("certify", "--start", REFERENCE, "--profile", str(tmp_path / "vendor.toml")),
        *("--report-dir", str(tmp_path / "r")),
    )

    assert done.returncode == 2
    assert "certify leaves nothing out" in done.stderr
    assert not (tmp_path / "r").exists()


@pytest.mark.long
def test_the_reference_bridge_is_certified_and_the_bundle_can_be_checked(tmp_path: Path) -> None:
    done = bridgecheck("certify", "--start", REFERENCE, "--report-dir", str(tmp_path))

    assert done.returncode == 0, done.stdout
    checked = bridgecheck("verify-bundle", str(tmp_path / "bridgecheck-bundle.zip"))
    assert checked.returncode == 0, checked.stdout
    assert "is whole, and its journal gives its verdicts" in checked.stdout


@pytest.mark.long
def test_what_could_not_be_observed_is_no_certificate(tmp_path: Path) -> None:
    without_probe = lab("created-without-location").partition(" --control-port")[0].partition(" --defect")[0]

    done = bridgecheck("certify", "--start", without_probe, "--report-dir", str(tmp_path))

    assert done.returncode == 4, done.stdout
