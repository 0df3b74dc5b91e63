"""Calls pytest on the stories: to tell them, or only to learn their names."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import json
import os
import shlex
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.errors import StoryError
from harness.pytest_plugin import SESSION, Session, name_of
from harness.resources import find_folder
from harness.target.options import Options

CONFIG = "run.json"
PYTEST_LOG = "pytest.log"
_VARIABLES = ("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "PYTEST_PLUGINS", "PYTEST_ADDOPTS")


def tell_stories(options: Options, session: Session, folder: Path) -> int:
    """Tell the stories to the open run, and return pytest's exit code; its output goes to a file in the folder."""
    config = write_config(options, folder)
    with (
        _only_our_plugins(),
        (folder / PYTEST_LOG).open("w", encoding="utf-8") as log,
        contextlib.redirect_stdout(log),
    ):
        return int(pytest.main(_arguments(options, config), plugins=[_Handover(session)]))


def all_stories(options: Options) -> tuple[str, ...]:
    """The stories of the chosen suites and dialects by name, before `only`, `skip`, `requirement` and `mode` choose."""
    return chosen_stories(dataclasses.replace(options, only=(), skip=(), requirement=(), mode="full"))


def chosen_stories(options: Options) -> tuple[str, ...]:
    """The stories that a run would tell, by name, without telling them. Raises StoryError for one that can't be read.

    What is wrong with a story of somebody's own before it is told shows here: a file that can't be imported.
    """
    listener = _Listener()
    with tempfile.TemporaryDirectory(prefix="bridgecheck-") as folder, _only_our_plugins():
        config = write_config(options, Path(folder))
        with contextlib.redirect_stdout(io.StringIO()):
            pytest.main([*_arguments(options, config), "--collect-only"], plugins=[listener])
    if listener.errors:
        raise StoryError(f"--stories: {listener.errors[0]}")
    return tuple(listener.names)


def write_config(options: Options, folder: Path) -> Path:
    """Write the options, which hold no secret, to the folder; returns the file."""
    config = folder / CONFIG
    config.write_text(json.dumps(dataclasses.asdict(options), indent=1), encoding="utf-8")
    return config


def _arguments(options: Options, config: Path) -> list[str]:
    scenarios = find_folder("scenarios")
    return [
        *(str(scenarios / suite) for suite in options.suite),
        *_own(options),
        *("-c", str(scenarios / "pytest.ini"), "--rootdir", str(scenarios), "--confcutdir", str(scenarios)),
        *("-p", "harness.pytest_plugin", "-p", "no:cacheprovider", "--scim-config", str(config), "-q"),
    ]


def _own(options: Options) -> Iterator[str]:
    """The folders of stories of somebody's own; what stands beside a story can be imported by it."""
    folders = [str(Path(folder).resolve()) for folder in options.stories]
    yield from folders
    if folders:
        yield from ("--import-mode=importlib", "-o", f"pythonpath={' '.join(shlex.quote(each) for each in folders)}")


@contextlib.contextmanager
def _only_our_plugins() -> Iterator[None]:
    """Keep pytest from plugins and options of the user's own tests.

    Locust's plugin claims --host, faker's a fixture name; a CI often sets PYTEST_ADDOPTS.
    """
    kept = {name: os.environ.pop(name, None) for name in _VARIABLES}
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        yield
    finally:
        for name, value in kept.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


class _Handover:
    """Registers the open run under the name by which the plugin finds it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def pytest_configure(self, config: pytest.Config) -> None:
        """Hand it over."""
        config.pluginmanager.register(self._session, SESSION)

    def pytest_keyboard_interrupt(self) -> None:
        """Note that it was not pytest that gave up."""
        self._session.is_interrupted = True


class _Listener:
    """Notes the names of all stories that pytest finds."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.errors: list[str] = []

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note why a file can't be read: its last line says it."""
        if report.failed:
            lines = [line for line in report.longreprtext.splitlines() if line.strip()]
            self.errors.append(f"{report.nodeid} can't be read: {lines[-1].removeprefix('E').strip()}")

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note them."""
        items: list[Any] = session.items
        self.names = [name_of(item) for item in items]
