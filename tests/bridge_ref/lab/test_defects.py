"""The lab: each defect breaks its requirements, and the serving bridge knows nothing of the lab."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from bridge_ref.cli import lab
from bridge_ref.cli.main import cli
from bridge_ref.lab.personas.persona import PERSONAS
from bridge_ref.lab.registry import DEFECTS, get_defect
from bridge_ref.lab.variants.variant import VARIANTS
from tests.bridge_ref.lab.broken import broken
from tests.bridge_ref.world import USER


def test_suspends_nobody(tmp_path: Path) -> None:
    with broken("suspends-nobody", tmp_path) as world:
        ada = world.invite("ada@example.com")
        answer = world.patch(f"/Users/{ada}", {"op": "replace", "path": "active", "value": False})

        assert answer.body["active"] is False
        assert world.send("GET", f"/Users/{ada}").body["active"] is False
        assert world.state("ada@example.com") == "INVITED"


def test_invites_existing_members(tmp_path: Path) -> None:
    with broken("invites-existing-members", tmp_path) as world:
        world.control("POST", "fixtures", {"members": [{"email": "ada@example.com", "name": "Ada"}]})
        answer = world.send("POST", "/Users", {"schemas": [USER], "userName": "ada@example.com"})

        assert (answer.status, answer.body["scimType"]) == (409, "uniqueness")
        assert world.mail_to("ada@example.com") == ["invitation"]


def test_duplicate_create_accepted(tmp_path: Path) -> None:
    with broken("duplicate-create-accepted", tmp_path) as world:
        first, second = world.invite("ada@example.com"), world.invite("ADA@example.com")

        found = world.send("GET", "/Users", filter='userName eq "ada@example.com"').body["Resources"]
        assert [user["id"] for user in found] == [first, second]
        assert len(world.control("GET", "members").body["members"]) == 2


def test_created_without_location(tmp_path: Path) -> None:
    with broken("created-without-location", tmp_path) as world:
        answer = world.send("POST", "/Users", {"schemas": [USER], "userName": "ada@example.com"})

        assert answer.status == 201
        assert "location" not in answer.headers


def test_error_status_is_a_number(tmp_path: Path) -> None:
    with broken("error-status-is-a-number", tmp_path) as world:
        assert world.send("GET", "/Users/nobody").body["status"] == 404


def test_confirms_nobody(tmp_path: Path) -> None:
    with broken("confirms-nobody", tmp_path) as world:
        world.invite("ada@example.com")
        world.act("ada@example.com", "sign-up")
        world.control("POST", "clock/advance", {"seconds": 900})

        assert world.state("ada@example.com") == "PENDING"
        assert world.mail_to("ada@example.com") == ["invitation"]


def test_member_remove_empties_the_group(tmp_path: Path) -> None:
    with broken("member-remove-empties-the-group", tmp_path) as world:
        ada, grace = world.invite("ada@example.com"), world.invite("grace@example.com")
        design = world.form("Design", ada, grace)
        world.patch(f"/Groups/{design}", {"op": "Remove", "path": "members", "value": [{"value": ada}]})

        assert world.members_of(design) == []


def test_suspends_on_leaving_a_group(tmp_path: Path) -> None:
    with broken("suspends-on-leaving-a-group", tmp_path) as world:
        ada = world.invite("ada@example.com")
        design = world.form("Design", ada)
        world.patch(f"/Groups/{design}", {"op": "remove", "path": f'members[value eq "{ada}"]'})

        assert world.state("ada@example.com") == "INVITED_SUSPENDED"


def test_total_results_counts_the_page(tmp_path: Path) -> None:
    with broken("total-results-counts-the-page", tmp_path) as world:
        world.invite("ada@example.com")
        world.invite("grace@example.com")

        assert world.send("GET", "/Users", count="1").body["totalResults"] == 1


def test_delete_forgets_the_member(tmp_path: Path) -> None:
    with broken("delete-forgets-the-member", tmp_path) as world:
        ada = world.invite("ada@example.com")

        assert world.send("DELETE", f"/Users/{ada}").status == 204
        assert world.member("ada@example.com") is None


def test_the_list_is_json() -> None:
    listed = json.loads(CliRunner().invoke(cli, ["lab", "--list"]).output)
    defects = [each for each in listed if each["kind"] == "defect"]
    variants = [each for each in listed if each["kind"] == "variant"]

    assert lab.lab.name == "lab"
    assert [each["name"] for each in defects] == list(DEFECTS)
    assert [each["name"] for each in variants] == list(VARIANTS)
    assert [each["name"] for each in listed if each["kind"] == "persona"] == list(PERSONAS)
    assert len(defects) + len(variants) + len(PERSONAS) == len(listed)
    assert all(each["summary"].endswith(".") for each in listed)
    assert all(each["breaks"] for each in defects)
    assert all(each["source"] and not each["breaks"] for each in variants)


def test_a_misspelt_defect_is_told_the_right_name() -> None:
    with pytest.raises(LookupError, match="did you mean suspends-nobody"):
        get_defect("suspend-nobody")


def test_serving_does_not_load_the_lab() -> None:
    code = (
        "import sys, bridge_ref.server.serve, bridge_ref.cli.main; print([m for m in sys.modules if '_ref.lab' in m])"
    )

    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert loaded.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("deleting-a-member-of-a-group-fails", "/Users/{ada}"),
        ("deleting-nobody-fails", "/Users/no-such"),
        ("deleting-a-group-fails", "/Groups/{design}"),
    ],
)
def test_a_delete_that_fails(tmp_path: Path, name: str, path: str) -> None:
    with broken(name, tmp_path) as world:
        ada = world.invite("ada@example.com")
        design = world.form("Design", ada)

        answer = world.send("DELETE", path.format(ada=ada, design=design))

        assert answer.status == 500
        assert world.send("GET", f"/Users/{ada}").status == world.send("GET", f"/Groups/{design}").status == 200


def test_a_missing_name_is_a_server_error(tmp_path: Path) -> None:
    with broken("a-missing-name-is-a-server-error", tmp_path) as world:
        assert world.send("POST", "/Users", {"schemas": [USER]}).status == 500
