"""The users and groups that every server of a benchmark holds, each computed from its number.

Ids are scattered as those of a real directory are: consecutive ones would flatter every index.
"""

import base64
import hashlib
from typing import Any

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"

_GIVEN = ("Ada", "Grace", "Katherine", "Radia", "Barbara", "Annie", "Joan", "Hedy", "Mary", "Sophie", "Emmy")
_FAMILY = ("Marlowe", "Okafor", "Lindqvist", "Tanaka", "Moreau", "Kowalska", "Haddad", "Silva", "Novak")
_TEAMS = ("Design", "Sales", "Support", "Platform", "Finance", "Legal", "Research")


def user_id(number: int) -> str:
    """The id of a user, on every server."""
    return base64.b32encode(hashlib.sha256(b"user %d" % number).digest()[:16]).decode().rstrip("=")


def user_name(number: int) -> str:
    """The userName of a user that every store holds from the start."""
    return f"u{number}@example.com"


def number_of(name: str) -> int | None:
    """The number in such a userName; None for other names, such as those that a benchmark creates."""
    number = name.removeprefix("u").removesuffix("@example.com")
    return int(number) if number.isdecimal() and name == user_name(int(number)) else None


def is_gone(number: int) -> bool:
    """Whether a user belongs to the third that is deleted from a thinned-out store."""
    return hashlib.sha256(b"gone %d" % number).digest()[0] % 3 == 0


def user_document(number: int, name: str | None = None) -> dict[str, Any]:
    """A user as an identity provider sends it: about a kilobyte of JSON."""
    given, family, team = _GIVEN[number % 11], _FAMILY[number % 9], _TEAMS[number % 7]
    address = name or user_name(number)
    return {
        "schemas": [USER, ENTERPRISE],
        "userName": address,
        "externalId": f"00u{number:017d}",
        "displayName": f"{given} {family} {number}",
        "active": True,
        "name": {"givenName": given, "familyName": f"{family} {number}", "formatted": f"{given} {family} {number}"},
        "emails": [{"value": address, "type": "work", "primary": True}],
        "phoneNumbers": [{"value": f"+1-555-{number % 10_000:04d}", "type": "work"}],
        "addresses": [
            {
                "type": "work",
                "streetAddress": f"{number % 900 + 1} Example Street",
                "locality": "Springfield",
                "region": "Illinois",
                "postalCode": f"{number % 100_000:05d}",
                "country": "US",
            }
        ],
        "title": f"{team} engineer",
        "preferredLanguage": "en",
        "locale": "en-US",
        "timezone": "America/Chicago",
        ENTERPRISE: {
            "employeeNumber": f"{number:08d}",
            "department": team,
            "costCenter": f"CC-{number % 400}",
            "organization": "Example Incorporated",
            "division": "North",
        },
    }


def group_id(size: int) -> str:
    """The id of the group that starts with this many members: the users from number 0 on."""
    return f"group-of-{size}"


def group_name(size: int) -> str:
    """Its displayName."""
    return f"Group of {size}"


def group_document(size: int) -> dict[str, Any]:
    """The group with its members."""
    members = [{"value": user_id(number)} for number in range(size)]
    return {"schemas": [GROUP], "displayName": group_name(size), "members": members}
