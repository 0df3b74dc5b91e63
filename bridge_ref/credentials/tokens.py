"""Read a token from a file."""

from pathlib import Path

from bridge_ref.credentials.files import CredentialsError, read_secret
from bridge_ref.credentials.grants import MIN_TOKEN_LENGTH


def read_token(path: Path, option: str) -> str:
    """The token in a file. Raises CredentialsError, which does not repeat it."""
    try:
        token = read_secret(path, option).decode().strip()
    except UnicodeDecodeError:
        raise CredentialsError(f"{option} {path}: not text") from None
    if len(token) < MIN_TOKEN_LENGTH or not token.isascii() or len(token.split()) != 1:
        raise CredentialsError(f"{option} {path}: a token is one word of at least {MIN_TOKEN_LENGTH} characters")
    return token
