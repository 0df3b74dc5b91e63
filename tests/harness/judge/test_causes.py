"""Causes on literal stories: what decided, which row heads, and what follows."""

from __future__ import annotations

import json
from typing import Any

from harness.catalogue.requirement import load_catalogue
from harness.judge.cause import Cause, FollowKind
from harness.judge.causes import make_causes
from harness.judge.judge import judge
from harness.record.exchange import Exchange, Headers, Request, Response
from harness.record.journal import SCHEMA, Event, Expectation, Journal, Observation, RunHeader, ScenarioBegin, Step

BASE = "https://bridge.example/scim/v2"
SCIM: Headers = (("Content-Type", "application/scim+json"),)
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
ADA, GRACE, DESIGN = "7c1f0a52", "9b3e4d10", "d351a9c4"
ADDRESSES = {ADA: "ada@example.com", GRACE: "grace@example.com"}


def exchange(method: str, target: str, name: str, status: int, sent: Any = None, received: Any = None) -> Exchange:
    request = Request(method, target, name, SCIM, None if sent is None else json.dumps(sent).encode())
    body = b"" if received is None else json.dumps(received).encode()
    return Exchange(BASE, request, Response(status, SCIM, body))


def patch(
    target: str, *operations: dict[str, Any], name: str = "patch", status: int = 204, detail: str = ""
) -> Exchange:
    received = {"schemas": [ERROR], "detail": detail, "status": str(status)} if detail else None
    return exchange("PATCH", target, name, status, {"schemas": [PATCH_OP], "Operations": list(operations)}, received)


def set_active(user_id: str, status: int = 204, detail: str = "") -> Exchange:
    operation = {"op": "Replace", "path": "active", "value": "False"}
    return patch(f"/Users/{user_id}", operation, name="set user active", status=status, detail=detail)


def users(*people: tuple[str, bool]) -> Observation:
    listed = [{"id": user_id, "userName": ADDRESSES[user_id], "active": active} for user_id, active in people]
    return Observation("scim.users", json.dumps(listed), listed)


def groups(*members: str) -> Observation:
    listed = [{"id": DESIGN, "displayName": "Design", "members": [{"value": member} for member in members]}]
    return Observation("scim.groups", json.dumps(listed), listed)


def told(user_id: str) -> dict[str, Any]:
    schemas = ["urn:ietf:params:scim:schemas:core:2.0:User"]
    return {"schemas": schemas, "id": user_id, "userName": ADDRESSES[user_id], "active": True}


def active(user_id: str, value: bool) -> Expectation:
    return Expectation("active", ("SEED-16",), "…", {"address": ADDRESSES[user_id], "active": value})


def in_design(user_id: str) -> Expectation:
    params = {"address": ADDRESSES[user_id], "groups": ["Design"], "applicable": True}
    return Expectation("groups", ("SEED-12",), "…", params)


def causes_of(*stories: tuple[str, list[Event]]) -> tuple[Cause, ...]:
    journal = Journal()
    claims, dialects = ("rfc", "bridge", "okta", "entra"), ("okta-oin", "entra-default")
    header = RunHeader(SCHEMA, "0.1.0", claims, dialects, (), "safe", 7, "must", "Bridge", BASE, 0.0)
    journal.add(header)
    for number, (dialect, events) in enumerate(stories):
        journal.place(f"lifecycle/test_x.py::test_{number}[{dialect}]", dialect)
        journal.add(ScenarioBegin("…"))
        for event in events:
            journal.add(event)
    return make_causes(judge(journal.entries, load_catalogue()), journal.entries)


def of(causes: tuple[Cause, ...], requirement: str) -> Cause:
    return next(cause for cause in causes if requirement in cause.requirements)


REFUSED = set_active(ADA, 400, "active must be true or false.")
DEACTIVATION: list[Event] = [users((ADA, True)), Step("Ada leaves"), REFUSED, users((ADA, True)), active(ADA, False)]


def test_a_refused_write_bears_the_state_that_stays_wrong() -> None:
    cause = of(causes_of(("entra-default", DEACTIVATION)), "SEED-16")

    assert cause.exchange is REFUSED
    assert cause.requirement.id == "ENTRA-11"
    assert str(cause.words) == "400: active must be true or false."
    assert [(f.kind, f.requirement.id) for f in cause.follows] == [(FollowKind.LATER_LOOK, "SEED-16")]


def test_what_has_changed_without_a_request_since_an_entry_has_its_cause() -> None:
    events: list[Event] = [users((ADA, True)), Step("nothing is done"), users((ADA, False))]
    kept = Expectation("silent", ("SEED-59",), "…", {"since": "0:3", "after_import": False})

    assert of(causes_of(("okta-oin", [*events, kept])), "SEED-59").exchange is None


def test_an_error_of_the_server_heads_what_it_spoils() -> None:
    failed = set_active(ADA, 500, "oops")
    events: list[Event] = [users((ADA, True)), Step("Ada leaves"), failed, users((ADA, True)), active(ADA, False)]

    cause = of(causes_of(("entra-default", events)), "SEED-16")

    assert cause.exchange is failed
    assert cause.requirement.id == "RFC7644-3.12-23"


def test_the_same_refusal_in_another_story_is_the_same_cause() -> None:
    refused = set_active(GRACE, 400, "active must be true or false.")
    other: list[Event] = [
        users((GRACE, True)),
        Step("Grace leaves"),
        refused,
        users((GRACE, True)),
        active(GRACE, False),
    ]

    (cause,) = [c for c in causes_of(("entra-default", DEACTIVATION), ("entra-default", other)) if c.words]

    assert cause.count == 4
    assert {follow.kind for follow in cause.follows} == {FollowKind.LATER_LOOK, FollowKind.OTHER_STORIES}


def test_other_words_of_a_refusal_under_the_same_row_are_shown_beside_the_first() -> None:
    refused = set_active(GRACE, 400, "op must be in lower case.")
    other: list[Event] = [users((GRACE, True)), Step("Grace leaves"), refused, users((GRACE, True))]

    cause = of(causes_of(("entra-default", DEACTIVATION), ("entra-default", other)), "ENTRA-11")

    assert str(cause.words) == "400: active must be true or false."
    assert cause.also_said == ("400: op must be in lower case.",)


def test_the_write_between_the_last_right_look_and_the_first_wrong_one_decides() -> None:
    removal = patch(f"/Groups/{DESIGN}", {"op": "Remove", "path": "members", "value": [{"value": GRACE}]})
    story: list[Event] = [
        users((ADA, True), (GRACE, True)),
        groups(ADA, GRACE),
        in_design(ADA),
        Step("Grace leaves Design"),
        removal,
        users((ADA, True), (GRACE, True)),
        groups(),
        in_design(ADA),
    ]

    cause = of(causes_of(("entra-default", story)), "SEED-12")

    assert cause.exchange is removal


def test_of_several_writes_the_kind_decided_that_goes_wrong_elsewhere_too() -> None:
    rename = patch(f"/Groups/{DESIGN}", {"op": "replace", "value": {"id": DESIGN, "displayName": "Design"}})
    addition = patch(f"/Groups/{DESIGN}", {"op": "add", "path": "members", "value": [{"value": GRACE}]})
    everyone = users((ADA, True), (GRACE, True))
    good: list[Event] = [everyone, groups(ADA), Step("Grace joins"), addition, groups(ADA, GRACE), in_design(GRACE)]
    bad: list[Event] = [everyone, groups(ADA), in_design(ADA), Step("Grace joins"), rename, addition, groups(GRACE)]

    cause = of(causes_of(("okta-oin", good), ("okta-oin", [*bad, in_design(ADA)])), "SEED-12")

    assert cause.exchange is rename


def test_a_refused_search_bears_that_nobody_was_created() -> None:
    target = "/Users?filter=userName%20eq%20%22ada%40example.com%22"
    search = exchange("GET", target, "find user", 404, received={"schemas": [ERROR], "status": "404"})
    one = Expectation("one-user", ("SEED-13",), "…", {"address": "ada@example.com", "id": ""})

    cause = of(causes_of(("entra-default", [Step("Ada joins"), search, users(), one])), "SEED-13")

    assert cause.exchange is search
    assert cause.requirement.id == "RFC7644-3.4.2-11"


def test_nothing_wrong_has_no_cause() -> None:
    assert causes_of(("okta-oin", [users((ADA, True)), active(ADA, True)])) == ()


def test_every_finding_belongs_to_one_cause() -> None:
    causes = causes_of(("entra-default", DEACTIVATION), ("okta-oin", DEACTIVATION))

    found = [id(j) for c in causes for j in (*c.judgements, *(j for f in c.follows for j in f.judgements))]

    assert len(found) == len(set(found)) == sum(cause.count for cause in causes)


def probe(trait: str, value: Any, status: int) -> Exchange:
    operation = {"op": "Replace", "path": "active", "value": value}
    return patch(f"/Users/{ADA}", operation, name=f"differential: {trait}", status=status)


def test_a_probe_tells_which_trait_was_refused() -> None:
    story = [*DEACTIVATION, probe("with `active` as a Boolean", False, 204)]

    cause = of(causes_of(("entra-default", story)), "ENTRA-11")

    assert cause.probes == ("accepted with `active` as a Boolean",)


def test_a_request_of_another_story_that_was_accepted_tells_it_too() -> None:
    operation = {"op": "replace", "path": "active", "value": "False"}
    accepted: list[Event] = [patch(f"/Users/{GRACE}", operation, name="another")]

    cause = of(causes_of(("entra-default", DEACTIVATION), ("entra-default", accepted)), "ENTRA-11")

    assert cause.probes == ("accepted with `op` in lower case, in another story",)


def test_a_probe_judges_nothing() -> None:
    wrong = probe("with `active` as a Boolean", False, 500)

    assert [c.count for c in causes_of(("entra-default", [*DEACTIVATION, wrong]))] == [
        c.count for c in causes_of(("entra-default", DEACTIVATION))
    ]


def test_a_refused_create_that_changed_whom_it_met_decides() -> None:
    """A name is taken, nothing else is sent, and the person in the way has lost something."""
    before = users((ADA, True))
    after = users((ADA, False))
    taken = exchange("POST", "/Users", "create user", 409, {"userName": ADDRESSES[ADA]}, {"detail": "taken"})
    story: list[Event] = [before, Step("Ada is assigned"), taken, after]

    cause = of(causes_of(("entra-default", story)), "SEED-18")

    assert cause.exchange is taken


def test_a_story_that_only_met_a_taken_name_is_attributed_to_that_create() -> None:
    taken = exchange("POST", "/Users", "create user", 409, {"userName": ADDRESSES[ADA]}, {"detail": "taken"})
    story: list[Event] = [Step("Ada is assigned"), taken, users((ADA, False)), active(ADA, True)]

    cause = of(causes_of(("entra-default", story)), "SEED-16")

    assert cause.exchange is taken


def group(*members: str, name: str = "Design") -> dict[str, Any]:
    """Design, as a bridge shows it."""
    shown = [{"value": member} for member in members]
    return {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "id": DESIGN,
        "displayName": name,
        "members": shown,
    }


def test_a_write_after_which_the_resource_itself_is_wrong_decides_before_a_later_one() -> None:
    """An add of two loses the second; the rename that comes before the next look at everybody is innocent."""
    both = {"op": "add", "path": "members", "value": [{"value": ADA}, {"value": GRACE}]}
    add = patch(f"/Groups/{DESIGN}", both, name="add members", status=200)
    rename = patch(f"/Groups/{DESIGN}", {"op": "replace", "value": {"displayName": "Design West"}}, name="rename")
    story: list[Event] = [
        *(exchange("GET", f"/Users/{each}", "read user", 200, None, told(each)) for each in (ADA, GRACE)),
        users((ADA, True), (GRACE, True)),
        groups(),
        Step("Ada and Grace join Design"),
        exchange("GET", f"/Groups/{DESIGN}", "read group", 200, None, group()),
        add,
        exchange("GET", f"/Groups/{DESIGN}", "read group", 200, None, group(ADA)),
        Step("Design is renamed"),
        rename,
        users((ADA, True), (GRACE, True)),
        groups(ADA),
        in_design(GRACE),
    ]

    cause = of(causes_of(("okta-oin", story)), "SEED-12")

    assert cause.exchange is add
