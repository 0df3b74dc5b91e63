"""What a server refuses, keeps or sets by a policy of its own: RFC 7644 section 3.12, RFC 7643 sections 2 and 4."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from bridge_ref.decisions.outcome import DecisionContext, ScimDecision
from bridge_ref.decisions.router import Request, Router
from bridge_ref.decisions.users import Users
from bridge_ref.decisions.write import Write
from bridge_ref.lab.variants.capabilities import FLOWS, VENDORS
from bridge_ref.lab.variants.variant import variant
from bridge_ref.lab.variants.writing import completing, defaulting
from bridge_ref.scim.errors import bad_request, invalid_value
from bridge_ref.scim.stored_user import Document

_SHORTEST = 12  # letters of a password
_LONGEST = 120  # letters of any text
_PARAMETERS = ("attributes", "excludedattributes", "filter", "sortby", "sortorder", "startindex", "count", "cursor")
_KNOWN = frozenset({*_PARAMETERS, "aadoptscim062020"})


class WeakPasswordsAreRefused(Users):
    """Refuses a password that its policy finds too short."""

    def create(self, body: Any, projection: Any, context: DecisionContext) -> ScimDecision:
        """The decision, for a password that is long enough, or none."""
        _check_password(body)
        return super().create(body, projection, context)

    def replace(self, write: Write, context: DecisionContext) -> ScimDecision:
        """The decision, for a password that is long enough, or none."""
        _check_password(write.body)
        return super().replace(write, context)


def _check_password(body: Any) -> None:
    given = body.get("password") if isinstance(body, Mapping) else None
    if isinstance(given, str) and 0 < len(given) < _SHORTEST:
        raise invalid_value(f"A password has {_SHORTEST} letters or more.")


def _no_long_texts(document: Document) -> Document:
    if any(len(text) > _LONGEST for text in _texts(document)):
        raise invalid_value(f"A text has at most {_LONGEST} letters.")
    return document


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for part in parts for text in _texts(part)]


def _languages(document: Document, sent: frozenset[str]) -> Document:
    made = {"locale": "en-US", "timezone": "Europe/Berlin", "preferredLanguage": "en", "userType": "Employee"}
    return {**{name: value for name, value in made.items() if name.lower() not in sent}, **document}


def _names(document: Document, sent: frozenset[str]) -> Document:
    return {"displayName": document["userName"], **document} if "displayname" not in sent else document


def _nicknames(document: Document, sent: frozenset[str]) -> Document:
    given = document.get("name", {}).get("givenName")
    return {"nickName": given, **document} if given and "nickname" not in sent else document


def _addresses(document: Document, sent: frozenset[str]) -> Document:
    name = document["userName"]
    if "emails" in sent or "@" not in name:
        return document
    return {"emails": [{"value": name, "type": "work", "primary": True}], **document}


def _profiles(document: Document, sent: frozenset[str]) -> Document:
    page = f"https://people.example/{quote(document['userName'])}"
    return {"profileUrl": page, **document} if "profileurl" not in sent else document


def _as_tel(document: Document) -> Document:
    """Phone numbers as URIs, where they have an international form (RFC 3966)."""
    if "phoneNumbers" not in document:
        return document
    return {**document, "phoneNumbers": [_tel(each) for each in document["phoneNumbers"]]}


def _tel(number: dict[str, Any]) -> dict[str, Any]:
    value = str(number.get("value", ""))
    is_plain = re.fullmatch(r"\+[0-9][0-9 .()-]{4,}[0-9]", value)
    return {**number, "value": "tel:" + re.sub(r"[ .()]+", "-", value).replace("--", "-")} if is_plain else number


class UnknownParametersAreRefused(Router):
    """Refuses a query with a parameter that it does not know."""

    def decide(self, request: Request, context: DecisionContext) -> ScimDecision:
        """The decision; 400 where a parameter is unknown."""
        for name, _ in request.parameters:
            if name.lower() not in _KNOWN:
                raise bad_request(f"There is no parameter {name[:80]!r}.", "invalidValue")
        return super().decide(request, context)


variant(
    "weak-passwords-refused",
    "Refuses a password of fewer than twelve letters.",
    "RFC7644 3.12; RFC7643 4.1.1",
    WeakPasswordsAreRefused,
    reach=FLOWS,  # Okta sends eight letters with each create
)
variant(
    "long-texts-refused",
    "Refuses texts of more than 120 letters.",
    "RFC7644 3.12",
    completing(_no_long_texts),
    reach=VENDORS,
)
variant(
    "languages-by-default",
    "Gives those who come without one a language, a time zone and a type.",
    "RFC7644 3.3, 3.5.1",
    defaulting(_languages),
)
variant(
    "names-by-default",
    "Shows the userName of who comes without a displayName.",
    "RFC7644 3.3, 3.5.1",
    defaulting(_names),
)
variant(
    "nicknames-by-default",
    "Calls who comes without a nickname by the given name.",
    "RFC7644 3.3, 3.5.1",
    defaulting(_nicknames),
)
variant(
    "addresses-by-default",
    "Takes the userName for the address of who comes without one, also in a PUT.",
    "RFC7644 3.3, 3.5.1",
    defaulting(_addresses),
)
variant(
    "profiles-by-default",
    "Makes a page for everybody, whose address holds the userName.",
    "RFC7644 3.3, 3.5.1",
    defaulting(_profiles),
)
variant(
    "phone-numbers-as-tel",
    "Keeps international phone numbers as `tel:` and the number.",
    "RFC7643 4.1.2; RFC3966 3",
    completing(_as_tel),
    reach=VENDORS,
)
variant(
    "unknown-parameters-refused",
    "Refuses query parameters that it does not know.",
    "RFC7644 3.12; RFC9110 15.5.1",
    UnknownParametersAreRefused,
    reach=("RFC7644-3.4.2-03",),  # the recommendation that it declines
)
