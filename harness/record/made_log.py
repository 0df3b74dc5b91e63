"""`made.ndjson`: what a simulation or a load run makes on a bridge, written line by line, also by several processes."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from harness.record.exchange import Exchange, Request, parse_body
from harness.record.identity import NAMES, address_of, name_of, names_sent
from harness.record.made import Inventory, Made

MADE_LOG = "made.ndjson"
SCHEMA = "bridgecheck/made/1"


class MadeLog:
    """Appends to the file of a report folder; each line is one write, so that a process that is killed leaves it whole.

    A file of an earlier run is continued: what that run made may be there still.
    """

    def __init__(self, folder: Path, url: str = "") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / MADE_LOG
        self._file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        if url:
            self._write(schema=SCHEMA, url=url)

    def close(self) -> None:
        """End the file."""
        os.close(self._file)

    def announce(self, request: Request) -> None:
        """Write, before it is sent, which names a request gives."""
        endpoint, scim_id = address_of(request.target)
        if endpoint not in NAMES or request.method == "GET":
            return
        if request.method == "POST" and not scim_id:
            self._write(making=endpoint, name=_sent_name(endpoint, request))
        for name in names_sent(endpoint, request):
            if request.method != "POST":
                self._write(named=name)

    def take(self, exchange: Exchange) -> None:
        """Write what an exchange made or took away."""
        endpoint, scim_id = address_of(exchange.request.target)
        if endpoint not in NAMES or exchange.request.method not in ("POST", "DELETE"):
            return
        told = Inventory()
        if exchange.request.method == "DELETE":
            told.add(Made(path := exchange.request.target.partition("?")[0], ""))
            told.take(exchange)
            if not told.things:
                self.gone(path)
        elif not scim_id:
            told.take(exchange)
            name = _sent_name(endpoint, exchange.request)
            for made in told.things.values():
                self.made(made)
            if not told.unanswered:
                self._write(answered=endpoint, name=name)

    def made(self, made: Made) -> None:
        """Write that something is there."""
        self._write(made=made.path, name=made.name)

    def gone(self, path: str) -> None:
        """Write that something is gone."""
        self._write(gone=path)

    def note(self, inventory: Inventory) -> None:
        """Write all that an inventory holds."""
        for name in sorted(inventory.names):
            self._write(named=name)
        for made in inventory.things.values():
            self.made(made)
        for endpoint, name in inventory.unanswered:
            self._write(making=endpoint, name=name)
        for address in inventory.placed:
            self._write(placed=address)

    def _write(self, **line: Any) -> None:
        text = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
        os.write(self._file, text.encode("utf-8", "backslashreplace") + b"\n")


def read_made_log(path: Path, inventory: Inventory) -> str:
    """Put the file's lines into an inventory and return the bridge's address. A line cut short is left out."""
    url = ""
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            said = json.loads(line)
        except ValueError:
            continue
        if not isinstance(said, dict):
            continue
        url = str(said.get("url", url))
        _put(said, str(said.get("name", "")), inventory)
    return url


def _put(said: dict[str, Any], name: str, inventory: Inventory) -> None:
    if "making" in said:
        inventory.announce(str(said["making"]), name)
    elif "made" in said:
        inventory.add(Made(str(said["made"]), name))
    elif "answered" in said:
        inventory.answered(str(said["answered"]), name)
    elif "gone" in said:
        inventory.remove(str(said["gone"]))
    elif "placed" in said:
        inventory.put_in_place(str(said["placed"]))
    elif "named" in said:
        inventory.names.add(str(said["named"]).casefold())


def _sent_name(endpoint: str, request: Request) -> str:
    body = parse_body(request.body or b"").value
    return name_of(endpoint, body) if isinstance(body, dict) else ""
