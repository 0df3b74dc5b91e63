"""Canonical forms of values: RFC 7643 sections 2.4 and 4.1.2."""

import re
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from bridge_ref.scim.errors import invalid_value
from bridge_ref.scim.leniency import Leniency
from bridge_ref.scim.schema import Attribute

# The visual separators of RFC 3966 between the digits of a telephone number.
_SEPARATORS = re.compile(r"[\s().-]+")
_GLOBAL_NUMBER = re.compile(r"(?:tel:)?(\+\d[\d\s().-]*)", re.IGNORECASE)
_COUNTRY_CODE = re.compile(r"[A-Z]{2}", re.IGNORECASE)
_OTHER_CODE = re.compile(r"[A-Z]{3}|\d+", re.IGNORECASE)


def canonical_part(attribute: Attribute, sub: Attribute, value: Any, leniency: Leniency) -> Any:
    """A sub-attribute's value as it is kept."""
    if not isinstance(value, str):
        return value
    if sub.canonical_values:
        return canonical_label(sub, value)
    if attribute.name == "addresses" and sub.name == "country":
        return checked_country(value, leniency)
    if leniency.values_as_sent or sub.name != "value":
        return value
    if attribute.name == "emails":
        return canonical_address(value)
    return canonical_number(value) if attribute.name == "phoneNumbers" else value


def canonical_label(attribute: Attribute, value: str) -> str:
    """A label as the schema spells it, if the schema has it; any other stays."""
    return attribute.label_by_key.get(value.lower(), value)


def canonical_uri(uri: str) -> str:
    """The URI with scheme and host in lower case; refuse one that cannot be parsed."""
    try:
        parts = urlsplit(uri)
        userinfo, at, host = parts.netloc.rpartition("@")
    except ValueError:
        raise invalid_value("This is not a URI.") from None
    return urlunsplit(parts._replace(scheme=parts.scheme.lower(), netloc=userinfo + at + host.lower()))


def canonical_address(address: str) -> str:
    """An address with its domain in lower case; who the mailbox is for is the other side's affair."""
    mailbox, at, domain = address.rpartition("@")
    return mailbox + at + domain.lower() if at else address


def canonical_number(number: str) -> str:
    """A number that the whole world can dial, as RFC 3966 writes it; any other stays."""
    found = _GLOBAL_NUMBER.fullmatch(number.strip())
    return number if found is None else "tel:" + _SEPARATORS.sub("-", found.group(1)).strip("-")


def checked_country(country: str, leniency: Leniency) -> str:
    """A country as two letters, or by leniency as a name; refuse other codes."""
    if _COUNTRY_CODE.fullmatch(country):
        return country.upper()
    if not leniency.country_names or _OTHER_CODE.fullmatch(country):
        raise invalid_value("country takes the two letters of ISO 3166-1.")
    return country
