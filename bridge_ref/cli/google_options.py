"""Options of a pull from Google Workspace."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from bridge_ref.workspace.settings import (
    WorkspaceConfig,
    WorkspaceError,
    is_readable_by_others,
    read_key,
    read_settings,
)

log = logging.getLogger("bridge_ref")

GOOGLE_OPTIONS = (
    click.option(
        "--google-settings",
        type=click.Path(path_type=Path),
        help="Pull a Google Workspace: TOML or JSON file with the administrator's address, the groups and more.",
    ),
    click.option(
        "--google-key",
        type=click.Path(path_type=Path),
        help="Key file of the service account; needed with --google-settings.",
    ),
)


def google_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of a pull alone."""
    for option in reversed(GOOGLE_OPTIONS):
        command = option(command)
    return command


def google_files(options: dict[str, Any]) -> WorkspaceConfig | None:
    """The configuration of the pull, or none. Raises UsageError."""
    settings_file, key_file = options["google_settings"], options["google_key"]
    if settings_file is None and key_file is None:
        return None
    if settings_file is None or key_file is None:
        raise click.UsageError("--google-settings and --google-key must be given together")
    try:
        settings, key = read_settings(settings_file), read_key(key_file)
    except WorkspaceError as error:
        raise click.UsageError(str(error)) from None
    if is_readable_by_others(key_file):
        log.warning("%s can be read by everybody on this machine", key_file)
    return WorkspaceConfig(settings, key)
