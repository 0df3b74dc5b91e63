from __future__ import annotations

from dataclasses import replace

from harness.catalogue.requirement import load_catalogue
from harness.catalogue.verdict import Verdict
from harness.judge.judge import Result, Verdicts
from harness.record.journal import RunHeader
from harness.report.changes import make_changes

HEADER = RunHeader("s", "v", ("rfc",), (), (), "full", 7, "must", "n", "u", 0.0)


def verdicts(before: tuple[str, ...], **said: Verdict) -> Verdicts:
    catalogue = load_catalogue()
    ids = [rid for rid in catalogue if catalogue.get(rid).level == "MUST"][:4]
    results = tuple(Result(catalogue.get(rid), verdict) for rid, verdict in zip(ids, said.values(), strict=False))
    named = dict(zip(said, ids, strict=False))
    return Verdicts(replace(HEADER, before=tuple(named[name] for name in before)), results, (), {}, 0)


def test_a_run_that_repeats_none_has_no_changes() -> None:
    assert make_changes(verdicts((), a=Verdict.FAIL)) is None


def test_broken_before_is_fixed_still_failing_or_not_judged_and_the_rest_is_new() -> None:
    said = verdicts(("a", "b", "c"), a=Verdict.PASS, b=Verdict.FAIL, c=Verdict.SKIP, d=Verdict.ERROR)
    changes = make_changes(said)
    a, b, c, d = (result.requirement.id for result in said.results)

    assert changes is not None
    assert (changes.fixed, changes.still_failing, changes.new, changes.not_judged) == ((a,), (b,), (d,), (c,))
    assert list(changes.lines()) == [
        f"1 fixed: {a}",
        f"1 still failing: {b}",
        f"1 new: {d}",
        f"1 not judged this time: {c}",
    ]


def test_a_row_that_the_run_does_not_hold_was_not_judged() -> None:
    said = verdicts(("a",), a=Verdict.PASS)
    changes = make_changes(replace(said, header=replace(said.header, before=("OKTA-06",))))

    assert changes is not None
    assert changes.not_judged == ("OKTA-06",)
    assert changes.fixed == ()
