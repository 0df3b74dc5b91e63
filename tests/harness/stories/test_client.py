"""The client of protocol stories."""

from __future__ import annotations

import threading

import pytest

from harness.record.exchange import Exchange, Request, Response
from harness.record.message import remove, user_body, write
from harness.stories.client import Client
from harness.target.probe import NotOffered
from tests.harness.stories.fakes import events, make_run, ok


def test_a_walk_goes_to_the_empty_page() -> None:
    pages = iter([("a", "b"), ("c", "d"), ("e",), ()])
    run, wire, _ = make_run(lambda request: ok({"totalResults": 5, "Resources": [{"id": x} for x in next(pages)]}))

    Client(run).walk("/Users", count=2, at_most=10)

    assert [line.split("?")[1] for line in wire.sent] == [f"startIndex={n}&count=2" for n in (1, 3, 5, 6)]


@pytest.mark.parametrize(
    ("totals", "walks"),
    [
        (["2", "2"], 1),
        (["2", "3", "2", "2"], 2),
        (["3", "3", "3", "3"], 2),
        (["1", "2", "2", "3", "3", "4", "4", "4"], 3),
    ],
    ids=["agrees", "agrees later", "is wrong in the same way twice", "never settles"],
)
def test_a_list_that_contradicts_itself_is_walked_again(totals: list[str], walks: int) -> None:
    """Until it agrees, or shows the same twice, or three times in all."""
    told, page = iter(totals), iter([("a", "b"), ()] * 4)
    run, wire, _ = make_run(
        lambda _: ok({"totalResults": int(next(told)), "Resources": [{"id": x} for x in next(page)]})
    )

    Client(run).walk("/Users", count=2, at_most=10)

    assert len(wire.sent) == 2 * walks


def test_a_large_list_is_not_walked_again() -> None:
    run, wire, _ = make_run(lambda request: ok({"totalResults": 900, "Resources": [{"id": request.target}]}))

    Client(run).walk("/Users", count=1, at_most=4)

    assert len(wire.sent) == 4


def test_what_is_sent_together_is_under_way_together() -> None:
    """None is answered before all have arrived, and they are recorded in the order given."""
    all_there = threading.Barrier(4)

    def answer(request: Request) -> Response:
        all_there.wait(timeout=10)
        return Response(204)

    run, _, journal = make_run(answer)
    wanted = [remove(f"/Users/{number}", "delete user") for number in range(4)]

    entries = Client(run).send_together(wanted)

    assert [entry.event for entry in entries] == events(journal, Exchange)
    assert [each.request for each in events(journal, Exchange)] == wanted


@pytest.mark.parametrize("status", [409, 412, 429, 503])
def test_what_is_put_off_is_sent_once_more(status: int) -> None:
    seen: dict[str, int] = {}

    def answer(request: Request) -> Response:
        seen[request.target] = seen.get(request.target, 0) + 1
        return Response(status if request.target.endswith("1") and seen[request.target] == 1 else 204)

    run, _, _ = make_run(answer)

    entries = Client(run).send_together([remove(f"/Users/{number}", "delete user") for number in range(3)])

    assert [entry.event.status for entry in entries if isinstance(entry.event, Exchange)] == [204, 204, 204]
    assert seen == {"/Users/0": 1, "/Users/1": 2, "/Users/2": 1}


def test_what_is_refused_for_good_is_not_sent_again() -> None:
    run, wire, _ = make_run(lambda request: Response(400))

    Client(run).send_together([remove("/Users/1", "delete user")])

    assert len(wire.sent) == 1


def test_an_id_is_taken_from_what_was_made_alone() -> None:
    """What a refused create shows is no id, even where it shows one: the story can't go on."""
    run, _, _ = make_run(lambda request: ok({"id": "7"}, 201 if request.method == "POST" else 409))
    client = Client(run)

    assert client.id_from(client.send(write("POST", "/Users", "create user", user_body("ada")))) == "7"
    with pytest.raises(NotOffered, match="replace user"):
        client.id_from(client.send(write("PUT", "/Users/7", "replace user", user_body("ada"))))


def test_users_and_groups_are_asked_for_in_the_words_of_the_rfc() -> None:
    run, wire, _ = make_run()
    client = Client(run)

    client.create_user({"userName": "ada"})
    client.read_user("a/b", query="attributes=title")
    client.find_users('userName eq "ada"')
    client.replace_user("7", {"userName": "ada"})
    client.patch_user("7", {"op": "remove", "path": "title"})
    client.delete_user("7")
    client.create_group({"displayName": "Design"})
    client.read_group("8")
    client.patch_group("8", {"op": "remove", "path": "members"})
    client.delete_group("8")

    assert wire.sent == [
        "POST /Users",
        "GET /Users/a%2Fb?attributes=title",
        "GET /Users?filter=userName%20eq%20%22ada%22",
        "PUT /Users/7",
        "PATCH /Users/7",
        "DELETE /Users/7",
        "POST /Groups",
        "GET /Groups/8",
        "PATCH /Groups/8",
        "DELETE /Groups/8",
    ]


def test_the_id_of_the_only_one_of_a_name_is_found() -> None:
    run, wire, _ = make_run(lambda _: ok({"totalResults": 1, "Resources": [{"id": "7"}]}))

    assert (Client(run).id_of_user("ada@x.example"), Client(run).id_of_group("Design")) == ("7", "7")
    assert [line.split("?")[0] for line in wire.sent] == ["GET /Users", "GET /Groups"]


@pytest.mark.parametrize("listed", [[], [{"id": "7"}, {"id": "8"}], [{"id": 7}]], ids=["none", "two", "no text"])
def test_nobody_for_sure_has_no_id(listed: list[dict[str, object]]) -> None:
    run, _, _ = make_run(lambda _: ok({"totalResults": len(listed), "Resources": listed}))

    with pytest.raises(NotOffered, match=r"the bridge does not find ada@x\.example"):
        Client(run).id_of_user("ada@x.example")
