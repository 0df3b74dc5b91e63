"""What may be set about Okta: idp-wire.md section 6, with the defaults that stand there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Knobs:
    """Settings of one application in Okta. Where the dossier gives a span, the default is its middle.

    `parallel_jobs` and `timeout_s` are for whoever drives the conversations. `import_at_most` and `longest_pause_s` are
    bounds of ours: Okta publishes none, and a bridge must not keep a simulator busy for ever.
    """

    blank: Literal["%20", "+"] = "%20"  # OKTA-REF; "+" in 2018
    user_agent: str = "Okta SCIM Client 1.0.0"
    event_to_request_s: float = 1.5  # LAB-OKTA: one to two seconds
    gap_s: float = 0.25  # LAB-OKTA: 0.20 to 0.30 s between requests of one job
    parallel_jobs: int = 5  # unconfirmed
    parallel_patches: int = 2  # unconfirmed: how many PATCHes of one group may be under way at once
    members_per_patch: int = 256  # ory/polis#4080
    timeout_s: float = 60.0  # OKTA-FAQ
    tries: int = 10  # OKTA-CON: at most ten on 429
    pause_without_header_s: float = 300.0  # OKTA-CON: 429 without a whole number of seconds
    longest_pause_s: float = 86_400.0
    on_several_matches: Literal["fail", "first"] = "fail"  # unconfirmed
    create_users: bool = True
    update_users: bool = True
    deactivate_users: bool = True
    filter_before_reactivation: bool = True  # unconfirmed (1.d)
    push_assigned_groups: bool = True  # a push rule that names every assigned group
    empty_push: Literal["path", "pathless"] = "path"  # SCIM-SDK#757; jelhub/scimgateway#113
    rename_on_link: bool = True
    import_groups: bool = True
    import_page: int = 100  # OKTA-REF
    import_at_most: int = 500_000
    safeguard_share: float = 0.2  # OKTA-CONN
    reactivation_race: bool = False  # devforum 14380: a fault
    duplicate_jobs: bool = False  # a fault: one event, two jobs
