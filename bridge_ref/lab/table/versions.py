"""Defects of versions and conditions: RFC 7644 section 3.14."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bridge_ref.lab.registry import defect
from bridge_ref.lab.table.changes import at, put
from bridge_ref.lab.table.fault import Inside, asks, door, of_both, replies
from bridge_ref.lab.table.messages import Ask, Reply, refusal
from bridge_ref.scim.etags import Etags
from bridge_ref.scim.stored_user import Membership, StoredUser

_V = "RFC7644-3.14-"
_ANY = ("/Users/*", "/Groups/*")


@defect(
    "versions-of-users-stand-still",
    breaks=(f"{_V}04", f"{_V}08", "RFC7644-3.12-13"),
    reach=(f"{_V}*", "RFC7644-3.4.1-01", "RFC7644-3.6-0*"),
)
class VersionsOfUsersStandStill(Etags):
    """Shows the same version of a user whatever changes."""

    def user(self, user: StoredUser, groups: Sequence[Membership]) -> str | None:
        """One tag for all."""
        return 'W/"1"'

    def names(self, tags: frozenset[str], version: int) -> bool:
        """Whether a tag is of this version; the only one always is."""
        return '"1"' in tags or super().names(tags, version)


@door("versions-are-made-anew", f"{_V}06", on="GET /Users/*")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Shows another version of a user at each read."""
    reply = await inside.answer(ask)
    if reply.status != 200 or reply.header("etag") is None:
        return reply
    inside.memory["reads"] = inside.memory.get("reads", 0) + 1
    tag = f'{str(reply.header("etag"))[:-1]}-{inside.memory["reads"]}"'
    return reply.with_header("etag", tag).with_body(put(tag, "meta", "version")(reply.body))


@asks("reads-are-never-short", f"{_V}06", on="GET /*")
def _(ask: Ask) -> Ask:
    """Passes over If-None-Match, and shows what the client has already."""
    return ask.without_header("if-none-match")


@asks("puts-mind-no-version", f"{_V}07", on=tuple(f"PUT {place}" for place in _ANY))
def _(ask: Ask) -> Ask:
    """Passes over If-Match in a PUT."""
    return ask.without_header("if-match")


@asks("patches-mind-no-version", f"{_V}08", on=tuple(f"PATCH {place}" for place in _ANY))
def _(ask: Ask) -> Ask:
    """Passes over If-Match in a PATCH."""
    return ask.without_header("if-match")


@asks("deletes-mind-no-version", f"{_V}09", "RFC7644-3.12-13", on=tuple(f"DELETE {place}" for place in _ANY))
def _(ask: Ask) -> Ask:
    """Passes over If-Match in a DELETE."""
    return ask.without_header("if-match")


@door("strong-versions-never-match", f"{_V}10", on=("GET *", "P* /Users*", "P* /Groups*"))
async def _(ask: Ask, inside: Inside) -> Reply:
    """Hands out strong versions, and compares those of a condition with the weak ones that it keeps."""
    sent = ask.header("if-match") or "*"
    is_write = ask.method in ("PUT", "PATCH") and sent != "*"
    reply = await inside.answer(ask.with_header("if-match", '"none"') if is_write else ask)
    tag = reply.header("etag")
    if tag is None:
        return reply
    return reply.with_header("etag", tag.removeprefix("W/")).with_body(of_both(_strong)(reply.body))


def _strong(resource: dict[str, Any]) -> Any:
    return at("meta", "version")(lambda tag: tag.removeprefix("W/"))(resource)


@asks("one-version-is-understood", f"{_V}12", on=tuple(f"* {place}" for place in _ANY))
def _(ask: Ask) -> Ask:
    """Understands a single version in a condition, and neither a list nor an asterisk."""
    for name in ("if-match", "if-none-match"):
        sent = ask.header(name) or ""
        if "," in sent or sent.strip() == "*":
            return ask.with_header(name, '"none"')
    return ask


@replies("old-versions-conflict", "RFC7644-3.12-13", on=tuple(f"* {place}" for place in _ANY), status=412)
def _(ask: Ask, reply: Reply) -> Reply:
    """Answers 409 to a change of a version that is not the current one."""
    return refusal(409, "The resource has changed.")
