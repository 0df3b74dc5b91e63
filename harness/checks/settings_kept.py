"""What administrators have set on the account stays, whatever provisioning does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.catalogue.verdict import Finding
from harness.checks.looks import Glance, looks_of
from harness.checks.named import text_of
from harness.checks.registry import Case, CaseSelector, History, Outcome, history_check
from harness.record.exchange import Json
from harness.record.journal import SWITCHED_OFF, SWITCHED_ON, Observation

_SETTINGS = "account.settings"
# What administrators do to them.
_ACTS = ("provisioning", SWITCHED_ON, SWITCHED_OFF, "reset", "managed-groups", "fixtures", "delete")
_DOMAINS, _NOTICES = "allowed_domains", "notification_address"


def _known_twice(*names: str) -> CaseSelector[Glance]:
    def over(entries: History) -> Iterator[Case[Glance]]:
        """Looks between which nobody has set anything, where both tell one of these settings."""
        for look in looks_of(entries):
            if _are_set(look):
                continue
            before, after = _settings(look.found_before(_SETTINGS)), _settings(look.find(_SETTINGS))
            if any(name in before and name in after for name in names):
                yield Case(look.at, look, look.since)

    return over


def _are_set(look: Glance) -> bool:
    """Whether an administrator, or an operator by a hook, has set something since the look before."""
    noted = any(isinstance(each.event, Observation) and each.event.kind == "bridge.notices" for each in look.since)
    return noted or any(act.name in _ACTS for act in look.acts)


def _settings(found: list[dict[str, Any]] | None) -> dict[str, Any]:
    return found[0] if found else {}


def _changed(look: Glance, *names: str) -> Iterator[Outcome]:
    before, after = _settings(look.found_before(_SETTINGS)), _settings(look.find(_SETTINGS))
    for name in names:
        if name in before and name in after and _told(before[name]) != _told(after[name]):
            yield Finding(
                f"{name.replace('_', ' ')} {before[name]!r}, as administrators have set it", repr(after[name])
            )


def _told(value: Any) -> Any:
    return sorted(map(str, value)) if isinstance(value, list) else value


@history_check("SEED-18", over=_known_twice("provisioning", _DOMAINS))
def the_switch_and_the_domains_stay(case: Case[Glance]) -> Iterator[Outcome]:
    """Whether provisioning is on and where members may come from is set by administrators alone."""
    yield from _changed(case.event, "provisioning", _DOMAINS)


@history_check("SEED-32", over=_known_twice(_NOTICES))
def the_notices_go_to_whom_administrators_chose(case: Case[Glance]) -> Iterator[Outcome]:
    """Who is told of outages is set by administrators alone."""
    yield from _changed(case.event, _NOTICES)


def _groups_unnamed(entries: History) -> Iterator[Case[tuple[Json, Json]]]:
    """Each group of the account at two looks that no request names, by name or id, and no administrator moves."""
    for look in looks_of(entries):
        before = {str(group["id"]): group for group in look.found_before("account.groups") or ()}
        if _are_set(look) or not any(each.route.endpoint == "Groups" for each in look.writes):
            continue
        said = text_of(look.writes)
        for group in look.find("account.groups") or ():
            was = before.get(str(group["id"]))
            names = (group["name"], group.get("scim_id") or (was or {}).get("scim_id"))
            if was is not None and not any(str(name).casefold() in said for name in names if name):
                yield Case(look.at, (was, group), look.since)


@history_check("SEED-40", over=_groups_unnamed)
def a_group_is_managed_by_choice(case: Case[tuple[Json, Json]]) -> Iterator[Outcome]:
    """A group of the account gets under provisioning, or out of it, by its own name alone."""
    was, now = case.event
    if was["managed"] is not now["managed"]:
        wanted = "managed" if was["managed"] else "not managed"
        yield Finding(f"{was['name']!r} is {wanted}, as before: no request names it", f"managed: {now['managed']}")
