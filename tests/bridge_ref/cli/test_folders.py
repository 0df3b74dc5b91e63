"""Where a bridge keeps its data: in the folder that is named, or in one that goes with it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from bridge_ref.cli import serve_options
from bridge_ref.cli.main import cli
from bridge_ref.server.config import ServerConfig
from bridge_ref.storage.location import Folder


@pytest.mark.parametrize("is_named", [True, False])
def test_a_temporary_folder_is_made_only_where_none_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_named: bool
) -> None:
    temporary, token = tmp_path / "temporary", tmp_path / "token"
    temporary.mkdir()
    token.write_text("a-token-of-some-length-for-a-test", encoding="utf-8")
    token.chmod(0o600)
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    served: list[tuple[Path, int]] = []

    def serve(config: ServerConfig, **_: object) -> None:
        assert isinstance(config.store, Folder)
        served.append((config.store.path, len(list(temporary.iterdir()))))

    monkeypatch.setattr(serve_options, "serve", serve)
    named = ["--data", str(tmp_path / "data")] if is_named else []

    done = CliRunner().invoke(cli, ["serve", "--port", "18999", "--token-file", str(token), *named])

    assert done.exit_code == 0, done.output
    ((path, made),) = served
    assert (path == tmp_path / "data", made) == (is_named, 0 if is_named else 1)
    assert list(temporary.iterdir()) == []
