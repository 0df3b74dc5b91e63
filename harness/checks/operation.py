"""A bridge in operation: its address, what a restart keeps, its notices by mail, its answers to a watch's pings."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from harness.catalogue.verdict import Finding, Recorded, SkipReason, Unjudged
from harness.checks.expectations import View, kind, same, unseen
from harness.checks.registry import Outcome, check
from harness.checks.selectors import object_in, resources_in
from harness.record.exchange import Exchange, Json, get_attribute

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_INSIDE = frozenset({"internal", "local", "localdomain", "lan", "svc", "arpa"})  # names that no customer reaches
_PORTS = {"http": 80, "https": 443}


def _addresses(exchange: Exchange) -> Iterator[tuple[str, str]]:
    """Every address at which an answer says that one of its resources is, with its place."""
    header = exchange.header("Location")
    if header:
        yield "", header
    listed = resources_in(exchange)
    places = ((f"/Resources/{number}", each) for number, each in enumerate(listed))
    for pointer, resource in places if listed else (("", exchange.json),):
        location = object_in(resource, "meta").get("location") if isinstance(resource, dict) else None
        if isinstance(location, str):
            yield f"{pointer}/meta/location", location


def _origin(address: str) -> tuple[str, str, int | None] | None:
    """Scheme, host and port; none of a relative address, or of a text that is none."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if not parts.scheme or not host:
        return None
    return parts.scheme.lower(), "localhost" if host in _LOOPBACK else host, port or _PORTS.get(parts.scheme.lower())


def _tells_addresses(exchange: Exchange) -> bool:
    return 200 <= exchange.status < 300 and any(_origin(address) for _, address in _addresses(exchange))


@check("SEED-25", over=_tells_addresses)
def the_bridge_speaks_of_itself_by_its_address(exchange: Exchange) -> Iterator[Outcome]:
    """Whatever address the bridge gives of its resources is at the address by which it is reached.

    The name of another host is one that the bridge may have been given: who runs this may have come by a side door.
    """
    own = _origin(exchange.base)
    for pointer, address in _addresses(exchange):
        told = _origin(address)
        if told is None or told == own:
            continue
        if own is not None and told[1] != own[1] and _may_be_given(told[1]):
            yield Recorded(f"at {told[0]}://{told[1]}, another host than the run's")
        else:
            yield Finding(f"an address at {exchange.base}", address, pointer)
        return


def _may_be_given(host: str) -> bool:
    """Whether customers may reach a bridge by it: a name with a dot, or an address that is no private one."""
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and host.rpartition(".")[2] not in _INSIDE


@kind("kept")
def _kept(view: View, params: dict[str, Any]) -> Iterator[Outcome]:
    """Whoever and whatever was there is there, once and under the same id, and nothing else is."""
    before = view.until(params["since"])
    pairs = [(each, before.find(each), view.find(each)) for each in _NAME_OF]
    if not any(one is not None and other is not None for _, one, other in pairs):
        yield unseen("users, groups and members")
    for name, one, other in pairs:
        if one is None or other is None:
            continue
        then, now = _by_id(name, one), _by_id(name, other)
        for lost in sorted(then.keys() - now.keys()):
            yield Finding(f"{name} as before: {then[lost]} is there", "gone")
        for new in sorted(now.keys() - then.keys()):
            yield Finding(f"{name} as before: nobody and nothing new", f"{now[new]} as well")
        for key in sorted(then.keys() & now.keys()):
            if then[key] != now[key]:
                yield Finding(f"{name} as before: {then[key]}", now[key])


_NAME_OF = {
    "scim.users": "userName",
    "scim.groups": "displayName",
    "account.members": "email",
    "account.groups": "name",
}


def _by_id(name: str, found: list[Json]) -> dict[str, str]:
    return {str(each.get("id")): _said(name, each) for each in found}


def _said(name: str, each: Json) -> str:
    """What must be the same: the name, who is in it, and of a member the state, where waiting may have ended."""
    said = f"{get_attribute(each, _NAME_OF[name])!r}"
    members = get_attribute(each, "members") if name == "scim.groups" else get_attribute(each, "groups")
    if isinstance(members, list):
        ids = sorted(str(m.get("value")) if isinstance(m, dict) else str(m) for m in members)
        said += f" with {', '.join(ids) or 'nobody' if name == 'scim.groups' else ', '.join(ids) or 'no group'}"
    if name == "account.members":
        state = str(each.get("state"))
        said += f", {'ACTIVE' if state == 'PENDING' else state}"
    return said


@kind("pull-kept")
def _pull_kept(view: View, params: dict[str, Any]) -> Iterator[Outcome]:
    """A bridge that pulled a directory pulls it still, or its health says that it does not."""
    seen = view.find("bridge.pull")
    if not seen:
        yield unseen("the pull")
        return
    found = seen[-1]
    if found["pulls"]:
        return
    if found["health"] == "":
        yield unseen("the bridge's health")
    elif found["health"] == "ok":
        yield Finding("the settings of the pull are kept, or health says that they are lost", "lost, and health is ok")


@kind("notices")
def _notices(view: View, params: dict[str, Any]) -> Iterator[Outcome]:
    """Mails of any kind to one address: at an account whose mails have no kinds a notice is one as well."""
    messages = view.find("account.mail")
    if messages is None:
        yield unseen("mail")
        return
    to, least, most = params["address"], params["at_least"], params["at_most"]
    came = [m for m in messages if m["seq"] > params["since"] and same(m["to"], to)]
    if not least <= len(came) <= most:
        wanted = f"{least}" if least == most else f"{least} to {most}"
        yield Finding(f"{wanted} mail to {to} about the bridge's health", f"{len(came)}")


@kind("pings")
def _pings(view: View, params: dict[str, Any]) -> Iterator[Outcome]:
    """Each ping is answered with success; of a server that nobody has said to be pinged nothing can be judged."""
    pings = view.find("bridge.pings")
    if not pings:
        yield unseen("the answer to a ping")
    for seen in pings or ():
        status, url = seen["status"], seen["url"]
        is_good = 200 <= status < 300
        if status in (404, 405) or status == 0 or not (is_good or seen.get("is_expected", True)):
            said = seen.get("error") or f"GET {url} is answered {status}"
            yield Unjudged(SkipReason.NOT_OBSERVABLE, f"{said}: [monitoring] ping_path in the profile names the path")
        elif not is_good:
            to = f" and sent on to {seen['location']}" if seen.get("location") else ""
            yield Finding(f"GET {url} without credentials is answered with success", f"status {status}{to}")
