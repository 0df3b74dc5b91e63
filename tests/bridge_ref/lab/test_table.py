"""The lab's tables: a defect at the door changes what it names and nothing else, and each is what its row says."""

import importlib
import pkgutil
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

import bridge_ref.lab.table as tables
from bridge_ref.cli import lab  # registers every defect
from bridge_ref.endpoints.scim import ScimEndpoints
from bridge_ref.http.message import Response
from bridge_ref.lab.registry import DEFECTS
from bridge_ref.lab.table import fault
from bridge_ref.lab.table.changes import add, at, drop, put
from bridge_ref.lab.table.messages import Ask, read_ask, read_reply, write_ask, write_reply
from harness.catalogue.requirement import load_catalogue
from tests.bridge_ref.lab.broken import broken
from tests.bridge_ref.world import GROUP, PATCH, USER
from tools.lab_coverage import read_coverage

ADA = {"schemas": [USER], "userName": "ada@example.com", "title": "Countess", "name": {"givenName": "Ada"}}
HEADERS = (("authorization", "Bearer right-token"), ("user-agent", "test"))
DOORS = {name: each for name, each in DEFECTS.items() if each.part is ScimEndpoints}


def test_changes_happen_at_their_place() -> None:
    value = {"a": [{"b": 1}, {"b": 2, "c": 3}], "d": {}}

    assert put(0, "a", "*", "b")(value) == {"a": [{"b": 0}, {"b": 0, "c": 3}], "d": {}}
    assert drop("a", "*", "b")(value) == {"a": [{}, {"c": 3}], "d": {}}
    assert drop("a", "*")(value) == {"a": [], "d": {}}
    assert add(4, "d", "e")(value)["d"] == {"e": 4}
    assert put(0, "x", "y")(value) == value
    assert at("d")(lambda old: [old])(value)["d"] == [{}]


def test_a_request_keeps_its_bytes_until_it_changes() -> None:
    asked = read_ask("POST", "/scim/v2/Users/", "count=1&x=", (("a", "b"),), b'{"userName": "Ada"')

    assert (asked.path, asked.kind, asked.scim_id, asked.body) == ("/Users", "Users", "", None)
    assert write_ask(asked.with_header("c", "d"))[4] == b'{"userName": "Ada"'
    assert write_ask(asked.with_parameter("count", "2"))[2] == "x=&count=2"
    assert write_ask(asked.with_body({"é": 1}))[4] == b'{"\\u00e9": 1}'


def test_an_answer_is_read_and_written() -> None:
    reply = read_reply(Response(200, (("etag", "1"),), b'{"a": 1}'))

    assert write_reply(reply.with_values(b="é")).body == '{"a": 1, "b": "é"}'.encode()
    assert write_reply(reply.bare(204)) == Response(204, (("etag", "1"),), b"")
    assert reply.with_header("etag", "2").header("etag") == "2"
    assert reply.without_header("etag").headers == ()
    assert Ask("PATCH", "/Users/1", (), (), [1]).operations == ()


def test_a_defect_changes_its_place_alone(tmp_path: Path) -> None:
    with broken("creates-of-groups-are-200", tmp_path) as world:
        ada = world.send("POST", "/Users", ADA)
        design = world.send("POST", "/Groups", {"schemas": [GROUP], "displayName": "Design"})

    assert (ada.status, design.status) == (201, 200)
    assert design.body["displayName"] == "Design"


def test_a_request_is_read_as_another(tmp_path: Path) -> None:
    with broken("texts-are-not-replaced", tmp_path) as world:
        ada = world.send("POST", "/Users", ADA).body["id"]
        world.patch(f"/Users/{ada}", {"op": "replace", "path": "title", "value": "Enchantress"})
        world.patch(f"/Users/{ada}", {"op": "replace", "path": "locale", "value": "en-GB"})

        found = world.send("GET", f"/Users/{ada}").body
    assert (found["title"], found["locale"]) == ("Countess", "en-GB")


def test_a_defect_remembers_what_was_deleted(tmp_path: Path) -> None:
    with broken("names-of-the-deleted-stay-taken", tmp_path) as world:
        design = world.form("Design")
        world.send("DELETE", f"/Groups/{design}")
        again = world.send("POST", "/Groups", {"schemas": [GROUP], "displayName": "design"})
        other = world.send("POST", "/Groups", {"schemas": [GROUP], "displayName": "Sales"})

    assert (again.status, again.body["scimType"], other.status) == (409, "uniqueness", 201)


def test_a_refused_create_leaves_a_mark(tmp_path: Path) -> None:
    with broken("refused-creates-take-the-external-id", tmp_path) as world:
        ada = world.send("POST", "/Users", {**ADA, "externalId": "0-1"}).body["id"]
        refused = world.send("POST", "/Users", {**ADA, "externalId": "0-2"})

        assert refused.status == 409
        assert "externalId" not in world.send("GET", f"/Users/{ada}").body


def test_half_a_patch_is_done(tmp_path: Path) -> None:
    with broken("half-a-patch-is-done", tmp_path) as world:
        ada = world.send("POST", "/Users", ADA).body["id"]
        title = {"op": "replace", "path": "title", "value": "Enchantress"}
        body = {"schemas": [PATCH], "Operations": [title, {"op": "replace", "path": "active", "value": "maybe"}]}

        assert world.send("PATCH", f"/Users/{ada}", body).status == 400
        assert world.send("GET", f"/Users/{ada}").body["title"] == "Enchantress"


@pytest.mark.slow
@pytest.mark.parametrize("name", DOORS)
def test_the_happy_path_works(tmp_path: Path, name: str) -> None:
    """No defect at the door breaks everything: somebody is made, found, renamed, and deleted."""
    with broken(name, tmp_path) as world:
        made = world.send("POST", "/Users", ADA)
        ada = world.send_raw("GET", "/scim/v2/Users", "filter=userName+eq+%22ada@example.com%22", HEADERS)
        found = [each.get("id") for each in ada.body["Resources"]]

        assert made.status in (200, 201)
        assert len(found) == 1
        assert world.send("DELETE", f"/Users/{made.body.get('id') or found[0]}").status in (200, 204)


def test_what_breaks_and_what_is_reached_are_rows() -> None:
    rows, judged = load_catalogue(), set(read_coverage().judged)

    assert lab.lab.name == "lab"
    assert not {row for each in DEFECTS.values() for row in each.breaks} - judged
    assert [
        row for each in DOORS.values() for row in each.reach if not any(fnmatchcase(one, row) for one in rows)
    ] == []
    assert set(fault.known_reach()) <= set(DEFECTS)


def test_every_table_is_registered() -> None:
    found = [each.name for each in pkgutil.iter_modules(tables.__path__)]
    before = set(DEFECTS)

    for name in found:
        importlib.import_module(f"bridge_ref.lab.table.{name}")
    assert set(DEFECTS) == before
    assert all(each.summary.endswith(".") for each in DEFECTS.values())


def test_a_row_without_a_defect_has_no_reason_beside() -> None:
    coverage = read_coverage()

    assert [row for row in coverage.reasons if row not in coverage.judged] == []
    assert [row for row in coverage.reasons if row in coverage.breaking] == []
    assert all(coverage.stands(row) in ("defect", "recorded", "alone", "none") for row in coverage.judged)
