"""Build the parts of a bridge; the lab can replace any of them."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

from bridge_ref.account.group_rules import GroupRules
from bridge_ref.account.mail import Mail
from bridge_ref.account.policy import DEFAULT_POLICY, Policy
from bridge_ref.account.rules import Account
from bridge_ref.credentials.grants import TokenGrant
from bridge_ref.decisions.bulk import Bulk
from bridge_ref.decisions.groups import Groups
from bridge_ref.decisions.index_plan import FilterPart, Search
from bridge_ref.decisions.lists import Lists
from bridge_ref.decisions.memberships import Memberships
from bridge_ref.decisions.paging import Paging
from bridge_ref.decisions.router import Router
from bridge_ref.decisions.users import Users
from bridge_ref.http.auth import Auth, Opens
from bridge_ref.http.negotiation import Negotiation
from bridge_ref.scim.capabilities import EVERY_CAPABILITY, Capabilities
from bridge_ref.scim.cursor import Cursors
from bridge_ref.scim.discovery import Discovery
from bridge_ref.scim.errors import Errors
from bridge_ref.scim.etags import Etags
from bridge_ref.scim.leniency import LENIENT, Leniency, strict
from bridge_ref.scim.limits import DEFAULT_LIMITS, Limits
from bridge_ref.scim.patch.apply import Patch
from bridge_ref.scim.representation import Representation
from bridge_ref.scim.sort import Sorting

P = TypeVar("P")

# A part's class and the one to use in its place.
Replacements = Mapping[type[Any], type[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeSettings:
    """The settings of one bridge; deployments differ in nothing else."""

    # Empty until the bridge listens: then it is the address that it listens on.
    base_url: str = ""
    token: str
    is_strict: bool = False
    leniency: Leniency = LENIENT
    confirmation_interval_s: int = 300
    limits: Limits = DEFAULT_LIMITS
    capabilities: Capabilities = EVERY_CAPABILITY
    me: str | None = None
    is_scim_read_only: bool = False
    policy: Policy = DEFAULT_POLICY
    # Tokens that came in files beside the first, and the session file, if there is one.
    grants: tuple[TokenGrant, ...] = ()
    session_file: Path | None = None
    signing_key: str | None = None
    opens: Opens | None = None
    # Whom the health monitor is to write to, as `/monitoring` tells it.
    notify: str | None = None
    # Whether the pages may move the clock and empty the account: a test bench.
    is_lab: bool = False
    # Drawn at each start and shared by all processes: a restart ends all sessions of the pages.
    boot: str = field(default_factory=secrets.token_hex)


@dataclass(frozen=True, slots=True)
class Parts:
    """The collaborators of one bridge."""

    settings: BridgeSettings
    auth: Auth
    negotiation: Negotiation
    errors: Errors
    mail: Mail
    account: Account
    group_rules: GroupRules
    filter: FilterPart
    sorting: Sorting
    paging: Paging
    patch: Patch
    etags: Etags
    representation: Representation
    discovery: Discovery
    memberships: Memberships
    users: Users
    groups: Groups
    lists: Lists
    router: Router
    bulk: Bulk
    replacements: Replacements

    def pick(self, part: type[P]) -> type[P]:
        """The class to use for a further part, which the lab may have replaced."""
        return _pick(self.replacements, part)


def make_parts(settings: BridgeSettings, replacements: Replacements | None = None) -> Parts:
    """The parts of the reference bridge, with some of them replaced."""
    replaced = replacements or {}

    def pick(part: type[P]) -> type[P]:
        return _pick(replaced, part)

    leniency = strict() if settings.is_strict else settings.leniency
    errors = pick(Errors)()
    mail = pick(Mail)()
    account = pick(Account)(mail, settings.policy)
    group_rules = pick(GroupRules)(account, settings.policy)
    filters = pick(FilterPart)(leniency, settings.capabilities.filter, settings.limits)
    sorting = pick(Sorting)(settings.capabilities.sort)
    key = settings.signing_key or settings.token
    cursors = pick(Cursors)(key, settings.limits.cursor_timeout_s) if settings.capabilities.cursor else None
    paging = pick(Paging)(cursors, settings.limits.max_results)
    patch = pick(Patch)(leniency, settings.limits)
    etags = pick(Etags)(settings.capabilities.etag)
    representation = pick(Representation)(settings.base_url, etags)
    discovery = pick(Discovery)(settings.base_url, settings.capabilities, settings.limits)
    memberships = pick(Memberships)(account, representation, leniency, settings.limits.max_members)
    users = pick(Users)(account, patch, representation, leniency)
    groups = pick(Groups)(group_rules, memberships, patch, representation, leniency)
    lists = pick(Lists)(pick(Search)(filters, representation), sorting, paging, representation)
    router = pick(Router)(
        users=users,
        groups=groups,
        lists=lists,
        discovery=discovery,
        capabilities=settings.capabilities,
        me=settings.me,
        is_read_only=settings.is_scim_read_only,
        policy=settings.policy,
        leniency=leniency,
    )
    return Parts(
        settings=settings,
        auth=pick(Auth)(settings.token, settings.grants, settings.opens),
        negotiation=pick(Negotiation)(leniency),
        errors=errors,
        mail=mail,
        account=account,
        group_rules=group_rules,
        filter=filters,
        sorting=sorting,
        paging=paging,
        patch=patch,
        etags=etags,
        representation=representation,
        discovery=discovery,
        memberships=memberships,
        users=users,
        groups=groups,
        lists=lists,
        router=router,
        bulk=pick(Bulk)(router, settings.base_url, etags, errors, settings.limits),
        replacements=replaced,
    )


def _pick(replacements: Replacements, part: type[P]) -> type[P]:
    return cast("type[P]", replacements.get(part, part))
