"""The shapes that recordings of Okta and Entra ID have, each as a proxy that refuses it and nothing else.

The requests are told by what was recorded, and the rows by what the requirement says; not by what comes out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from tests.faults.proxy import Ask, Call, Fault, Json, Reply

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
Memory = dict[str, Any]
Test = Callable[[Call, Memory], bool]


@dataclass(frozen=True, slots=True)
class Shape:
    """A recorded shape: a sentence, whose it is, the rows of which one must head the report, and what tells it.

    The first row is the vendor's, and must be red; where the RFC asks for the same, its row may head, too.
    `scim_type` is that of the refusal, and `status` its status.
    """

    name: str
    vendor: str
    rows: tuple[str, ...]
    sentence: str
    is_sent: Test
    scim_type: str = "invalidSyntax"
    status: int = 400


SHAPES: dict[str, Shape] = {}


def shape(name: str, *rows: str, scim_type: str = "invalidSyntax", status: int = 400) -> Callable[[Test], Test]:
    """Register a shape; the docstring of its test is its sentence."""

    def register(test: Test) -> Test:
        vendor = rows[0].partition("-")[0].lower()
        SHAPES[name] = Shape(name, vendor, rows, " ".join(str(test.__doc__).split()), test, scim_type, status)
        return test

    return register


def refusing(chosen: Shape) -> type[Fault]:
    """A proxy that answers this shape with 400, and passes everything else on."""
    if chosen.name in WITH_STATE:
        return WITH_STATE[chosen.name]

    class Refusing(Fault):
        __doc__ = f"Refuses this: {chosen.sentence}"

        def __init__(self) -> None:
            self._memory: Memory = {}

        def answer(self, call: Call, ask: Ask) -> Reply:
            if not chosen.is_sent(call, self._memory):
                return ask(call)
            refused = self.on_error(chosen.status, "The request cannot be read.")
            return refused.with_json({**refused.json, "scimType": chosen.scim_type})

    return Refusing


def writings(call: Call) -> Iterator[tuple[str, str, Any]]:
    """What a PATCH of a user writes: operation, path or key, and value."""
    if call.method != "PATCH" or call.collection != "Users":
        return
    for step in call.json.get("Operations", []):
        op, path, value = str(step.get("op")), step.get("path"), step.get("value")
        if isinstance(path, str):
            yield op, path, value
        elif isinstance(value, dict):
            yield from ((op, str(key), part) for key, part in value.items())


def _pathless(call: Call) -> list[Json]:
    listed = call.json.get("Operations", []) if call.method == "PATCH" and call.collection == "Users" else []
    return [step for step in listed if "path" not in step]


def _is_entra(call: Call) -> bool:
    """Entra ID sends no agent."""
    return not any(name.lower() == "user-agent" for name in call.headers)


def _is_create(call: Call) -> bool:
    return call.method == "POST" and call.collection == "Users"


@shape("operations-first", "ENTRA-39")
def _(call: Call, _: Memory) -> bool:
    """`Operations` stand before `schemas`."""
    return call.method == "PATCH" and list(call.json)[:1] == ["Operations"] and "schemas" in call.json


@shape("add-without-a-path", "ENTRA-40")
def _(call: Call, _: Memory) -> bool:
    """An `add` without a path has dotted keys."""
    adds = [step["value"] for step in _pathless(call) if step.get("op") == "add"]
    return any("." in key for value in adds if isinstance(value, dict) for key in value)


@shape("add-beside-a-replace", "ENTRA-40")
def _(call: Call, _: Memory) -> bool:
    """An `add` and a `replace` without a path stand in one PATCH."""
    return {str(step.get("op")) for step in _pathless(call)} >= {"add", "replace"}


@shape("formatted-name", "ENTRA-41", scim_type="invalidPath")
def _(call: Call, _: Memory) -> bool:
    """A rename changes `name.formatted`."""
    return _is_entra(call) and any(path == "name.formatted" for _, path, _ in writings(call))


@shape("primary-address", "ENTRA-42", scim_type="invalidPath")
def _(call: Call, _: Memory) -> bool:
    """A path selects by `emails[primary eq true]`."""
    return _is_entra(call) and any(path.startswith("emails[primary eq") for _, path, _ in writings(call))


@shape("primary-role", "ENTRA-42", scim_type="invalidPath")
def _(call: Call, _: Memory) -> bool:
    """A path selects by `roles[primary eq "True"]`."""
    return _is_entra(call) and any(path.startswith("roles[primary eq") for _, path, _ in writings(call))


@shape("empty-text", "ENTRA-43")
def _(call: Call, _: Memory) -> bool:
    """An attribute is emptied by `""`."""
    return _is_entra(call) and any(v == "" and not path.endswith("manager") for _, path, v in writings(call))


@shape("removal-with-a-value", "ENTRA-43")
def _(call: Call, _: Memory) -> bool:
    """A `Remove` at a filter has the old value beside it."""
    told = [(op, path, value) for op, path, value in writings(call) if op.lower() == "remove" and "[" in path]
    return _is_entra(call) and any(value is not None for _, _, value in told)


@shape("removal-of-a-text", "ENTRA-43", scim_type="invalidPath")
def _(call: Call, _: Memory) -> bool:
    """A `Remove` at a plain attribute has no value."""
    return _is_entra(call) and any(op.lower() == "remove" and path == "title" for op, path, _ in writings(call))


@shape("formatted-address", "ENTRA-44", scim_type="invalidPath")
def _(call: Call, _: Memory) -> bool:
    """The office stands at `addresses[type eq "work"].formatted`."""
    return any(path == 'addresses[type eq "work"].formatted' for _, path, _ in writings(call))


@shape("several-parts-at-one-filter", "ENTRA-44", scim_type="invalidPath")
def _(call: Call, _: Memory) -> bool:
    """Several parts of one address come in one PATCH."""
    return _is_entra(call) and sum(path.startswith("addresses[") for _, path, _ in writings(call)) > 1


@shape("fax-number", "ENTRA-44", scim_type="invalidPath")
def _(call: Call, _: Memory) -> bool:
    """A third telephone number is that of a fax."""
    return any(path.startswith('phoneNumbers[type eq "fax"]') for _, path, _ in writings(call))


@shape("preferred-language", "ENTRA-44", scim_type="invalidPath")
def _(call: Call, _: Memory) -> bool:
    """The language is mapped, too."""
    return _is_entra(call) and any(path == "preferredLanguage" for _, path, _ in writings(call))


@shape("enterprise-without-values", "ENTRA-08")
def _(call: Call, _: Memory) -> bool:
    """A create names the enterprise schema, and has nothing below it."""
    return _is_create(call) and ENTERPRISE in call.json.get("schemas", []) and not call.json.get(ENTERPRISE)


@shape("core-urn", "ENTRA-45", scim_type="invalidPath")
def _(call: Call, _: Memory) -> bool:
    """A path stands behind the URN of the core schema."""
    return _is_entra(call) and any(path.startswith(f"{USER}:") for _, path, _ in writings(call))


@shape("custom-core-attribute", "ENTRA-45", scim_type="invalidPath")
def _(call: Call, _: Memory) -> bool:
    """A custom attribute stands behind the URN of the core schema."""
    return any(path == f"{USER}:costCenterCode" for _, path, _ in writings(call))


@shape("version-header", "ENTRA-46")
def _(call: Call, _: Memory) -> bool:
    """A request has the header `ADSCIMVersion`."""
    return any(name.lower() == "adscimversion" for name in call.headers)


@shape("guid-as-match-key", "ENTRA-04", scim_type="invalidFilter")
def _(call: Call, _: Memory) -> bool:
    """People are looked up by an `externalId` that is a GUID."""
    asked = unquote_plus(call.query)
    return call.method == "GET" and asked.startswith("filter=externalId eq") and _GUID.search(asked) is not None


@shape("guid-as-external-id", "ENTRA-08")
def _(call: Call, _: Memory) -> bool:
    """A create has a GUID as `externalId`."""
    return _is_create(call) and _is_entra(call) and _GUID.fullmatch(str(call.json.get("externalId"))) is not None


@shape("boolean-behind-a-capital", "ENTRA-11")
def _(call: Call, _: Memory) -> bool:
    """`Replace` in capitals has a Boolean for `active`."""
    return any(op == "Replace" and path == "active" and isinstance(v, bool) for op, path, v in writings(call))


@shape("bare-manager-in-a-filter", "ENTRA-47", scim_type="invalidFilter")
def _(call: Call, _: Memory) -> bool:
    """A filter asks for `manager` without its URN."""
    return call.method == "GET" and " and manager eq " in unquote_plus(call.query)


@shape("manager-in-a-create", "ENTRA-15")
def _(call: Call, _: Memory) -> bool:
    """A create has the manager as a bare text, under any spelling of the name."""
    held = call.json.get(ENTERPRISE) if _is_create(call) else None
    return isinstance(held, dict) and any(n.lower() == "manager" and isinstance(v, str) for n, v in held.items())


class _DeletedNames(Fault):
    """A create for a name that was deleted gives 409, though a look-up finds nobody."""

    def __init__(self) -> None:
        self._gone: set[str] = set()

    def answer(self, call: Call, ask: Ask) -> Reply:
        if call.method == "DELETE" and call.collection == "Users":
            found = ask(Call("GET", call.path, "", call.headers, b"")).json
            self._gone.add(str(found.get("userName")).lower())
        is_ours = any(value.startswith("bridgecheck") for value in call.headers.values())
        if _is_create(call) and not is_ours and str(call.json.get("userName")).lower() in self._gone:
            refused = self.on_error(409, "This name was used before.")
            return refused.with_json({**refused.json, "scimType": "uniqueness"})
        return ask(call)


class _UnchangedPut(Fault):
    """A PUT that says what a read has shown, with an empty list of groups, gives 400."""

    def answer(self, call: Call, ask: Ask) -> Reply:
        if call.method == "PUT" and call.collection == "Users" and call.json.get("groups") == []:
            shown = ask(Call("GET", call.path, "", call.headers, b"")).json
            same = ("userName", "displayName", "name", "emails", "active", "title")
            if shown.get("groups") and all(call.json.get(name) == shown.get(name) for name in same):
                refused = self.on_error(400, "The request cannot be read.")
                return refused.with_json({**refused.json, "scimType": "invalidSyntax"})
        return ask(call)


def _is_put(call: Call, _: Memory) -> bool:
    return call.method == "PUT" and call.collection == "Users" and call.json.get("groups") == []


def _is_plain_create(call: Call, _: Memory) -> bool:
    return _is_create(call)


WITH_STATE: dict[str, type[Fault]] = {
    "create-after-a-look-up": _DeletedNames,
    "create-after-a-look-up-of-okta": _DeletedNames,
    "unchanged-put": _UnchangedPut,
}


def _with_state(name: str, rows: tuple[str, ...], sentence: str, is_sent: Test, status: int) -> None:
    SHAPES[name] = Shape(name, rows[0].partition("-")[0].lower(), rows, sentence, is_sent, status=status)


_NOBODY = "The look-up finds nobody, and the POST behind it is about a name that was there before (refused with 409)."
_with_state("create-after-a-look-up", ("ENTRA-48",), _NOBODY, _is_plain_create, 409)
_with_state("create-after-a-look-up-of-okta", ("OKTA-37",), _NOBODY, _is_plain_create, 409)
_with_state(
    "unchanged-put",
    ("OKTA-36", "RFC7644-3.5.1-13"),
    "A PUT changes nothing about somebody in groups, and `groups` is empty in it.",
    _is_put,
    400,
)


@shape("name-behind-the-members", "OKTA-33")
def _(call: Call, memory: Memory) -> bool:
    """A push sends the members, reads the group, and sends the name last."""
    if call.collection != "Groups" or not call.resource:
        return False
    steps: dict[str, list[str]] = memory.setdefault("steps", {})
    before = steps.get(call.resource, [])
    is_name = call.method == "PATCH" and "members" not in str(call.json.get("Operations"))
    step = "read" if call.method == "GET" else "name" if is_name else "members"
    steps[call.resource] = [*before[-1:], step]
    return step == "name" and before == ["members", "read"]


@shape("group-without-meta", "OKTA-34")
def _(call: Call, _: Memory) -> bool:
    """A PUT of a group has no `meta`, and displays of null."""
    is_put = call.method == "PUT" and call.collection == "Groups"
    members = call.json.get("members", []) if is_put and "meta" not in call.json else []
    return any(isinstance(each, dict) and each.get("display", "") is None for each in members)


@shape("password-alone", "OKTA-35")
def _(call: Call, _: Memory) -> bool:
    """A PATCH without a path has the password, and nothing else."""
    return [path for _, path, _ in writings(call)] == ["password"]


@shape("password-again", "OKTA-35", "RFC7644-3.5.2.3-01")
def _(call: Call, memory: Memory) -> bool:
    """A password is sent a second time."""
    if [path for _, path, _ in writings(call)] != ["password"]:
        return False
    told: set[str] = memory.setdefault("told", set())
    is_again = call.resource in told
    told.add(call.resource)
    return is_again
