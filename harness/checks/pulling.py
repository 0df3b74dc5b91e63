"""What a bridge that pulls owes a directory, and how many requests a bridge stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.catalogue.verdict import Finding, SkipReason, Unjudged
from harness.checks.expectations import View, kind, same, unseen
from harness.checks.registry import Outcome
from harness.record.exchange import Exchange, get_attribute
from harness.record.journal import exchanges

TAKEN = (200, 201, 202, 204)  # section 3.f: what Google takes for a notice that has arrived
_SLACK = 0.9  # ours: of the rate that was wanted so much must have been reached


@kind("notices-taken")
def _notices_taken(view: View, params: dict[str, Any]) -> Iterator[Outcome]:
    """Each first notice is answered with success; a bridge that opens no channel is asked for nothing."""
    notices = view.find("bridge.notices")
    if not notices:
        yield Unjudged(SkipReason.NOT_OBSERVABLE, "the bridge has opened no channel for notices")
    for seen in notices or ():
        if seen["status"] not in TAKEN:
            said = f"status {seen['status']}" if seen["status"] else "no answer"
            yield Finding("the first notice of a channel, which has no body, is answered with 200", said)


@kind("one-group")
def _one_group(view: View, params: dict[str, Any]) -> Iterator[Outcome]:
    """The account has one group of that name, letter case aside, and SCIM lists it once at most."""
    groups, listed = view.find("account.groups"), view.find("scim.groups")
    if groups is None and listed is None:
        yield unseen("groups")
        return
    there = sum(same(each.get("name"), params["name"]) for each in groups or ())
    if groups is not None and there != 1:
        yield Finding(f"one group named {params['name']} on the account", f"{there} of them")
    shown = sum(same(get_attribute(each, "displayName"), params["name"]) for each in listed or ())
    if shown > 1:
        yield Finding(f"one group named {params['name']} over SCIM", f"{shown} of them")


@kind("stands")
def _stands(view: View, params: dict[str, Any]) -> Iterator[Outcome]:
    """What was sent within the second is answered, and neither turned away nor lost."""
    sent = [each for _, each in exchanges(view.entries) if each.request.name == params["request"]]
    wanted = params["rps"]
    fastest = 0.0
    for number, exchange in enumerate(sent, 1):
        rate = _rate(sent[:number])
        fastest = max(fastest, rate)
        if _is_turned_away(exchange) and rate <= wanted:
            said = f"status {exchange.status}" if exchange.response else "no answer"
            yield Finding(f"{wanted:.0f} requests in a second are answered", f"{said} to request {number}")
            return
    if fastest < wanted * _SLACK:
        yield Unjudged(SkipReason.NOT_OBSERVABLE, f"only {fastest:.0f} requests could be sent in a second here")


def _rate(sent: list[Exchange]) -> float:
    """How many of them left in the second before the last one, which counts."""
    return float(sum(each.started_at > sent[-1].started_at - 1.0 for each in sent)) if sent else 0.0


def _is_turned_away(exchange: Exchange) -> bool:
    return exchange.response is None or exchange.status == 429 or exchange.status >= 500
