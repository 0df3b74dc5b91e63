"""A client of the pages that keeps the cookie and submits the forms that the pages contain."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

from tests.bridge_ref.world import Reply, World


class Reader:
    """A browser without a screen."""

    def __init__(self, world: World, token: str | None = "right-token") -> None:
        self.world = world
        self.cookie = ""
        if token is not None:
            self.signed_in = self.sign_in(token)

    def sign_in(self, token: str) -> Reply:
        """Type a token in."""
        return self._keep(self.world.send_raw("POST", "/app", "", (), urlencode({"token": token}).encode()))

    def get(self, path: str, **parameters: str) -> Reply:
        """Read a page."""
        path, _, query = path.partition("?")
        return self.world.send_raw("GET", f"/app/{path}", query or urlencode(parameters), self._headers())

    def post(self, path: str, fields: dict[str, Any] | None = None, *headers: tuple[str, str]) -> Reply:
        """Send a form with the token that a page has for it."""
        return self.post_with(self.form_token(), path, fields, *headers)

    def post_with(
        self, form_token: str, path: str, fields: dict[str, Any] | None = None, *headers: tuple[str, str]
    ) -> Reply:
        """Send a form with another token."""
        body = urlencode({"form_token": form_token, **(fields or {})}, doseq=True).encode()
        return self._keep(self.world.send_raw("POST", f"/app/{path}", "", (*self._headers(), *headers), body))

    def form_token(self) -> str:
        """The one that every page of a session has."""
        return next(iter(fields_of(self.get("status").body).get("form_token", [""])))

    def _headers(self) -> tuple[tuple[str, str], ...]:
        return (("cookie", f"theme=dark; {self.cookie}"), ("host", "bridge.example"))

    def _keep(self, reply: Reply) -> Reply:
        if "set-cookie" in reply.headers:
            self.cookie = reply.headers["set-cookie"].partition(";")[0]
        return reply


class Page(HTMLParser):
    """What a page consists of, as a browser would see it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.alert = ""
        self._is_alert = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        self.tags.append((tag, dict(attrs)))
        self.text += " "
        self._is_alert = dict(attrs).get("role") == "alert"

    def handle_data(self, data: str) -> None:
        """Text between elements."""
        self.text += data
        if self._is_alert:
            self.alert += data
            self._is_alert = False

    def actions(self) -> set[str]:
        """Where its forms go."""
        return {str(attrs["action"]) for tag, attrs in self.tags if tag == "form"}


def alert(reply: Reply) -> str:
    """What a page says in alarm."""
    return Page(reply.body).alert


def text(reply: Reply) -> str:
    """All that is written on a page, on one line."""
    return " ".join(Page(reply.body).text.split())


def actions(reply: Reply) -> set[str]:
    """Where the forms of a page go."""
    return Page(reply.body).actions()


def fields_of(body: str) -> dict[str, list[str]]:
    """The hidden fields of all forms of a page."""
    found: dict[str, list[str]] = {}
    for tag, attrs in Page(body).tags:
        if tag == "input" and attrs.get("type") == "hidden":
            found.setdefault(str(attrs["name"]), []).append(str(attrs["value"]))
    return found
