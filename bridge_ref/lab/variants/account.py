"""What the documents of the product leave to it: the open transitions of the account, each chosen the other way."""

from dataclasses import replace

from msgspec.structs import replace as replaced

from bridge_ref.account.members import Member
from bridge_ref.account.policy import with_policy
from bridge_ref.lab.variants.capabilities import VENDORS
from bridge_ref.lab.variants.variant import Settle, variant
from bridge_ref.monitor.account_watch import AccountWatch
from bridge_ref.monitor.watch import MonitorState, Poll
from bridge_ref.runtime.wiring import BridgeSettings
from bridge_ref.workspace.reconcile import Reconciler
from bridge_ref.workspace.settings import WorkspaceSettings


def choosing(*settings: str) -> Settle:
    """The settings with these choices of the account, beside those that were made."""

    def settle(bridge: BridgeSettings) -> BridgeSettings:
        return replace(bridge, policy=with_policy(settings, bridge.policy))

    return settle


def _confirming_each(seconds: int) -> Settle:
    return lambda bridge: replace(bridge, confirmation_interval_s=seconds)


class OwnersArePulledToo(Reconciler):
    """Suspends with a pull the owners in no chosen group too, as long as one owner is left."""

    def is_exempt(self, member: Member, settings: WorkspaceSettings) -> bool:
        """Owners are not exempt."""
        return not member.owner and super().is_exempt(member, settings)


class ReturnsAreNotMailed(AccountWatch):
    """Tells nobody that the bridge is back."""

    def after(self, state: MonitorState, seen: Poll, now_ms: int) -> MonitorState:
        """The state, without a notice of the return."""
        found = super().after(state, seen, now_ms)
        return replaced(found, owed=tuple(each for each in found.owed if each.kind != "recovery"))


variant(
    "owners-are-pulled-too",
    "Suspends with a pull the owners who are in no chosen group, but for the last one.",
    "the product's choice (decision 8)",
    OwnersArePulledToo,
)
variant(
    "the-end-of-an-outage-is-not-mailed",
    "Mails that the bridge is offline, and not that it is back.",
    "no source promises a second mail (SEED-29)",
    ReturnsAreNotMailed,
)
variant(
    "links-for-ever",
    "Lets an invitation's link work for ever.",
    "the product's choice M8",
    settle=choosing("invitation_days=0"),
)
variant(
    "links-for-a-day",
    "Lets an invitation's link work for a day.",
    "the product's choice M8",
    settle=choosing("invitation_days=1"),
)
variant(
    "kept-for-forty-days",
    "Deletes a member from the account who has been suspended for forty days.",
    "the product's choice M17",
    settle=choosing("retention_days=40"),
)
variant(
    "inactive-creates-refused",
    "Refuses a create with active false.",
    "the product's choice M3",
    settle=choosing("inactive_create=refuse"),
    reach=VENDORS,
)
variant(
    "who-returns-is-invited-anew",
    "Mails another invitation to who returns before signing up.",
    "the product's choice M13",
    settle=choosing("returning=new-invitation"),
)
variant(
    "the-last-owner-may-go",
    "Suspends the last owner when it is told to.",
    "the product's choice M21",
    settle=choosing("last_owner=suspend"),
)
variant(
    "old-names-until-accepted",
    "Shows the old userName until the new address is accepted.",
    "the product's choice M23",
    settle=choosing("pending_user_name=old"),
    reach=VENDORS,
)
variant(
    "suspended-are-asked-on-return",
    "Asks a suspended member for a new address when they return.",
    "the product's choice M26",
    settle=choosing("suspended_address=ask-on-return"),
)
variant(
    "recoveries-end-by-themselves",
    "Lets somebody in after a recovery at the next confirmation.",
    "the product's choice M19",
    settle=choosing("recovery=watcher"),
)
variant(
    "administrators-are-refused",
    "Refuses acts of administrators while provisioning is on.",
    "the product's choice M17",
    settle=choosing("account_acts=refuse"),
)
variant(
    "off-is-an-error",
    "Answers 500 while provisioning is off.",
    "the product's choice M31",
    settle=choosing("provisioning_off=500"),
)
variant(
    "off-is-forbidden",
    "Answers 403 while provisioning is off.",
    "the product's choice M31",
    settle=choosing("provisioning_off=403"),
)
variant(
    "groups-are-adopted",
    "Adopts a group of the account on a create of its name.",
    "the product's choice G2, G3",
    settle=choosing("existing_group=adopt"),
)
variant(
    "unlisted-groups-are-emptied",
    "Empties a group that is taken off the list.",
    "the product's choice G6",
    settle=choosing("unmanaged_group=empty"),
)
variant(
    "suspended-do-not-join",
    "Passes over suspended members who are added to a group.",
    "the product's choice G9",
    settle=choosing("suspended_join=skip"),
)
variant(
    "confirmed-each-half-minute",
    "Confirms members every thirty seconds.",
    "the product's interval, 30 s at least",
    settle=_confirming_each(30),
)
variant(
    "confirmed-each-two-minutes",
    "Confirms members every 120 seconds.",
    "the product's interval, 30 s at least",
    settle=_confirming_each(120),
)
