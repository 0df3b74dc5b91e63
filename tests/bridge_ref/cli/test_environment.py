"""The environment variables that a bridge takes."""

from __future__ import annotations

import logging
from typing import Any

import click
import pytest

from bridge_ref.cli.environment import is_on, log_settings, ping_port, warn_of_unknown


@pytest.mark.parametrize(
    ("level", "form", "environment", "settings"),
    [
        (None, None, {}, ("warning", "text")),
        (None, None, {"OP_DEBUG": "1"}, ("debug", "text")),
        (None, None, {"OP_TRACE": "true"}, ("debug", "text")),
        (None, None, {"OP_JSON_LOGS": "1"}, ("info", "json")),
        (None, None, {"OP_PRETTY_LOGS": "1"}, ("info", "text")),
        (None, None, {"OP_PRETTY_LOGS": "1", "OP_JSON_LOGS": "1"}, ("info", "json")),
        ("error", "text", {"OP_DEBUG": "1", "OP_JSON_LOGS": "1"}, ("error", "text")),
        (None, None, {"OP_DEBUG": "0", "OP_JSON_LOGS": "no"}, ("warning", "text")),
    ],
)
def test_logs_are_as_the_options_say_or_else_as_the_environment(
    level: Any, form: Any, environment: dict[str, str], settings: tuple[str, str]
) -> None:
    assert log_settings(level, form, environment) == settings


def test_a_switch_is_on_or_off() -> None:
    with pytest.raises(click.UsageError, match="OP_DEBUG must be one of"):
        is_on("OP_DEBUG", {"OP_DEBUG": "maybe"})


def test_the_ping_server_is_switched_on_by_its_variable() -> None:
    assert [ping_port(None, {}), ping_port(None, {"OP_PING_SERVER": "1"}), ping_port(9, {"OP_PING_SERVER": "1"})] == [
        None,
        8080,
        9,
    ]


def test_variables_that_do_nothing_are_named_once_without_their_values(caplog: pytest.LogCaptureFixture) -> None:
    environment = {"OP_REDIS_URL": "redis://:secret@x", "OP_SESION": "typo", "OP_PORT": "1", "HOME": "/"}
    with caplog.at_level(logging.WARNING, "bridge_ref"):
        warn_of_unknown(environment)
        warn_of_unknown({"OP_PORT": "1"})

    assert [record.getMessage() for record in caplog.records] == ["this bridge does not use OP_REDIS_URL, OP_SESION"]
