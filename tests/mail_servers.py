"""Mail servers over loopback, as small as they can be: a Mailpit's HTTP API, and a mailbox by IMAP."""

from __future__ import annotations

import json
import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

DATE = "Mon, 05 Jan 2026 09:00:00 +0000"


def letter(to: str, subject: str, text: str = "", cc: str = "") -> EmailMessage:
    """A mail."""
    message = EmailMessage()
    message["To"], message["Subject"], message["Date"] = to, subject, DATE
    if cc:
        message["Cc"] = cc
    message.set_content(text or "Hello")
    return message


class Pit:
    """What a Mailpit holds, oldest first."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.asked: list[str] = []
        self.status = 200
        self.nonsense: bytes = b""

    def answer(self, target: str) -> Any:
        """The shapes of its API, as recorded."""
        parts = urlsplit(target)
        if match := re.fullmatch(r"/api/v1/message/id-(\d+)", parts.path):
            message = self.messages[int(match[1]) - 1]
            body = message.get_body(("plain",))
            return {"ID": f"id-{match[1]}", "Text": body.get_content() if body else "", "HTML": ""}
        query = parse_qs(parts.query)
        start, limit = int(query["start"][0]), int(query["limit"][0])
        newest = list(reversed(list(enumerate(self.messages, 1))))[start : start + limit]
        return {
            "total": len(self.messages),
            "messages": [
                {
                    "ID": f"id-{number}",
                    "From": {"Name": "", "Address": "no-reply@corp.example"},
                    "To": [{"Name": "", "Address": str(message["To"])}],
                    "Cc": [{"Name": "", "Address": str(message["Cc"])}] if message["Cc"] else None,
                    "Subject": str(message["Subject"]),
                    "Created": "2026-01-05T09:00:00Z",
                    "Snippet": "",
                }
                for number, message in newest
            ],
        }


@contextmanager
def mailpit() -> Iterator[tuple[str, Pit]]:
    """A Mailpit: its address, and what it holds."""
    pit = Pit()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            pit.asked.append(self.path)
            body = pit.nonsense or json.dumps(pit.answer(self.path)).encode()
            self.send_response(pit.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", pit
    finally:
        server.shutdown()
        server.server_close()


class Folder:
    """A mailbox: its letters by UID, and the commands that came."""

    def __init__(self) -> None:
        self.letters: dict[int, EmailMessage] = {}
        self.commands: list[str] = []
        self.password = "catch-all-password"
        self.hangs_up = False

    def add(self, uid: int, message: EmailMessage) -> None:
        """A letter comes."""
        self.letters[uid] = message


class _Session(socketserver.StreamRequestHandler):
    """As much of IMAP4rev1 as a reader needs; writing commands are refused."""

    folder: Folder

    def handle(self) -> None:
        self._say("* OK ready")
        while line := self.rfile.readline().decode().strip():
            tag, _, command = line.partition(" ")
            self.folder.commands.append(re.sub(r"(LOGIN \S+) .*", r"\1 …", command))
            if self.folder.hangs_up:
                self.folder.hangs_up = False
                return
            self._answer(tag, command)

    def _answer(self, tag: str, command: str) -> None:
        word = command.upper()
        if word == "CAPABILITY":
            self._say("* CAPABILITY IMAP4rev1")
        elif word.startswith("LOGIN"):
            if self.folder.password not in command:
                return self._say(f"{tag} NO wrong password")
        elif word.startswith("EXAMINE"):
            self._say(f"* {len(self.folder.letters)} EXISTS")
        elif match := re.match(r"UID SEARCH UID (\d+):\*", word):
            last = max(self.folder.letters, default=0)
            found = [uid for uid in sorted(self.folder.letters) if uid >= int(match[1]) or uid == last]
            self._say(f"* SEARCH {' '.join(map(str, found))}")
        elif match := re.match(r"UID FETCH (\d+) ", word):
            self._fetch(int(match[1]))
        elif word != "LOGOUT":
            return self._say(f"{tag} BAD not here")
        return self._say(f"{tag} OK done")

    def _fetch(self, uid: int) -> None:
        header, _, text = self.folder.letters[uid].as_bytes().partition(b"\n\n")
        header += b"\n\n"
        self.wfile.write(f"* 1 FETCH (UID {uid} BODY[HEADER] {{{len(header)}}}\r\n".encode() + header)
        self.wfile.write(f" BODY[TEXT]<0> {{{len(text)}}}\r\n".encode() + text + b")\r\n")

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


@contextmanager
def mailbox() -> Iterator[tuple[str, Folder]]:
    """A mailbox by IMAP: its address with the user, and what it holds."""
    folder = Folder()
    session = type("Session", (_Session,), {"folder": folder})
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), session)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"imap://catchall@127.0.0.1:{server.server_address[1]}/INBOX", folder
    finally:
        server.shutdown()
        server.server_close()
