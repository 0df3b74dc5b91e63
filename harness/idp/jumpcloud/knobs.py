"""The settings of the simulator of JumpCloud's identity management, with defaults from docs/sources.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class JumpCloudKnobs:
    """Settings of one application with a custom SCIM integration."""

    blank: Literal["%20", "+"] = "%20"  # unconfirmed
    user_agent: str = ""  # unconfirmed
    media_type: Literal["application/scim+json", "application/json"] = "application/scim+json"  # unconfirmed
    update: Literal["patch", "put"] = "patch"  # IDP-JUMPCLOUD-RUST: one operation with a path for each attribute
    send_external_id: bool = False  # unconfirmed
    manage_groups: bool = True  # IDP-JUMPCLOUD-GROUPS: "management of User Groups and Group Membership"
    empty_groups: bool = False  # IDP-JUMPCLOUD-GROUPS: empty groups are not created
    remove_by: Literal["value", "filter"] = "value"  # IDP-JUMPCLOUD-RUST, IDP-JUMPCLOUD-UNIMONI
    on_removal: Literal["deactivate", "delete", "nothing"] = "deactivate"  # IDP-JUMPCLOUD-CUSTOM: its log has both
    delete_test_user: bool = True  # IDP-JUMPCLOUD-CUSTOM: where DELETE is not supported it is deactivated
    import_page: int = 100  # unconfirmed
    repeats_failures: bool = True  # unconfirmed
    gap_s: float = 0.2  # unconfirmed
    parallel_jobs: int = 4  # unconfirmed
    timeout_s: float = 60.0  # unconfirmed
