"""Bridges with nonsensical answers: Okta's reactions (1.g); every conversation ends."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

import pytest

from harness.directory.values import Group
from harness.idp.okta import Okta, OktaAiw, OktaKnobs, OktaOin
from harness.idp.provider import Barrier, Job, Lost, Wait
from harness.record.exchange import Request, Response
from tests.harness.idp import nonsense
from tests.harness.idp.nonsense import DEEP, ERROR_IN_200, HTML, NONSENSE, Bridge
from tests.harness.idp.steps import answer, company, found, lines, play, requests_of

BOTH = pytest.mark.parametrize("cls", [OktaOin, OktaAiw])
SURROGATE = Response(200, (), b'{"id":"1","nickName":"\\ud800"}')


def okta_with(cls: type[Okta], knobs: OktaKnobs | None = None, *, linked: bool = False) -> tuple[Okta, Group]:
    directory = company()
    design = directory.form_group("Design")
    directory.assign_group(design)
    okta = cls(directory, knobs)
    ada = directory.hire("Ada", design)
    if linked:
        okta.link(ada, "1")
        okta._link_group(design, "g", design.name)
    return okta, design


def drive(plan: Iterable[Job | Barrier], bridge: Bridge, limit: int = 200) -> list[Request | Wait]:
    """Play every job of a plan; fails when one does not end within so many steps."""
    return nonsense.drive(plan, bridge, limit)


BRIDGES: dict[str, Bridge] = {
    **NONSENSE,
    "surrogate": lambda request: SURROGATE,
}


@BOTH
@pytest.mark.parametrize("linked", [False, True], ids=["new", "known"])
@pytest.mark.parametrize("name", BRIDGES)
def test_nothing_raises_and_everything_ends(cls: type[Okta], linked: bool, name: str) -> None:
    """Section 1.g: whatever comes back, the conversations end, few requests go out, and only to the bridge."""
    okta, design = okta_with(cls, linked=linked)
    bridge = BRIDGES[name]

    seen = drive(okta.connect(), bridge) + drive(okta.plan(), bridge) + drive(okta.run_import(), bridge)
    okta.directory.rename(okta.directory.people["tp1"], "Ada", "King")
    okta.directory.hire("Grace", design)
    seen += drive(okta.plan(), bridge) + drive(okta.push_now(design), bridge)
    okta.directory.disable(okta.directory.people["tp1"])
    seen += drive(okta.plan(), bridge) + drive(okta.unlink_group(design, delete=True), bridge)

    sent = [step for step in seen if isinstance(step, Request)]
    assert 5 <= len(sent) <= 200
    assert all(request.target.startswith(("/Users", "/Groups")) for request in sent)


@BOTH
@pytest.mark.parametrize(
    ("given", "says"),
    [
        (HTML, "Invalid JSON: HTTP 200"),
        (ERROR_IN_200, "totalResults is missing: HTTP 200"),
        (answer(200, {"totalResults": 0, "startIndex": "1"}), "startIndex is no number: HTTP 200"),
        (answer(200, {"totalResults": True}), "totalResults is no number: HTTP 200"),
        (answer(200, {"totalResults": 2}), "totalResults is 2, and nothing is listed: HTTP 200"),
        (found({"id": "7"}, {"id": "8"}), "several users match: HTTP 200"),
        (found({"userName": "x"}), "the match has no id: HTTP 200"),
        (answer(500), "the match query failed: HTTP 500"),
        (Lost("timed out"), "the match query failed: HTTP 0"),
    ],
)
def test_a_match_that_can_not_be_read_stops_before_the_create(
    cls: type[Okta], given: Response | Lost, says: str
) -> None:
    """OKTA-01, sections 1.a, 1.b and 1.g: a task, and nothing is written."""
    okta, _ = okta_with(cls)

    seen = play(okta.provision(okta.directory.people["tp1"]), given)

    assert len(lines(seen)) == 1
    assert okta.tasks["tp1"].what == says


@BOTH
@pytest.mark.parametrize("given", [answer(404, {"detail": "none"}), answer(200, {"totalresults": 0, "resources": []})])
def test_what_okta_takes_for_nobody(cls: type[Okta], given: Response) -> None:
    """OKTA-04, section 1.g: 404, and keys in lower case, lead to the create all the same."""
    okta, _ = okta_with(cls)

    assert (
        lines(play(okta.provision(okta.directory.people["tp1"]), given, answer(201, {"id": "7"})))[1] == "POST /Users"
    )


@BOTH
@pytest.mark.parametrize(
    ("given", "says"),
    [
        (answer(201), "the user could not be created (the body is empty): HTTP 201"),
        (answer(201, {"userName": "x"}), "the user could not be created (the answer has no id): HTTP 201"),
        (HTML, "the user could not be created (Invalid JSON): HTTP 200"),
        (ERROR_IN_200, "the user could not be created (an Error body): HTTP 200"),
        (answer(409, {"detail": "taken"}), "the user could not be created: HTTP 409"),
    ],
)
def test_a_create_without_an_id_is_an_error(cls: type[Okta], given: Response, says: str) -> None:
    """OKTA-07, OKTA-08, sections 1.b and 1.g: no link, and a task."""
    okta, _ = okta_with(cls)

    play(okta.provision(okta.directory.people["tp1"]), found(), given)

    assert okta.tasks["tp1"].what == says
    assert okta.links.people == {}


@BOTH
@pytest.mark.parametrize("stored", [HTML, ERROR_IN_200, answer(200, {"userName": "x"}), answer(404), DEEP])
def test_no_put_is_built_on_what_is_no_user(cls: type[Okta], stored: Response) -> None:
    """Section 1.g: 404 on a known id, or nonsense, is a task; nothing is created anew and nothing is overwritten."""
    okta, _ = okta_with(cls, linked=True)

    seen = drive(iter([Job("x", okta.update(okta.directory.people["tp1"]))]), lambda request: stored)

    sent = [step for step in seen if isinstance(step, Request)]
    assert [request.method for request in sent][:1] == ["GET"]
    assert not any(request.method == "POST" for request in sent)
    if stored is not DEEP:
        assert len(sent) == 1
        assert "tp1" in okta.tasks


@BOTH
def test_half_a_surrogate_pair_goes_back_as_the_escape_that_it_was(cls: type[Okta]) -> None:
    """RFC 8259 section 8.2: such a text is JSON, though no UTF-8; the user is updated as any other."""
    okta, _ = okta_with(cls, linked=True)

    seen = drive(iter([Job("x", okta.update(okta.directory.people["tp1"]))]), lambda request: SURROGATE)

    sent = [step for step in seen if isinstance(step, Request)]
    assert [request.method for request in sent] == ["GET", "PUT"]
    assert b'"nickName":"\\ud800"' in (sent[1].body or b"")


def test_204_is_success_for_a_patch() -> None:
    """OKTA-13, section 1.g: 200 with the user, or 204 without a body; HTML is neither."""
    fine, bad = (okta_with(OktaOin, linked=True)[0] for _ in range(2))

    play(fine.deprovision(fine.directory.people["tp1"]), answer(204))
    play(bad.deprovision(bad.directory.people["tp1"]), HTML)

    assert fine.links.inactive == {"tp1"}
    assert (bad.links.inactive, set(bad.tasks)) == (set(), {"tp1"})


def waits(okta: Okta, *answers: Response) -> list[float]:
    seen = play(okta.provision(okta.directory.people["tp1"]), *answers)
    return [step.seconds for step in seen if isinstance(step, Wait) and step.on == "bridge"]


@BOTH
def test_throttled_for_ever_is_ten_tries(cls: type[Okta]) -> None:
    """OKTA-28, section 1.g: as long as the bridge says, then doubled, ten tries in all, then a task."""
    okta, _ = okta_with(cls)

    pauses = waits(okta, *[answer(429, None, Retry_After="1")] * 10)

    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256]
    assert okta.tasks["tp1"].what == "the match query failed: HTTP 429"


@pytest.mark.parametrize("value", ["Wed, 25 Nov 2026 10:00:00 GMT", "1.5", "-1", "soon", "²"])
def test_throttled_without_whole_seconds_waits_five_minutes(value: str) -> None:
    """OKTA-28, section 1.g: a date, a fraction, anything else: 300 s, then doubled."""
    okta, _ = okta_with(OktaOin)

    assert waits(okta, *[answer(429, None, Retry_After=value)] * 2, answer(500)) == [300, 600]


def test_throttled_for_longer_than_a_day_is_given_up() -> None:
    """Section 1.g, a bound of ours: no wait is longer than a day."""
    okta, _ = okta_with(OktaOin)

    assert waits(okta, answer(429, None, Retry_After="86401")) == []
    assert "tp1" in okta.tasks


def pages(total: int, make: Callable[[int], list[dict[str, str]]]) -> tuple[list[int], Bridge]:
    starts: list[int] = []

    def bridge(request: Request) -> Response:
        starts.append(int(request.target.split("startIndex=")[1].split("&")[0]))
        return answer(200, {"totalResults": total, "Resources": make(starts[-1])})

    return starts, bridge


def users(start: int) -> list[dict[str, str]]:
    return [{"id": f"u{number}", "userName": f"u{number}"} for number in range(start, start + 100)]


def test_pages_without_end_are_read_up_to_a_bound() -> None:
    """Section 1.a: a bridge that goes on inventing users."""
    okta, _ = okta_with(OktaOin, OktaKnobs(import_at_most=1000))
    starts, bridge = pages(10**9, users)

    drive(okta.run_import(), bridge)

    assert starts == [1, 101, 201, 301, 401, 501, 601, 701, 801, 901]
    assert okta.tasks["import"].what == "import users: more than 1000 are listed"


def test_the_same_page_for_ever_is_read_twice() -> None:
    """Section 1.a: a bridge that does not page; nobody is lost over it."""
    okta, _ = okta_with(OktaOin, linked=True)
    starts, bridge = pages(10**9, lambda start: users(1))

    drive(okta.run_import(), bridge)

    assert starts == [1, 101]
    assert (
        okta.tasks["import"].what == "import users: totalResults is 1000000000, but from 101 on nothing new is listed"
    )
    assert okta.id_of(okta.directory.people["tp1"]) == "1"


def test_a_total_of_the_page_stops_an_import_short() -> None:
    """OKTA-02, section 1.a: the second page is never asked for, and who stands on it seems to be gone."""
    okta, design = okta_with(OktaOin, OktaKnobs(import_groups=False))
    for number, person in enumerate(okta.directory.hire_many(150, design), 1):
        okta.link(person, f"u{number}")
    starts, bridge = pages(100, users)

    drive(okta.run_import(), bridge)

    assert starts == [1]
    assert okta.tasks["import"].what == "import safeguard: 50 of 150 assignments would be lost"
    assert len(okta.links.people) == 150


def test_a_refused_import_loses_nobody() -> None:
    """Section 1.a: an error is no empty list."""
    okta, _ = okta_with(OktaOin, linked=True)

    drive(okta.run_import(), lambda request: answer(503, {"detail": json.dumps("later")}))

    assert okta.tasks["import"].what == "import users: the list was refused (HTTP 503)"
    assert okta.id_of(okta.directory.people["tp1"]) == "1"


@pytest.mark.parametrize(("retries", "requests"), [(0, 1), (5, 6)])
def test_a_server_error_is_tried_again_on_wish(retries: int, requests: int) -> None:
    """Section 1.g: Q-07; by default not at all."""
    okta = OktaOin(company(), OktaKnobs(retries_on_5xx=retries))
    ada = okta.directory.hire("Ada")

    seen = play(okta.provision(ada), *[answer(503)] * requests)

    assert len(requests_of(seen)) == requests
    assert okta.tasks["tp1"].what == "the match query failed: HTTP 503"


def test_an_import_of_large_pages_is_bounded() -> None:
    """Section 1.a: more than can be is no list; nobody is removed for it."""
    okta = OktaOin(company(), OktaKnobs(import_at_most=150))
    ada = okta.directory.hire("Ada")
    okta.directory.assign(ada)
    okta.link(ada, "ada")
    page = answer(200, {"totalResults": 10**9, "Resources": [{"id": f"{n}"} for n in range(152)]})

    (job,) = okta.run_import()
    assert isinstance(job, Job)
    play(job.conversation, page)

    assert okta.last_import is not None
    assert okta.last_import.stopped == "import users: more than 151 are listed"
    assert okta.links.people["tp1"] == "ada"


def test_whoever_is_missing_is_deactivated_where_the_app_is_the_source() -> None:
    """Section 1.a: with profile sourcing alone."""
    enabled = []
    for sourcing in (True, False):
        okta = OktaOin(company(), OktaKnobs(profile_sourcing=sourcing, safeguard_share=1.0))
        ada = okta.directory.hire("Ada")
        okta.directory.assign(ada)
        okta.link(ada, "ada")

        (job,) = okta.run_import()
        assert isinstance(job, Job)
        play(job.conversation, found(), found())
        enabled.append(okta.directory.people["tp1"].is_enabled)

    assert enabled == [False, True]
