"""The schemas that this bridge serves: User, Group, enterprise extension. RFC 7643 sections 4 and 8.7."""

from bridge_ref.scim.schema import Attribute, ResourceType, Schema

USER_URN = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP_URN = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE_URN = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


def _plural(name: str, description: str, types: tuple[str, ...], value: str) -> Attribute:
    return Attribute(
        name,
        description,
        "complex",
        multi_valued=True,
        sub_attributes=(
            Attribute("value", value),
            Attribute("display", "A name for showing."),
            Attribute("type", "What it is used for.", canonical_values=types),
            Attribute("primary", "Whether it is the preferred one.", "boolean"),
        ),
    )


_NAME = Attribute(
    "name",
    "The parts of the person's name.",
    "complex",
    sub_attributes=(
        Attribute("formatted", "The full name, ready for showing."),
        Attribute("familyName", "The family name."),
        Attribute("givenName", "The given name."),
        Attribute("middleName", "The middle names."),
        Attribute("honorificPrefix", "A title before the name."),
        Attribute("honorificSuffix", "What stands after the name."),
    ),
)
_ADDRESSES = Attribute(
    "addresses",
    "Postal addresses.",
    "complex",
    multi_valued=True,
    sub_attributes=(
        Attribute("formatted", "The whole address, ready for showing."),
        Attribute("streetAddress", "Street and number."),
        Attribute("locality", "The town."),
        Attribute("region", "The state or region."),
        Attribute("postalCode", "The postal code."),
        Attribute("country", "The country, in two letters."),
        Attribute("type", "What it is used for.", canonical_values=("work", "home", "other")),
        Attribute("primary", "Whether it is the preferred one.", "boolean"),
    ),
)
_GROUPS = Attribute(
    "groups",
    "The groups that the user is in; changed through the groups only.",
    "complex",
    multi_valued=True,
    mutability="readOnly",
    sub_attributes=(
        Attribute("value", "The id of the group.", case_exact=True, mutability="readOnly"),
        Attribute(
            "$ref",
            "The address of the group.",
            "reference",
            case_exact=True,
            mutability="readOnly",
            reference_types=("Group",),
        ),
        Attribute("display", "The name of the group.", mutability="readOnly"),
        Attribute("type", "How the user is in it.", mutability="readOnly", canonical_values=("direct",)),
    ),
)
MEMBERS = Attribute(
    "members",
    "The users in the group. Groups in groups are not supported.",
    "complex",
    multi_valued=True,
    sub_attributes=(
        Attribute("value", "The id of the user.", case_exact=True, mutability="immutable"),
        Attribute(
            "$ref",
            "The address of the user.",
            "reference",
            case_exact=True,
            mutability="immutable",
            reference_types=("User",),
        ),
        Attribute("type", "The kind of member.", mutability="immutable", canonical_values=("User",)),
    ),
)
_MANAGER = Attribute(
    "manager",
    "The person's manager.",
    "complex",
    sub_attributes=(
        Attribute("value", "The id of the manager's user.", case_exact=True),
        Attribute(
            "$ref",
            "The address of the manager's user.",
            "reference",
            case_exact=True,
            reference_types=("User",),
        ),
        Attribute("displayName", "The manager's name.", mutability="readOnly"),
    ),
)

# Neither roles nor entitlements: the bridge assigns no roles, and what is served must have an effect.
USER_SCHEMA = Schema(
    USER_URN,
    "User",
    "A person's user account.",
    (
        Attribute(
            "userName",
            "The name that the person signs in with; the invitation goes to it.",
            required=True,
            uniqueness="server",
        ),
        _NAME,
        Attribute("displayName", "The name as it is shown."),
        Attribute("nickName", "The casual name."),
        Attribute(
            "profileUrl",
            "A page about the person.",
            "reference",
            case_exact=True,
            reference_types=("external",),
        ),
        Attribute("title", "The title in the company."),
        Attribute("userType", "How the person belongs to the company."),
        Attribute("preferredLanguage", "The preferred written language."),
        Attribute("locale", "Where the person is, for formats."),
        Attribute("timezone", "The person's time zone."),
        Attribute("active", "Whether the person has access.", "boolean"),
        Attribute(
            "password",
            "Accepted and forgotten: the account takes no password from outside.",
            mutability="writeOnly",
            returned="never",
            case_exact=True,
        ),
        _plural("emails", "E-mail addresses.", ("work", "home", "other"), "The address."),
        _plural(
            "phoneNumbers",
            "Telephone numbers.",
            ("work", "home", "mobile", "fax", "pager", "other"),
            "The number.",
        ),
        _ADDRESSES,
        _GROUPS,
    ),
)
GROUP_SCHEMA = Schema(
    GROUP_URN,
    "Group",
    "A group of users.",
    (
        Attribute("displayName", "The name of the group.", required=True, uniqueness="server"),
        MEMBERS,
    ),
)
ENTERPRISE_SCHEMA = Schema(
    ENTERPRISE_URN,
    "EnterpriseUser",
    "What a company knows about a person.",
    (
        Attribute("employeeNumber", "The number that the company gave."),
        Attribute("costCenter", "The cost center."),
        Attribute("organization", "The organization."),
        Attribute("division", "The division."),
        Attribute("department", "The department."),
        _MANAGER,
    ),
)

USER = ResourceType("User", "/Users", "People.", USER_SCHEMA, (ENTERPRISE_SCHEMA,))
GROUP = ResourceType("Group", "/Groups", "Groups of people.", GROUP_SCHEMA)
RESOURCE_TYPES = (USER, GROUP)
SCHEMAS = (USER_SCHEMA, ENTERPRISE_SCHEMA, GROUP_SCHEMA)
