"""Options from the command line and a profile; wrong ones are refused early."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.cli.run_command import command
from harness.errors import UsageError
from harness.idp.dialects import MAIN_DIALECTS
from harness.schema.registry import get_schema
from harness.target.options import COMMAND_TABLES, LISTS, Options, make_options, read_profile
from harness.target.tables import TABLES

URL = {"url": "https://bridge.example/scim", "token_env": "TOKEN"}


def test_the_command_line_wins_over_the_profile() -> None:
    options = make_options({**URL, "seed": 3}, {"seed": 9, "gate": "should"})

    assert (options.seed, options.gate) == (3, "should")


def test_claims_follow_from_the_dialects() -> None:
    assert make_options({**URL, "idp": "okta-oin"}, {}).claims == ("rfc", "bridge", "okta")


@pytest.mark.parametrize(
    ("given", "played"),
    [
        ({}, MAIN_DIALECTS),
        ({"claim": "rfc,okta"}, MAIN_DIALECTS),
        ({"claim": "onelogin"}, ("onelogin",)),
        ({"claim": "rfc,bridge,okta,rippling"}, ("okta-oin", "rippling")),
        ({"claim": "onelogin", "idp": "okta-oin"}, ("okta-oin",)),
        ({"requirement": "jumpcloud-04"}, ("jumpcloud",)),
        ({"requirement": "OKTA-04"}, MAIN_DIALECTS),
    ],
)
def test_dialects_follow_from_the_claims(given: dict[str, Any], played: tuple[str, ...]) -> None:
    assert make_options({**URL, **given}, {}).idp == played


def test_a_bridge_that_we_start_is_judged_in_full() -> None:
    assert make_options({"start": "x {port}"}, {}).effective_mode == "full"
    assert make_options(URL, {}).effective_mode == "safe"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "no bridge given: use --url URL"),
        ({"url": "https://x.example"}, "needs the bridge's token"),
        ({**URL, "token_file": "f"}, "give only one of"),
        ({**URL, "probe_url": "http://x"}, "--probe-url needs the probe's token"),
        ({**URL, "mode": "full"}, "--declare-disposable"),
        ({**URL, "claim": "rcf"}, "did you mean 'rfc'"),
        ({**URL, "suite": "lifecycel"}, "did you mean 'lifecycle'"),
        (
            {**URL, "jobs": 2, "mode": "full", "declare_disposable": True},
            "stories of mode full reset the account",
        ),
        ({**URL, "jobs": 2, "mode": "certify"}, "--jobs 2: stories of mode certify reset the account at --url"),
        ({**URL, "jobs": 2, "declare_disposable": True}, "--jobs 2: with --declare-disposable stories reset"),
        (
            {"start": "bridge --port 80", "jobs": 2},
            "each job starts a bridge of its own, and --start",
        ),
        (
            {"start": "b {port}", "url": "http://b:80", "jobs": 2},
            "starts a bridge of its own, and --url holds no",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(given: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        make_options(given, {})


@pytest.mark.parametrize(
    "given",
    [
        {**URL, "jobs": 8},
        {**URL, "jobs": 8, "mode": "smoke"},
        {"start": "b {port}", "jobs": 8},
        {"start": "b {port}", "url": "http://127.0.0.1:{port}/x", "jobs": 2, "mode": "certify"},
        {"start": "b", "jobs": 1},
    ],
)
def test_several_jobs_are_taken_where_they_do_not_disturb_each_other(given: dict[str, Any]) -> None:
    assert make_options(given, {}).jobs == given["jobs"]


def write(folder: Path, text: str) -> Path:
    path = folder / "vendor.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_profile_is_read(tmp_path: Path) -> None:
    profile = read_profile(write(tmp_path, 'url = "https://b.example"\ntoken_env = "T"\nidp = ["okta", "entra"]\n'))

    assert make_options({}, profile).idp == ("okta", "entra")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('tokne_file = "x"\n', "unknown key 'tokne_file'; did you mean 'token_file'"),
        ("seed = -1\n", "seed"),
        ('gate = "maybe"\n', "gate"),
        ("seed =\n", "is not TOML"),
    ],
)
def test_a_wrong_profile_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        read_profile(write(tmp_path, text))


def test_a_missing_profile_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="can't be read"):
        read_profile(tmp_path / "none.toml")


def test_flags_and_tables_profile_keys_and_options_are_the_same_names() -> None:
    flags = {str(parameter.name) for parameter in command.params} - {"profile", "failed", "json"}
    keys = set(get_schema("profile/profile")["properties"]) - set(COMMAND_TABLES)
    fields = set(Options.__dataclass_fields__)

    assert flags | set(TABLES) == keys == fields
    assert fields >= LISTS
