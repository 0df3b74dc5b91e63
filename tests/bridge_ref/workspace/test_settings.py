"""The settings file and the key file of a pull: accepted values, and the texts of refusals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bridge_ref.workspace.google import Google, GoogleError
from bridge_ref.workspace.settings import WorkspaceError, is_readable_by_others, read_key, read_settings
from tests.bridge_ref.google import account


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_a_toml_file(tmp_path: Path) -> None:
    path = write(
        tmp_path, "google.toml", 'actor = "admin@a.example"\ngroups = ["design@a.example"]\ninterval_s = 600\n'
    )

    settings = read_settings(path)

    assert (settings.actor, settings.groups, settings.interval_s) == ("admin@a.example", ("design@a.example",), 600)


def test_the_two_keys_that_such_bridges_know(tmp_path: Path) -> None:
    path = write(tmp_path, "settings.json", '{"actor": "admin@a.example", "bridgeAddress": "https://bridge.a.example"}')

    settings = read_settings(path)

    assert (settings.actor, settings.bridge_address) == ("admin@a.example", "https://bridge.a.example")
    assert settings.groups is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "missing required field `actor`"),
        ("actor = 5", "Expected `str`"),
        ('actor = "a"\nintervall_s = 60', "unknown key 'intervall_s'; did you mean interval_s?"),
        ('actor = "a"\nxyzzy = 60', "unknown key 'xyzzy'"),
        ('actor = "a"\ninterval_s = 5', "interval_s must be at least 30; is 5"),
        ('actor = "a"\nmax_suspensions_percent = 101', "between 0 and 100"),
        ('actor = "a"\narchived = "maybe"', "Invalid enum value 'maybe'"),
        ('actor = "a"\napi_url = "http://google.example"', "must be an https address"),
        ('actor = "a"\nbridge_address = "bridge"', "bridge_address 'bridge' must be an https address"),
        ("actor = ", "cannot be read"),
        ("[", "cannot be read"),
    ],
)
def test_settings_that_cannot_be_used(tmp_path: Path, text: str, words: str) -> None:
    path = write(tmp_path, "google.toml", text)

    with pytest.raises(WorkspaceError) as refused:
        read_settings(path)

    assert words in str(refused.value)
    assert str(path) in str(refused.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="No such file"):
        read_settings(tmp_path / "nothing")
    (tmp_path / "bytes").write_bytes(b"\xff")
    with pytest.raises(WorkspaceError, match="not text"):
        read_settings(tmp_path / "bytes")
    with pytest.raises(WorkspaceError, match="not a table"):
        read_settings(write(tmp_path, "list.json", "[]"))


def test_a_key_file(tmp_path: Path) -> None:
    path = account().write_key_file(tmp_path / "key.json", "https://oauth2.example/token")

    assert read_key(path)["token_uri"] == "https://oauth2.example/token"
    assert not is_readable_by_others(path)
    path.chmod(0o644)
    assert is_readable_by_others(path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("SECRET", "not JSON"),
        ("[]", "not the key file of a service account"),
        ('{"type": "authorized_user"}', "not the key file of a service account"),
        ('{"type": "service_account", "private_key": "SECRET"}', "lacks client_email, token_uri"),
        (
            '{"type": "service_account", "private_key": "SECRET", "client_email": "a", "token_uri": "http://a.example"}',
            "must be an https address",
        ),
    ],
)
def test_a_key_that_cannot_be_used_is_not_shown(tmp_path: Path, text: str, words: str) -> None:
    path = write(tmp_path, "key.json", text)

    with pytest.raises(WorkspaceError) as refused:
        read_key(path)

    assert words in str(refused.value)
    assert "SECRET" not in str(refused.value)


def test_a_private_key_that_is_none_is_not_shown(tmp_path: Path) -> None:
    key = {**account().key_file("https://oauth2.example/token"), "private_key": "SECRET"}
    settings = read_settings(write(tmp_path, "google.json", json.dumps({"actor": "admin@a.example"})))

    with pytest.raises(GoogleError) as refused:
        Google(key, settings)

    assert "SECRET" not in str(refused.value)


def test_a_bridge_that_stops_waits_for_nothing(tmp_path: Path) -> None:
    settings = read_settings(
        write(tmp_path, "google.json", json.dumps({"actor": "a", "api_url": "http://127.0.0.1:9"}))
    )
    google = Google(account().key_file("http://127.0.0.1:9/token"), settings)
    google.stop()

    with pytest.raises(GoogleError, match="stopping"):
        google.get("/users", "admin#directory#user")
