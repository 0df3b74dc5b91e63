"""The indexed columns of a user's document, and the fields that changes may name."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from bridge_ref.account.members import identity_key
from bridge_ref.scim.stored_user import Document, encode_document

USER_COLUMNS = ("user_name_key", "display_key", "external_id", "active", "email_keys", "document")

_FIELDS = {
    "member": frozenset(
        {
            "email",
            "name",
            "type",
            "owner",
            "state",
            "managed",
            "invitation",
            "invited_ms",
            "suspended_ms",
            "new_email",
            "new_secret",
        }
    ),
    "group": frozenset({"name", "external_id", "managed", "scim_id", "permissions", "sso"}),
}

_encode = msgspec.json.Encoder().encode


def user_columns(document: Document) -> tuple[str, str | None, str | None, bool, str, bytes]:
    """The values of these columns: keys as names are compared, the addresses as a JSON array, the document as JSON."""
    display = document.get("displayName")
    addresses = [identity_key(each["value"]) for each in document.get("emails", ()) if each.get("value")]
    return (
        identity_key(document["userName"]),
        None if display is None else identity_key(display),
        document.get("externalId"),
        document["active"],
        _encode(addresses).decode(),
        encode_document(document),
    )


def check_fields(kind: Literal["member", "group"], values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values, if all of these fields can be changed. Raises ValueError."""
    unknown = values.keys() - _FIELDS[kind]
    if unknown:
        raise ValueError(f"a {kind} has no such fields: {sorted(unknown)}")
    return values


def with_keys(values: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """The values, and for each of these names that is among them the key that it is found by."""
    keys = {f"{name}_key": _key(values[name]) for name in names if name in values}
    return {**values, **keys}


def _key(name: str | None) -> str | None:
    return None if name is None else identity_key(name)
