"""The settings of the Entra ID simulator, with defaults from docs/sources.md, rows 2.f and 6."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

HOUR_S = 3600.0
DAY_S = 24 * HOUR_S

Match = Literal["userName", "externalId", "email"]


@dataclass(frozen=True, slots=True)
class EntraKnobs:
    """Settings of one enterprise application in Entra ID.

    `parallel_jobs` and `timeout_s` are for the driver of the conversations. The growth of the pause between attempts
    in escrow is not published; here it doubles, up to a day.
    """

    cycle_s: float = 2400.0  # MS-TUT: about 40 minutes
    blank: Literal["+", "%20"] = "+"  # azure-docs#94189
    user_agent: str = ""  # suna#7297: none; Q-06
    match_on: tuple[Match, ...] = ("userName",)  # MS-MAP: one query each, in this order, until one hits
    keep_alive: bool = True  # scimgateway sees probes, one answer of Microsoft's says silence
    probe_groups: bool = True
    match_before_update: bool = False  # MS-HOW, step 3; unconfirmed in which form
    quotes_values: bool = True  # MS-TUT: one sample has a filter without quotes
    is_gallery: bool = False  # MS-TUT: gallery applications alone read /Schemas when they are set up
    asks_for_references: bool = False  # MS-TUT: "id eq … and manager eq …", also for members; unconfirmed
    manager_in_reference: Literal["bare", "urn"] = "bare"  # with the former: MS-TUT, example 4, names no schema
    explicit_nulls: bool = False  # MS-TUT: its older sample; MS-KNOWN: empty values are not sent
    custom_extension: str = ""  # MS-MAP: a URN that is missing in `schemas`; the person's division stands there
    manager_as: Literal["text", "object", "array"] = "text"  # SCIM-SDK, PRANEMS; MS-TUT has an older array
    clear_manager: Literal["remove", "empty", "never"] = "remove"  # the validator's two ways; MS-KNOWN: never
    gap_s: float = 0.05  # unconfirmed
    parallel_jobs: int = 8  # unconfirmed
    parallel_patches: int = 8  # unconfirmed: PATCHes of one group under way at once (scimmy#79)
    members_per_patch: int = 1  # 20 is the other way, several members in one request
    null_ref: bool = False  # MS-TUT: a `$ref` of null beside `value` in its samples
    operations_first: bool = False  # MS-TUT "disable user", ssoready#228: `Operations` before `schemas`
    adds_without_path: bool = False  # scimitar#123, scim-patch#207: with the flag, `add` for what is not there yet
    whole_mapping: bool = False  # MS-TUT: the default mapping with name.formatted, whole addresses, fax, language
    selects_by: Literal["type", "primary"] = "type"  # SCIMServer incident, MS-MAP: `[primary eq true]` in a path
    core_urn: bool = False  # zulip#39773: paths behind the URN of the core schema
    core_attribute: str = ""  # zulip#39773: a custom attribute behind that URN; the person's division stands there
    clears: Literal["never", "empty", "remove"] = "never"  # MS-KNOWN; ory/polis, SCIMReferenceCode#87
    active_as: Literal["text", "boolean"] = "text"  # MS-COMPAT; MS-TUT "disable user" has a Boolean with a capital op
    version_header: str = ""  # bitwarden/server, SCIMServer: the value of ADSCIMVersion, on every request
    external_id: Literal["nickname", "object id"] = "nickname"  # MS-TUT; Issues#9841, authentik#25987
    manager_in_create: Literal["", "manager", "Manager"] = ""  # directory-scimple#1242: as text in the POST
    enterprise_in_create: Literal["always", "if any"] = "always"  # ours; a person without any value has none
    timeout_s: float = 60.0  # unconfirmed
    honours_retry_after: bool = False  # unconfirmed
    tries: int = 3  # with the former: how often; unconfirmed
    longest_pause_s: float = 600.0  # with the former: a bound of ours
    flag_in_query: bool = False  # whether the flag of the Tenant URL reaches the bridge
    minds_members: bool = False  # MS-LOGS: members that were excluded and come back may fail the group
    needs_resources: bool = False  # unconfirmed; RFC 7644 section 3.4.2 lets an empty list leave it out
    create_users: bool = True
    update_users: bool = True
    delete_users: bool = True
    sync_groups: bool = True
    send_managers: bool = True
    skip_out_of_scope: bool = False  # MS-SKIP
    soft_delete_s: float = 30 * DAY_S  # MS-HOW
    deletion_threshold: int | None = None  # MS-DEL: off unless set
    members_on_demand: int = 5  # MS-OND
    longest_escrow: int = 36  # cycles; unconfirmed
    quarantine_from: int = 5_000  # MS-QUAR: failures before any evaluation
    quarantine_share: float = 0.4
    quarantine_failures: int = 40_000
    quarantine_cap: int = 60_000  # references included
    quarantine_tries_s: tuple[float, ...] = (6 * HOUR_S, 12 * HOUR_S, 24 * HOUR_S)  # after the first failure
    quarantine_pace_s: float = DAY_S
    quarantine_ends_s: float = 28 * DAY_S
