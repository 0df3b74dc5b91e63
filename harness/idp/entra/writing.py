"""Entra ID's two ways to write a PATCH: without the flag and with it (2.c, MS-COMPAT)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Sequence

from harness.idp.entra.answers import MANAGER
from harness.idp.entra.knobs import EntraKnobs
from harness.idp.entra.mapping import DEFAULTS, AttributeChange
from harness.record.exchange import Json
from harness.record.message import equals

ROLE_TYPE = "WindowsAzureActiveDirectoryRole"  # MS-MAP


class Verbose:
    """Without the flag: capitals, one operation with a path for each attribute, booleans as text (MS-COMPAT)."""

    def operations(self, changes: Iterable[AttributeChange], knobs: EntraKnobs = DEFAULTS) -> list[Json]:
        """One operation each."""
        return [_operation(each.op, each.path, self._value(each, knobs)) for each in changes]

    def _value(self, change: AttributeChange, knobs: EntraKnobs) -> object:
        if change.path == "roles" and isinstance(change.value, Sequence):
            return [{"value": _role_as_text(str(name))} for name in change.value]
        return str(change.value) if change.path == "active" and knobs.active_as == "text" else change.value

    def add_members(self, ids: Sequence[str], *, null_ref: bool = False) -> list[Json]:
        """`Add` at `members`."""
        return [{"op": "Add", "path": "members", "value": entries(ids, null_ref)}]

    def remove_members(self, ids: Sequence[str], *, null_ref: bool = False) -> list[Json]:
        """`Remove` at `members`, who is meant in `value`: by the letter of RFC 7644 that names everybody (ENTRA-22)."""
        return [{"op": "Remove", "path": "members", "value": entries(ids, null_ref)}]


class Compliant(Verbose):
    """With the flag: lower case, booleans, one pathless operation, value filters apart (MS-COMPAT)."""

    def operations(self, changes: Iterable[AttributeChange], knobs: EntraKnobs = DEFAULTS) -> list[Json]:
        """First what needs a value filter; then all else in one value with dotted and URN keys (ENTRA-16).

        Recordings have an `add` beside that `replace` for what is not there yet (ENTRA-40).
        """
        given = list(changes)
        if len(given) == 1 and given[0].path in ("active", MANAGER):
            (one,) = given
            return [_operation(one.op.lower(), one.path, one.value)]
        alone = [c for c in given if "[" in c.path or c.path == "roles" or c.op == "Remove"]
        together: dict[str, Json] = {}
        for each in given:
            if each not in alone:
                op = each.op.lower() if knobs.adds_without_path else "replace"
                together.setdefault(op, {})[each.path] = each.value
        apart = [_operation(c.op.lower(), c.path, self._value(c, knobs)) for c in alone]
        return apart + [{"op": op, "value": value} for op, value in together.items()]

    def _value(self, change: AttributeChange, knobs: EntraKnobs) -> object:
        # MS-MAP: roles have the form that they have in a POST.
        if change.path == "roles" and isinstance(change.value, Sequence):
            return [role(str(name)) for name in change.value]
        return change.value

    def add_members(self, ids: Sequence[str], *, null_ref: bool = False) -> list[Json]:
        """`add` at `members`."""
        return [{"op": "add", "path": "members", "value": entries(ids, null_ref)}]

    def remove_members(self, ids: Sequence[str], *, null_ref: bool = False) -> list[Json]:
        """One `remove` by filter path for each (ENTRA-23)."""
        return [{"op": "remove", "path": f"members[{equals('value', scim_id)}]"} for scim_id in ids]


VERBOSE = Verbose()
COMPLIANT = Compliant()


def entries(ids: Sequence[str], null_ref: bool = False) -> list[Json]:
    """Members by `value`; the samples of MS-TUT have a `$ref` of null first, recordings do not (ENTRA-24)."""
    return [({"$ref": None} if null_ref else {}) | {"value": scim_id} for scim_id in ids]


def role(name: str) -> Json:
    """A role as a create has it (MS-MAP)."""
    return {"primary": False, "type": ROLE_TYPE, "display": name, "value": name}


def _operation(op: str, path: str, value: object) -> Json:
    return {"op": op, "path": path} | ({} if value is None else {"value": value})


def _role_as_text(name: str) -> str:
    """MS-MAP: without the flag a PATCH has a role as JSON inside a text."""
    named = {"id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"bridgecheck:role:{name}")), "value": name, "displayName": name}
    return json.dumps(named, ensure_ascii=False, separators=(",", ":"))
