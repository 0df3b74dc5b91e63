"""A bridge and a probe that show the secrets in all that they say, in many dresses: nothing that we write holds one."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.cli.leaks import SecretLeaked, refuse_leaks
from harness.record.journal_file import JOURNAL, JournalFile, read_lines
from harness.report.files import FORMATS
from harness.target.secrets import Secrets
from tests.harness.cli.echoing_bridge import dresses
from tests.harness.cli.runs import PYTHON, bridgecheck

CANARY = "canary/aB3x+0123456789_y-z"
ECHO = f"{PYTHON} -m tests.harness.cli.echoing_bridge {{port}} {{token_file}}"


@pytest.fixture
def token_file(tmp_path: Path) -> Path:
    path = tmp_path / "token"
    path.write_text(CANARY, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("start", "code"),
    [(f"{ECHO} {{probe_port}} {{probe_token_file}}", 4), (ECHO, 1)],
    ids=["with a probe that fails", "without a probe"],
)
def test_no_artefact_holds_a_secret(start: str, code: int, tmp_path: Path, token_file: Path) -> None:
    folder = tmp_path / "r"
    formats = ",".join(name for name in FORMATS if name != "github")

    done = bridgecheck("run", "--start", start, "--token-file", str(token_file), "--report-dir", str(folder),
                       "--idp", "okta", "--only", "*rollout*", "--format", formats)  # fmt: skip

    assert done.returncode == code, done.stderr
    assert "‹credential:scim›" in b"".join(read_lines(folder / JOURNAL)).decode() or code == 4
    assert shown_in(done.stdout.encode() + done.stderr.encode(), *files_in(folder)) == []


def test_the_last_words_of_a_bridge_show_no_secret(tmp_path: Path, token_file: Path) -> None:
    code = "import sys; print(chr(27) + '[31m', open(sys.argv[1]).read().encode().hex(), file=sys.stderr)"

    done = bridgecheck("run", "--start", f'{PYTHON} -c "{code}" {{token_file}}', "--token-file", str(token_file),
                       "--report-dir", str(tmp_path / "r"))  # fmt: skip

    assert done.returncode == 3
    assert shown_in(done.stdout.encode() + done.stderr.encode(), *files_in(tmp_path / "r")) == []
    assert "\x1b" not in done.stderr + done.stdout


def files_in(folder: Path) -> list[bytes]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    assert paths
    return [b"".join(read_lines(path)) for path in paths]


def shown_in(*texts: bytes) -> list[str]:
    """The dresses of the canary in these texts, with and without the backslashes that JSON in JSON adds."""
    plain = [text.replace(b"\\\\", b"\\").replace(b"\\\\", b"\\") for text in texts]
    return [dress for dress in dresses(CANARY) if any(dress.encode() in text for text in (*texts, *plain))]


def test_a_file_that_shows_a_secret_in_whatever_dress_ends_the_run(tmp_path: Path) -> None:
    secrets = [Secrets({"scim": "a-token-of-ours"}), Secrets({"scim": CANARY, "probe": "another-token"})]
    (tmp_path / "report.html").write_bytes(b"<p>nothing</p>")
    with JournalFile(tmp_path / JOURNAL) as journal:
        journal.write("{}\n")
    files = [tmp_path / "report.html", tmp_path / JOURNAL, tmp_path / "not-there"]
    refuse_leaks(files, secrets)

    for dress in dresses(CANARY):
        with JournalFile(tmp_path / JOURNAL) as journal:
            journal.write("{}\n" * 100 + f"an echo of {dress}\n")
        with pytest.raises(SecretLeaked, match=r"stands in journal.ndjson.gz \(scim\)") as leaked:
            refuse_leaks(files, secrets)
        assert CANARY not in str(leaked.value)
        assert leaked.value.exit_code == 70
