from __future__ import annotations

import pytest

from harness.record.journal import SWITCHED_OFF, SWITCHED_ON
from harness.record.message import ERROR
from tests.harness.checks.samples import (
    ADA,
    SCIM,
    Row,
    accepts,
    act,
    answered,
    delete,
    error,
    finds,
    get,
    hired,
    ignores,
    lost,
    post,
    records,
    refused,
)

LATER = (*SCIM, ("Retry-After", "5"))

PUT_OFF = get("/Users/u-ada", error(503), 503, headers=(*SCIM, ("Retry-After", "1")))
ROWS = (
    accepts("an_error_has_a_json_body", "an Error message", refused(409)),
    finds(
        "an_error_has_a_json_body",
        "an empty body",
        refused(404, None),
        says="a JSON object that explains the error ⟶ HTTP 404 with 0 bytes that are none",
    ),
    finds(
        "an_error_has_a_json_body",
        "a page of HTML",
        refused(502, b"<p>"),
        says="a JSON object that explains the error ⟶ HTTP 502 with 3 bytes that are none",
    ),
    finds(
        "an_error_has_a_json_body",
        "JSON that is no object",
        refused(400, b'"no"'),
        says="a JSON object that explains the error ⟶ HTTP 400 with 4 bytes that are none",
    ),
    ignores("an_error_has_a_json_body", "a success", get("/Users/u-ada", ADA)),
    ignores("an_error_has_a_json_body", "an error to HEAD, which has no body", answered("HEAD", "/Users/u-ada", 404)),
    ignores("an_error_has_a_json_body", "an answer that never came", lost("GET", "/Users")),
    accepts("an_error_says_that_it_is_one", "an Error message", refused(409)),
    finds(
        "an_error_says_that_it_is_one",
        "no schemas",
        refused(409, error(409, schemas=...)),
        says=f"schemas ['{ERROR}'] ⟶ None @ /schemas",
    ),
    accepts("an_error_says_that_it_is_one", "a URI of its own", refused(409, error(409, schemas=[ERROR, "urn:x"]))),
    finds(
        "an_error_says_that_it_is_one",
        "one URI twice",
        refused(409, error(409, schemas=[ERROR, ERROR])),
        says=f"schemas ['{ERROR}'] ⟶ ['{ERROR}', '{ERROR}'] @ /schemas",
    ),
    ignores("an_error_says_that_it_is_one", "an error without a JSON object", refused(404, None)),
    accepts("error_status_is_a_string", "a string", refused(409)),
    finds(
        "error_status_is_a_string",
        "a number",
        refused(409, error(409, status=409)),
        says='status "409" as a string ⟶ 409 @ /status',
    ),
    finds(
        "error_status_is_a_string",
        "none",
        refused(409, error(409, status=...)),
        says='status "409" as a string ⟶ None @ /status',
    ),
    ignores("error_status_is_a_string", "a success", get("/Users/u-ada", ADA)),
    accepts("error_status_is_the_http_status", "the same", refused(409)),
    accepts("error_status_is_the_http_status", "the same, as a number", refused(409, error(409, status=409))),
    finds(
        "error_status_is_the_http_status",
        "another",
        refused(409, error(400)),
        says="status 409 ⟶ 400 @ /status",
    ),
    ignores("error_status_is_the_http_status", "no status at all", refused(409, error(409, status=...))),
    ignores("error_status_is_the_http_status", "a Boolean", refused(409, error(409, status=True))),
    accepts("error_code_stands_in_the_body", "the same", refused(409)),
    finds(
        "error_code_stands_in_the_body",
        "none",
        refused(409, error(409, status=...)),
        says="status 409 in the body ⟶ None @ /status",
    ),
    ignores("error_code_stands_in_the_body", "an error without a JSON object", refused(404, None)),
    accepts("an_error_is_sent_as_http_status", "a 409", refused(409)),
    finds(
        "an_error_is_sent_as_http_status",
        "an Error message with 200",
        refused(200, error(409)),
        says="a 4xx or 5xx status ⟶ HTTP 200 with an Error message",
    ),
    ignores("an_error_is_sent_as_http_status", "a User", get("/Users/u-ada", ADA)),
    accepts("scim_type_is_recorded", "a keyword", refused(409, error(409, scimType="uniqueness"))),
    records("scim_type_is_recorded", "a keyword", refused(409, error(409, scimType="uniqueness")), says="uniqueness"),
    records(
        "scim_type_is_recorded",
        "a word of its own",
        refused(409, error(409, scimType="taken")),
        says="taken (not a keyword of the RFCs)",
    ),
    ignores("scim_type_is_recorded", "no scimType", refused(409)),
    accepts("detail_is_recorded", "a text", refused(409)),
    records("detail_is_recorded", "a text", refused(409), says="a text"),
    records("detail_is_recorded", "an empty text", refused(409, error(409, detail="")), says="empty"),
    ignores("detail_is_recorded", "no detail", refused(409, error(409, detail=...))),
    accepts("a_server_error_is_explained", "a 500 with a text", refused(500)),
    finds(
        "a_server_error_is_explained",
        "a bare 500",
        refused(500, None),
        says="an Error with a detail that helps ⟶ HTTP 500 without a detail @ /detail",
    ),
    ignores("a_server_error_is_explained", "501, which has a meaning of its own", refused(501)),
    ignores("a_server_error_is_explained", "503, and when to come back", refused(503, headers=LATER)),
    ignores("a_server_error_is_explained", "a success", get("/Users/u-ada", ADA)),
    accepts("nothing_is_put_off_for_good", "served in the end", *[PUT_OFF] * 8, get("/Users/u-ada", ADA)),
    finds(
        "nothing_is_put_off_for_good",
        "never served",
        *[PUT_OFF] * 8,
        hired(),
        says="an answer to who came back in time, again and again ⟶ status 503 once more",
    ),
    finds(
        "nothing_is_put_off_for_good",
        "never served, and long",
        *[get("/Users/u-ada", error(503), 503, headers=(*SCIM, ("Retry-After", "30")))] * 3,
        says="an answer to who came back in time, again and again ⟶ status 503 once more",
    ),
    ignores("nothing_is_put_off_for_good", "a few times", *[PUT_OFF] * 3),
    ignores("nothing_is_put_off_for_good", "a bare 503", *[get("/Users/u-ada", error(503), 503)] * 9),
    accepts("a_right_request_meets_no_server_error", "a success", hired()),
    accepts("a_right_request_meets_no_server_error", "a conflict", refused(409)),
    accepts("a_right_request_meets_no_server_error", "501: it is not there", delete("/Groups/g-design", 501)),
    finds(
        "a_right_request_meets_no_server_error",
        "DELETE of a user",
        delete("/Users/u-ada", 500, error(500), name="delete user"),
        says="an answer that is no server error ⟶ status 500 to DELETE (“delete user”), not so",
    ),
    finds(
        "a_right_request_meets_no_server_error",
        "DELETE of nobody, without a word",
        delete("/Users/no-such", 500, name="delete user"),
        says="an answer that is no server error ⟶ status 500 to DELETE (“delete user”)",
    ),
    finds(
        "a_right_request_meets_no_server_error",
        "a list",
        get("/Groups?startIndex=1&count=2", None, 502, name="list groups"),
        says="an answer that is no server error ⟶ status 502 to GET (“list groups”)",
    ),
    finds(
        "a_right_request_meets_no_server_error",
        "503 that does not say when to come back",
        refused(503, None, name="create user"),
        says="an answer that is no server error ⟶ status 503 to POST (“create user”)",
    ),
    ignores("a_right_request_meets_no_server_error", "503, and when to come back", refused(503, headers=LATER)),
    ignores("a_right_request_meets_no_server_error", "429", refused(429)),
    ignores(
        "a_right_request_meets_no_server_error",
        "provisioning is switched off on the account",
        act("", SWITCHED_OFF),
        get("/Users", error(500), 500),
    ),
    finds(
        "a_right_request_meets_no_server_error",
        "provisioning is switched on again",
        act("", SWITCHED_OFF),
        act("", SWITCHED_ON),
        get("/Users", error(500), 500, name="list users"),
        says="an answer that is no server error ⟶ status 500 to GET (“list users”), not so",
    ),
    ignores("a_right_request_meets_no_server_error", "no answer", lost("DELETE", "/Users/u-ada")),
    ignores("a_right_request_meets_no_server_error", "a wrong request", post("/Users", {"userName": ""}, None, 500)),
    accepts("a_wrong_request_is_refused_as_such", "400", post("/Users", {"userName": ""}, error(400), 400)),
    finds(
        "a_wrong_request_is_refused_as_such",
        "broken JSON gives 500",
        post("/Users", b'{"schemas": [', None, 500, name="create user from broken JSON"),
        says="a refusal with a 4xx status ⟶ status 500 to POST (“create user from broken JSON”)",
    ),
    ignores("a_wrong_request_is_refused_as_such", "a right request", hired()),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_errors(row: Row) -> None:
    assert row.said() == row.wanted
