"""The areas of the catalogue, which are the rows of the report's matrix: a chapter of an RFC, or a table of ours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from harness.catalogue.claims import CLAIMS
from harness.catalogue.requirement import Requirement

# The titles of the chapters, as the RFCs' tables of contents give them.
_CHAPTERS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "7643": {
            "1": "Introduction",
            "2": "SCIM schema",
            "2.1": "Attributes",
            "2.2": "Attribute characteristics",
            "2.3": "Attribute data types",
            "2.4": "Multi-valued attributes",
            "2.5": "Unassigned and null values",
            "3": "SCIM resources",
            "3.1": "Common attributes",
            "3.3": "Attribute extensions",
            "4": "Core resources",
            "4.1": "User",
            "4.2": "Group",
            "4.3": "Enterprise user",
            "5": "Service provider configuration",
            "6": "Resource types",
            "7": "Schema definition",
            "8": "JSON representation",
            "9": "Security considerations",
            "10": "IANA considerations",
        },
        "7644": {
            "1": "Introduction",
            "2": "Authentication and authorization",
            "3": "SCIM protocol",
            "3.1": "Background",
            "3.2": "Endpoints and HTTP methods",
            "3.3": "Creating resources",
            "3.4": "Retrieving and querying",
            "3.5": "Modifying resources",
            "3.6": "Deleting resources",
            "3.7": "Bulk operations",
            "3.8": "Data formats",
            "3.9": "attributes and excludedAttributes",
            "3.10": "Attribute notation",
            "3.11": "/Me",
            "3.12": "Status and error responses",
            "3.13": "Protocol versions",
            "3.14": "Versions of resources",
            "4": "Configuration endpoints",
            "5": "Internationalized strings",
            "6": "Multi-tenancy",
            "7": "Security considerations",
            "8": "IANA considerations",
        },
        "9865": {
            "2": "Cursor pagination",
            "3": "Query parameters",
            "4": "Service provider configuration",
            "5": "Security considerations",
        },
    }
)

_SECTION = re.compile(r"RFC (\d+) section (\d+)(\.\d+)?")


def area_of(requirement: Requirement) -> str:
    """The area of a requirement: `RFC 7644 3.5 Modifying resources`, or the name of its table."""
    section = _SECTION.match(requirement.source)
    if requirement.claim == "rfc" and section:
        return _chapter(section[1], section[2], section[3] or "")
    if area := CLAIMS[requirement.claim].area:
        return area
    table, _, part = requirement.source.partition("; precedent")[0].partition(": ")
    if requirement.id.startswith("P-"):
        return "Reports of users"
    name = part or table
    return name[:1].upper() + name[1:]


def claim_name(claim: str) -> str:
    """What a claim is about, in words."""
    return CLAIMS[claim].title if claim in CLAIMS else claim


def _chapter(rfc: str, chapter: str, section: str) -> str:
    titles = _CHAPTERS.get(rfc, {})
    number = chapter + section if chapter + section in titles else chapter
    return f"RFC {rfc} {number} {titles.get(number, '')}".rstrip()
