"""The ASGI application: bodies in chunks, bodies above the limit, HEAD."""

import pytest

from bridge_ref.http.app import App
from bridge_ref.http.message import RequestHeaders, Response
from tests.bridge_ref.world import World


class Echo:
    """Answers with the length of the body."""

    async def handle(self, method: str, path: str, query: str, headers: RequestHeaders, body: bytes) -> Response:
        return Response(200, (), str(len(body)).encode())

    def refuse_body(self) -> Response:
        return Response(413, ())


def call(world: World, chunks: list[bytes], method: str = "POST", length: str | None = None) -> list[dict[str, object]]:
    """Run one request through the ASGI application."""
    sent: list[dict[str, object]] = []
    left = list(chunks)

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

    async def send(message: object) -> None:
        sent.append(dict(message))  # type: ignore[call-overload]

    headers = [] if length is None else [(b"content-length", length.encode())]
    scope = {"type": "http", "method": method, "path": "/", "query_string": b"", "headers": headers}
    world.runner.run(App(Echo(), 10)(scope, receive, send))
    return sent


def test_a_body_in_pieces_is_put_together(world: World) -> None:
    """RFC7644-3.2-14: a body without a length, as it comes chunked."""
    assert call(world, [b"12345", b"67890"])[1]["body"] == b"10"


@pytest.mark.parametrize(("chunks", "length"), [([b"12345", b"678901"], None), ([b"1"], "11"), ([b"1"], "9" * 40)])
def test_a_body_above_the_limit_is_refused(world: World, chunks: list[bytes], length: str | None) -> None:
    assert call(world, chunks, length=length)[0]["status"] == 413


def test_the_length_is_that_of_the_body(world: World) -> None:
    """RFC7644-3.2-13."""
    start, end = call(world, [b"12345", b"67890"])

    assert end["body"] == b"10"
    assert (b"content-length", b"2") in start["headers"]  # type: ignore[operator]


def test_head_has_the_length_and_no_body(world: World) -> None:
    start, end = call(world, [b""], method="HEAD")

    assert (b"content-length", b"1") in start["headers"]  # type: ignore[operator]
    assert end["body"] == b""
