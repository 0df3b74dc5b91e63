"""Gives both sides the same case and compares their answers."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from pydantic import ValidationError
from scim2_models import Context, EnterpriseUser, PatchOp, SCIMException, ScimFilter, User

from bridge_ref.scim.catalogue import USER as USER_TYPE
from bridge_ref.scim.errors import ScimError
from bridge_ref.scim.filter.evaluate import make_predicate
from bridge_ref.scim.filter.parser import parse_filter
from bridge_ref.scim.leniency import strict
from bridge_ref.scim.patch.apply import Patch
from tests.bridge_ref.oracle.drawing import ENTERPRISE, USER, draw_filter, draw_operations, draw_user
from tests.bridge_ref.oracle.triage import reason

PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
REFUSED = "refused"

OracleUser = User[EnterpriseUser]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One case on which the two sides differ."""

    seed: int
    number: int
    case: str
    user: str
    ours: str
    theirs: str

    def render(self) -> str:
        """Some lines for whoever has to say who is right."""
        return (
            f"seed {self.seed}, case {self.number}: {self.case}\n  user   {self.user}\n"
            f"  bridge {self.ours}\n  oracle {self.theirs}"
        )


def ask_filters(seed: int, cases: int) -> Iterator[Disagreement]:
    """Where the sides differ on whether a user meets a filter."""
    for number in range(cases):
        random = Random(f"{seed} filter {number}")
        user, text = whole(draw_user(random)), draw_filter(random)
        ours, theirs = matches_here(user, text), matches_there(user, text)
        if ours != theirs and reason(text) is None:
            yield Disagreement(seed, number, text, json.dumps(user), ours, theirs)


def ask_patches(seed: int, cases: int) -> Iterator[Disagreement]:
    """Where the sides differ on what a user is after a PATCH."""
    for number in range(cases):
        random = Random(f"{seed} patch {number}")
        user, operations = draw_user(random), draw_operations(random)
        ours, theirs = patched_here(user, operations), patched_there(user, operations)
        text = json.dumps(operations)
        if ours != theirs and reason(text) is None:
            yield Disagreement(seed, number, text, json.dumps(user), ours, theirs)


def whole(document: dict[str, Any]) -> dict[str, Any]:
    """The representation of a user with this document."""
    schemas = [USER, ENTERPRISE] if ENTERPRISE in document else [USER]
    meta = {"resourceType": "User", "created": "2026-03-02T12:01:00Z", "lastModified": "2026-03-02T12:01:00Z"}
    return {"schemas": schemas, "id": "ID-1", "meta": meta, **document}


def matches_here(user: dict[str, Any], text: str) -> str:
    """What the bridge says."""
    try:
        return str(make_predicate(parse_filter(text), USER_TYPE, strict())(user))
    except ScimError:
        return REFUSED


def matches_there(user: dict[str, Any], text: str) -> str:
    """What scim2-models says."""
    try:
        return str(ScimFilter[OracleUser](text).match(OracleUser.model_validate(user)))
    except (SCIMException, ValidationError):
        return REFUSED


def patched_here(user: dict[str, Any], operations: list[dict[str, Any]]) -> str:
    """The user after the PATCH, as the bridge has it."""
    patch = Patch(strict())
    try:
        steps = patch.plan(USER_TYPE, {"schemas": [PATCH], "Operations": operations})
        return render(patch.apply(user, steps))
    except ScimError:
        return REFUSED


def patched_there(user: dict[str, Any], operations: list[dict[str, Any]]) -> str:
    """The user after the PATCH, as scim2-models has it."""
    resource = OracleUser.model_validate(whole(user))
    try:
        body = {"schemas": [PATCH], "Operations": operations}
        PatchOp[OracleUser].model_validate(body, scim_ctx=Context.RESOURCE_PATCH_REQUEST).patch(resource)
    except (SCIMException, ValidationError):
        return REFUSED
    return render(resource.model_dump(scim_ctx=Context.DEFAULT))


def render(user: dict[str, Any]) -> str:
    """A user in one form: what is empty or false by default says nothing."""
    kept = {name: plain(value) for name, value in user.items() if name not in ("id", "meta", "schemas")}
    return json.dumps({name: value for name, value in kept.items() if value not in (None, [], {})}, sort_keys=True)


def plain(value: Any) -> Any:
    """A value without nulls, repeats, and `primary: false`, which is the same as none."""
    if isinstance(value, dict):
        parts = {name: plain(each) for name, each in value.items() if not (name == "primary" and each is False)}
        return {name: each for name, each in parts.items() if each is not None}
    if not isinstance(value, list):
        return value
    values = [plain(each) for each in value]
    return [each for number, each in enumerate(values) if each not in values[:number]]
