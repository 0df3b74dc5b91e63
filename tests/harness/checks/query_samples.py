"""What the rows about queries share: a bridge that has told what it can, Ada and Grace as they were made."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from harness.record.exchange import Exchange, Json
from harness.record.message import CORE_USER
from tests.harness.checks.samples import ADA, GRACE, get, group, page, post, user

SEARCH = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
CONFIG = get(
    "/ServiceProviderConfig",
    {
        "filter": {"supported": True},
        "sort": {"supported": True},
        "pagination": {"cursor": True, "index": True, "maxPageSize": 3},
    },
)
TOLD = (CONFIG, get("/Schemas", page()))
NOT_TOLD = (get("/ServiceProviderConfig", {}), get("/Schemas", page()))


def made(person: Json, **sent: Any) -> Exchange:
    """A create of a user that is answered with all of it."""
    return post("/Users", {"schemas": [CORE_USER], "userName": person["userName"], **sent}, person)


ALAN = user("u-alan", "alan@example.com", title="Analyst", name={"givenName": "Alan", "familyName": "Turing"})
DESIGN = group()
BOTH = (*TOLD, made(ADA), made(GRACE))
THREE = (*BOTH, made(ALAN, title="Analyst", name=ALAN["name"]))
WITH_DESIGN = (*BOTH, post("/Groups", {"schemas": DESIGN["schemas"], "displayName": "Design"}, DESIGN))


def ask(endpoint: str, body: Any, status: int = 200, **asked: Any) -> Exchange:
    """A list with these parameters, answered."""
    return get(f"{endpoint}?{urlencode(asked)}", body, status)


def ask_filter(text: str, body: Any, status: int = 200, endpoint: str = "/Users") -> Exchange:
    """A list by a filter, answered."""
    return ask(endpoint, body, status, filter=text)


def seek(endpoint: str, body: Any, status: int = 200, schemas: Any = (SEARCH,), **asked: Any) -> Exchange:
    """A search by POST, answered."""
    return post(f"{endpoint}/.search", {"schemas": list(schemas), **asked}, body, status)
