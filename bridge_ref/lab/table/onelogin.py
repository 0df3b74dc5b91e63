"""Defects that OneLogin meets: of its connection test, its template, and its roles."""

from __future__ import annotations

from bridge_ref.lab.table.fault import Inside, door, replies
from bridge_ref.lab.table.messages import Ask, Reply, refusal

_DRAFT = "urn:scim:schemas:core:2.0"


@replies("unknown-names-are-a-mistake", "ONELOGIN-01", on="GET /Users", status=200)
def _(ask: Ask, reply: Reply) -> Reply:
    """Answers a look-up of a name that is no address, and that nobody has, with 400."""
    value = (ask.parameter("filter") or "").partition('"')[2]
    is_meant = "userName eq" in (ask.parameter("filter") or "") and value and "@" not in value
    return refusal(400, "userName must be an address.", "invalidValue") if is_meant else reply


@replies("a-filter-alone-is-refused", "ONELOGIN-02", on="GET /Users", status=200)
def _(ask: Ask, reply: Reply) -> Reply:
    """Refuses the look-up of somebody who is there, where the filter comes alone, from a client without a name."""
    is_meant = ask.is_anonymous and [name for name, _ in ask.parameters if name] == ["filter"]
    return refusal(400, "count is missing.", "invalidValue") if is_meant and reply.body["totalResults"] else reply


@door("reads-must-have-no-content-type", "ONELOGIN-03", "ONELOGIN-07", on="GET /Groups")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses a read of groups that is labelled as plain JSON, and does not say what it accepts."""
    is_meant = ask.header("content-type") == "application/json" and ask.header("accept") is None
    return refusal(415, "A read has no content.") if is_meant else await inside.answer(ask)


@door("drafts-are-refused-in-creates", "ONELOGIN-04", on="POST /Users")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses a create that names the schema of the drafts instead of the RFC's."""
    is_draft = isinstance(ask.body, dict) and _DRAFT in ask.body.get("schemas", [])
    return refusal(400, "schemas is wrong.", "invalidValue") if is_draft else await inside.answer(ask)


@door("drafts-are-refused-in-replacements", "ONELOGIN-05", on="PUT /Users/*")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses a replacement that names the schema of the drafts instead of the RFC's."""
    is_draft = isinstance(ask.body, dict) and _DRAFT in ask.body.get("schemas", [])
    return refusal(400, "schemas is wrong.", "invalidValue") if is_draft else await inside.answer(ask)


@door("groups-are-not-listed-in-pages-of-100", "ONELOGIN-07", "RIPPLING-06", on="GET /Groups")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses to list a hundred groups at once."""
    is_meant = ask.is_anonymous and ask.parameter("filter") is None and ask.parameter("count") == "100"
    return refusal(403, "Ask for a group by its name.") if is_meant else await inside.answer(ask)


@door("groups-without-members-are-refused", "ONELOGIN-08", "JUMPCLOUD-07", on="POST /Groups")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses a group that comes without a list of members, from a client without a name."""
    lacks = ask.is_anonymous and isinstance(ask.body, dict) and "members" not in ask.body
    return refusal(400, "members is missing.", "invalidValue") if lacks else await inside.answer(ask)


@door("groups-are-not-patched", "ONELOGIN-09", "RIPPLING-07", "RFC7644-3.5-02", on="PATCH /Groups/*")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Offers no PATCH of groups to a client without a name: 501, as a bridge that knows PUT alone."""
    return refusal(501, "Groups are replaced.") if ask.is_anonymous else await inside.answer(ask)


@door("users-are-deleted-by-nobody", "ONELOGIN-11", on="DELETE /Users/*")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Deletes no user for a client without a name that labels its requests as plain JSON: 403."""
    is_meant = ask.is_anonymous and ask.header("content-type") == "application/json"
    return refusal(403, "Users are deactivated.") if is_meant else await inside.answer(ask)
