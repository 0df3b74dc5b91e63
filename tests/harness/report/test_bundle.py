"""The evidence bundle: what it says was not tested, and what is noticed when it is not as it was."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from harness.cli.suite import judge_entries
from harness.cli.verify_bundle_command import command
from harness.errors import UsageError
from harness.judge.exit_code import ExitCode
from harness.record.journal import Journal, read_journal
from harness.record.journal_file import JOURNAL, JournalFile
from harness.report.bundle import MANIFEST, Bundle, write_bundle
from harness.report.files import write_reports
from harness.report.model import make_report
from harness.schema.validate import validate
from tests.harness.report.samples import story, without_location


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """The bundle of a run in which one answer was wrong."""
    with JournalFile(tmp_path / JOURNAL) as stream:
        journal = Journal(stream)
        for entry in story(without_location(), dialect=""):
            journal.place(entry.scenario, entry.dialect)
            journal.add(entry.event)
    entries = tuple(read_journal(tmp_path / JOURNAL))
    verdicts, exit_code = judge_entries(entries)
    report = make_report(verdicts, entries, exit_code, 1.0)
    files = write_reports(report, tmp_path, ("json", "html", "junit"))
    return write_bundle(report, [*files, tmp_path / JOURNAL], tmp_path / "b.zip")


def changed(bundle: Path, change: Callable[[dict[str, bytes]], object]) -> Path:
    """Another archive, with other files in it."""
    with zipfile.ZipFile(bundle) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    other = bundle.with_name("other.zip")
    with zipfile.ZipFile(other, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return other


def verify(path: Path) -> tuple[int, str]:
    done = CliRunner().invoke(command, [str(path)], standalone_mode=False)
    if done.exception:
        raise done.exception
    return int(done.return_value), done.stdout


def test_the_manifest_keeps_its_schema_and_names_what_was_not_tested(bundle: Path) -> None:
    manifest = Bundle(bundle).manifest

    assert validate(manifest, "report/bundle") == []
    assert sorted(manifest["files"]) == ["conformance.json", "index.html", JOURNAL, "junit.xml", "report.html"]
    left = {each["reason"]: each["requirements"] for each in manifest["not_tested"]}
    assert "RFC7644-3.5.2-01" in [rid for rids in left.values() for rid in rids]


def test_the_first_page_says_what_was_not_tested(bundle: Path) -> None:
    with zipfile.ZipFile(bundle) as archive:
        assert archive.namelist()[0] == "index.html"
        page = archive.read("index.html").decode()

    assert "What was not tested" in page
    assert "RFC7644-3.5.2-01" in page
    assert page.index("What was not tested") < page.index("What was tested")


def test_a_bundle_that_is_whole_is_said_to_be(bundle: Path) -> None:
    code, said = verify(bundle)

    assert code == 0, said
    assert "b.zip is whole, and its journal gives its verdicts" in said


def redo_digests(files: dict[str, bytes]) -> None:
    """What a forger does who knows the format."""
    import hashlib

    manifest = json.loads(files[MANIFEST])
    for name in manifest["files"]:
        manifest["files"][name] = {"sha256": hashlib.sha256(files[name]).hexdigest(), "bytes": len(files[name])}
    files[MANIFEST] = json.dumps(manifest).encode()


def whitewash(files: dict[str, bytes]) -> None:
    report = json.loads(files["conformance.json"])
    for row in report["requirements"]:
        row["verdict"] = "pass" if row["verdict"] == "fail" else row["verdict"]
    report["verdict"]["exit_code"] = 0
    files["conformance.json"] = json.dumps(report).encode()
    redo_digests(files)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda files: files.update({"report.html": b"all is well"}), "report.html: not as it was"),
        (lambda files: files.pop("junit.xml"), "junit.xml: missing"),
        (lambda files: files.update({"more.txt": b""}), "more.txt: not in the manifest"),
        (whitewash, "RFC7644-3.3-12: pass in the report, fail by the journal"),
    ],
)
def test_what_is_not_as_it_was_is_named(bundle: Path, change: Callable[[dict[str, bytes]], object], words: str) -> None:
    code, said = verify(changed(bundle, change))

    assert code == ExitCode.CONFORMANCE_FAILURE
    assert words in said
    assert "other.zip is not what it says" in said


def test_another_versions_verdicts_are_a_note(bundle: Path) -> None:
    def older(files: dict[str, bytes]) -> None:
        whitewash(files)
        manifest = json.loads(files[MANIFEST])
        files[MANIFEST] = json.dumps({**manifest, "bridgecheck": "0.0.9"}).encode()

    code, said = verify(changed(bundle, older))

    assert code == 0
    assert "judged otherwise today: RFC7644-3.3-12: pass in the report, fail by the journal" in said


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda files: files.pop(MANIFEST), "it holds no manifest.json"),
        (lambda files: files.update({MANIFEST: b"{"}), "is not JSON in UTF-8"),
        (lambda files: files.update({MANIFEST: b"\xff"}), "is not JSON in UTF-8"),
        (lambda files: files.update({MANIFEST: b"[]"}), "is a bundle of version None"),
        (
            lambda files: files.update({MANIFEST: b'{"schema": "bridgecheck/bundle/9"}'}),
            "version 'bridgecheck/bundle/9'",
        ),
        (lambda files: files.update({MANIFEST: b'{"schema": "bridgecheck/bundle/1"}'}), "manifest.json, "),
    ],
)
def test_what_is_no_bundle_is_refused(bundle: Path, change: Callable[[dict[str, bytes]], object], words: str) -> None:
    with pytest.raises(UsageError) as caught:
        Bundle(changed(bundle, change))

    assert words in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip"])
def test_a_file_that_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(content)

    with pytest.raises(UsageError, match="is no evidence bundle, or is cut short"):
        Bundle(tmp_path / "x.zip")


def test_an_archive_that_is_cut_short_is_refused(bundle: Path) -> None:
    bundle.write_bytes(bundle.read_bytes()[:-200])

    with pytest.raises(UsageError, match="is no evidence bundle, or is cut short"):
        Bundle(bundle)
