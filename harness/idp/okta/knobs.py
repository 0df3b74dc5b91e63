"""The settings of the Okta simulator, with defaults from docs/sources.md, row 6."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class OktaKnobs:
    """Settings of one application in Okta. Where a source gives a span, the default is its middle.

    `parallel_jobs` and `timeout_s` are for the driver of the conversations. `import_at_most` and `longest_pause_s` are
    bounds of ours: Okta publishes none, and no bridge may keep a simulator busy for ever.
    """

    blank: Literal["%20", "+"] = "%20"  # OKTA-REF; "+" in 2018
    plain_at: bool = False  # OKTA-03: the at sign as it is
    page_first: bool = False  # CAP-OKTA: startIndex and count before the filter
    user_agent: str = "Okta SCIM Client 1.0.0"  # OKTA-REF
    event_to_request_s: float = 1.5  # LAB-OKTA: one to two seconds
    gap_s: float = 0.25  # LAB-OKTA: 0.20 to 0.30 s between requests of one job
    parallel_jobs: int = 5  # unconfirmed
    parallel_patches: int = 2  # unconfirmed: how many PATCHes of one group may be under way at once
    members_per_patch: int = 256  # ory/polis#4080
    timeout_s: float = 60.0  # OKTA-FAQ
    retries_on_5xx: int = 0  # unconfirmed; one outside list says up to five
    tries: int = 10  # OKTA-CON: at most ten on 429
    pause_without_header_s: float = 300.0  # OKTA-CON: 429 without a whole number of seconds
    longest_pause_s: float = 86_400.0  # a bound of ours
    on_several_matches: Literal["fail", "first"] = "fail"  # unconfirmed
    read_after_match: bool = True  # CAP-OKTA reads before the PUT; LAB-OKTA's log has the PUT right after the filter
    send_external_id: bool = True  # OKTA-REF; some examples lack it
    password_in_put: bool = False  # OKTA-PAGE-2018
    map_enterprise: bool = False  # LAB-OKTA: title, and department, division, employee number of the enterprise URN
    push_empty: bool = False  # OKTA-QA: empty values are pushed on update; unconfirmed as empty texts
    create_users: bool = True  # "Create Users" (OKTA-QA)
    update_users: bool = True  # "Update User Attributes" (OKTA-QA)
    deactivate_users: bool = True  # "Deactivate Users" (OKTA-QA)
    filter_before_reactivation: bool = True  # unconfirmed (1.d)
    creates_who_is_gone: bool = True  # PagerDuty docs: Okta creates whom the application has no more
    push_assigned_groups: bool = True  # a push rule that names every assigned group
    create_with_members: bool = False  # OKTA-PAGE-2018: the POST of a group has its first members
    group_description: str = ""  # OKTA-SCIM11: in urn:okta:custom:group:1.0; unconfirmed for 2.0
    empty_push: Literal["path", "pathless", "bare"] = "path"  # SCIM-SDK#757; jelhub/scimgateway#113, without schemas
    push_order: Literal["name first", "members first"] = "name first"  # imulab/go-scim#57: members, GET, name
    group_put: Literal["overlay", "bare"] = "overlay"  # scimgateway#95: schemas, id, displayName, members alone
    rename_on_link: bool = True  # "Rename app groups" (HELP-GP)
    import_schema: bool = False  # OKTA-OIN: "Import User Schema" reads /Schemas and /ResourceTypes
    import_groups: bool = True  # "Import Groups" (OKTA-SCIM11)
    import_page: int = 100  # OKTA-REF
    import_at_most: int = 500_000  # a bound of ours, for what is listed beyond the people who are linked
    profile_sourcing: bool = False  # OKTA-CON: people missing from an import are deactivated in Okta too
    safeguard_share: float = 0.2  # OKTA-CONN
    reactivation_race: bool = False  # devforum 14380: a fault
    duplicate_jobs: bool = False  # a fault: one event, two jobs
