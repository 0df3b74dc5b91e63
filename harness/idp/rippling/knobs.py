"""The settings of the simulator of Rippling's SCIM client, with defaults from docs/sources.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class RipplingKnobs:
    """Settings of one custom integration with "User Management via SCIM".

    1Password's own application in Rippling has `create_groups` off: there only groups that exist get members.
    """

    blank: Literal["%20", "+"] = "%20"  # unconfirmed
    user_agent: str = ""  # unconfirmed
    media_type: Literal["application/scim+json", "application/json"] = "application/scim+json"  # unconfirmed
    test_by: Literal["configuration", "users"] = "configuration"  # IDP-RIPPLING-AUTHN alone: unconfirmed
    match_by: Literal["filter", "list"] = "filter"  # unconfirmed; IDP-RIPPLING-GUIDES: existing accounts are matched
    update: Literal["put", "patch"] = "put"  # unconfirmed
    set_active: Literal["patch", "put"] = "patch"  # IDP-RIPPLING-AUTHN alone: unconfirmed
    send_external_id: bool = True  # IDP-RIPPLING-GUIDES: among the attributes that are chosen
    send_employee_number: bool = False  # IDP-RIPPLING-GUIDES: may be chosen
    create_groups: bool = True  # IDP-RIPPLING-GUIDES; off in 1Password's app (IDP-RIPPLING-HELP)
    groups_by: Literal["patch", "put"] = "patch"  # IDP-RIPPLING-GUIDES: "Use PATCH to edit Groups"
    groups_page: int = 100  # IDP-RIPPLING-GUIDES: "Supports Pagination"; how long a page is, is unconfirmed
    remove_by: Literal["filter", "value"] = "filter"  # unconfirmed
    on_removal: Literal["deactivate", "delete", "nothing"] = "deactivate"  # IDP-RIPPLING-HELP: suspended
    repeats_failures: bool = True  # unconfirmed
    gap_s: float = 0.2  # unconfirmed
    parallel_jobs: int = 4  # unconfirmed
    timeout_s: float = 60.0  # unconfirmed
