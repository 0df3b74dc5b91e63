"""The session file, and files with secrets."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bridge_ref.credentials.files import CredentialsError, read_secret, write_secret, writing_secret
from bridge_ref.credentials.grants import new_token
from bridge_ref.credentials.session import SessionFile, make_session, parse_session


def test_only_the_token_of_the_pair_opens_a_session() -> None:
    """SEED-28."""
    token, other = new_token(), new_token()
    session = make_session("pair-1", token, 0)
    moved = parse_session(session.render().replace(b"pair-1", b"pair-2"))

    assert parse_session(session.render()) == session
    assert session.is_opened_by(token)
    assert not session.is_opened_by(other)
    assert not session.is_opened_by(token[:-1])
    assert not moved.is_opened_by(token)
    assert token.encode() not in session.render()


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff", b'{"version": 1, "pair": "x", "salt": "?"}', b"null"])
def test_what_is_no_session_file_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    write_secret(tmp_path / "scimsession", content)

    with pytest.raises(CredentialsError, match="not a session file"):
        SessionFile(tmp_path / "scimsession").load()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o777])
def test_a_secret_that_others_can_get_at_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "token"
    path.write_text("right-token")
    path.chmod(mode)

    with pytest.raises(CredentialsError, match="chmod 600"):
        read_secret(path, "--token-file")


def test_a_secret_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "scimsession"
    write_secret(path, b"old")

    with writing_secret(path, b"new"):
        pass
    unfinished = os.listdir(tmp_path)
    before = path.read_bytes()
    write_secret(path, b"new")

    assert (before, path.read_bytes(), unfinished) == (b"old", b"new", ["scimsession"])
