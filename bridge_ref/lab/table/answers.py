"""Defects of requests and answers as such: methods, labels, statuses, errors, selection. RFC 7644 sections 2 and 3."""

from __future__ import annotations

import json
from collections.abc import Callable

from bridge_ref.credentials.grants import TokenGrant
from bridge_ref.http.auth import Auth
from bridge_ref.http.message import RequestHeaders, header
from bridge_ref.lab.registry import defect
from bridge_ref.lab.table.changes import drop
from bridge_ref.lab.table.fault import Inside, asks, door, of_groups, replies
from bridge_ref.lab.table.messages import Ask, Reply, refusal

_READS, _ERRORS = ("GET /Users/*", "GET /Groups/*"), (400, 403, 404, 405, 409)
_SCIM = "application/scim+json"


@defect("any-token-is-enough", breaks=("RFC7644-2-04", "P-27"), reach=("RFC7644-3.12-09", "OKTA-27", "SEC-*"))
class AnyTokenIsEnough(Auth):
    """Lets in whoever has some token or other."""

    def check(self, headers: RequestHeaders, now: Callable[[], int]) -> TokenGrant:
        """The first grant, for any token."""
        if (header(headers, "authorization") or "").lower().startswith("bearer "):
            return next(iter(self.known()))
        return super().check(headers, now)


@defect("an-empty-token-is-enough", breaks=("RFC7644-2-04",), reach=("RFC7644-3.12-09", "OKTA-27", "SEC-*"))
class AnEmptyTokenIsEnough(Auth):
    """Lets in whoever names the scheme and no token."""

    def check(self, headers: RequestHeaders, now: Callable[[], int]) -> TokenGrant:
        """The first grant, without a token."""
        if (header(headers, "authorization") or "").strip().lower() == "bearer":
            return next(iter(self.known()))
        return super().check(headers, now)


@replies("errors-are-pages", "RFC7644-3.1-01", on="GET /*", status=_ERRORS)
def _(ask: Ask, reply: Reply) -> Reply:
    """Labels its errors as HTML."""
    return reply.with_header("content-type", "text/html")


@door("the-scim-label-is-refused", "RFC7644-3.1-02", on="PUT /Groups/*")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses the PUT of a group that is labelled application/scim+json."""
    is_scim = (ask.header("content-type") or "").startswith(_SCIM) and ask.header("if-match") is None
    is_meant = is_scim and await inside.read(ask) is not None
    return refusal(415, "Bodies must be application/json.") if is_meant else await inside.answer(ask)


@door("a-charset-is-demanded", "RFC7644-8.1-02", "RFC7644-3.1-02", on="PUT /Groups/*")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Refuses the PUT of a group whose label has no charset."""
    is_bare = "charset" not in (ask.header("content-type") or "charset") and ask.header("if-match") is None
    is_meant = is_bare and await inside.read(ask) is not None
    return refusal(415, "The label needs a charset.") if is_meant else await inside.answer(ask)


@asks("plain-bodies-are-empty", "RFC7644-3.8-07", on="POST *")
def _(ask: Ask) -> Ask:
    """Reads a body that is labelled application/json as an empty object."""
    return ask.with_body({}) if (ask.header("content-type") or "").startswith("application/json") else ask


@asks("bodies-are-latin-1", "RFC7644-3.8-02", on=("POST /Users", "PUT /Users/*"))
def _(ask: Ask) -> Ask:
    """Reads a body without a charset as ISO 8859-1."""
    if "charset" in (ask.header("content-type") or "") or ask.raw.isascii() or ask.body is None:
        return ask
    return ask.with_body(json.loads(ask.raw.decode("latin-1").replace("\x85", " ")))


@door("scim-is-not-acceptable", "RFC7644-3.8-04", on="GET /ResourceTypes*")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Answers 406 where the client accepts application/scim+json alone."""
    is_alone = (ask.header("accept") or "").strip() == _SCIM
    return refusal(406, "Only application/json is to be had.") if is_alone else await inside.answer(ask)


@door("json-is-not-acceptable", "RFC7644-3.8-05", on="GET /*")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Answers 406 where the client accepts application/json alone."""
    is_alone = (ask.header("accept") or "").strip() == "application/json"
    return refusal(406, f"Only {_SCIM} is to be had.") if is_alone else await inside.answer(ask)


@door("users-cannot-be-replaced-by-method", "RFC7644-3.2-05", "RFC7644-3.5-01", on="PUT /Users/*")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Answers the PUT of a user with 405."""
    return refusal(405, "This method is not allowed.") if ask.header("if-match") is None else await inside.answer(ask)


@door("groups-cannot-be-replaced", "RFC7644-3.2-06", on="PUT /Groups/*")
async def _(ask: Ask, inside: Inside) -> Reply:
    """Answers the PUT of a group with 400."""
    return refusal(400, "Groups are changed by PATCH.") if ask.header("if-match") is None else await inside.answer(ask)


@replies("a-method-too-many", "RFC7644-3.2-07", on="POST /Users/*", status=405)
def _(ask: Ask, reply: Reply) -> Reply:
    """Answers a POST to a user with 204."""
    return reply.bare(204)


@replies("strangers-get-no-body", "RFC7644-3.12-01", on="*", status=401)
def _(ask: Ask, reply: Reply) -> Reply:
    """Turns strangers away without a body."""
    return reply.bare()


@replies("an-error-tells-two-statuses", "RFC7644-3.12-04", on=_READS, status=404)
def _(ask: Ask, reply: Reply) -> Reply:
    """Says 400 in the body of an error that has the status 404."""
    return reply.with_values(status="400")


@replies("half-an-object-is-a-server-error", "RFC7644-3.12-07", "RFC7644-3.12-08", on="POST /Users", status=400)
def _(ask: Ask, reply: Reply) -> Reply:
    """Answers a body that is no JSON with 500."""
    return refusal(500, "Unexpected end of input.") if ask.body is None and ask.raw else reply


@replies("half-an-object-has-no-type", "RFC7644-3.12-08", on="POST /Users", status=400)
def _(ask: Ask, reply: Reply) -> Reply:
    """Calls a body that is no JSON an invalid value."""
    return reply.with_values(scimType="invalidValue") if ask.body is None and ask.raw else reply


@replies("strangers-are-forbidden", "RFC7644-3.12-09", on="*", status=401)
def _(ask: Ask, reply: Reply) -> Reply:
    """Answers a stranger with 403."""
    return refusal(403, "This is not for you.")


@replies("unknown-endpoints-are-empty", "RFC7644-3.12-11", on="GET *", status=404)
def _(ask: Ask, reply: Reply) -> Reply:
    """Answers the read of an endpoint that there is not with an empty list."""
    if ask.kind in ("Users", "Groups", "Schemas", "ResourceTypes", "Me") or "Bulk" in ask.path:
        return reply
    urn = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
    return Reply(200, reply.headers, {"schemas": [urn], "totalResults": 0, "Resources": []})


@asks("wrong-types-are-passed-over", "RFC7644-3.12-16", on="POST /Users")
def _(ask: Ask) -> Ask:
    """Passes over a text in the place of an object or of a list."""
    if not isinstance(ask.body, dict):
        return ask
    return ask.without_values(*(name for name in ("name", "emails") if isinstance(ask.body.get(name), str)))


@replies("nobody-is-a-server-error", "RFC7644-3.11-01", on="GET /Me*", status=501)
def _(ask: Ask, reply: Reply) -> Reply:
    """Answers /Me, which it does not have, with 500."""
    return refusal(500, "No user in the session.")


@replies(
    "selections-forget-the-members",
    "RFC7644-3.9-03",
    "RFC7644-3.4.2.5-01",
    on=("GET /Groups", "GET /Groups/*"),
    status=200,
)
def _(ask: Ask, reply: Reply) -> Reply:
    """Shows no members where `attributes` names them."""
    chosen = (ask.parameter("attributes") or "").lower().split(",")
    return reply.with_body(of_groups(drop("members"))(reply.body)) if "members" in chosen else reply
