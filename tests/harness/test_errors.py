import pytest

from harness.errors import (
    AuthenticationRefused,
    BridgecheckError,
    CatalogueError,
    JournalError,
    NotScim,
    SchemaError,
    TargetError,
    Unreachable,
    UsageError,
)


@pytest.mark.parametrize(
    ("error", "exit_code"),
    [
        (BridgecheckError, 70),
        (UsageError, 2),
        (TargetError, 3),
        (Unreachable, 3),
        (AuthenticationRefused, 3),
        (NotScim, 3),
        (CatalogueError, 2),
        (JournalError, 70),
        (SchemaError, 70),
    ],
)
def test_every_error_has_its_exit_code(error: type[BridgecheckError], exit_code: int) -> None:
    assert error.exit_code == exit_code


@pytest.mark.parametrize("error", [Unreachable, AuthenticationRefused, NotScim])
def test_what_keeps_us_from_the_bridge_is_a_target_error(error: type[BridgecheckError]) -> None:
    assert issubclass(error, TargetError)
