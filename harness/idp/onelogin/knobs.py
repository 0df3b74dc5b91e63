"""The settings of the simulator of OneLogin's SCIM provisioner, with defaults from docs/sources.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

CoreUrn = Literal["urn:scim:schemas:core:2.0", "urn:ietf:params:scim:schemas:core:2.0:User"]


@dataclass(frozen=True, slots=True)
class OneLoginKnobs:
    """Settings of one application with a SCIM provisioner; administrators write its template themselves."""

    blank: Literal["+", "%20"] = "+"  # authentik#11249
    tail: bool = True  # authentik#11249: an & behind the filter, a ? behind the address of a PUT
    user_agent: str = ""  # authentik#11249: none
    core_urn: CoreUrn = "urn:scim:schemas:core:2.0"  # authentik#11249; the other: IDP-ONELOGIN-KEEPNET
    extension: bool = True  # authentik#11249: the URN of the enterprise extension beside it
    emails_as: Literal["list", "object"] = "list"  # unconfirmed; IDP-ONELOGIN-SCHEMA and django-scim2 have an object
    active_as: Literal["boolean", "text"] = "boolean"  # unconfirmed; a guide's template has text (IDP-ONELOGIN-KEEPNET)
    push_empty: bool = False  # IDP-ONELOGIN-LIVINGSECURITY: a template brings "" for what is empty
    find_before_update: bool = True  # authentik#11249: the look-up comes right before the PUT
    set_active: Literal["put", "patch"] = "put"  # unconfirmed; one outsider says PATCH
    on_removal: Literal["deactivate", "delete", "nothing"] = "deactivate"  # IDP-ONELOGIN-DOCKER; the last unconfirmed
    remove_by: Literal["filter", "value"] = "filter"  # unconfirmed
    groups_page: int = 100  # unconfirmed: the groups are listed, whether by pages is not said
    rename_groups: bool = True  # unconfirmed: a renamed role might as well make a second group
    probe_config: bool = False  # unconfirmed; one outsider says that /ServiceProviderConfig is read
    repeats_failures: bool = False  # IDP-ONELOGIN-HARNESS: a failed task is retried by the administrator
    gap_s: float = 1.0  # authentik#11249: one second from the look-up to the PUT
    parallel_jobs: int = 1  # unconfirmed
    timeout_s: float = 60.0  # unconfirmed
