"""Labels of states, events and actions on the pages."""

from collections.abc import Mapping

STATES: Mapping[str, str] = {
    "INVITED": "Invited",
    "INVITED_SUSPENDED": "Suspended before sign-up",
    "PENDING": "Waits for confirmation",
    "PENDING_SUSPENDED": "Suspended before confirmation",
    "ACTIVE": "Active",
    "SUSPENDED": "Suspended",
    "RECOVERING": "In recovery",
}
EVENTS: Mapping[str, str] = {
    "invited": "was invited",
    "signed_up": "signed up",
    "confirmed": "was confirmed",
    "suspended": "was suspended",
    "reactivated": "was reactivated",
    "adopted": "was taken over by provisioning",
    "unlinked": "lost the SCIM user",
    "renamed": "was renamed",
    "address_changed": "has a new address",
    "address_change_requested": "was asked to accept a new address",
    "address_change_cancelled": "keeps the old address",
    "recovery_begun": "began recovery",
    "recovered": "was recovered",
    "joined": "joined a group",
    "left": "left a group",
    "deleted": "was deleted",
    "refused": "an act was refused",
}
# The events that have led to a state.
LEADING = ("invited", "signed_up", "confirmed", "suspended", "reactivated", "adopted", "recovery_begun", "recovered")

# For each act on a member: the button, and what it means.
MEMBER_ACTS: Mapping[str, tuple[str, str]] = {
    "confirm": ("Confirm", "Lets in who has signed up, or ends a recovery."),
    "suspend": ("Suspend", "Takes access away; groups and history stay."),
    "reactivate": ("Reactivate", "Gives access back, to where suspension found the member."),
    "recover": ("Begin recovery", "The member makes new keys, and is let in again."),
    "delete": ("Delete for good", "Removes the member from the account. This cannot be undone."),
}
# The message after an action, by the key in the page's address.
DONE: Mapping[str, str] = {
    "confirm": "The member has been confirmed.",
    "suspend": "The member has been suspended.",
    "reactivate": "The member has been reactivated.",
    "recover": "Recovery has begun.",
    "delete": "The member has been deleted.",
    "add": "The group is managed now.",
    "remove": "The group is not managed any more.",
    "delete-group": "The group has been deleted.",
    "sign-up": "The invitee has signed up, and waits for confirmation.",
    "accept-address": "The new address has been accepted.",
    "provisioning": "Provisioning has been switched.",
    "domains": "The allowed domains have been set.",
    "notification": "The notification address has been set.",
    "advance": "The clock has been advanced.",
    "reset": "The account is empty, and the clock is back.",
    "groups": "The groups have been chosen; the next sync is due.",
    "losses": "The losses are confirmed; the next sync is due.",
    "log-out": "You have logged out.",
}
