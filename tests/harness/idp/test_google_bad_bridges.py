"""Bridges with nonsensical answers: Google's reactions (3.g); every conversation ends."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from harness.idp.google import Google, GoogleKnobs
from harness.idp.provider import Barrier, Job, Lost, Wait
from harness.record.exchange import Request, Response
from tests.harness.idp import nonsense
from tests.harness.idp.nonsense import ERROR_IN_200, HTML, NONSENSE, Bridge
from tests.harness.idp.steps import answer, company, found, lines, play

ENDLESS = {"totalResults": 10**9, "itemsPerPage": 1, "Resources": [{"id": "1", "userName": "x"}]}
KNOBS = GoogleKnobs(deleted_suspend_days=0, deleted_delete_days=0)
EVERY_VERB = pytest.mark.parametrize(
    "knobs",
    [KNOBS, GoogleKnobs(update="patch", set_active="put", deleted_suspend_days=0, deleted_delete_days=0)],
    ids=["usual", "other"],
)


def google_with(knobs: GoogleKnobs = KNOBS, *, linked: bool = False) -> Google:
    google = Google(company(), knobs)
    ada = google.directory.hire("Ada")
    google.directory.assign(ada)
    if linked:
        google.link(ada, "1")
    return google


def drive(plan: Iterable[Job | Barrier], bridge: Bridge, limit: int = 50) -> list[Request | Wait]:
    """Play every job of a plan; fails when one does not end within so many steps."""
    return nonsense.drive(plan, bridge, limit)


BRIDGES: dict[str, Bridge] = {
    **NONSENSE,
    "no-id-in-a-match": lambda request: found({"userName": "x"}),
    "endless-pages": lambda request: answer(200, ENDLESS),
    "resources-are-an-object": lambda request: answer(200, {"totalResults": 1, "Resources": {"id": "1"}}),
    "not-found": lambda request: answer(404, {"detail": "no such user"}),
}


@EVERY_VERB
@pytest.mark.parametrize("linked", [False, True], ids=["new", "known"])
@pytest.mark.parametrize("name", BRIDGES)
def test_nothing_raises_and_everything_ends(knobs: GoogleKnobs, linked: bool, name: str) -> None:
    """Section 3.g: whatever comes back, the conversations end, few requests go out, only to the bridge's users."""
    google, bridge = google_with(knobs, linked=linked), BRIDGES[name]
    directory = google.directory

    seen = drive(google.connect(), bridge) + drive(google.plan(), bridge)
    directory.rename(directory.people["tp1"], "Ada", "King")
    seen += drive(google.plan(), bridge)
    directory.delete(directory.people["tp1"])
    seen += drive(google.plan(), bridge)
    google.retry_all()
    seen += drive(google.plan(), bridge)

    sent = [step for step in seen if isinstance(step, Request)]
    assert 2 <= len(sent) <= 12
    assert all(request.target.startswith("/Users") for request in sent)
    assert not any(isinstance(step, Wait) and step.on == "bridge" for step in seen)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (HTML, "the body is no JSON object: HTTP 200"),
        (ERROR_IN_200, "an Error body: HTTP 200"),
        (Response(200), "totalResults is no number: HTTP 200"),
        (answer(200, {"totalResults": "1", "Resources": [{"id": "7"}]}), "totalResults is no number: HTTP 200"),
        (answer(200, {"totalResults": True}), "totalResults is no number: HTTP 200"),
        (answer(200, {"totalResults": 2}), "totalResults is 2, and 0 are listed: HTTP 200"),
        (answer(200, {"totalResults": 0, "Resources": [{"id": "7"}]}), "totalResults is 0, and 1 are listed: HTTP 200"),
        (answer(200, {"totalResults": 1, "Resources": "ada"}), "Resources is no array: HTTP 200"),
        (answer(200, {"totalResults": 1, "Resources": [7]}), "Resources lists what is no user: HTTP 200"),
        (answer(200, ENDLESS), "several users match: HTTP 200"),
        (found({"id": "7"}, {"id": "8"}), "several users match: HTTP 200"),
        (found({"userName": "x"}), "the match has no id: HTTP 200"),
        (answer(404), "the match query failed: HTTP 404"),
        (answer(500), "the match query failed: HTTP 500"),
        (Lost("timed out"), "the match query failed: HTTP 0"),
    ],
)
def test_a_match_that_can_not_be_read_stops_before_the_create(given: Response | Lost, says: str) -> None:
    """GOOGLE-03, sections 3.b and 3.g: a failure in the console, and nothing is written."""
    google = google_with()

    seen = play(google.provision(google.directory.people["tp1"]), given)

    assert len(lines(seen)) == 1
    assert [each.what for each in google.failures()] == [says]


@pytest.mark.parametrize("given", [found(), answer(200, {"totalResults": 0}), answer(200, {"totalresults": 0})])
def test_what_google_takes_for_nobody(given: Response) -> None:
    """Section 3.b: an empty list, with or without its key."""
    google = google_with()

    assert lines(play(google.provision(google.directory.people["tp1"]), given, answer(201, {"id": "7"})))[1:] == [
        "POST /Users"
    ]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (answer(201), "the user could not be created (the answer has no id): HTTP 201"),
        (answer(201, {"userName": "x"}), "the user could not be created (the answer has no id): HTTP 201"),
        (HTML, "the user could not be created (the body is no JSON object): HTTP 200"),
        (ERROR_IN_200, "the user could not be created (an Error body): HTTP 200"),
        (answer(409, {"detail": "taken"}), "the user could not be created: HTTP 409"),
    ],
)
def test_a_create_without_an_id_is_a_failure(given: Response, says: str) -> None:
    """Sections 3.b and 3.g: no link, and an entry in the list of failures."""
    google = google_with()

    play(google.provision(google.directory.people["tp1"]), found(), given)

    assert [each.what for each in google.failures()] == [says]
    assert dict(google.links.people) == {}


@pytest.mark.parametrize("given", [HTML, ERROR_IN_200, answer(429), answer(500), Lost("timed out")])
def test_a_suspension_is_only_believed_when_it_was_answered(given: Response | Lost) -> None:
    """Section 3.g: an error in a 200 and a page of HTML are no suspension; it stays due."""
    google = google_with(linked=True)
    google.directory.disable(google.directory.people["tp1"])

    drive(google.plan(), lambda request: given)

    assert google.links.inactive == set()
    assert google.backlog() == 1


def test_a_refused_connection_test_is_told() -> None:
    """Section 3.a: what the administrator sees; a bridge that lists for ever is read once."""
    google, fine = google_with(), google_with()

    drive(google.connect(), lambda request: answer(401))
    seen = drive(fine.connect(), lambda request: answer(200, ENDLESS))

    assert [(each.key, each.what) for each in google.failures()] == [
        ("connection test", "the list was refused: HTTP 401")
    ]
    assert len(seen) == 1
    assert fine.failures() == []


def test_throttled_for_ever_is_one_request_in_each_sync() -> None:
    """Section 3.g: no wait for the bridge; the next sync tries again, and the console tells."""
    google = google_with()

    seen = [step for _ in range(5) for step in drive(google.plan(), lambda request: answer(429, None, Retry_After="1"))]

    assert len(lines(seen)) == 5
    assert len(google.failures()) == 5
