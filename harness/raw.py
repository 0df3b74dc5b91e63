"""A client that sends the bytes it is told to, and nothing else: HTTP/1.1 as no library would send it (RFC 9112)."""

from __future__ import annotations

import socket
import zlib
from contextlib import closing
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from harness.clock import Clock
from harness.record.exchange import Exchange, Headers, Request, Response, find_header
from harness.target.lost_words import words_of_loss
from harness.target.secrets import Secrets
from harness.target.transport import Transport
from harness.target.trust import trusting_context

# Ours: how long an exchange may take as a whole, and how much of an answer is read.
EXCHANGE_S = 60.0
HEADERS_LIMIT = 256 * 1024
BODY_LIMIT = 16 * 1024 * 1024
_END = b"\r\n"


@dataclass(frozen=True, slots=True)
class Wire:
    """How a request is put into bytes. The default is what a plain client does.

    `chunks` are the sizes of the parts in which a body goes, chunked; the last part takes the rest. `is_absolute` puts
    the whole address into the request line. `cut_after` is the number of bytes after which nothing more is sent.
    """

    chunks: tuple[int, ...] = ()
    is_absolute: bool = False
    version: str = "HTTP/1.1"
    cut_after: int | None = None


PLAIN = Wire()


class BrokenAnswerError(Exception):
    """What came is no HTTP answer, or was not complete in time."""


def complete(request: Request) -> Request:
    """The request with the headers that HTTP asks for: Host first, Connection, and the length of a body."""
    headers: Headers = (("Host", ""), *request.headers, ("Connection", "close"))
    if request.body is not None:
        headers = (*headers, ("Content-Length", str(len(request.body))))
    return replace(request, headers=headers)


def in_parts(request: Request) -> Request:
    """The same, for a body that goes in chunks and tells no length."""
    whole = complete(request)
    unsized = tuple(each for each in whole.headers if each[0] != "Content-Length")
    return replace(whole, headers=(*unsized, ("Transfer-Encoding", "chunked")))


class RawClient:
    """Sends requests byte by byte as they stand: headers in their order, as often as they occur, and no other.

    A Host without a value gets the target's, an Authorization without one the credential; without either place the
    credential comes last, as `Transport` has it. Each exchange has a connection of its own.
    """

    def __init__(
        self, base: str, secrets: Secrets, clock: Clock, ca_file: str | None = None, limit_s: float = EXCHANGE_S
    ) -> None:
        self.base = base.rstrip("/")
        self._secrets = secrets
        self._clock = clock
        self._ca_file = ca_file
        self._limit_s = limit_s

    @classmethod
    def beside(cls, transport: Transport) -> RawClient:
        """A client of the same target, with the same secrets and the same trust."""
        return cls(transport.base, transport.secrets, transport.clock, transport.ca_file)

    def render(self, request: Request, wire: Wire = PLAIN) -> bytes:
        """The bytes that leave for this request, the secret in them."""
        parts = urlsplit(self.base)
        server = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}" if wire.is_absolute else ""
        line = f"{request.method} {server}{parts.path}{request.target} {wire.version}"
        lines = [line, *(f"{name}: {value}" for name, value in self._headers(request))]
        head = _END.join(each.encode("latin-1") for each in lines) + _END * 2
        return (head + _body(request.body or b"", wire.chunks))[: wire.cut_after]

    def send(self, request: Request, wire: Wire = PLAIN) -> Exchange:
        """Send one request and record the exchange, secrets replaced by their names. A bad answer never raises."""
        started = self._clock.now()
        response, lost = None, ""
        try:
            with closing(self._connect()) as connection:
                reading = _Answer(connection, self._clock, started + self._limit_s)
                _send(connection, self.render(request, wire))
                if wire.cut_after is not None:
                    connection.shutdown(socket.SHUT_WR)
                response = reading.read(request)
        except BrokenAnswerError as error:
            lost = str(error)
        except (OSError, zlib.error) as error:
            lost = words_of_loss(error)
        shown = None if response is None else self._redacted(response)
        elapsed = self._clock.now() - started
        return Exchange(self.base, self._as_sent(request), shown, self._secrets.redact(lost), started, elapsed)

    def _connect(self) -> socket.socket:
        parts = urlsplit(self.base)
        is_tls = parts.scheme == "https"
        host, port = parts.hostname or "", parts.port or (443 if is_tls else 80)
        plain = socket.create_connection((host, port), timeout=self._limit_s)
        if not is_tls:
            return plain
        try:
            return trusting_context(self._ca_file).wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise

    def _headers(self, request: Request) -> list[tuple[str, str]]:
        bearer = self._secrets.bearer(request.credential) if request.credential else ""
        filled = {"host": urlsplit(self.base).netloc.rpartition("@")[2], "authorization": bearer}
        made = [(name, value or filled.get(name.lower(), "")) for name, value in request.headers]
        has_place = any(name.lower() == "authorization" for name, _ in request.headers)
        if bearer and not has_place:
            made.append(("Authorization", bearer))
        return [(name, value) for name, value in made if value or name.lower() != "authorization"]

    def _as_sent(self, request: Request) -> Request:
        redact = self._secrets.redact
        shown = tuple((name, redact(value)) for name, value in self._headers(request))
        body = self._secrets.redact_bytes(request.body) if request.body else request.body
        return replace(request, target=redact(request.target), headers=shown, body=body)

    def _redacted(self, response: Response) -> Response:
        headers = tuple((name, self._secrets.redact(value)) for name, value in response.headers)
        return Response(response.status, headers, self._secrets.redact_bytes(response.body))


def _send(connection: socket.socket, sent: bytes) -> None:
    """Send all; a server that answers before it has read everything is heard all the same."""
    try:
        connection.sendall(sent)
    except (BrokenPipeError, ConnectionResetError):
        return


def _body(body: bytes, chunks: tuple[int, ...]) -> bytes:
    if not chunks:
        return body
    parts, rest = [], body
    for size in chunks:
        parts.append(rest[:size])
        rest = rest[size:]
    sent = [part for part in (*parts, rest) if part]
    return b"".join(f"{len(part):x}".encode() + _END + part + _END for part in sent) + b"0" + _END * 2


class _Answer:
    """Reads one answer, up to a time and a size."""

    def __init__(self, connection: socket.socket, clock: Clock, until: float) -> None:
        self._connection = connection
        self._clock = clock
        self._until = until
        self._held = bytearray()
        self._is_over = False

    def read(self, request: Request) -> Response:
        """The final answer; those before it (1xx) are passed over."""
        while True:
            status, headers = self._head()
            if status >= 200:
                break
        is_closing = (find_header(request.headers, "Connection") or "").lower() == "close"
        coding = (find_header(headers, "Transfer-Encoding") or "").lower()
        if coding == "chunked":
            body = self._chunked()
        elif is_closing:
            body = self._rest()  # so that more, or less, than Content-Length says is seen
        elif request.method == "HEAD" or status in (204, 304):
            body = b""
        else:
            body = self._counted(find_header(headers, "Content-Length"))
        return Response(status, headers, _decoded(body, find_header(headers, "Content-Encoding")))

    def _head(self) -> tuple[int, Headers]:
        while _END * 2 not in self._held:
            if len(self._held) > HEADERS_LIMIT:
                raise BrokenAnswerError(f"the headers of the answer are longer than {HEADERS_LIMIT} bytes")
            self._more("the headers of the answer")
        head, _, rest = bytes(self._held).partition(_END * 2)
        self._held = bytearray(rest)
        first, *lines = head.decode("latin-1").split("\r\n")
        version, status, *_ = (*first.split(" ", 2), "", "")
        if not version.startswith("HTTP/1.") or not (status.isascii() and status.isdigit()):
            raise BrokenAnswerError(f"the answer does not begin as HTTP does: {first[:60]!r}")
        return int(status[:3]), tuple(_field(line) for line in lines)

    def _more(self, what: str) -> None:
        left = self._until - self._clock.now()
        if left <= 0:
            raise BrokenAnswerError(f"{what} did not come in time")
        self._connection.settimeout(left)
        try:
            got = self._connection.recv(65536)
        except TimeoutError:
            raise BrokenAnswerError(f"{what} did not come in time") from None
        if not got:
            self._is_over = True
            raise BrokenAnswerError(f"{what} broke off")
        self._held += got

    def _rest(self) -> bytes:
        while len(self._held) < BODY_LIMIT:
            try:
                self._more("the body of the answer")
            except BrokenAnswerError:
                if not self._is_over:
                    raise
                break
        return self._take(BODY_LIMIT)

    def _counted(self, length: str | None) -> bytes:
        if length is None or not (length.isascii() and length.isdigit()):
            return self._rest()
        wanted = min(int(length[:18]), BODY_LIMIT)
        while len(self._held) < wanted:
            self._more("the body of the answer")
        return self._take(wanted)

    def _chunked(self) -> bytes:
        body = bytearray()
        while len(body) < BODY_LIMIT:
            size = self._line().split(b";")[0].strip()
            try:
                length = int(size, 16)
            except ValueError:
                raise BrokenAnswerError(f"a part of the answer has no length: {size[:20]!r}") from None
            if length == 0:
                break
            while len(self._held) < min(length, BODY_LIMIT) + 2:
                self._more("a part of the answer")
            body += self._take(min(length, BODY_LIMIT))
            self._take(2)
        return bytes(body)

    def _line(self) -> bytes:
        while _END not in self._held:
            if len(self._held) > HEADERS_LIMIT:
                raise BrokenAnswerError("a part of the answer has no length")
            self._more("a part of the answer")
        line, _, rest = bytes(self._held).partition(_END)
        self._held = bytearray(rest)
        return line

    def _take(self, size: int) -> bytes:
        taken = bytes(self._held[:size])
        del self._held[:size]
        return taken


def _field(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name, value.strip()


def _decoded(body: bytes, coding: str | None) -> bytes:
    """A compressed body unpacked, up to the limit; any other as it is."""
    if (coding or "").strip().lower() not in ("gzip", "x-gzip", "deflate") or not body:
        return body
    return zlib.decompressobj(wbits=47).decompress(body, BODY_LIMIT)
