"""The ratchet: known causes pass, new ones fail, and what is fixed leaves the baseline."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.errors import UsageError
from harness.gate.baseline import Baseline, KnownCause, fixed_in, make_baseline, prune, read_baseline, render_baseline
from harness.gate.fingerprint import fingerprint_of_cause
from harness.gate.gate import Gate, open_gate
from harness.gate.report_file import NAME, read_report
from harness.judge.exit_code import ExitCode
from harness.record.journal import Entry
from harness.report.json import render_json
from harness.report.model import FoundCauses, make_report
from tests.harness.gate.samples import LOCATION, clean, faulty, judged, policy, waiver

MARK = f"{LOCATION}/7f3e7dead7"
KNOWN = Baseline(Path("b.json"), (KnownCause(MARK, "Location is the address."),))


def gate_of(entries: list[Entry], baseline: Baseline, **more: Any) -> Gate:
    verdicts, causes = judged(entries)
    return open_gate(verdicts, causes, policy(baseline=baseline, **more))


def written(folder: Path, entries: list[Entry], code: ExitCode = ExitCode.CONFORMANCE_FAILURE, **more: Any) -> Path:
    verdicts, causes = judged(entries)
    gate = open_gate(verdicts, causes, policy(**more)) if more else None
    report = make_report(verdicts, entries, code, 1.0, found=FoundCauses(causes), gate=gate)
    (folder / NAME).write_text(json.dumps(render_json(report)), encoding="utf-8")
    return folder


def test_a_known_cause_lets_the_build_through() -> None:
    gate = gate_of(faulty(), KNOWN)

    assert gate.broken == ()
    assert gate.standings == {1: "known"}
    assert gate.ratchet is not None
    assert gate.ratchet.known == (MARK,)


def test_a_new_cause_does_not() -> None:
    gate = gate_of(faulty(), Baseline(Path("b.json"), ()))

    assert gate.broken == (LOCATION,)
    assert gate.standings == {1: "new"}


def test_a_known_cause_that_is_gone_is_fixed_where_its_requirement_was_judged() -> None:
    ratchet = gate_of(clean(), KNOWN).ratchet
    partly = gate_of(clean(only=("test_x",)), KNOWN).ratchet

    assert ratchet is not None
    assert partly is not None
    assert [cause.fingerprint for cause in ratchet.fixed] == [MARK]
    assert (partly.fixed, [why for _, why in partly.not_seen]) == ((), ["this run left out stories"])


def test_a_baseline_is_written_from_a_report_and_read_again(tmp_path: Path) -> None:
    made = make_baseline(read_report(written(tmp_path, faulty())), tmp_path / "b.json")
    made.path.write_bytes(render_baseline(made))

    again = read_baseline(made.path, "--baseline b.json")

    assert [cause.fingerprint for cause in again.causes] == [fingerprint_of_cause(judged(faulty())[1][0])]
    assert again.causes[0].statement.startswith("The Location header")
    assert again.of == "a run with seed 7, mode safe, bridgecheck 0.1.0"


def test_a_waived_cause_enters_no_baseline(tmp_path: Path) -> None:
    report = read_report(written(tmp_path, faulty(), ExitCode.PASS, floors=(), baseline=None))
    waived = tmp_path / "waived"
    waived.mkdir()
    verdicts, causes = judged(faulty())
    gate = open_gate(verdicts, causes, policy(waiver(LOCATION)))
    made = make_report(verdicts, faulty(), ExitCode.PASS, 1.0, found=FoundCauses(causes), gate=gate)
    (waived / NAME).write_text(json.dumps(render_json(made)), encoding="utf-8")

    assert len(make_baseline(report, tmp_path / "b.json").causes) == 1
    assert make_baseline(read_report(waived), tmp_path / "b.json").causes == ()


def test_a_run_that_came_to_no_verdict_makes_no_baseline(tmp_path: Path) -> None:
    report = read_report(written(tmp_path, faulty(), ExitCode.TARGET_UNREACHABLE))

    with pytest.raises(UsageError, match="ended with target unreachable"):
        make_baseline(report, tmp_path / "b.json")
    with pytest.raises(UsageError, match="nothing in it counts as fixed"):
        fixed_in(KNOWN, report)


def test_what_is_fixed_is_taken_out_and_nothing_enters(tmp_path: Path) -> None:
    report = read_report(written(tmp_path, clean(), ExitCode.PASS))
    other = KnownCause("RFC7644-3.7-07/0123456789")
    both = Baseline(Path("b.json"), (*KNOWN.causes, other))

    assert prune(both, fixed_in(both, report)).causes == (other,)


def test_the_gate_of_the_report_says_what_is_fixed(tmp_path: Path) -> None:
    cut = read_report(written(tmp_path, clean(only=("test_x",)), ExitCode.PASS, baseline=KNOWN))

    assert cut.fixed == ()
    assert fixed_in(KNOWN, cut) == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"schema": "bridgecheck/baseline/2", "causes": []}', "is of another version"),
        ('{"schema": "bridgecheck/report/1"}', "is of another kind"),
        ('{"schema": "bridgecheck/baseline/1"}', "causes is missing or no list"),
        ('{"schema": "bridgecheck/baseline/1", "causes": [{"cause": "x"}]}', "cause 1 has no fingerprint"),
        (
            '{"schema": "bridgecheck/baseline/1",\n "causes": [',
            "line 2: this is not JSON: Expecting value (the file",
        ),
        ("[]", "holds no JSON object"),
        ("[" * 100_000, "is not JSON that can be read: it nests too deep"),
        ("1" * 5_000, "is not JSON that can be read: a number in it is too long"),
        (b'{\n"a": "\xff"}', "line 2: this is not UTF-8"),
        (b" " * 4_000_001, "is larger than 4 MB"),
    ],
)
def test_a_file_that_is_no_baseline_is_told(tmp_path: Path, text: str | bytes, said: str) -> None:
    path = tmp_path / "b.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())

    with pytest.raises(UsageError) as error:
        read_baseline(path, f"--baseline {path}")

    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_report_of_before_there_were_fingerprints_is_told(tmp_path: Path) -> None:
    document = json.loads((written(tmp_path, faulty()) / NAME).read_text(encoding="utf-8"))
    del document["causes"][0]["fingerprint"]
    (tmp_path / NAME).write_text(json.dumps(document), encoding="utf-8")

    with pytest.raises(UsageError, match="whose reports had no fingerprints: judge its journal again, `bridgecheck"):
        read_report(tmp_path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text[: len(text) // 2], "(the file seems to be cut short)"),
        (lambda text: text.replace("bridgecheck/report/1", "bridgecheck/report/2"), "is of another version"),
        (lambda text: text.replace("bridgecheck/report/1", "bridgecheck/load/1"), "is of another kind"),
        (lambda text: text.replace(MARK, "\\u001b[31m\\nred", 1), "cause 1 has no fingerprint, but '\\x1b[31m\\nred'"),
        (lambda text: text + " " * 64_000_000, "is larger than 64 MB"),
        (lambda text: "", "line 1: this is not JSON"),
        (lambda text: text[:-1] + ', "a": ' + "[" * 100_000, "it nests too deep"),
    ],
)
def test_a_file_that_is_no_report_is_told_in_one_line(tmp_path: Path, change: Any, said: str) -> None:
    file = written(tmp_path, faulty()) / NAME
    file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")

    with pytest.raises(UsageError) as error:
        read_report(tmp_path)

    assert said in str(error.value)
    assert str(file) in str(error.value)
    assert "\n" not in str(error.value)


def test_a_report_that_breaks_its_schema_is_told_with_the_place(tmp_path: Path) -> None:
    document = json.loads((written(tmp_path, faulty()) / NAME).read_text(encoding="utf-8"))
    document["suite"]["seed"] = "\x1b[31m"
    (tmp_path / NAME).write_text(json.dumps(document), encoding="utf-8")

    with pytest.raises(UsageError) as error:
        read_report(tmp_path / NAME)

    assert "/suite/seed: expected" in str(error.value)
    assert "\x1b" not in str(error.value)
