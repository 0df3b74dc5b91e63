"""The names of attributes that RFC 7643 defines: an answer may write them in any letter case (its section 2.1)."""

from __future__ import annotations

from functools import lru_cache

# Sections 3.1, 4.1 to 4.3 and 2.4, then 5 to 7 and RFC 9865 section 4. The members of messages are left out.
_RESOURCES = """
    schemas id externalId meta resourceType created lastModified location version
    userName name formatted familyName givenName middleName honorificPrefix honorificSuffix displayName nickName
    profileUrl title userType preferredLanguage locale timezone active password emails phoneNumbers ims photos addresses
    streetAddress locality region postalCode country groups entitlements roles x509Certificates members
    value display type primary $ref
    urn:ietf:params:scim:schemas:extension:enterprise:2.0:User
    employeeNumber costCenter organization division department manager
"""
_DISCOVERY = """
    documentationUri patch bulk maxOperations maxPayloadSize filter maxResults changePassword sort etag supported
    authenticationSchemes description specUri endpoint schema schemaExtensions required
    pagination cursor index defaultPaginationMethod defaultPageSize maxPageSize cursorTimeout
    attributes subAttributes multiValued canonicalValues caseExact mutability returned uniqueness referenceTypes
"""
_NAMES = {name.lower(): name for name in (*_RESOURCES.split(), *_DISCOVERY.split())}


@lru_cache(maxsize=8192)
def usual_names(names: tuple[str, ...]) -> tuple[str, ...] | None:
    """The names as the RFC spells them; None where they all stand so, or two of them are one."""
    usual = tuple(_NAMES.get(name.lower(), name) for name in names)
    return usual if usual != names and len(set(usual)) == len(usual) else None
