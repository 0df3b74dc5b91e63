"""A test bench attaches a directory to a running bridge."""

from __future__ import annotations

from typing import Any

import pytest

from harness.schema.validate import validate
from harness.target.probe import ACT_SCHEMAS
from tests.bridge_ref.google import GoogleWorld, account


def attached(google: GoogleWorld, **changed: Any) -> Any:
    settings = {"actor": google.api.actor, "api_url": google.api.url, "groups": [google.api.group_address("tg2")]}
    body = {"settings": settings, "key": account().key_file(google.api.token_uri)}
    assert validate(body, "probe/workspace-attach-request") == []
    body |= changed
    return google.world.control("POST", "workspace/attach", body)


def test_a_test_bench_attaches_a_directory_and_syncs(google: GoogleWorld) -> None:
    google.world.service.pull = None

    answers = [attached(google), google.world.control("POST", "workspace/sync")]

    assert set(google.groups()) == {"Sales t"}
    answers.append(google.world.control("POST", "workspace/forget"))
    assert [answer.status for answer in answers] == [200, 200, 200]
    names = ("workspace/attach", "workspace/sync", "workspace/forget")
    schemas = [f"probe/{ACT_SCHEMAS[name]}" for name in names]
    assert [validate(answer.body, schema) for answer, schema in zip(answers, schemas, strict=True)] == [[], [], []]
    assert google.world.service.pull is None
    assert "workspace/attach" in google.world.control("GET", "capabilities").body["acts"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"settings": 5}, "settings must be an object"),
        ({"settings": {"actr": "a"}}, "unknown key 'actr'; did you mean actor?"),
        ({"settings": {"actor": "a", "api_url": "http://google.example"}}, "must be an https address"),
        ({"key": {}}, "not the key file of a service account"),
        ({"key": None}, "not the key file of a service account"),
    ],
)
def test_what_cannot_be_attached(google: GoogleWorld, changed: dict[str, Any], words: str) -> None:
    before = google.world.service.pull

    refused = attached(google, **changed)

    assert refused.status == 400
    assert words in refused.body["error"]
    assert google.world.service.pull is before


def test_a_key_that_cannot_be_attached_is_not_shown(google: GoogleWorld) -> None:
    refused = attached(google, key={**account().key_file(google.api.token_uri), "private_key": "SECRET"})

    assert (refused.status, "SECRET" in str(refused.body)) == (400, False)
