"""The snippets are run as they stand, against a server that writes down what it gets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import responses

from harness.record.exchange import Exchange
from harness.report.page.snippets import Snippet, Wanted, make_snippets
from tests.harness.report.samples import BASE, TOKEN, entry, exchange, user

WANTED = Wanted("RFC7644-3.3-12", "The answer has a Location.", "status 201", "status 200", "")


def snippets(exchange_: Exchange, wanted: Wanted = WANTED) -> dict[str, str]:
    seen = entry(exchange_)
    return {snippet.name: snippet.text for snippet in make_snippets(seen, [seen], wanted)}


def run(text: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setenv("SCIM_TOKEN", "t0ken")
    names: dict[str, Any] = {}
    exec(text, names)
    return names


@responses.activate
def test_python_sends_the_same_request_with_the_token_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    responses.post(f"{BASE}/Users", status=201, json={})
    sent = user("é'\"\\\u202e@example.com")

    run(snippets(exchange(sent=sent))["Python"], monkeypatch)

    request = responses.calls[0].request
    assert json.loads(request.body or "") == sent
    assert request.headers["Authorization"] == "Bearer t0ken"


@responses.activate
def test_python_makes_first_what_the_request_names(monkeypatch: pytest.MonkeyPatch) -> None:
    responses.post(f"{BASE}/Users", status=201, json={"id": "new-id"})
    responses.patch(f"{BASE}/Users/new-id", status=200, json={})
    made = entry(exchange(sent=user(), received=user(id="old-id-42")), "0:1")
    patched = entry(exchange("PATCH", "/Users/old-id-42", {"about": "old-id-42"}, 200, {}), "0:2")
    text = {s.name: s.text for s in make_snippets(patched, [made, patched], WANTED)}["Python"]

    run(text, monkeypatch)

    assert [call.request.method for call in responses.calls] == ["POST", "PATCH"]
    assert json.loads(responses.calls[1].request.body or "") == {"about": "new-id"}


@pytest.mark.parametrize(
    ("expected", "actual", "pointer", "good", "bad"),
    [
        ("status 201", "status 200", "", (201, {}), (200, {})),
        ("status 400 or 409", "status 201", "", (409, {}), (201, {})),
        ("the PATCH to be accepted", "status 501", "", (200, {}), (501, {})),
        ('name.givenName "Ada"', "none", "/name/givenName", (200, {"name": {"givenName": "Ada"}}), (200, {})),
        ("an id", "none", "/id", (200, {"id": "1"}), (200, {})),
    ],
)
@responses.activate
def test_the_test_for_pytest_passes_for_what_was_expected_and_fails_for_what_was(
    expected: str, actual: str, pointer: str, good: Any, bad: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = snippets(exchange(sent=user()), Wanted("RFC7644-3.3-12", "It holds.", expected, actual, pointer))["pytest"]
    test = run(text, monkeypatch)["test_rfc7644_3_3_12"]

    responses.post(f"{BASE}/Users", status=good[0], json=good[1])
    test()
    responses.replace("POST", f"{BASE}/Users", status=bad[0], json=bad[1])
    with pytest.raises(AssertionError):
        test()


@responses.activate
def test_the_test_for_pytest_asks_for_a_header(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = Wanted("RFC7644-3.3-12", "It holds.", "a Location header", "none", "")
    test = run(snippets(exchange(sent=user()), wanted)["pytest"], monkeypatch)["test_rfc7644_3_3_12"]

    responses.post(f"{BASE}/Users", headers={"Location": "/Users/1"})
    test()
    responses.replace("POST", f"{BASE}/Users")
    with pytest.raises(AssertionError):
        test()


def test_a_test_that_cannot_say_it_exactly_fails_in_words() -> None:
    text = snippets(exchange(sent=user()), Wanted("SEED-16", "It holds.", "Ada is out", "in", ""))["pytest"]

    assert "raise AssertionError('expected Ada is out; was in: '" in text.replace('"expected', "'expected").replace(
        ': "', ": '"
    )


def test_httpie_is_one_command_whose_words_the_shell_reads_as_they_were(tmp_path: Path) -> None:
    (tmp_path / "http").write_text(f"#!{sys.executable}\nimport json, sys\nprint(json.dumps(sys.argv[1:]))\n")
    (tmp_path / "http").chmod(0o755)
    sent = user("$(touch x)`'\"@example.com")
    command = snippets(exchange(sent=sent, headers=(*TOKEN, ("X-A", "$(b)"))))["HTTPie"]
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "SCIM_TOKEN": "t0ken"}

    done = subprocess.run(["bash", "-c", command], capture_output=True, check=True, env=environment, cwd=tmp_path)

    words = json.loads(done.stdout)
    assert words[:4] == ["--ignore-stdin", "--print=hb", "POST", f"{BASE}/Users"]
    assert {"Authorization:Bearer t0ken", "X-A:$(b)"} <= set(words)
    assert json.loads(words[-1]) == sent
    assert not (tmp_path / "x").exists()


def test_no_password_is_copied_and_what_is_too_long_is_not_copied() -> None:
    told: list[Snippet] = list(make_snippets(entry(exchange(sent=user(password="s3cret-word"))), [], WANTED))

    assert told
    assert not any("s3cret-word" in snippet.text for snippet in told)
    assert snippets(exchange(sent=user("x" * 20_000))) == {}
