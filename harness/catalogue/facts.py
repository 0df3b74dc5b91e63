"""Facts about a vendor's client that a row may state: what every identity provider does somehow.

A row with a `fact` is judged by the check of that fact, in the traffic of its vendor alone. So the folder of a vendor
needs no check of its own for what others do, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

FACTS: Mapping[str, str] = MappingProxyType(
    {
        "connection test": "the request by which an administrator tests the connection is answered with 200",
        "test by an unknown name": "the connection is tested by a name that nobody has: 200 and nobody, or 404",
        "labels": "no request is refused for what its headers say of media types, or for what they do not say",
        "match query": "the query for a person is answered with the user of that name",
        "create": "the create of a user is accepted",
        "update": "the update of a user is accepted",
        "activation": "a user is made inactive, and active again",
        "user delete": "the delete of a user is accepted",
        "list of groups": "the groups are listed",
        "group create": "the create of a group is accepted",
        "group rename": "a group gets another name",
        "group patch": "PATCH is offered for groups",
        "membership": "a member joins a group, and leaves it",
        "group delete": "the delete of a group is accepted",
        "test objects": "a user and a group are made to test the integration, and deleted",
    }
)
