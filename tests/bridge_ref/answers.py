"""Assertions about answers."""

from tests.bridge_ref.world import Reply, World

SEARCH = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"


def found(world: World, text: str, path: str = "/Users") -> str:
    """The first letters of those whom a filter finds, by GET and by POST alike."""
    listed = world.send("GET", path, filter=text)
    searched = world.send("POST", f"{path.rstrip('/')}/.search", {"schemas": [SEARCH], "filter": text})
    assert (listed.status, searched.body) == (200, listed.body), listed.body
    assert listed.body["totalResults"] == len(listed.body["Resources"])
    return "".join((each.get("userName") or each["displayName"])[0] for each in listed.body["Resources"])


def assert_error(reply: Reply, status: int, scim_type: str | None = None) -> None:
    """The answer is an Error body as RFC 7644 section 3.12 writes it."""
    assert reply.status == status, reply.body
    assert reply.body["schemas"] == [ERROR]
    assert reply.body["status"] == str(status)
    assert reply.body["detail"]
    assert reply.headers["content-type"] == "application/scim+json"
    assert scim_type is None or reply.body["scimType"] == scim_type
