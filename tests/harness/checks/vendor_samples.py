"""The traffic that the tests of several vendors' checks share: Ada, Design, and what a provider does to them."""

from __future__ import annotations

from harness.record.exchange import Exchange, Json
from tests.harness.checks.samples import (
    ADA,
    NEW_ADA,
    Row,
    accepts,
    active,
    answered,
    error,
    finds,
    ignores,
    patch,
    post,
    user,
)

AT, DESIGN = "/Users/u-ada", "/Groups/g-design"
FOR_ADA = "/Users?filter=userName+eq+%22ada%40example.com%22"
FOR_DESIGN = "/Groups?filter=displayName%20eq%20%22Design%22"
IDLE = user(active=False)
TITLE: Json = {"op": "Add", "path": "title", "value": "x"}
THROTTLED = error(429)


def create(status: int, body: object = None) -> Exchange:
    """A provider creates Ada."""
    return post("/Users", NEW_ADA, body, status, name="create user")


def change(status: int, *operations: Json) -> Exchange:
    """A provider changes Ada's attributes."""
    return patch(AT, *operations, status=status, name="change user")


def bare(body: object, status: int = 200, **more: object) -> Exchange:
    """A read without any header."""
    return answered("GET", AT, status, body, asked=(), **more)  # type: ignore[arg-type]


def activation_rows(check: str) -> tuple[Row, ...]:
    """The rows of a check that wants the new value of active to be accepted and shown."""
    return (
        accepts(check, "204", active()),
        accepts(check, "a string boolean", active("False", body=IDLE, status=200)),
        accepts(
            check,
            "no path",
            patch(AT, {"op": "replace", "value": {"active": True}}, body=ADA, status=200, name="set user active"),
        ),
        finds(check, "active still", active(body=ADA, status=200), says="active false as a Boolean ⟶ True @ /active"),
        finds(check, "400", active(status=400), says="the new value of active to be accepted ⟶ status 400"),
        ignores(check, "another PATCH", patch(AT, TITLE, name="change user")),
        ignores(check, "too many requests", active(status=429)),
    )
