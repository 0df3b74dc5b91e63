"""Discovery documents for the tests of conditions and capabilities."""

from __future__ import annotations

from typing import Any

from harness.record.exchange import Exchange
from harness.record.message import CORE_GROUP, CORE_USER
from tests.harness.checks.samples import get, page

USER_TYPE = {"name": "User", "schema": CORE_USER}


GROUP_TYPE = {"name": "Group", "schema": CORE_GROUP}


def config(**features: Any) -> Exchange:
    """The bridge's configuration: a Boolean is the `supported` of a feature."""
    made = {name: {"supported": value} if isinstance(value, bool) else value for name, value in features.items()}
    return get("/ServiceProviderConfig", made)


def types(*kinds: dict[str, Any]) -> Exchange:
    return get("/ResourceTypes", page(*kinds))


def schemas(*attributes: dict[str, Any], uri: str = CORE_USER) -> Exchange:
    return get("/Schemas", page({"id": uri, "attributes": list(attributes)}))


def attribute(name: str = "x", **more: Any) -> dict[str, Any]:
    return {"name": name, "type": "string", **more}


PLAIN = schemas(attribute("userName"))
