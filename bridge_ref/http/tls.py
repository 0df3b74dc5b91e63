"""Check a TLS certificate and its key before serving with them."""

import os
import ssl
import stat
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509


class TlsError(Exception):
    """A certificate or a key that cannot be served with."""


def check_tls(cert: Path, key: Path, now: datetime | None = None) -> None:
    """Refuse files that cannot be read, do not fit each other, or have expired. Raises TlsError."""
    chain = _read_chain(cert)
    _check_key(key)
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(cert, key, password=_no_password)
    except (ssl.SSLError, ValueError) as error:
        if isinstance(error, ssl.SSLError) and error.reason == "KEY_VALUES_MISMATCH":
            raise TlsError(f"--tls-key {key} is not the key of --tls-cert {cert}") from None
        raise TlsError(f"--tls-key {key}: not a private key, or one with a password") from None
    at = now or datetime.now(UTC)
    leaf = chain[0]
    if leaf.not_valid_after_utc <= at:
        raise TlsError(f"--tls-cert {cert} has expired on {leaf.not_valid_after_utc:%Y-%m-%d}")
    if leaf.not_valid_before_utc > at:
        raise TlsError(f"--tls-cert {cert} is not valid before {leaf.not_valid_before_utc:%Y-%m-%d}")


def _read_chain(cert: Path) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(cert.read_bytes())
    except OSError as error:
        raise TlsError(f"--tls-cert {cert}: {error.strerror}") from None
    except ValueError:
        raise TlsError(f"--tls-cert {cert}: not a certificate in PEM form") from None


def _check_key(key: Path) -> None:
    try:
        with key.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
    except OSError as error:
        raise TlsError(f"--tls-key {key}: {error.strerror}") from None
    if stat.S_ISREG(mode) and mode & (stat.S_IRWXG | stat.S_IRWXO) and os.name == "posix":
        raise TlsError(f"--tls-key {key}: readable by others than its owner; try: chmod 600 {key}")


def _no_password() -> str:
    raise ValueError("the key is protected by a password")
