"""Parameters of a query."""

import pytest

from bridge_ref.http.message import Headers
from tests.bridge_ref.world import World

RIGHT: Headers = (("authorization", "Bearer right-token"),)


def test_bare_and_unknown_parameters_are_passed_over(world: World) -> None:
    assert world.send_raw("GET", "/scim/v2/Users", "aadOptscim062020&foo=bar", RIGHT).status == 200


def test_a_plus_in_a_query_is_a_blank_and_an_encoded_one_a_plus(world: World) -> None:
    ada = world.invite("ada+1@example.com")

    found = world.send_raw("GET", "/scim/v2/Users", "filter=userName+eq+%22ada%2B1@example.com%22", RIGHT).body

    assert [user["id"] for user in found["Resources"]] == [ada]


@pytest.mark.parametrize("query", ["count=abc", "startIndex=1.5", "filter=id+pr&filter=id+pr", "count=%FF", "x=\udcff"])
def test_parameters_that_cannot_be_read_are_refused(world: World, query: str) -> None:
    refused = world.send_raw("GET", "/scim/v2/Users", query, RIGHT)

    assert (refused.status, refused.body["scimType"]) == (400, "invalidValue")


def test_both_projections_at_once_are_refused(world: World) -> None:
    assert world.send("GET", "/Users", attributes="userName", excludedAttributes="title").status == 400
