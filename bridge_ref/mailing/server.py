"""A mail server over smtplib: a mail is accepted, refused, undeliverable for now, or uncertain."""

import contextlib
import re
import smtplib
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bridge_ref.mailing.letter import Letter

TIMEOUT_S = 10.0
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_PORTS = {"smtp": 25, "smtps": 465}


class UnreachableError(Exception):
    """The server cannot be reached, or does not let us in; no mail can be handed over now."""


class RefusedError(Exception):
    """The server does not take this mail: not now, or not at all."""

    def __init__(self, code: int, words: str, is_final: bool | None = None) -> None:
        super().__init__(f"{code} {words}".strip())
        self.code = code
        self.is_final = code >= 500 if is_final is None else is_final


class UncertainError(Exception):
    """The mail was sent to the server, which never said whether it has taken it."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """The address of a mail server and how to log in; its repr hides the password."""

    host: str
    port: int
    is_tls: bool = False
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: Path | None = None


def parse_mail_server(url: str, password: str | None = None, ca_file: Path | None = None) -> MailServer:
    """The server that a URL names. Raises ValueError, without repeating the URL."""
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError("takes a URL such as smtp://user@host:587 or smtps://user@host")
    if parts.password is not None:
        raise ValueError("takes no password: put it in a file or in the environment")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ValueError("takes nothing after the port")
    user = None if parts.username is None else unquote(parts.username)
    if (user is None) != (password is None):
        raise ValueError("a user and a password belong together")
    port = parts.port or _PORTS[parts.scheme]
    return MailServer(parts.hostname, port, parts.scheme == "smtps", user, password, ca_file)


class SmtpSession:
    """One connection to a mail server. Everything here waits: it is for a thread."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._smtp: smtplib.SMTP | None = None

    def open(self) -> None:
        """Connect, encrypt if the server can, and log in. Raises UnreachableError."""
        if self._smtp is not None:
            return
        try:
            self._smtp = self._connect()
            self._secure_and_log_in(self._smtp)
        except (OSError, smtplib.SMTPException, UnicodeError, ValueError) as error:
            self.close()
            raise UnreachableError(_words(error)) from error
        except UnreachableError:
            self.close()
            raise

    def begin(self, letter: Letter) -> None:
        """Tell sender and recipient. The server has nothing yet. Raises RefusedError, UnreachableError."""
        smtp = self._opened()
        if letter.is_international and not smtp.has_extn("smtputf8"):
            raise RefusedError(553, "the server takes no international addresses")
        options = ["SMTPUTF8", "BODY=8BITMIME"] if letter.is_international else []
        try:
            _expect(smtp.mail(letter.sender, options))
            _expect(smtp.rcpt(letter.recipient))
        except RefusedError:
            self._reset()
            raise
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise UnreachableError(_words(error)) from error

    def finish(self, letter: Letter) -> None:
        """Hand the mail over. Raises RefusedError, UnreachableError, UncertainError."""
        smtp = self._opened()
        try:
            _expect(smtp.docmd("DATA"))
        except RefusedError:
            self._reset()
            raise
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise UnreachableError(_words(error)) from error
        try:
            smtp.send(_stuffed(letter.content) + b".\r\n")
            answer = smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            # It may have arrived in full: only the server knows.
            self.close()
            raise UncertainError(_words(error)) from error
        try:
            _expect(answer)
        except RefusedError:
            self._reset()
            raise

    def close(self) -> None:
        """Say goodbye if that is possible."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                smtp.quit()
            smtp.close()

    def abort(self) -> None:
        """Close the connection at once; a pending call fails."""
        smtp = self._smtp
        if smtp is not None and smtp.sock is not None:
            with contextlib.suppress(OSError):
                smtp.sock.shutdown(2)

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        if server.is_tls:
            return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_S, context=self._context())
        return smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_S)

    def _secure_and_log_in(self, smtp: smtplib.SMTP) -> None:
        server = self._server
        smtp.ehlo_or_helo_if_needed()
        is_secure = server.is_tls
        if not is_secure and smtp.has_extn("starttls"):
            smtp.starttls(context=self._context())
            smtp.ehlo()
            is_secure = True
        if server.user is None or server.password is None:
            return
        if not is_secure and server.host not in _LOOPBACK:
            raise UnreachableError("the server offers no TLS, and a password does not go out in clear text")
        smtp.login(server.user, server.password)

    def _context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._server.ca_file)

    def _opened(self) -> smtplib.SMTP:
        if self._smtp is None:
            raise UnreachableError("there is no connection")
        return self._smtp

    def _reset(self) -> None:
        try:
            if self._smtp is not None:
                self._smtp.rset()
        except (OSError, smtplib.SMTPException):
            self.close()


def _expect(answer: tuple[int, bytes]) -> None:
    code, words = answer
    if code == 421:
        # The server is about to end the connection: that says nothing about this mail.
        raise smtplib.SMTPServerDisconnected("the server ends the connection")
    if code >= 400 or code < 200:
        raise RefusedError(code, _printable(words.decode(errors="replace")))


def _stuffed(content: bytes) -> bytes:
    """As it goes over the wire: a line that begins with a dot gets a second one."""
    ended = content if content.endswith(b"\r\n") else content + b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", ended)


def _words(error: BaseException) -> str:
    """The reason of a failure without our own words: a server can echo a password."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{type(error).__name__}: {error.smtp_code}"
    if isinstance(error, OSError):
        return f"{type(error).__name__}: {error.strerror or 'no answer in time'}"
    return type(error).__name__


def _printable(text: str) -> str:
    return "".join(each if each.isprintable() else " " for each in text)[:200]
