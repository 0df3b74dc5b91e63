"""Finding the base address, and one line that says what is wrong with the one given."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from harness.errors import AuthenticationRefused, NotScim, TargetError, Unreachable
from harness.target.connection import ask, find_base

LIST = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": 0}
Answers = Mapping[str, tuple[int, Mapping[str, str]]]


@contextmanager
def serving(answers: Answers) -> Iterator[tuple[str, list[str]]]:
    """A server that answers 200 SCIM below the paths given, or what they say; 404 elsewhere. Yields the seen too."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.path)
            base = self.path.rsplit("/", 1)[0]
            status, headers = answers.get(base, (404, {}))
            body = json.dumps(LIST).encode() if status == 200 else b"nothing"
            self.send_response_only(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def find(url: str, *, is_given: bool = True, wait_s: float = 0.0) -> str:
    return find_base(
        url, "secret-1", is_given=is_given, wait_s=wait_s, is_started=False, ca_file=None, death=lambda: ""
    ).url


def test_the_address_given_is_taken() -> None:
    with serving({"/scim": (200, {})}) as (url, _):
        assert find(f"{url}/scim") == f"{url}/scim"


@pytest.mark.parametrize("given", ["", "/api", "/api/v1", "/scim/v2/Users"])
def test_a_wrong_path_is_told_with_the_right_one(given: str) -> None:
    right = "/api/scim/v2" if given.startswith("/api") else "/scim/v2"
    with serving({right: (200, {})}) as (url, _), pytest.raises(NotScim) as caught:
        find(url + given)

    assert str(caught.value).endswith(f"SCIM answers at {url}{right}: use that as --url")
    assert "gives 404 (no media type)" in str(caught.value)


def test_a_path_without_a_better_one_is_told() -> None:
    with serving({}) as (url, _), pytest.raises(NotScim, match=r"; check the path of --url$"):
        find(url + "/x")


def test_a_redirect_is_told_with_its_target_and_not_followed() -> None:
    goal = {"Location": "https://u:pw@other.example/scim/v2/ServiceProviderConfig?x=1"}
    with serving({"": (301, goal)}) as (url, seen), pytest.raises(NotScim) as caught:
        find(url)

    assert str(caught.value) == f"{url} redirects (301) to https://other.example/scim/v2: use that as the address"
    assert seen == ["/ServiceProviderConfig", "/Users?startIndex=1&count=1"]


@pytest.mark.parametrize(("status", "words"), [(401, "refuses the token (401)"), (403, "does not let it read users")])
def test_a_token_that_is_refused_and_one_without_the_scope(status: int, words: str) -> None:
    with serving({"": (status, {})}) as (url, _), pytest.raises(AuthenticationRefused) as caught:
        find(url)

    assert words in str(caught.value)
    assert "secret-1" not in str(caught.value)


def test_a_gateway_without_a_bridge_is_waited_for() -> None:
    answers: dict[str, tuple[int, Mapping[str, str]]] = {"": (502, {})}
    with serving(answers) as (url, seen):
        timer = threading.Timer(0.3, answers.update, [{"": (200, {})}])
        timer.start()
        assert find(url, wait_s=20.0) == url
        timer.join()

    assert len(seen) > 4


def test_a_gateway_without_a_bridge_is_told_in_the_end() -> None:
    with serving({"": (503, {})}) as (url, _), pytest.raises(Unreachable, match="has no bridge behind it"):
        find(url)


def test_a_process_that_dies_is_not_waited_for() -> None:
    with serving({"": (502, {})}) as (url, _), pytest.raises(TargetError, match="it died"):
        find_base(url, "t", is_given=True, wait_s=60.0, is_started=True, ca_file=None, death=lambda: "it died")


def test_the_first_candidate_of_a_started_bridge_is_taken() -> None:
    with serving({"/v2": (200, {}), "": (200, {})}) as (url, _):
        assert find(url, is_given=False) == f"{url}/v2"


def test_the_base_address_comes_with_what_its_clock_says() -> None:
    with serving({"/scim": (200, {"Date": formatdate(1_000_000, usegmt=True)})}) as (url, _):
        look = find_base(
            f"{url}/scim", "t", is_given=True, wait_s=0.0, is_started=False, ca_file=None, death=lambda: ""
        )

    assert look.url == f"{url}/scim"
    assert look.skew_s is not None
    assert look.skew_s < -1_000_000


@pytest.mark.parametrize(("seconds", "at_least"), [(600, 590.0), (-600, -610.0), (0, -1.0)])
def test_a_clock_that_differs_is_measured(seconds: int, at_least: float) -> None:
    import time

    with serving({"": (200, {"Date": formatdate(time.time() + seconds, usegmt=True)})}) as (url, _):
        skew = ask(url, "t", None).skew_s

    assert skew is not None
    assert at_least <= skew <= at_least + 20


def test_a_clock_that_is_not_told_is_not_guessed() -> None:
    with serving({"": (200, {})}) as (url, _):
        assert ask(url, "t", None).skew_s is None
