"""`bridgecheck doctor`: each step on the way to a bridge, good ones too."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.cli.main import cli
from harness.errors import UsageError
from harness.target.target import free_port
from tests.harness.cli.runs import REFERENCE, bridgecheck
from tests.servers import answering


def doctor(capsys: pytest.CaptureFixture[str], tmp_path: Path, url: str) -> tuple[int, list[str]]:
    (tmp_path / "token").write_text("canary-token-78", encoding="utf-8")
    code = cli.main(["doctor", "--url", url, "--token-file", str(tmp_path / "token")], standalone_mode=False)
    lines = capsys.readouterr().out.splitlines()
    assert "canary-token-78" not in "".join(lines)
    return code, lines


@pytest.mark.slow
def test_a_good_bridge_is_good_in_every_step() -> None:
    done = bridgecheck("doctor", "--start", REFERENCE)

    assert done.returncode == 0
    steps = [(line[0], line[2:14].strip()) for line in done.stdout.splitlines()]
    good = ["start", "name", "connection", "answer", "clock", "token", "SCIM", "probe"]
    assert steps == [("✓", step) for step in good]


@pytest.mark.slow
def test_a_command_that_starts_no_bridge_is_told() -> None:
    done = bridgecheck("doctor", "--start", "false")

    assert done.returncode == 3
    assert done.stdout.startswith("✗ start       the bridge ended with exit code 1")


def test_nobody_at_the_port(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, lines = doctor(capsys, tmp_path, f"http://127.0.0.1:{free_port()}")

    assert code == 3
    assert [line[:12].strip() for line in lines] == ["✓ name", "✗ connection"]
    assert "nothing listens at 127.0.0.1" in lines[-1]


@pytest.mark.parametrize(
    ("status", "body", "last"),
    [
        (401, {}, "✗ token       {url} refuses the token (401)"),
        (403, {}, "✗ token       {url} knows the token, but does not let it read users (403)"),
        (404, {}, "✗ SCIM        GET {url}/Users gives 404 (application/scim+json): this is not a SCIM service"),
        (503, {}, "✗ answer      {url} is behind a gateway that has no bridge behind it (503)"),
        (200, {"schemas": []}, "! probe       no --probe-url"),
    ],
)
def test_what_the_service_says(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, status: int, body: object, last: str
) -> None:
    with answering(status, body) as url:
        code, lines = doctor(capsys, tmp_path, url)

    assert code == (0 if status == 200 else 3)
    assert lines[-1].startswith(last.format(url=url))
    assert lines[0].startswith("✓ name")


@pytest.mark.parametrize("url", ["http://u:secret-9@b.example", "https://b.example/scim?key=secret-9"])
def test_secrets_in_an_address_are_refused_and_not_repeated(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, url: str
) -> None:
    with pytest.raises(UsageError) as caught:
        doctor(capsys, tmp_path, url)

    assert "secret-9" not in str(caught.value)
