"""Account behaviour that the product's documentation leaves open: one setting for each choice."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from typing import Any


def _choice(default: Any, meaning: str, *words: str, at_most: int = 0) -> Any:
    return field(default=default, metadata={"meaning": meaning, "words": words, "at_most": at_most})


@dataclass(frozen=True, slots=True)
class Policy:
    """The choices of one account. Each names the transitions that it decides, by their numbers."""

    invitation_days: int = _choice(5, "how long a sign-up link works; 0: for ever (M8)", at_most=36_500)
    retention_days: int = _choice(
        0, "how long a suspended member is kept before the account deletes it; 0: for ever (M17)", at_most=36_500
    )
    inactive_create: str = _choice("enrol", "a create with active false (M3)", "enrol", "refuse")
    existing_user: str = _choice("conflict", "a create for a member who has a user (M4, M5, M6)", "conflict", "adopt")
    returning: str = _choice(
        "old-link", "who was suspended before signing up and returns (M13)", "old-link", "new-invitation"
    )
    last_owner: str = _choice("refuse", "suspension of the last owner (M21)", "refuse", "suspend")
    address_change: str = _choice(
        "accepted", "a new address of somebody who has signed up (M23)", "accepted", "at-once"
    )
    pending_user_name: str = _choice("new", "what SCIM shows until the new address is accepted (M23)", "new", "old")
    suspended_address: str = _choice("apply", "a new address of a suspended member (M26)", "apply", "ask-on-return")
    recovery: str = _choice("administrator", "who lets somebody in after recovery (M19)", "administrator", "watcher")
    account_acts: str = _choice(
        "allow", "suspending, reactivating, deleting on the account while provisioning is on (M17)", "allow", "refuse"
    )
    provisioning_off: str = _choice("503", "how SCIM answers while provisioning is off (M31)", "503", "500", "403")
    existing_group: str = _choice("conflict", "a create for the name of a group (G2, G3)", "conflict", "adopt")
    unmanaged_group: str = _choice("keep", "the members of a group taken off the list (G6)", "keep", "empty")
    unknown_member: str = _choice("refuse", "adding an id that names nobody (G8)", "refuse", "skip")
    suspended_join: str = _choice("join", "adding a suspended member (G9)", "join", "skip")
    deleted_group: str = _choice("delete", "DELETE of a group (G12)", "delete", "unmanage")

    @property
    def asks_for_new_addresses(self) -> bool:
        """Whether a change of address takes two phases."""
        return self.address_change == "accepted"

    @property
    def shows_old_user_name(self) -> bool:
        """Whether SCIM shows the old address until the new one is accepted."""
        return self.asks_for_new_addresses and self.pending_user_name == "old"


DEFAULT_POLICY = Policy()
POLICY_NAMES = tuple(each.name for each in fields(Policy))


def with_policy(settings: Iterable[str], chosen: Policy = DEFAULT_POLICY) -> Policy:
    """Choices with some changed, each written `name=value`; `LookupError` if one is not."""
    known = {each.name: each for each in fields(Policy)}
    for setting in settings:
        name, _, value = setting.partition("=")
        if name not in known:
            near = difflib.get_close_matches(name, POLICY_NAMES, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(POLICY_NAMES)}"
            raise LookupError(f"there is no choice {name!r}; {hint}")
        values: dict[str, Any] = {name: _read(name, value, known[name].metadata)}
        chosen = replace(chosen, **values)
    return chosen


def _read(name: str, value: str, rules: Any) -> str | int:
    words = rules["words"]
    if words:
        if value not in words:
            raise LookupError(f"{name} must be one of {', '.join(words)}, not {value!r}")
        return value
    if not (value.isascii() and value.isdigit() and int(value[:9]) <= rules["at_most"]):
        raise LookupError(f"{name} must be a whole number from 0 to {rules['at_most']}, not {value!r}")
    return int(value)
