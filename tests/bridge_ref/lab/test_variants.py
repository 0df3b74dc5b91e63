"""The variants of the lab: each does what its sentence says, several can be combined, and its reach is no MUST."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from click.testing import CliRunner

from bridge_ref.cli import lab
from bridge_ref.cli.main import cli
from bridge_ref.ids import RandomIds
from bridge_ref.lab.variants.variant import VARIANTS, get_variant, replacements
from bridge_ref.runtime.wiring import BridgeSettings
from harness.catalogue.requirement import Level, load_catalogue
from tests.bridge_ref.world import USER, World

ADA = {
    "schemas": [USER],
    "userName": "Ada@Example.com",
    "name": {"givenName": "Ada", "familyName": "Byron"},
    "emails": [{"value": "Ada@Example.com"}, {"value": "home@example.com", "type": "home"}],
}
# What the product and single identity providers need, beside the RFCs.
_BESIDE = ("ENTRA-", "OKTA-", "GOOGLE-", "SEED-")


@contextmanager
def chosen(folder: Path, *names: str) -> Iterator[World]:
    variants = [get_variant(name) for name in names]
    replaced = replacements(variants)
    settings = BridgeSettings(token="right-token")
    for each in variants:
        settings = each.settle(settings)
    further = {name: getattr(settings, name) for name in ("capabilities", "limits", "leniency", "policy")}
    world = World(folder, replaced, ids=replaced.get(RandomIds, RandomIds)(), **further)
    yield world
    world.close()


def test_names_and_times_are_spelt_otherwise_in_every_answer(tmp_path: Path) -> None:
    with chosen(tmp_path, "names-capitalised", "times-in-seconds") as world:
        made = world.send("POST", "/Users", ADA).body
        listed = world.send("GET", "/Users").body["Resources"][0]

    assert listed == made
    assert made["UserName"] == "Ada@Example.com"
    assert made["meta"]["created"].endswith("00Z")


def test_two_variants_of_one_part_work_together(tmp_path: Path) -> None:
    with chosen(tmp_path, "types-by-default", "first-is-primary") as world:
        emails = world.send("POST", "/Users", ADA).body["emails"]

    assert emails[0] == {"type": "work", "value": "Ada@Example.com", "primary": True}


def test_what_a_put_leaves_out_stays_and_null_clears(tmp_path: Path) -> None:
    with chosen(tmp_path, "omitted-attributes-stay") as world:
        made = world.send("POST", "/Users", {**ADA, "title": "Countess", "nickName": "A"}).body
        sent = {"schemas": [USER], "userName": "Ada@Example.com", "nickName": None}
        shown = world.send("PUT", f"/Users/{made['id']}", sent).body

    assert shown["title"] == "Countess"
    assert "nickName" not in shown


def test_members_are_shown_by_name_from_the_first_answer_on(tmp_path: Path) -> None:
    with chosen(tmp_path, "members-with-display") as world:
        ada = world.send("POST", "/Users", ADA).body["id"]
        group = {
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
            "displayName": "Design",
            "members": [{"value": ada}],
        }
        made = world.send("POST", "/Groups", group).body

        assert made["members"][0]["display"] == "Ada Byron"
        assert world.send("GET", f"/Groups/{made['id']}").body == made


def test_a_complete_list_goes_without_numbers(tmp_path: Path) -> None:
    with chosen(tmp_path, "lists-without-numbers") as world:
        assert set(world.send("GET", "/Users").body) == {"schemas", "totalResults"}
        world.send("POST", "/Users", ADA)
        world.send("POST", "/Users", {"schemas": [USER], "userName": "grace@example.com"})

        assert "startIndex" not in world.send("GET", "/Users").body
        assert world.send("GET", "/Users", count="1").body["itemsPerPage"] == 1


def test_a_put_of_a_group_without_members_leaves_none(tmp_path: Path) -> None:
    with chosen(tmp_path, "omitted-members-end", "group-names-trimmed") as world:
        ada = world.send("POST", "/Users", ADA).body["id"]
        sent = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Design"}
        group = world.send("POST", "/Groups", {**sent, "members": [{"value": ada}]}).body["id"]
        shown = world.send("PUT", f"/Groups/{group}", {**sent, "displayName": " Sales "}).body

    assert "members" not in shown
    assert shown["displayName"] == "Sales"


def test_a_patch_that_changes_nothing_is_answered_with_204_and_another_with_the_user(tmp_path: Path) -> None:
    with chosen(tmp_path, "unchanged-patches-answer-nothing") as world:
        ada = world.send("POST", "/Users", ADA).body["id"]
        sent = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"]}
        ends = [
            world.send(
                "PATCH", f"/Users/{ada}", {**sent, "Operations": [{"op": "add", "value": {"title": "Countess"}}]}
            )
            for _ in range(2)
        ]

    assert [each.status for each in ends] == [200, 204]


def test_lists_are_in_the_order_of_ids_and_an_unknown_order_is_passed_over(tmp_path: Path) -> None:
    with chosen(tmp_path, "listed-by-ids", "unknown-orders-passed-over") as world:
        for name in ("ada@example.com", "grace@example.com", "joan@example.com"):
            world.send("POST", "/Users", {"schemas": [USER], "userName": name})
        listed = world.send("GET", "/Users").body["Resources"]
        unknown = world.send("GET", "/Users", sortBy="shoeSize")

    assert listed == sorted(listed, key=lambda user: user["id"])
    assert unknown.status == 200


def test_a_comparison_that_is_not_offered_is_refused(tmp_path: Path) -> None:
    with chosen(tmp_path, "equality-alone") as world:
        refused = world.send("GET", "/Users", filter='userName sw "a"')
        taken = world.send("GET", "/Users", filter='userName eq "a" and active eq true')

    assert (refused.status, refused.body["scimType"]) == (400, "invalidFilter")
    assert taken.status == 200


@pytest.mark.parametrize("name", [name for name in VARIANTS if VARIANTS[name].reshape.__name__ == "nothing"])
def test_every_variant_serves_users(tmp_path: Path, name: str) -> None:
    with chosen(tmp_path, name) as world:
        made = world.send("POST", "/Users", ADA)
        shown = world.send("GET", "/Users")

    assert made.status == 201
    assert shown.body.get("totalResults", 1) == 1


@pytest.mark.parametrize("name", [name for name in VARIANTS if VARIANTS[name].reshape.__name__ != "nothing"])
def test_a_schema_is_reshaped_in_a_process_of_its_own(name: str) -> None:
    code = (
        "import sys; from bridge_ref.cli import lab; from bridge_ref.lab.variants.variant import combine, get_variant;"
        "from bridge_ref.runtime.wiring import BridgeSettings;"
        "parts = combine([get_variant(sys.argv[1])])(BridgeSettings(token='right-token'));"
        "print(len(parts.discovery.schemas()['Resources']), parts.discovery.schemas())"
    )

    done = subprocess.run([sys.executable, "-c", code, name], capture_output=True, text=True, check=True)

    assert done.stdout[0] in "1234"


def test_a_reach_is_no_must_of_the_rfcs() -> None:
    rows = [row for row in load_catalogue().values() if not row.id.startswith(_BESIDE) and row.level is Level.MUST]

    for each in VARIANTS.values():
        reached = [row.id for row in rows for glob in each.reach if fnmatchcase(row.id, glob)]
        assert not reached, each.name


def test_variants_and_defects_are_not_combined() -> None:
    words = ["lab", "--port", "0", "--defect", "suspends-nobody", "--variant", "strict"]

    assert "exclude each other" in CliRunner().invoke(cli, words).output


def test_a_misspelt_variant_is_told_the_right_name() -> None:
    with pytest.raises(LookupError, match="did you mean without-patch"):
        get_variant("without-patches")


def test_the_list_names_sources() -> None:
    listed = json.loads(CliRunner().invoke(cli, ["lab", "--list"]).output)

    assert lab.lab.name == "lab"
    assert {"name", "summary", "source", "breaks", "reach", "kind"} == set(listed[-1])
