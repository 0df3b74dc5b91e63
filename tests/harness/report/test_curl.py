"""curl commands are run by a shell with a stand-in for curl that prints its arguments."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from harness.record.exchange import Exchange
from harness.record.journal import Entry, render_entry
from harness.record.journal_file import JOURNAL, JournalFile
from harness.report.curl import make_curl
from tests.harness.report.samples import BASE, SCIM, TOKEN, entry, exchange

PRINTS_ARGUMENTS = "curl() { printf '%s\\0' \"$@\"; }\nexport SCIM_TOKEN=t0ken SCIM_TOKEN_READ_ONLY=readonly\n"
PRINTS_INPUT = "curl() { cat; }\n"


def run(command: str, stand_in: str = PRINTS_ARGUMENTS, cwd: Path | None = None) -> bytes:
    done = subprocess.run(["bash", "-c", stand_in + command], capture_output=True, check=True, cwd=cwd)
    return done.stdout


def arguments(sent: Exchange) -> list[str]:
    return run(make_curl(sent)).decode("utf-8", "surrogateescape").split("\0")[:-1]


def test_a_command_names_method_address_headers_and_body() -> None:
    sent = exchange("PATCH", "/Users/1", b'{"a": "it\'s"}')

    words = arguments(sent)

    assert words[words.index("-X") + 1] == "PATCH"
    assert f"{BASE}/Users/1" in words
    assert "Content-Type: application/scim+json" in words
    assert words[words.index("--data-binary") + 1] == '{"a": "it\'s"}'


def test_the_token_is_a_variable() -> None:
    command = make_curl(exchange("GET", headers=TOKEN))

    assert '-H "Authorization: Bearer $SCIM_TOKEN"' in command
    assert "credential" not in command


def test_other_credentials_are_variables_of_their_own_names() -> None:
    sent = exchange("GET", headers=(("Authorization", "Bearer ‹credential:read-only›"),))

    assert "Authorization: Bearer readonly" in arguments(sent)


def test_a_secret_in_address_and_body_is_a_variable_too() -> None:
    sent = exchange("POST", "/Users?t=‹credential:scim›", b'{"t": "$HOME \xe2\x80\xb9credential:scim\xe2\x80\xba"}')

    words = arguments(sent)

    assert f"{BASE}/Users?t=t0ken" in words
    assert '{"t": "$HOME t0ken"}' in words


def test_headers_that_curl_adds_by_itself_are_taken_away() -> None:
    words = arguments(exchange("POST", sent={}, headers=TOKEN))

    assert {"User-Agent:", "Accept:", "Content-Type:", "Expect:"} <= set(words)


def test_headers_that_were_sent_stay() -> None:
    words = arguments(exchange("GET", headers=(("User-Agent", "okta"), ("X-Empty", ""), *SCIM)))

    assert "User-Agent: okta" in words
    assert "User-Agent:" not in words
    assert "X-Empty;" in words


def test_a_filter_is_not_read_as_a_pattern_of_curl() -> None:
    assert " -g " in make_curl(exchange("GET", '/Users?filter=emails[type eq "work"]'))


@pytest.mark.parametrize("value", ["a\r\nX: b", "\x1b]0;x\x07", "it's\\\x00"[:-1] + "\x01", "\u202egnp", "$(id)`id`!"])
def test_controls_and_shell_words_reach_curl_as_data(value: str) -> None:
    command = make_curl(exchange("GET", headers=(("X", value),)))

    assert not {"\r", "\x1b", "\x07", "\x01", "\u202e"} & set(command)
    assert f"X: {value}".encode() in run(command).split(b"\0")


def test_a_body_that_begins_with_at_is_not_read_from_a_file() -> None:
    words = arguments(exchange(sent=b"@/etc/passwd"))

    assert words[words.index("--data-raw") + 1] == "@/etc/passwd"


@pytest.mark.parametrize("body", [b"\x00\xff\x1b", b'{"a": "\r\n"}', b"\xe2\x80"])
def test_a_body_that_is_no_plain_text_is_handed_over_byte_by_byte(body: bytes) -> None:
    command = make_curl(exchange(sent=body))

    assert command.isascii()
    assert run(command, PRINTS_INPUT) == body


@pytest.mark.parametrize("body", [b'"' + b"x" * 20_000 + b'\xc3\xa9"', b"\xff" * 20_000])
def test_a_long_body_is_read_from_the_journal(body: bytes, tmp_path: Path) -> None:
    row: Entry = entry(exchange(sent=body), "0:5")
    with JournalFile(tmp_path / JOURNAL) as file:
        file.write(render_entry(row) + "\n")
    jq = (
        "jq() { python3 -c 'import json, sys; row = json.loads(sys.stdin.read()); "
        'print(row["event"]["request"]["body"][sys.argv[2].rpartition(".")[2]], end="")\' "$@"; }\n'
    )

    command = make_curl(exchange(sent=body), "0:5")

    assert len(command) < 1000
    assert 'select(.id == "0:5")' in command
    assert run(command, PRINTS_INPUT + jq, tmp_path) == body


def test_a_password_is_not_shown() -> None:
    command = make_curl(exchange(sent={"userName": "ada", "password": "s3cret-pw"}))

    assert "s3cret-pw" not in command
    assert '"userName": "ada"' in command
