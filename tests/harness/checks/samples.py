"""The world of the check tests: Ada and Grace, Design and Sales, and the literal exchanges that speak of them.

Each test module of this folder holds `ROWS`, and each row puts one literal history before one registered check:

- `accepts`  the check selects it, and is silent;
- `finds`    the check selects it, and says exactly this;
- `records`  the check selects it, finds nothing and notes this down (MAY rows and readings);
- `ignores`  the check does not select it: there is nothing to compare.

`test_registry.py` walks over all rows and fails when a registered check lacks an accepting, a finding or an ignoring
row. A check of MAY rows that only records needs a recording row instead of a finding one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import harness.checks  # noqa: F401  registers the checks
from harness.catalogue.verdict import Recorded, Unjudged
from harness.checks.registry import EXCHANGE_CHECKS, HISTORY_CHECKS, ExchangeCheck, HistoryCheck, Outcome
from harness.record.exchange import Exchange, Headers, Json, Request, Response
from harness.record.journal import Act, ClockMove, Entry, Event, Expectation, Observation, Step
from harness.record.message import CORE_GROUP, CORE_USER, ERROR, LIST_RESPONSE, SCIM_JSON, patch_body

BASE = "https://bridge.example/scim/v2"
SCIM: Headers = (("Content-Type", SCIM_JSON),)
CREATED = "2026-01-05T09:00:00Z"

ADA_ADDRESS, GRACE_ADDRESS = "ada@example.com", "grace@example.com"


def user(user_id: str = "u-ada", user_name: str = ADA_ADDRESS, **more: Any) -> Json:
    """A User as a good bridge shows it. `more` replaces attributes; one that is `...` is left out."""
    meta = {"resourceType": "User", "created": CREATED, "lastModified": CREATED, "location": f"{BASE}/Users/{user_id}"}
    shown = {"schemas": [CORE_USER], "id": user_id, "userName": user_name, "active": True, "meta": meta, **more}
    return {key: value for key, value in shown.items() if value is not ...}


def group(group_id: str = "g-design", name: str = "Design", *members: str, **more: Any) -> Json:
    """A Group as a good bridge shows it, with the ids of its members."""
    meta = {
        "resourceType": "Group",
        "created": CREATED,
        "lastModified": CREATED,
        "location": f"{BASE}/Groups/{group_id}",
    }
    shown = {
        "schemas": [CORE_GROUP],
        "id": group_id,
        "displayName": name,
        "members": [{"value": m} for m in members],
        "meta": meta,
        **more,
    }
    return {key: value for key, value in shown.items() if value is not ...}


def meta(**more: Any) -> Json:
    """The meta of Ada's user, changed."""
    return {key: value for key, value in (user()["meta"] | more).items() if value is not ...}


ADA, GRACE = user(), user("u-grace", GRACE_ADDRESS)
NEW_ADA: Json = {"schemas": [CORE_USER], "userName": ADA_ADDRESS}
NEW_DESIGN: Json = {"schemas": [CORE_GROUP], "displayName": "Design"}


def page(*resources: Any, total: Any = None, start: Any = 1, **more: Any) -> Json:
    """A ListResponse as a good bridge sends it."""
    shown = {
        "schemas": [LIST_RESPONSE],
        "totalResults": len(resources) if total is None else total,
        "startIndex": start,
        "itemsPerPage": len(resources),
        "Resources": list(resources),
        **more,
    }
    return {key: value for key, value in shown.items() if value is not ...}


def error(code: int, /, **more: Any) -> Json:
    """An Error message as a good bridge sends it."""
    shown = {"schemas": [ERROR], "status": str(code), "detail": "not so", **more}
    return {key: value for key, value in shown.items() if value is not ...}


def to_bytes(body: Any) -> bytes:
    """A body: bytes as they are, nothing as none, everything else as JSON."""
    if body is None:
        return b""
    return body if isinstance(body, bytes) else json.dumps(body).encode()


def answered(
    method: str,
    target: str,
    status: int,
    body: Any = None,
    *,
    sent: Any = None,
    name: str = "",
    headers: Headers = SCIM,
    asked: Headers = (("Accept", SCIM_JSON),),
) -> Exchange:
    """A request and its answer. `headers` are those of the answer, `asked` those of the request."""
    request = Request(method, target, name, asked, None if sent is None else to_bytes(sent))
    return Exchange(BASE, request, Response(status, headers, to_bytes(body)))


def get(target: str, body: Any = None, status: int = 200, **more: Any) -> Exchange:
    """A read, answered."""
    return answered("GET", target, status, body, **more)


def post(target: str, sent: Any, body: Any = None, status: int = 201, location: Any = "", **more: Any) -> Exchange:
    """A create, answered. `location` is that of the resource shown, unless given."""
    shown = body["meta"].get("location") if isinstance(body, dict) and isinstance(body.get("meta"), dict) else None
    where = shown if location == "" else location
    headers = (*SCIM, ("Location", where)) if isinstance(where, str) and status == 201 else SCIM
    return answered("POST", target, status, body, sent=sent, **{"headers": headers, **more})


def put(target: str, sent: Any, body: Any = None, status: int = 200, **more: Any) -> Exchange:
    """A replacement, answered."""
    return answered("PUT", target, status, body, sent=sent, **more)


def patch(target: str, *operations: Json, body: Any = None, status: int = 204, **more: Any) -> Exchange:
    """A PATCH with these operations, answered."""
    return answered("PATCH", target, status, body, sent=patch_body(*operations), **more)


def delete(target: str, status: int = 204, body: Any = None, **more: Any) -> Exchange:
    """A DELETE, answered."""
    return answered("DELETE", target, status, body, **more)


def lost(method: str, target: str, sent: Any = None, name: str = "") -> Exchange:
    """A request whose answer never came."""
    return Exchange(BASE, Request(method, target, name, (), None if sent is None else to_bytes(sent)), None, "timeout")


def hired(person: Json = ADA, **more: Any) -> Exchange:
    """A create of a user by its userName, answered with that user."""
    sent = {"schemas": [CORE_USER], "userName": person["userName"]}
    return post("/Users", sent, person, **more)


MEMBERS_ON_REQUEST = get(
    "/Schemas",
    page(
        {
            "id": CORE_GROUP,
            "attributes": [
                {"name": "displayName", "type": "string"},
                {"name": "members", "type": "complex", "multiValued": True, "returned": "request"},
            ],
        }
    ),
)
"""A bridge declares that it shows the members of groups on request alone."""


def refused(status: int, body: Any = ..., **more: Any) -> Exchange:
    """A create of Ada that is refused."""
    return post("/Users", NEW_ADA, error(status) if body is ... else body, status, **more)


def active(value: Any = False, **more: Any) -> Exchange:
    """The PATCH that sets Ada's `active`, with a path."""
    operation = {"op": "replace", "path": "active", "value": value}
    return patch("/Users/u-ada", operation, **{"name": "set user active", **more})


def joins(*members: str, target: str = "/Groups/g-design", **more: Any) -> Exchange:
    """The PATCH that adds these members to Design."""
    operation = {"op": "add", "path": "members", "value": [{"value": m} for m in members]}
    return patch(target, operation, **{"name": "change group members", **more})


def leaves(*members: str, **more: Any) -> Exchange:
    """The PATCH that removes these members from Design, each by a filter."""
    operations = [{"op": "remove", "path": f'members[value eq "{m}"]'} for m in members]
    return patch("/Groups/g-design", *operations, **{"name": "change group members", **more})


def leaves_by_value(*members: str, **more: Any) -> Exchange:
    """The PATCH that removes these members from Design, named in `value` as Entra ID does."""
    operation = {"op": "Remove", "path": "members", "value": [{"value": m} for m in members]}
    return patch("/Groups/g-design", operation, **{"name": "change group members", **more})


def member(name: str = "ada", state: str = "ACTIVE", **more: Any) -> Json:
    """A member of the account as the probe shows it."""
    return {
        "id": f"m-{name}",
        "scim_id": f"u-{name}",
        "email": f"{name}@example.com",
        "name": name.title(),
        "type": "MEMBER",
        "state": state,
        "managed": True,
        "groups": [],
        "created_at": CREATED,
        "updated_at": CREATED,
        **more,
    }


def seen(kind: str, data: Any) -> Observation:
    """What was seen of that kind; None stands for: as the last time."""
    return Observation(kind, "digest", data)


def members(*shown: Json) -> Observation:
    """The account's members as they were seen."""
    return seen("account.members", list(shown))


def users(*shown: Json) -> Observation:
    """The users as they were seen over SCIM."""
    return seen("scim.users", list(shown))


def groups(*shown: Json) -> Observation:
    """The groups as they were seen over SCIM."""
    return seen("scim.groups", list(shown))


def act(address: str = ADA_ADDRESS, name: str = "sign-up") -> Act:
    """Somebody does something outside SCIM."""
    return Act(name, address)


def step() -> Step:
    """The next provisioning step begins."""
    return Step("the next step")


def time_passes(seconds: float = 301.0) -> ClockMove:
    """The bridge's clock moves."""
    return ClockMove("bridge", seconds, True)


def states(kind: str, *requirements: str, **params: Any) -> Expectation:
    """What a story states."""
    return Expectation(kind, requirements or ("SEED-16",), "so it is", params)


def history(*events: Event, dialect: str = "okta-oin") -> tuple[Entry, ...]:
    """The entries of one story, numbered from 0:1."""
    return tuple(Entry(f"0:{n}", "a story", dialect, 1, event) for n, event in enumerate(events, 1))


Said = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One literal history before one check. `wanted` is what it says; None stands for: it does not select it."""

    word: str
    check: str
    note: str
    events: tuple[Event, ...]
    wanted: Said | None

    def __str__(self) -> str:
        return f"{self.check} {self.word} {self.note}"

    def said(self) -> Said | None:
        """What the check says of this history."""
        outcomes = run_check(self.check, history(*self.events))
        if outcomes is None:
            return None
        is_recording = self.word == "records"
        return tuple(render(outcome) for outcome in outcomes if is_recording or not isinstance(outcome, Recorded))


def accepts(check: str, note: str, *events: Event) -> Row:
    """The check selects this history, and is silent."""
    return Row("accepts", check, note, events, ())


def finds(check: str, note: str, *events: Event, says: str | Iterable[str]) -> Row:
    """The check selects this history, and says this: expected, actual and pointer, as `render` writes them."""
    return Row("finds", check, note, events, (says,) if isinstance(says, str) else tuple(says))


def records(check: str, note: str, *events: Event, says: str | Iterable[str]) -> Row:
    """The check selects this history, finds nothing, and notes this down."""
    return Row("records", check, note, events, (says,) if isinstance(says, str) else tuple(says))


def ignores(check: str, note: str, *events: Event) -> Row:
    """The check does not select this history."""
    return Row("ignores", check, note, events, None)


def render(outcome: Outcome) -> str:
    """An outcome as one line: `expected … was … at /pointer`, a requirement in front where the check names one."""
    if isinstance(outcome, Recorded):
        return outcome.value
    if isinstance(outcome, Unjudged):
        return f"{outcome.reason}: {outcome.why}"
    front = f"{outcome.requirement}: " if outcome.requirement else ""
    return f"{front}{outcome.expected} ⟶ {outcome.actual}" + (f" @ {outcome.pointer}" if outcome.pointer else "")


def find_check(name: str) -> ExchangeCheck | HistoryCheck:
    """The registered check of that name."""
    checks: list[ExchangeCheck | HistoryCheck] = [*EXCHANGE_CHECKS, *HISTORY_CHECKS]
    return next(check for check in checks if check.name == name)


def run_check(name: str, entries: tuple[Entry, ...]) -> list[Outcome] | None:
    """All outcomes of a check over these entries, None when it selects nothing in them."""
    check = find_check(name)
    if isinstance(check, HistoryCheck):
        cases = list(check.over(entries))
        return [outcome for case in cases for outcome in check.run(case)] if cases else None
    chosen = [e.event for e in entries if isinstance(e.event, Exchange) and check.requirements(e.event)]
    return [outcome for exchange in chosen for outcome in check.run(exchange)] if chosen else None
