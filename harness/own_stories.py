"""Stories in anybody's pytest: with `--scim-url` or `--scim-start` the first story opens a run of its own.

What a story finds broken fails its test, with the cause; at the end the whole run is judged and reported, as
`bridgecheck run` does it. Without these options nothing happens.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from harness.catalogue.requirement import load_catalogue
from harness.catalogue.verdict import Verdict
from harness.cli.folder import make_folder
from harness.cli.run_command import command as run_command
from harness.cli.suite import JudgedRun, RecordedRun, judge_run, normalise
from harness.cli.telling import make_header, make_run, open_bridge
from harness.errors import StoryError, UsageError
from harness.judge.exit_code import ExitCode
from harness.judge.judge import judge
from harness.pytest_plugin import LOOKED, OPENER, OWN_OPTIONS, SESSION, Session, is_story
from harness.record.journal import Entry, Journal, read_journal
from harness.record.journal_file import JOURNAL, JournalFile
from harness.record.remains import keep_remains
from harness.report.allure_story import tell_allure
from harness.report.files import check_formats
from harness.report.model import make_report
from harness.report.summary import render_causes, render_summary
from harness.stories.run import TargetLost
from harness.stories.work import Work
from harness.target.options import Options, make_options, read_profile
from harness.target.target import check_secrets

PREFIX = "--scim-"
_OFFERED = (
    *("url", "start", "token_file", "token_env", "token_command", "probe_url", "probe_token_file", "ca_file"),
    *("profile", "wait_for", "claim", "readings", "idp", "lives", "mode", "seed", "max_rps"),
    *("report_dir", "format", "gate", "declare_disposable", "mail_domain"),
)
_RUN = pytest.StashKey["OwnRun"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of `bridgecheck run` that make sense here, by the same names behind a prefix."""
    group = parser.getgroup("bridgecheck")
    for param in _params():
        words = {"help": param.help}
        if param.is_flag:
            group.addoption(_option(param), action="store_true", **words)
        elif param.multiple:
            group.addoption(_option(param), action="append", metavar=param.metavar, **words)
        else:
            group.addoption(_option(param), metavar=param.metavar or str(param.name).upper(), **words)
    parser.addini("scim_profile", f"the profile of stories, where {PREFIX}profile names none", type="paths")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Know the run's options before anything is collected. Raises pytest's UsageError."""
    given = {str(p.name): config.getoption(_option(p)) for p in _params() if config.getoption(_option(p))}
    if not given:
        return
    try:
        options = _options(config, given)
    except (UsageError, click.BadParameter) as error:
        said = error.format_message() if isinstance(error, click.BadParameter) else str(error)
        raise pytest.UsageError(f"bridgecheck: {re.sub('(?<![^ ])--', PREFIX, said)}") from error
    run = OwnRun(config, options)
    config.stash[OWN_OPTIONS], config.stash[OPENER], config.stash[_RUN] = options, run.open, run


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """A story that has been told is judged at once: what it found broken fails its test."""
    run = item.config.stash.get(_RUN, None)
    if run is None or not is_story(item):
        return (yield)
    wrong = ""
    try:
        yield
    except StoryError as error:
        wrong = f"the story itself is wrong: {error}"
    item.stash[LOOKED] = not wrong
    broken = "" if wrong else run.judge_story()
    if item.config.getoption("allure_report_dir", None):
        tell_allure(run.last_told)
    if said := wrong or broken:
        pytest.fail(said, pytrace=False)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Take away what is left, judge everything, and write the reports."""
    run = session.config.stash.get(_RUN, None)
    if run is not None:
        run.close()


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """The summary of the run, as `bridgecheck run` prints it."""
    run = config.stash.get(_RUN, None)
    if run is not None and run.judged is not None:
        terminalreporter.section("bridgecheck")
        terminalreporter.write_line(render_summary(run.judged.report, tuple(map(str, run.judged.files))))


class OwnRun:
    """The run that a session of pytest opens for its first story, and closes at its end."""

    def __init__(self, config: pytest.Config, options: Options) -> None:
        self.judged: JudgedRun | None = None
        self._config = config
        self._options = options
        self._stack = contextlib.ExitStack()
        self._began = time.monotonic()
        self._refusal = ""
        self._session: Session | None = None
        self._observers: tuple[str, ...] = ("scim",)

    def open(self) -> Session:
        """The open run; a bridge that can't be reached fails each story that asks."""
        if self._refusal:
            pytest.fail(self._refusal, pytrace=False)
        if self._session is None:
            self._session = self._opened()
            self._config.pluginmanager.register(self._session, SESSION)
        return self._session

    def _opened(self) -> Session:
        opened, self._refusal = open_bridge(self._options, self._stack)
        if not opened:
            pytest.fail(self._refusal, pytrace=False)
        target, probe = opened
        folder = make_folder(Path(self._options.report_dir))
        keep_remains(folder)
        journal = Journal(self._stack.enter_context(JournalFile(folder / JOURNAL)))
        journal.add(make_header(self._options, target.url, target.skew_s, ()))
        self._observers = ("scim", *sorted(probe.reads))
        return Session(make_run(self._options, opened, journal), _Unwatched())

    def judge_story(self) -> str:
        """What the story that has just been told found broken, in words; empty where nothing is."""
        assert self._session is not None
        run = self._session.run
        run.look_back()
        entries = (run.journal.entries[0], *run.told)
        verdicts = judge(entries, load_catalogue())
        broken = (Verdict.FAIL, Verdict.WARN) if self._options.gate == "should" else (Verdict.FAIL,)
        if not any(result.verdict in broken for result in verdicts.results):
            return ""
        return render_causes(make_report(verdicts, entries, ExitCode.CONFORMANCE_FAILURE, 0.0))

    @property
    def last_told(self) -> tuple[Entry, ...]:
        """The entries of the story that was told last."""
        return tuple(self._session.run.told) if self._session else ()

    def close(self) -> None:
        """End the run: take away what is left, judge everything and write the reports."""
        if self._session is None:
            return
        run = self._session.run
        with self._stack:
            with contextlib.suppress(TargetLost):
                run.finish()
            run.journal.end()
            run.journal.close()
        folder = Path(self._options.report_dir)
        entries = tuple(read_journal(folder / JOURNAL))
        took_s = time.monotonic() - self._began
        secrets = (run.target.secrets,)
        recorded = RecordedRun(self._options, entries, folder, took_s, self._observers, run.lost, secrets)
        self.judged = judge_run(recorded)


class _Unwatched:
    """Nobody watches: pytest itself tells how far the tests are."""

    def begins(self, sentence: str, dialect: str, number: int, total: int) -> None:
        """Nothing."""

    def ends(self, work: Work) -> None:
        """Nothing."""

    def waits(self, awaits: str, left_s: float) -> None:
        """Nothing."""

    def says(self, line: str) -> None:
        """Nothing."""


def _params() -> Iterator[click.Option]:
    offered = {str(param.name): param for param in run_command.params if isinstance(param, click.Option)}
    return (offered[name] for name in _OFFERED)


def _option(param: click.Option) -> str:
    return f"{PREFIX}{str(param.name).replace('_', '-')}"


def _options(config: pytest.Config, given: dict[str, Any]) -> Options:
    """The options of the run. Raises UsageError and click's BadParameter."""
    context = click.Context(run_command)
    told = {str(p.name): p.type_cast_value(context, given[str(p.name)]) for p in _params() if str(p.name) in given}
    profile = told.pop("profile", None) or next(iter(config.getini("scim_profile")), None)
    kept = read_profile(Path(profile)) if profile else {}
    options = normalise(make_options(told, kept))
    check_formats(options.format)
    check_secrets(options)
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if not worker:
        return options
    return dataclasses.replace(options, report_dir=str(Path(options.report_dir) / worker))
