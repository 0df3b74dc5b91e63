"""Bulk jobs: each entry, each limit, and what becomes of the resources."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.checks.bulk_jobs import BULK_REQUEST, BULK_RESPONSE, entry_status, told_by
from harness.record.exchange import Exchange, Json
from harness.record.journal import Event
from harness.record.message import ENTERPRISE_USER, ERROR, LIST_RESPONSE, patch_body
from tests.harness.checks.samples import (
    ADA,
    MEMBERS_ON_REQUEST,
    NEW_ADA,
    SCIM,
    Row,
    accepts,
    answered,
    error,
    finds,
    get,
    group,
    ignores,
    patch,
    post,
    records,
    user,
)

BASE = "https://bridge.example/scim/v2"
ADA_POST: Json = {"method": "POST", "path": "/Users", "bulkId": "a", "data": NEW_ADA}
BOB_POST: Json = {"method": "POST", "path": "/Users", "bulkId": "b", "data": {"userName": "bob@example.com"}}
GONE: Json = {"method": "DELETE", "path": "/Users/u-ada"}
TITLE = patch_body({"op": "replace", "path": "title", "value": "Countess"})
CHANGE: Json = {"method": "PATCH", "path": "/Users/u-ada", "data": TITLE}
REFUSED: Json = {"schemas": [ERROR], "status": "409", "detail": "not so"}


def entry(method: str = "POST", status: Any = "201", scim_id: str = "u-ada", **more: Any) -> Json:
    """An entry of the answer; what is `...` is left out."""
    endpoint = "Groups" if scim_id.startswith("g-") else "Users"
    named = {"bulkId": "a"} if method == "POST" else {}
    made = {"method": method, **named, "location": f"{BASE}/{endpoint}/{scim_id}", "status": status, **more}
    return {key: value for key, value in made.items() if value is not ...}


def failed(status: str = "409", **more: Any) -> Json:
    """The entry of a POST that failed."""
    return entry(status=status, **{"location": ..., "response": REFUSED, **more})


def job(sent: list[Json], *entries: Json, status: int = 200, answer: Any = ..., **more: Any) -> Exchange:
    """A bulk request with its answer."""
    body = {"schemas": [BULK_REQUEST], "Operations": sent, **more}
    told = {"schemas": [BULK_RESPONSE], "Operations": list(entries)} if status == 200 else error(status)
    return answered("POST", "/Bulk", status, told if answer is ... else answer, sent=body)


def body_of(sent: Any, status: int = 400, answer: Any = ...) -> Exchange:
    """A request with any body."""
    return answered("POST", "/Bulk", status, error(status) if answer is ... else answer, sent=sent)


def config(supported: bool = True, operations: Any = 2, size: Any = 5000) -> Exchange:
    """What the bridge says about bulk."""
    bulk = {"supported": supported, "maxOperations": operations, "maxPayloadSize": size}
    return get("/ServiceProviderConfig", {"bulk": bulk})


ONE = job([ADA_POST], entry())
SINGLE = get("/Users/u-ada", ADA)
REFUSED_ALONE = post("/Users", ADA_POST["data"], error(409), 409)
TWO_SENT = [ADA_POST, BOB_POST]
BOB = entry(scim_id="u-bob", bulkId="b")
EXTRA = {"schemas": [BULK_RESPONSE], "Operations": [entry()], "failOnErrors": 1}
RESPONSE = {"schemas": [BULK_RESPONSE], "Operations": [entry()]}


def row(check: str, good: Event, bad: Event, says: str, other: Event = SINGLE) -> tuple[Row, ...]:
    """What a check accepts, finds and ignores."""
    return accepts(check, "as it should be", good), finds(check, "a fault", bad, says=says), ignores(check, "", other)


MANY = [ADA_POST, BOB_POST, GONE]
LARGE = {"schemas": [BULK_REQUEST], "Operations": [{**ADA_POST, "data": {"userName": "x" * 6000}}]}


def limited(check: str, sent: Exchange, right: Exchange) -> tuple[Row, ...]:
    """Rows about a limit."""
    return (
        accepts(check, "413", config(), right),
        finds(check, "another answer", config(), sent, says=f"status 413 ⟶ status {sent.status}"),
        ignores(check, "no limit declared", sent),
        ignores(check, "a job within the limits", config(), ONE),
    )


GROUP_POST: Json = {
    "method": "POST",
    "path": "/Groups",
    "bulkId": "g",
    "data": {"displayName": "Design", "members": [{"value": "bulkId:a"}]},
}
GROUP = entry(scim_id="g-design", bulkId="g")
WITH_GROUP = job([ADA_POST, GROUP_POST], entry(), GROUP)
REPORT: Json = {**BOB_POST, "data": {"userName": "b", ENTERPRISE_USER: {"manager": {"value": "bulkId:a"}}}}
WITH_MANAGER = job([ADA_POST, REPORT], entry(), BOB)


def managed(value: str) -> Exchange:
    """Bob with a manager."""
    return get("/Users/u-bob", user("u-bob", "b", **{ENTERPRISE_USER: {"manager": {"value": value}}}))


def circle(bulk_id: str, other: str) -> Json:
    """A group that names another one."""
    data = {"displayName": bulk_id, "members": [{"value": f"bulkId:{other}"}]}
    return {"method": "POST", "path": "/Groups", "bulkId": bulk_id, "data": data}


CIRCLE_SENT = [circle("x", "y"), circle("y", "x")]
CIRCLE = job(CIRCLE_SENT, entry(scim_id="g-x", bulkId="x"), entry(scim_id="g-y", bulkId="y"))
OWN_PATH: Json = {"method": "PATCH", "path": "/Users/bulkId:a", "data": TITLE}
TWICE = job([{**ADA_POST, "data": {**NEW_ADA, "title": "made"}}, OWN_PATH], entry(), entry("PATCH", "200"))
CHANGED_AND_GONE = job([CHANGE, GONE], entry("PATCH", "200"), entry("DELETE", "204"))
VERSIONED: Json = {"method": "PUT", "path": "/Users/u-ada", "version": 'W/"1"', "data": NEW_ADA}
TAGGED = job([VERSIONED], entry("PUT", "200", version='W/"2"'))

ROWS: tuple[Row, ...] = (
    *row(
        "a_bulk_request_is_known_by_its_schema",
        ONE,
        job([ADA_POST], status=415),
        "the bulk request to be taken ⟶ status 415: not so",
    ),
    accepts("a_bulk_request_is_known_by_its_schema", "no schema, refused", body_of({"Operations": [ADA_POST]})),
    finds(
        "a_bulk_request_is_known_by_its_schema",
        "another schema, taken",
        body_of({"schemas": [LIST_RESPONSE], "Operations": [ADA_POST]}, 200, RESPONSE),
        says="status 400 for another schema ⟶ status 200",
    ),
    ignores("a_bulk_request_is_known_by_its_schema", "no bulk", job([ADA_POST], status=501)),
    *row(
        "a_bulk_answer_names_its_schema",
        ONE,
        job([ADA_POST], answer={**RESPONSE, "schemas": [BULK_REQUEST]}),
        f"schemas ['{BULK_RESPONSE}'] ⟶ ['{BULK_REQUEST}'] @ /schemas",
    ),
    *row(
        "a_bulk_needs_no_fail_on_errors",
        ONE,
        job([ADA_POST], status=400),
        "the job to be processed ⟶ status 400: not so",
        job([ADA_POST], entry(), failOnErrors=1),
    ),
    records("a_bulk_needs_no_fail_on_errors", "that it is processed", ONE, says="processed"),
    accepts("a_bulk_stops_at_its_limit", "told backwards", job(TWO_SENT, failed(bulkId="b"), entry(), failOnErrors=1)),
    *row(
        "a_bulk_stops_at_its_limit",
        job(TWO_SENT, failed(), failOnErrors=1),
        job(TWO_SENT, failed(), BOB, failOnErrors=1),
        "nothing done after 1 failed ⟶ one more is done @ /Operations/1",
        job(TWO_SENT, failed(), BOB),
    ),
    *row(
        "a_bulk_goes_on_to_its_limit",
        job(TWO_SENT, failed(), BOB, failOnErrors=2),
        job(TWO_SENT, failed(), failOnErrors=2),
        "an entry for each operation, as less than 2 failed ⟶ none for POST @ /Operations",
        job(TWO_SENT, failed(), failOnErrors=1),
    ),
    *row(
        "fail_on_errors_is_not_repeated",
        job([ADA_POST], entry(), failOnErrors=1),
        job([ADA_POST], answer=EXTRA, failOnErrors=1),
        "no failOnErrors ⟶ it stands in the answer @ /failOnErrors",
        ONE,
    ),
    *row(
        "a_bulk_without_operations_is_refused",
        body_of({"schemas": [BULK_REQUEST]}),
        body_of({"schemas": [BULK_REQUEST]}, 500),
        "status 400 ⟶ status 500",
        ONE,
    ),
    accepts("an_operation_that_lacks_something_fails", "an error", job([{**GONE, "method": "GET"}], failed("400"))),
    ignores("an_operation_that_lacks_something_fails", "too many", job([GONE], status=413)),
    finds(
        "an_operation_that_lacks_something_fails",
        "a server error",
        job([{key: value for key, value in ADA_POST.items() if key != "bulkId"}], status=500),
        says="RFC7644-3.7-09: an error for a POST without bulkId ⟶ status 500: not so",
    ),
    *(
        finds(
            "an_operation_that_lacks_something_fails",
            f"{number} is done",
            job([sent], entry(str(sent.get("method", "POST")), status)),
            says=f"RFC7644-3.7-{number}: {said} ⟶ status {status} @ /Operations/0",
        )
        for number, sent, status, said in (
            ("08", {**GONE, "method": "GET"}, "200", "an error for a method that is none of the four"),
            (
                "11",
                {"method": "POST", "bulkId": "a", "data": NEW_ADA},
                "201",
                "an error for an operation without a path",
            ),
            (
                "12",
                {**ADA_POST, "path": "/Users/u-ada"},
                "201",
                "an error for a path that the method does not have",
            ),
            ("13", {**ADA_POST, "data": None}, "201", "an error for an operation without data"),
        )
    ),
    finds(
        "an_operation_that_lacks_something_fails",
        "an entry without a method",
        job([ADA_POST], {key: value for key, value in entry().items() if key != "method"}),
        says="RFC7644-3.7-07: the method of the operation ⟶ none @ /Operations/0",
    ),
    records(
        "an_operation_that_lacks_something_fails",
        "a POST without bulkId that is done",
        job([{key: value for key, value in ADA_POST.items() if key != "bulkId"}], entry(bulkId=...)),
        says="a POST without bulkId is done",
    ),
    *row(
        "a_bulk_entry_has_its_location",
        job([ADA_POST, GONE], entry(), entry("DELETE", "204")),
        job([GONE], entry("DELETE", "204", location=...)),
        "the location of a DELETE ⟶ none @ /Operations/0/location",
        job([ADA_POST], failed()),
    ),
    accepts(
        "a_bulk_entry_has_its_location",
        "an id that an address must escape",
        job(
            [{"method": "DELETE", "path": "/Users/Zo%C3%AB%207%2520"}],
            entry("DELETE", "204", "Zo%c3%ab%207%2520"),
        ),
    ),
    finds(
        "a_bulk_entry_has_its_location",
        "somebody else's",
        job([GONE], entry("DELETE", "204", "u-grace")),
        says=f"a location that ends in 'u-ada' ⟶ {BASE}/Users/u-grace @ /Operations/0/location",
    ),
    *row(
        "a_failed_operation_says_why",
        job([ADA_POST], failed()),
        job([ADA_POST], failed(response=...)),
        "a response ⟶ none @ /Operations/0/response",
        ONE,
    ),
    finds(
        "a_failed_operation_says_why",
        "a text",
        job([ADA_POST], failed(response="no")),
        says="an Error message ⟶ 'no' @ /Operations/0/response",
    ),
    finds(
        "a_failed_operation_says_why",
        "the status of another error",
        job([ADA_POST], failed(response={**REFUSED, "status": "500"})),
        says="the status of the entry, 409 ⟶ '500' @ /Operations/0/response/status",
    ),
    *row(
        "a_failed_operation_is_explained",
        job([ADA_POST], failed()),
        job([ADA_POST], failed(response={**REFUSED, "detail": " "})),
        "an explanation ⟶ none @ /Operations/0",
        ONE,
    ),
    records("the_response_of_a_success_is_noted", "none", ONE, says="without response"),
    accepts("the_response_of_a_success_is_noted", "one", job([ADA_POST], entry(response=ADA))),
    ignores("the_response_of_a_success_is_noted", "a failure", job([ADA_POST], failed())),
    *row(
        "a_bulk_entry_has_its_status",
        ONE,
        job([ADA_POST], entry(status=...)),
        "a status ⟶ None @ /Operations/0/status",
    ),
    *row(
        "a_job_is_answered_with_200",
        job([ADA_POST], failed()),
        job([ADA_POST], status=400),
        "status 200 ⟶ status 400: not so",
        body_of({"schemas": [BULK_REQUEST]}),
    ),
    ignores(
        "a_job_is_answered_with_200",
        "a limit of errors that is none",
        body_of({"schemas": [BULK_REQUEST], "failOnErrors": 0, "Operations": [ADA_POST]}, 400, error(400)),
    ),
    *row(
        "a_job_that_cannot_be_done_is_an_error",
        body_of(b'{"schemas": ['),
        body_of(b'{"schemas": [', 200, RESPONSE),
        "an error status ⟶ status 200",
        ONE,
    ),
    *row(
        "a_job_goes_on_after_an_error",
        job(TWO_SENT, failed(), BOB),
        job([ADA_POST, BOB_POST, GONE], failed(), BOB),
        "an entry for each operation ⟶ none for DELETE @ /Operations",
        job(TWO_SENT, failed(), failOnErrors=1),
    ),
    *row(
        "a_bulk_id_comes_back",
        ONE,
        job([ADA_POST], entry(bulkId=...)),
        "an entry with bulkId 'a' ⟶ none @ /Operations",
        job([GONE], entry("DELETE", "204")),
    ),
    records("the_order_of_entries_is_noted", "another", job(TWO_SENT, BOB, entry()), says="in another order"),
    accepts("the_order_of_entries_is_noted", "as sent", job(TWO_SENT, entry(), BOB)),
    ignores("the_order_of_entries_is_noted", "one entry", ONE),
    *row(
        "every_operation_has_its_entry",
        job(TWO_SENT, entry(), BOB),
        job(TWO_SENT, BOB),
        "2 entries ⟶ 1 @ /Operations",
        job(TWO_SENT, failed(), failOnErrors=1),
    ),
    finds("every_operation_has_its_entry", "none at all", job(TWO_SENT), says="2 entries ⟶ 0 @ /Operations"),
    *row(
        "a_bulk_status_is_that_of_the_single_request",
        ONE,
        job([ADA_POST], entry(status="200")),
        "status 201 for a POST ⟶ status 200 @ /Operations/0/status",
        job([ADA_POST], failed()),
    ),
    *row(
        "bulk_has_limits",
        config(),
        config(operations=0),
        "maxOperations, a positive number ⟶ 0 @ /bulk/maxOperations",
        config(supported=False),
    ),
    records("the_limits_of_bulk_are_noted", "both", config(), says="maxOperations 2, maxPayloadSize 5000"),
    accepts("the_limits_of_bulk_are_noted", "both", config()),
    ignores("the_limits_of_bulk_are_noted", "no bulk", config(supported=False)),
    accepts("bulk_is_refused_where_there_is_none", "501", config(supported=False), job([ADA_POST], status=501)),
    finds(
        "bulk_is_refused_where_there_is_none",
        "a job that is done",
        *(config(supported=False), ONE),
        says="an error status, as bulk is declared not to be there ⟶ status 200",
    ),
    ignores("bulk_is_refused_where_there_is_none", "a bridge that has it", config(), ONE),
    accepts(
        "what_keeps_the_limits_is_not_too_large", "at the limit", config(), job([ADA_POST, BOB_POST], entry(), BOB)
    ),
    finds(
        "what_keeps_the_limits_is_not_too_large",
        "at the limit, refused",
        config(),
        job([ADA_POST, BOB_POST], status=413),
        says="a job within the limits to be taken ⟶ status 413: not so",
    ),
    ignores("what_keeps_the_limits_is_not_too_large", "beyond it", config(), job(MANY, status=413)),
    *limited("too_many_operations_are_refused", job(MANY, entry(), BOB), job(MANY, status=413)),
    *limited("too_long_a_job_is_refused", body_of(LARGE), body_of(LARGE, 413)),
    accepts(
        "the_limit_that_was_exceeded_is_named",
        "its name",
        *(config(), body_of(LARGE, 413, error(413, detail="more than maxPayloadSize"))),
    ),
    finds(
        "the_limit_that_was_exceeded_is_named",
        "no limit",
        *(config(), body_of(LARGE, 413)),
        says="the name or the number of the limit ⟶ 'not so' @ /detail",
    ),
    ignores("the_limit_that_was_exceeded_is_named", "another status", config(), body_of(LARGE)),
    accepts(
        "references_by_bulk_id_become_ids",
        "the id",
        WITH_GROUP,
        get("/Groups/g-design", group(*["g-design", "Design", "u-ada"])),
    ),
    finds(
        "references_by_bulk_id_become_ids",
        "the text",
        *(WITH_GROUP, get("/Groups/g-design", group("g-design", "Design", "bulkId:a"))),
        says="the id of 'a' in members ⟶ bulkId:a @ /members",
    ),
    finds(
        "references_by_bulk_id_become_ids",
        "nothing",
        *(WITH_GROUP, get("/Groups/g-design", group())),
        says="the id 'u-ada' in members ⟶ it is not there @ /members",
    ),
    ignores(
        "references_by_bulk_id_become_ids",
        "members that are shown on request alone",
        *(MEMBERS_ON_REQUEST, WITH_GROUP, get("/Groups/g-design", group())),
    ),
    ignores(
        "references_by_bulk_id_become_ids",
        "a group that was changed since",
        *(WITH_GROUP, patch("/Groups/g-design"), get("/Groups/g-design", group())),
    ),
    accepts("references_in_extensions_become_ids", "the id", WITH_MANAGER, managed("u-ada")),
    finds(
        "references_in_extensions_become_ids",
        "the text",
        *(WITH_MANAGER, managed("bulkId:a")),
        says="the id of 'a' in manager ⟶ bulkId:a @ /manager",
    ),
    ignores("references_in_extensions_become_ids", "members", WITH_GROUP, get("/Groups/g-design", group())),
    *row(
        "an_unknown_bulk_id_is_an_error",
        job([GROUP_POST], failed("400", bulkId="g")),
        job([GROUP_POST], GROUP),
        "an error ⟶ status 201 @ /Operations/0",
        WITH_GROUP,
    ),
    *row(
        "what_refers_to_what_is_made_is_done",
        WITH_GROUP,
        job([ADA_POST, GROUP_POST], entry(), failed("400", bulkId="g")),
        "the POST to be done ⟶ status 400 @ /Operations/1",
        job([GROUP_POST], failed("400", bulkId="g")),
    ),
    ignores(
        "what_refers_to_what_is_made_is_done",
        "a bridge without groups",
        job([ADA_POST, GROUP_POST], entry(), failed("404", bulkId="g")),
    ),
    finds(
        "what_refers_to_what_is_made_is_done",
        "404 for a group, where others are made",
        WITH_GROUP,
        job([ADA_POST, GROUP_POST], entry(), failed("404", bulkId="g")),
        says="the POST to be done ⟶ status 404 @ /Operations/1",
    ),
    accepts(
        "a_failed_operation_has_the_status_of_the_single_request",
        "as alone",
        REFUSED_ALONE,
        job([ADA_POST], failed("409")),
    ),
    finds(
        "a_failed_operation_has_the_status_of_the_single_request",
        "another one",
        REFUSED_ALONE,
        job([ADA_POST], failed("400")),
        says="status 409, as alone ⟶ status 400 @ /Operations/0/status",
    ),
    ignores("a_failed_operation_has_the_status_of_the_single_request", "nothing alone", job([ADA_POST], failed("400"))),
    finds(
        "a_bulk_entry_has_its_location",
        "a user at the groups",
        job([ADA_POST], {**entry(), "location": f"{BASE}/Groups/u-ada"}),
        says=(
            f"RFC7644-3.7-15: a location at /Users ⟶ {BASE}/Groups/u-ada @ /Operations/0/location",
            f"RFC7644-3.7.3-02: a location at /Users ⟶ {BASE}/Groups/u-ada @ /Operations/0/location",
        ),
    ),
    *row(
        "a_path_can_name_a_bulk_id",
        TWICE,
        job([ADA_POST, OWN_PATH], entry(), entry("PATCH", "404")),
        "the operation to be done ⟶ status 404 @ /Operations/1",
        job([ADA_POST, CHANGE], entry(), entry("PATCH", "200")),
    ),
    accepts("circles_are_resolved", "ids", CIRCLE, get("/Groups/g-x", group("g-x", "x", "g-y"))),
    accepts("circles_are_resolved", "409", job(CIRCLE_SENT, failed(bulkId="x"), failed(bulkId="y"))),
    finds(
        "circles_are_resolved",
        "the text",
        *(CIRCLE, get("/Groups/g-x", group("g-x", "x", "bulkId:y"))),
        says="the ids of each other ⟶ the text bulkId: @ /members",
    ),
    finds(
        "circles_are_resolved",
        "a server error",
        job(CIRCLE_SENT, failed("500", bulkId="x"), failed("409", bulkId="y")),
        says="both to be made, or status 409 ⟶ status 500 @ /Operations/0",
    ),
    ignores(
        "circles_are_resolved",
        "no groups in groups",
        job(CIRCLE_SENT, failed("400", bulkId="x"), failed("400", bulkId="y")),
    ),
    records(
        "what_becomes_of_circles_is_noted",
        "409",
        job(CIRCLE_SENT, failed(bulkId="x")),
        says="refused with 409",
    ),
    accepts("what_becomes_of_circles_is_noted", "ids", CIRCLE, get("/Groups/g-x", group("g-x", "x", "g-y"))),
    ignores("what_becomes_of_circles_is_noted", "no circle", WITH_GROUP),
    *row(
        "data_has_the_form_of_a_single_request",
        job([CHANGE], entry("PATCH", "200")),
        job([CHANGE], entry("PATCH", "400", response=REFUSED)),
        "the PATCH to be done ⟶ status 400 @ /Operations/0",
        ONE,
    ),
    accepts("a_job_ends_as_its_order_says", "gone", CHANGED_AND_GONE, get("/Users/u-ada", error(404), 404)),
    accepts("a_job_ends_as_its_order_says", "the last value", TWICE, get("/Users/u-ada", user(title="Countess"))),
    finds(
        "a_job_ends_as_its_order_says",
        "the first value",
        *(TWICE, get("/Users/u-ada", user(title="made"))),
        says="title 'Countess' ⟶ 'made' @ /title",
    ),
    finds(
        "a_job_ends_as_its_order_says",
        "still there",
        *(CHANGED_AND_GONE, SINGLE),
        says="status 404, as the last operation deletes it ⟶ status 200",
    ),
    ignores("a_job_ends_as_its_order_says", "one write each", ONE, SINGLE),
    records(
        "versions_in_a_job_are_noted", "that it is heeded", TAGGED, says="a PUT with a version is answered with 200"
    ),
    accepts("versions_in_a_job_are_noted", "a version", TAGGED),
    ignores("versions_in_a_job_are_noted", "no version", ONE),
    accepts(
        "the_version_of_an_entry_is_that_of_the_resource",
        "that of the read",
        *(TAGGED, get("/Users/u-ada", ADA, headers=(*SCIM, ("ETag", 'W/"2"')))),
    ),
    finds(
        "the_version_of_an_entry_is_that_of_the_resource",
        "another",
        *(TAGGED, get("/Users/u-ada", ADA, headers=(*SCIM, ("ETag", 'W/"3"')))),
        says='version W/"3" ⟶ \'W/"2"\' @ /Operations/0/version',
    ),
    records(
        "the_version_of_an_entry_is_that_of_the_resource",
        "that of the read",
        *(TAGGED, get("/Users/u-ada", ADA, headers=(*SCIM, ("ETag", 'W/"2"')))),
        says="with version",
    ),
    ignores("the_version_of_an_entry_is_that_of_the_resource", "a bridge without tags", TAGGED, SINGLE),
)


@pytest.mark.parametrize(
    ("status", "code"), [("201", 201), (201, 201), ({"code": "201"}, 201), (None, 0), (True, 0), ("no", 0), ("20", 0)]
)
def test_a_status_is_text_number_or_object(status: Any, code: int) -> None:
    assert entry_status({"status": status}) == code


READINGS: list[tuple[str, Callable[[], Exchange], list[str]]] = [
    ("by bulkId", lambda: job(TWO_SENT, BOB, entry()), ["/Operations/1", "/Operations/0"]),
    ("by location", lambda: job([GONE, ADA_POST], entry(), entry("DELETE", "204")), ["/Operations/1", "/Operations/0"]),
    ("none", lambda: job([GONE, ADA_POST], entry()), ["", "/Operations/0"]),
]


@pytest.mark.parametrize(("how", "made", "pointers"), READINGS, ids=[each[0] for each in READINGS])
def test_an_operation_finds_its_entry(how: str, made: Callable[[], Exchange], pointers: list[str]) -> None:
    assert [told.pointer for told in told_by(made())] == pointers
