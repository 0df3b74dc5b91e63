"""Certificates and keys: matching ones are used, others refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge_ref.http.tls import TlsError, check_tls
from tests.tls import write_pair


def test_a_pair_that_fits_is_served_with(tmp_path: Path) -> None:
    check_tls(*write_pair(tmp_path))


@pytest.mark.parametrize(
    ("days", "words"), [((-2, -1), "has expired on"), ((1, 2), "is not valid before")], ids=["past", "future"]
)
def test_a_certificate_out_of_its_time_is_refused(tmp_path: Path, days: tuple[int, int], words: str) -> None:
    with pytest.raises(TlsError, match=words):
        check_tls(*write_pair(tmp_path, "a", *days))


def test_tls_files_that_do_not_fit_or_cannot_be_read_are_refused(tmp_path: Path) -> None:
    cert, key = write_pair(tmp_path)
    _, other = write_pair(tmp_path, "b")
    readable = tmp_path / "readable.key"
    readable.write_bytes(key.read_bytes())
    readable.chmod(0o644)
    words = []
    for pair in (
        (cert, other),
        (cert, tmp_path / "no"),
        (tmp_path / "no", key),
        (key, key),
        (cert, cert),
        (cert, readable),
    ):
        if pair == (cert, cert):
            cert.chmod(0o600)
        with pytest.raises(TlsError) as refused:
            check_tls(*pair)
        words.append(str(refused.value).replace(str(tmp_path), ""))

    assert [each.partition(": ")[2] or each for each in words] == [
        "--tls-key /b.key is not the key of --tls-cert /a.crt",
        "No such file or directory",
        "No such file or directory",
        "not a certificate in PEM form",
        "not a private key, or one with a password",
        "readable by others than its owner; try: chmod 600 /readable.key",
    ]
