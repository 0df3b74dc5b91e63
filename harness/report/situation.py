"""A script of curl commands that makes the situation of a request first, and then sends the request."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from urllib.parse import quote, unquote

from harness.record.exchange import Exchange
from harness.record.journal import Entry, exchange_of
from harness.report.curl import INLINE_LIMIT, make_curl

COMMANDS = 8  # ours: a longer script is not read; then the run's own command repeats it
LENGTH = 8 * 1024
_READ_ID = """python3 -c 'import json, sys; print(json.load(sys.stdin)["id"])'"""
_READING = ("GET", "HEAD", "OPTIONS")


def make_script(entry: Entry, story: Iterable[Entry]) -> str:
    """The commands that make what a request names, in the order of the story, and then the request itself.

    Ids go from one command to the next in shell variables. Empty where the script would be too long, or where the
    story did not make what the request names.
    """
    needed = needed_for(entry, story)
    if needed is None:
        return ""
    script = _render([*needed, entry])
    return script if len(script) <= LENGTH else ""


def needed_for(entry: Entry, story: Iterable[Entry]) -> list[Entry] | None:
    """The writes of the story that made what a request names; None where they are too many or too long to show."""
    before = []
    for each in story:
        if each.id == entry.id:
            break
        if isinstance(each.event, Exchange) and 200 <= each.event.status < 300:
            before.append(each)
    needed = _needed(entry, [e for e in before if exchange_of(e).request.method not in _READING])
    if len(needed) >= COMMANDS or any(len(exchange_of(e).request.body or b"") > INLINE_LIMIT for e in needed):
        return None
    return needed


def _needed(entry: Entry, writes: Sequence[Entry]) -> list[Entry]:
    """The writes before a request that made the resources that it names, and those that changed them since."""
    wanted = _sent(exchange_of(entry))
    named: set[str] = set()
    made = {made_id(each): each for each in writes if made_id(each)}
    found = {scim_id for scim_id in made if scim_id in wanted}
    while found - named:
        named |= found
        about = [each for each in writes if made_id(each) in named or exchange_of(each).route.id in named]
        found = {scim_id for scim_id in made for each in about if scim_id in _sent(exchange_of(each))}
    return [each for each in writes if made_id(each) in named or exchange_of(each).route.id in named]


def made_id(entry: Entry) -> str:
    """The id of the resource that a create made; empty for any other exchange."""
    exchange = exchange_of(entry)
    made = exchange.json.get("id")
    is_create = exchange.request.method == "POST" and exchange.route.is_resource_endpoint and not exchange.route.id
    return made if is_create and isinstance(made, str) and len(made) > 1 else ""


def _sent(exchange: Exchange) -> str:
    return f"{unquote(exchange.request.target)} {(exchange.request.body or b'').decode('utf-8', 'replace')}"


def _render(entries: Sequence[Entry]) -> str:
    variables: dict[str, str] = {}
    lines = []
    for number, entry in enumerate(entries, 1):
        is_last = number == len(entries)
        command = make_curl(_with_variables(exchange_of(entry), variables), entry.id, shows_headers=is_last)
        made = made_id(entry)
        if is_last:
            lines.append(command)
        elif made:
            variables[made] = f"ID{len(variables) + 1}"
            lines.append(f"{variables[made]}=$({command} | {_READ_ID})")
        else:
            lines.append(command)
    return "\n".join(lines)


def _with_variables(exchange: Exchange, variables: dict[str, str]) -> Exchange:
    request = exchange.request
    target, body = request.target, request.body
    for scim_id, name in variables.items():
        sign = f"‹id:{name}›"
        target = target.replace(scim_id, sign).replace(quote(scim_id, safe=""), sign)
        body = body.replace(scim_id.encode(), sign.encode()) if body else body
    return replace(exchange, request=replace(request, target=target, body=body))
