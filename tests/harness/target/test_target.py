"""Finding and starting the bridge under test; every error is one clear line."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

import pytest

from harness.errors import AuthenticationRefused, NotScim, Unreachable, UsageError
from harness.target.options import Options
from harness.target.probe import NoProbe
from harness.target.process import LAST_CHARACTERS
from harness.target.target import free_port, new_token, open_target, read_secret, read_token
from tests.servers import answering

PYTHON = shlex.quote(sys.executable)
REFERENCE = f"{PYTHON} -m bridge_ref serve --port {{port}} --data {{data}} --token-file {{token_file}}"


def options(tmp_path: Path, url: str) -> Options:
    token = tmp_path / "token"
    token.write_text("secret-token-1\n", encoding="utf-8")
    return Options(url=url, token_file=str(token), wait_for=0.2)


def test_a_started_bridge_is_found_below_its_address_and_ended() -> None:
    target = open_target(Options(start=REFERENCE))

    assert target.url.endswith("/scim/v2")
    assert target.death() == ""
    process, folder = target.process, target.folder
    target.stop()
    assert process is not None
    assert process.process.poll() is not None
    assert folder is not None
    assert not folder.exists()


COMES_UP = """
import json, sys
from http.server import BaseHTTPRequestHandler, HTTPServer

dropped = 0

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        global dropped
        if dropped < int(sys.argv[2]):
            dropped += 1
            return self.connection.close()
        is_scim = self.path.startswith(sys.argv[3])
        body = json.dumps({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"]}).encode()
        self.send_response(200 if is_scim else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


@pytest.mark.parametrize(("dropped", "base"), [(3, "/scim/v2/"), (2, "/scim")])
def test_a_bridge_that_comes_up_between_two_candidates_is_found_at_the_first(
    tmp_path: Path, dropped: int, base: str
) -> None:
    # The first candidates find nobody; that a later one finds a 404 is not yet a reason to say "no SCIM service", and
    # that another address of the same bridge answers, as /scim does, no reason to take that one.
    script = tmp_path / "comes_up.py"
    script.write_text(COMES_UP, encoding="utf-8")

    target = open_target(Options(start=f"{PYTHON} {shlex.quote(str(script))} {{port}} {dropped} {base}"))

    target.stop()
    assert target.url.endswith("/scim/v2")


def test_a_command_that_ends_at_once_is_unreachable_with_its_last_words() -> None:
    command = f"{PYTHON} -c \"import sys; sys.exit('no session file')\""

    with pytest.raises(Unreachable, match=r"ended with exit code 1: no session file"):
        open_target(Options(start=command))


def test_the_last_words_hold_no_token() -> None:
    command = f'{PYTHON} -c "import sys; sys.exit(open(sys.argv[1]).read())" {{token_file}}'

    with pytest.raises(Unreachable, match="‹credential:scim›"):
        open_target(Options(start=command))


def test_the_last_words_are_cut_at_their_beginning_and_hold_no_part_of_a_token() -> None:
    said = f"sys.exit('usage ' * 40 + open(sys.argv[1]).read() + '.' * {LAST_CHARACTERS - 20} + 'no such option')"
    command = f'{PYTHON} -c "import sys; {said}" {{token_file}}'

    with pytest.raises(Unreachable) as ended:
        open_target(Options(start=command))

    assert str(ended.value).endswith("no such option")
    assert str(ended.value).split("… ")[1].startswith(":scim›...")


def test_no_token_looks_like_an_option(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secrets.token_urlsafe", lambda length: "-" * length)

    assert new_token()[0].isalpha()


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("no-such-program-here", "can't be run"),
        ("bridge 'unclosed", "can't be split"),
        ("bridge --port {prt}", r"unknown placeholder \{prt\}; there are port"),
        (" ", "--start is empty"),
    ],
)
def test_a_command_that_cannot_be_meant_is_refused(command: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        open_target(Options(start=command))


def test_a_given_token_never_stands_in_an_argument_list(tmp_path: Path) -> None:
    given = options(tmp_path, "http://127.0.0.1:{port}")

    with pytest.raises(UsageError, match=r"use \{token_file\}"):
        open_target(Options(start="bridge --token {token}", token_file=given.token_file))


def test_nobody_at_the_address_is_unreachable(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match="does not answer"):
        open_target(options(tmp_path, f"http://127.0.0.1:{free_port()}/scim"))


def test_a_refused_token_is_named_so(tmp_path: Path) -> None:
    with answering(401) as url, pytest.raises(AuthenticationRefused, match="refuses the token") as caught:
        open_target(options(tmp_path, url))

    assert "secret-token-1" not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "body"), [(200, b"<html>hello</html>"), (404, {"error": "no"}), (200, {"hello": "world"}), (500, None)]
)
def test_what_answers_without_scim_is_no_scim_service(tmp_path: Path, status: int, body: object) -> None:
    with (
        answering(status, body, "text/html") as url,
        pytest.raises(NotScim, match="not as a SCIM service"),
    ):
        open_target(options(tmp_path, url))


def test_a_list_of_users_is_enough_to_be_scim(tmp_path: Path) -> None:
    listed = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": 0}

    with answering(200, listed) as url:
        target = open_target(options(tmp_path, url))

    assert target.url == url
    assert isinstance(target.probe(), NoProbe)


def test_an_address_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not an http or https address"):
        open_target(options(tmp_path, "bridge.example/scim"))


@pytest.mark.parametrize(
    ("content", "words"), [("", "is empty"), ("one two", "must hold one token"), ("\n", "is empty")]
)
def test_a_file_without_one_token_is_refused(tmp_path: Path, content: str, words: str) -> None:
    path = tmp_path / "token"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(UsageError, match=words):
        read_secret(path, "--token-file")


def test_a_token_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="can't be read: No such file"):
        read_secret(tmp_path / "none", "--token-file")


def test_a_token_is_read_from_a_variable_or_a_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGE_TOKEN", " from-env ")

    assert read_token(Options(token_env="BRIDGE_TOKEN")) == "from-env"
    assert read_token(Options(token_command=f"{PYTHON} -c \"print('from-command')\"")) == "from-command"


def test_an_unset_variable_and_a_failing_command_are_refused() -> None:
    os.environ.pop("NO_SUCH_TOKEN", None)

    with pytest.raises(UsageError, match="NO_SUCH_TOKEN is not set"):
        read_token(Options(token_env="NO_SUCH_TOKEN"))
    with pytest.raises(UsageError, match="--token-command failed"):
        read_token(Options(token_command="false"))


def test_processes_choose_among_ports_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = []
    for number in (4711, 4712):
        monkeypatch.setattr("harness.target.target.os.getpid", lambda number=number: number)
        chosen.append({free_port() for _ in range(8)})

    assert all(10_240 <= port < 32_768 for port in chosen[0] | chosen[1])
    assert [len(ports) for ports in chosen] == [8, 8]
    assert chosen[0] & chosen[1] == set()
