"""Leniencies beyond the RFCs, each for a vendor who needs it; `--strict` turns them off."""

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Leniency:
    """One switch per leniency; where it acts, its name is all that stands in the code."""

    # Entra: "False" and "True" as text for Booleans
    # (ENTRA-11; Microsoft Learn, "Known issues with SCIM 2.0 compliance").
    string_booleans: bool = True
    # Entra: a write to emails[type eq "work"].value creates the missing entry (ENTRA-13; ssoready#249).
    value_filter_creates: bool = True
    # Entra: `Remove` at members with a `value` removes those named and nobody else
    # (ENTRA-22; azure-docs#30826).
    remove_with_value: bool = True
    # Entra: dotted and URN-prefixed names as keys of a value without path
    # (ENTRA-16; Microsoft Learn, same page).
    dotted_keys: bool = True
    # Entra: the manager as a bare string, in a list, or emptied by "", and named without the URN of its schema
    # (ENTRA-15; SCIM-SDK, MsAzurePatch classes; Microsoft Learn, "Tutorial: develop a SCIM endpoint").
    loose_manager: bool = True
    # Entra: a write to an attribute that no schema has is passed over, not refused (ENTRA-17; SCIM-SDK#539).
    unknown_attributes: bool = True
    # Entra: whatever Accept says, the answer is SCIM's JSON (ENTRA-02; azure-docs#94189).
    any_accept: bool = True
    # Entra: the verb of an operation in any letter case, "Add" and "Replace"
    # (ENTRA-10; Microsoft Learn, "Tutorial: develop a SCIM endpoint").
    op_in_any_case: bool = True
    # Entra: values come back as they were sent, so that the next cycle finds nothing to change
    # (ENTRA-35; Microsoft Learn, same page).
    values_as_sent: bool = True
    # Entra: a country by its name, as the company directory has it (2.b; Microsoft Learn, same page).
    country_names: bool = True
    # Okta: `id` inside the value of a replace without path is passed over
    # (OKTA-19; Okta developer docs, SCIM groups).
    read_only_in_pathless: bool = True
    # Okta: name.formatted still holds the old name while its parts changed; the parts win
    # (OKTA-10; Okta CRUD captures).
    stale_formatted: bool = True
    # Okta: a PATCH body without `schemas` (1.h; scimgateway#113).
    missing_patch_schemas: bool = True
    # Google's push and hand-written clients: a create without `schemas` (GOOGLE-01; snipe-it#12642).
    missing_schemas: bool = True
    # OneLogin: a body that names the schema of the drafts, `urn:scim:schemas:core:2.0`, instead of the RFC's
    # (ONELOGIN-04, ONELOGIN-05; authentik#11249).
    draft_schemas: bool = True


LENIENT = Leniency()


def strict() -> Leniency:
    """No leniency at all."""
    return Leniency(**{field.name: False for field in fields(Leniency)})
