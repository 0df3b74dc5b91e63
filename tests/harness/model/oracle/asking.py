"""Gives both sides the same case and compares their answers."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from pydantic import ValidationError
from scim2_models import Context, EnterpriseUser, PatchOp, SCIMException, ScimFilter, User

from harness.model.differences import differences
from harness.model.filters import BadFilter, parse_filter
from harness.model.matching import matches, must_be_refused
from harness.model.outcomes import AnythingPermitted, Permitted, PermittedRefusal, PermittedState
from harness.model.patch import apply_patch
from harness.model.standard import standard_schemas
from tests.bridge_ref.oracle.drawing import ENTERPRISE, USER, draw_filter, draw_operations, draw_user
from tests.harness.model.oracle.triage import (
    PRIMARY,
    REPEATS,
    operations_with_primaries,
    reason_of_grammar,
    with_primaries,
    without_bare_primaries,
    without_repeats,
)

PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
REFUSED = "refused"

OracleUser = User[EnterpriseUser]
SCHEMA = standard_schemas()["User"]


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
            f"  model  {self.ours}\n  oracle {self.theirs}"
        )


@dataclass(slots=True)
class Tally:
    """How the cases ended: agreed, open in the model, or differing for a reason that is written down."""

    counts: Counter[str] = field(default_factory=Counter)

    def render(self) -> str:
        """A line for each."""
        return "\n".join(f"  {number:6} {word}" for word, number in sorted(self.counts.items()))


def ask_filters(seed: int, cases: int, tally: Tally) -> Iterator[Disagreement]:
    """Where the sides differ on whether a user meets a filter."""
    for number in range(cases):
        random = Random(f"{seed} model filter {number}")
        user, text = whole(draw_user(random)), draw_filter(random)
        ours, theirs = matches_here(user, text), matches_there(user, text)
        if ours == theirs:
            tally.counts["filters: agreed"] += 1
        elif ours == "None":
            tally.counts["filters: left open by the model"] += 1
        elif matches_here(user, text) == matches_there(with_primaries(user), text):
            tally.counts[f"filters: {PRIMARY}"] += 1
        else:
            yield Disagreement(seed, number, text, json.dumps(user), ours, theirs)


def ask_grammar(seed: int, cases: int, tally: Tally) -> Iterator[Disagreement]:
    """Where the sides differ on whether a text, a filter with some characters changed, is a filter at all."""
    for number in range(cases):
        random = Random(f"{seed} model grammar {number}")
        text = draw_garbled(random)
        ours, theirs = is_filter_here(text), is_filter_there(text)
        if ours == theirs:
            tally.counts[f"grammar: agreed on {'a filter' if ours else 'none'}"] += 1
        elif reason := reason_of_grammar(text):
            tally.counts[f"grammar: {reason}"] += 1
        else:
            yield Disagreement(seed, number, text, "", str(ours), str(theirs))


def draw_garbled(random: Random) -> str:
    """A filter from which characters are taken, to which some are added, or that lost a piece."""
    text = draw_filter(random)
    for _ in range(random.randint(1, 2)):
        at, until, choice = random.randrange(len(text) + 1), random.randrange(len(text) + 1), random.random()
        if choice < 0.4:
            text = text[:at] + text[at + 1 :]
        elif choice < 0.8:
            text = text[:at] + random.choice(' ()[]".:-_$1aZ\\eq') + text[at:]
        else:
            text = text[: min(at, until)] + text[max(at, until) :]
    return text


def is_filter_here(text: str) -> bool:
    """Whether the model can read it."""
    try:
        parse_filter(text)
    except BadFilter:
        return False
    return True


def is_filter_there(text: str) -> bool:
    """Whether scim2-models can read it."""
    try:
        ScimFilter(text)
    except SCIMException:
        return False
    return True


def ask_patches(seed: int, cases: int, tally: Tally) -> Iterator[Disagreement]:
    """Where the other side's state after a PATCH is none that the model permits."""
    for number in range(cases):
        random = Random(f"{seed} model patch {number}")
        user, operations = whole(draw_user(random)), draw_operations(random)
        permitted = apply_patch(user, {"schemas": [PATCH], "Operations": operations}, SCHEMA)
        after = patched_there(user, operations)
        if permits(permitted, after):
            open_ = any(isinstance(each, AnythingPermitted) for each in permitted)
            tally.counts["PATCHes: left open by the model" if open_ else "PATCHes: agreed"] += 1
        elif permits(once(permitted), patched_with_primaries(user, operations)):
            tally.counts[f"PATCHes: {PRIMARY}"] += 1
        elif after is not None and permits(once(permitted), without_repeats(after)):
            tally.counts[f"PATCHes: {REPEATS}"] += 1
        else:
            theirs = REFUSED if after is None else json.dumps(after)
            yield Disagreement(seed, number, json.dumps(operations), json.dumps(user), render(permitted), theirs)


def permits(permitted: Sequence[Permitted], after: dict[str, Any] | None) -> bool:
    """Whether a state, none for a refusal, is among those that the model permits."""
    if any(isinstance(each, AnythingPermitted) for each in permitted):
        return True
    if after is None:
        return any(isinstance(each, PermittedRefusal) for each in permitted)
    return any(
        not differences(SCHEMA, each.after, after, chosen=each.chosen | {"schemas"})
        for each in permitted
        if isinstance(each, PermittedState)
    )


def patched_with_primaries(user: dict[str, Any], operations: list[dict[str, Any]]) -> dict[str, Any] | None:
    """What the other side makes of the same case with every primary written out."""
    after = patched_there(with_primaries(user), operations_with_primaries(operations))
    return None if after is None else without_repeats(without_bare_primaries(after))


def once(permitted: Sequence[Permitted]) -> list[Permitted]:
    """The permitted outcomes, each pair of type and value once."""
    return [
        replace(each, after=without_repeats(each.after)) if isinstance(each, PermittedState) else each
        for each in permitted
    ]


def render(permitted: Sequence[Permitted]) -> str:
    """The permitted outcomes on one line."""
    return " | ".join(json.dumps(each.after) if isinstance(each, PermittedState) else repr(each) for each in permitted)


def whole(document: dict[str, Any]) -> dict[str, Any]:
    """The representation of a user with this document."""
    schemas = [USER, ENTERPRISE] if ENTERPRISE in document else [USER]
    meta = {"resourceType": "User", "created": "2026-03-02T12:01:00Z", "lastModified": "2026-03-02T12:01:00Z"}
    return {"schemas": schemas, "id": "ID-1", "meta": meta, **document}


def matches_here(user: dict[str, Any], text: str) -> str:
    """What the model says."""
    try:
        return REFUSED if must_be_refused(parse_filter(text), SCHEMA) else str(matches(text, user, SCHEMA))
    except BadFilter:
        return REFUSED


def matches_there(user: dict[str, Any], text: str) -> str:
    """What scim2-models says."""
    try:
        return str(ScimFilter[OracleUser](text).match(OracleUser.model_validate(user)))
    except (SCIMException, ValidationError):
        return REFUSED


def patched_there(user: dict[str, Any], operations: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The user after the PATCH, as scim2-models has it; none for a refusal."""
    resource = OracleUser.model_validate(user)
    try:
        body = {"schemas": [PATCH], "Operations": operations}
        PatchOp[OracleUser].model_validate(body, scim_ctx=Context.RESOURCE_PATCH_REQUEST).patch(resource)
    except (SCIMException, ValidationError):
        return None
    shown: dict[str, Any] = resource.model_dump(scim_ctx=Context.DEFAULT)
    return shown
