"""The sizes that a page may have, on runs made larger than ours."""

from __future__ import annotations

from pathlib import Path

from harness.catalogue.requirement import load_catalogue
from harness.catalogue.verdict import Verdict
from harness.judge.exit_code import ExitCode
from harness.report.formats.html import FORMAT
from harness.report.html import render_files
from harness.report.model import Report, make_report
from harness.report.page.cards import BESIDE
from tests.harness.report.samples import broken, by_hand, entry, exchange, result, user

CLAIMS = ("rfc", "bridge", "okta", "entra", "google", "security", "resilience")
DIALECTS = ("okta-oin", "entra-default", "google-push")


def clean_run() -> Report:
    passed = dict.fromkeys(DIALECTS, Verdict.PASS)
    rows = [result(name, Verdict.PASS, by_dialect=passed) for name in load_catalogue()]
    return make_report(by_hand(*rows, claims=CLAIMS), [], ExitCode.PASS, 1.0)


def bad_run(causes: int, body: int) -> Report:
    """A run in which every cause has an exchange of its own, with an answer of so many bytes."""
    names = list(load_catalogue())
    received = user(notes="x" * body, items=[{"value": str(number)} for number in range(40)])
    seen = [entry(exchange(sent=user(), received=received), f"0:{number}", "okta-oin") for number in range(causes)]
    red = [result(names[n], Verdict.FAIL, broken(names[n], place, actual=str(n))) for n, place in enumerate(seen)]
    rest = [result(name, by_dialect={"okta-oin": Verdict.PASS}) for name in names[causes:]]
    return make_report(by_hand(*red, *rest, claims=CLAIMS), seen, ExitCode.CONFORMANCE_FAILURE, 1.0)


def test_the_page_of_a_clean_run_has_300_kilobytes_at_most() -> None:
    files = render_files(clean_run())

    assert list(files) == ["report.html"]
    assert len(files["report.html"]) <= 300_000


def test_the_page_of_a_bad_run_has_700_kilobytes_at_most_and_what_is_longer_stands_beside() -> None:
    files = render_files(bad_run(causes=120, body=10_000))

    assert len(files["report.html"]) <= 700_000
    assert f'href="{BESIDE}#x-0-3"'.encode() in files["report.html"]
    assert b'id="x-0-3"' in files[BESIDE]
    assert b"x" * 10_000 in files[BESIDE]


def test_every_cause_has_its_place_on_the_page() -> None:
    page = render_files(bad_run(causes=120, body=10))["report.html"].decode()

    assert all(f'id="c-{number}"' in page for number in range(1, 121))


def test_the_file_beside_the_page_goes_when_no_exchange_is_long(tmp_path: Path) -> None:
    page, beside = FORMAT.write(bad_run(causes=2, body=30_000), tmp_path)

    assert (page.name, beside.name) == ("report.html", BESIDE)
    assert FORMAT.write(bad_run(causes=2, body=10), tmp_path) == [page]
    assert not beside.exists()
