"""The address and the name that a SCIM user's document gives its member."""

from typing import Any

from bridge_ref.account.members import is_address
from bridge_ref.scim.errors import invalid_value
from bridge_ref.scim.leniency import Leniency
from bridge_ref.scim.stored_user import Document


def address_of(document: Document) -> str:
    """The address that the invitation goes to: the userName if it is one, else the preferred e-mail.

    A userName that is no address stands for itself: only required attributes may be demanded (RFC 7643, 1.1).
    """
    user_name: str = document["userName"]
    if "@" in user_name:
        return _checked(user_name)
    emails: list[dict[str, Any]] = [each for each in document.get("emails", []) if each.get("value")]
    emails.sort(key=lambda email: email.get("primary") is not True)
    return _checked(emails[0]["value"]) if emails else user_name


def name_of(document: Document) -> str:
    """The name that the account shows."""
    name = document.get("name") or {}
    return str(
        document.get("displayName") or name.get("formatted") or _joined(name) or document["userName"],
    )


def drop_stale_formatted_name(old: Document, new: Document, leniency: Leniency) -> Document:
    """The new document, without a formatted name that only repeats the old one while its parts changed."""
    before, after = old.get("name") or {}, new.get("name") or {}
    stale = after.get("formatted") is not None and after["formatted"] == before.get("formatted")
    if not (leniency.stale_formatted and stale and _joined(after)) or _joined(before) == _joined(after):
        return new
    return {**new, "name": {**after, "formatted": _joined(after)}}


def _checked(address: str) -> str:
    if not is_address(address):
        raise invalid_value(f"{address!r} is not an e-mail address that can receive an invitation.")
    return address


def _joined(name: dict[str, Any]) -> str:
    parts = (name.get("givenName"), name.get("middleName"), name.get("familyName"))
    return " ".join(part for part in parts if part)
