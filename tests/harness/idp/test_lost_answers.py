"""Lost answers: the bridge gets the request, the provider gets no answer."""

from __future__ import annotations

from harness.idp.entra import EntraDefault
from harness.idp.lost_answers import losing
from harness.idp.provider import Barrier, Job, Lost, Wait
from tests.harness.idp.steps import answer, company, found, lines, play, requests_of


def planned() -> EntraDefault:
    """Ada and Grace are assigned."""
    entra = EntraDefault(company())
    entra.directory.assign(entra.directory.hire("Ada"), entra.directory.hire("Grace"))
    return entra


def test_the_first_answer_of_that_name_is_lost() -> None:
    """ENTRA-34, section 6: Ada's create; Grace's is answered, and so is all else."""
    entra = planned()
    sent: list[str] = []

    for item in losing(entra.plan(), "create user"):
        if isinstance(item, Job):
            is_user = item.key.startswith("user")
            answers = (found(), answer(201, {"id": item.key})) if is_user else (found(),) * item.key.startswith("cycle")
            sent += lines(play(item.conversation, *answers))

    assert [line.split("?")[0] for line in sent] == [
        "GET /Users",
        "GET /Users",
        "POST /Users",
        "GET /Users",
        "POST /Users",
    ]
    assert [problem.what for problem in entra.problems] == ["the answer was lost: HTTP 0"]
    assert entra.links.people == {"tp2": "user tp2"}


def test_waits_barriers_and_real_losses_pass() -> None:
    """Section 6: a plan is otherwise what it was."""
    entra = planned()

    plan = list(losing(entra.plan(), "nothing"))
    (ada,) = (item for item in plan if isinstance(item, Job) and item.key == "user tp1")
    seen = play(ada.conversation, found(), Lost("cut"))

    assert sum(isinstance(item, Barrier) for item in plan) > 2
    assert [type(step) for step in seen] == [type(requests_of(seen)[0]), Wait, type(requests_of(seen)[1])]
    assert entra.problems[0].what == "the answer was lost: HTTP 0"
