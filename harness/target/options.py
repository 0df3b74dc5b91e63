"""The options of a run, from the command line and from a vendor's TOML profile with the same names."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from harness.catalogue.claims import CLAIMS
from harness.catalogue.readings import load_check_lists, load_readings
from harness.catalogue.requirement import load_catalogue
from harness.errors import UsageError
from harness.idp.dialects import MAIN_DIALECTS, dialects_for, get_dialect
from harness.reading import read_toml
from harness.schema.registry import get_schema
from harness.schema.validate import validate
from harness.target.tables import TABLES, Hooks, MailObserver, Monitoring, OnePassword, make_table

SUITES = ("protocol", "lifecycle", "idp", "lives")
USUAL_LIVES = 6
"""Two for each of the main identity providers."""
MODES = ("smoke", "safe", "full", "certify")
SHARED_MODES = ("smoke", "safe")


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a run. They never hold a token, only the place to read it from."""

    url: str | None = None
    start: str | None = None
    token_file: str | None = None
    token_env: str | None = None
    token_command: str | None = None
    second_url: str | None = None
    probe_url: str | None = None
    probe_token_file: str | None = None
    ca_file: str | None = None
    claim: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    idp: tuple[str, ...] = MAIN_DIALECTS
    suite: tuple[str, ...] = SUITES
    stories: tuple[str, ...] = ()
    lives: int = USUAL_LIVES
    mode: str | None = None
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    requirement: tuple[str, ...] = ()
    seed: int = 7
    max_rps: float | None = None
    jobs: int = 1
    time_budget: float | None = None
    report_dir: str = "bridgecheck-report"
    format: tuple[str, ...] = ("json", "junit", "html")
    gate: str = "must"
    waivers: str | None = None
    baseline: str | None = None
    min_judged: tuple[str, ...] = ()
    repeat_failed: int = 0
    flaky: str = "pass"
    wait_for: float = 30.0
    declare_disposable: bool = False
    mail_domain: str = "example.com"
    hooks: Hooks = field(default_factory=Hooks)
    monitoring: Monitoring = field(default_factory=Monitoring)
    op: OnePassword = field(default_factory=OnePassword)
    mail: MailObserver = field(default_factory=MailObserver)

    @property
    def claims(self) -> tuple[str, ...]:
        """The chosen claims; by default those of the chosen requirements, or else `rfc`, `bridge` and the vendors of
        the chosen dialects."""
        if self.requirement and not self.claim:
            return tuple(dict.fromkeys(load_catalogue().get(rid).claim for rid in self.requirement))
        vendors = dict.fromkeys(get_dialect(dialect).claim for dialect in self.idp)
        return self.claim or ("rfc", "bridge", *vendors)

    @property
    def effective_mode(self) -> str:
        """The chosen mode; by default `full` for a bridge that we start, else `safe`."""
        return self.mode or ("full" if self.start else "safe")

    @property
    def is_disposable(self) -> bool:
        """Whether the whole account may be changed: we started the bridge, or the user declared it."""
        return bool(self.start) or self.declare_disposable

    @property
    def needs_one_job(self) -> str:
        """Why the stories can't be told in several jobs at once; empty where they can."""
        if self.start:
            names = ("--start", self.start), ("--url", self.url), ("--probe-url", self.probe_url)
            fixed = [name for name, text in names if text and not re.search(r"\{(probe_)?port\}", text)]
            return f"each job starts a bridge of its own, and {fixed[0]} holds no {{port}}" if fixed else ""
        if self.effective_mode not in SHARED_MODES:
            return f"stories of mode {self.effective_mode} reset the account at --url or move its clock, for all jobs"
        if self.hooks.restart or self.hooks.stop or self.hooks.rotate:
            return "with [hooks] stories restart the bridge at --url or replace its token, for all jobs"
        if self.declare_disposable:
            return "with --declare-disposable stories reset the account at --url or move its clock, for all jobs"
        return ""


LISTS = frozenset(f.name for f in fields(Options) if str(f.type).startswith("tuple"))


COMMAND_TABLES = ("simulate", "load")
"""Tables of a profile that hold the options of another command than `run`."""


def read_profile(path: Path) -> dict[str, Any]:
    """The options of a run in a vendor's TOML file, by name. Raises UsageError with the nearest right key."""
    return {name: value for name, value in _read_document(path).items() if name not in COMMAND_TABLES}


def read_table(path: Path, command: str) -> dict[str, Any]:
    """The table of a command in a vendor's TOML file; empty where there is none. Raises UsageError."""
    return dict(_read_document(path).get(command, {}))


def _read_document(path: Path) -> dict[str, Any]:
    document, _ = read_toml(path, f"--profile {path}")
    known = list(get_schema("profile/profile")["properties"])
    for key in document:
        if key not in known:
            near = difflib.get_close_matches(key, known, 1, 0.5)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}"
            raise UsageError(f"--profile {path}: unknown key {key!r}; {hint}")
    for violation in validate(document, "profile/profile"):
        raise UsageError(f"--profile {path}: {violation.pointer.lstrip('/')}: {violation.message}")
    return document


def make_options(given: Mapping[str, Any], profile: Mapping[str, Any]) -> Options:
    """Options of the command line over those of the profile. Raises UsageError for unknown or contradicting ones."""
    merged = {**profile, **{name: value for name, value in given.items() if value not in (None, ())}}
    chosen: dict[str, Any] = {name: _as_option(name, value) for name, value in merged.items()}
    options = _with_check_lists(replace(Options(), **chosen))
    _refuse_unknown("claim", options.claim, CLAIMS)
    _refuse_unknown("readings", options.readings, load_readings())
    _refuse_unknown("suite", options.suite, SUITES)
    _refuse_contradictions(options)
    made = _with_rows(options)
    return made if "idp" in chosen else replace(made, idp=dialects_for(made.claims))


def _as_option(name: str, value: Any) -> Any:
    return make_table(name, value) if name in TABLES else _as_list(value) if name in LISTS else value


def _with_check_lists(options: Options) -> Options:
    """The options with each check list taken for what it stands for: its claims and its readings."""
    lists = load_check_lists()
    named = [lists[claim] for claim in options.claim if claim in lists]
    claims = [name for claim in options.claim for name in (lists[claim].claims if claim in lists else (claim,))]
    readings = [*options.readings, *(key for each in named for key in each.readings)]
    return replace(options, claim=tuple(dict.fromkeys(claims)), readings=tuple(dict.fromkeys(readings)))


def _as_list(value: Any) -> tuple[str, ...]:
    if isinstance(value, dict):
        return tuple(f"{name}={each}" for name, each in value.items())
    if isinstance(value, int):
        return (str(value),)
    parts = value.split(",") if isinstance(value, str) else value
    return tuple(part.strip() for item in parts for part in str(item).split(",") if part.strip())


def _refuse_unknown(option: str, values: tuple[str, ...], known: Any) -> None:
    for value in values:
        if value not in known:
            near = difflib.get_close_matches(value, list(known), 1, 0.5)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}"
            raise UsageError(f"there is no {option} {value!r} (--{option}); {hint}")


def _with_rows(options: Options) -> Options:
    """The options with the ids of requirements as the catalogue writes them, whatever their letter case."""
    if not options.requirement:
        return options
    catalogue = load_catalogue()
    by_lower = {rid.lower(): rid for rid in catalogue}
    rows = [catalogue.get(by_lower.get(given.lower(), given)) for given in options.requirement]
    made = replace(options, requirement=tuple(row.id for row in rows))
    for row in rows:
        if row.claim not in made.claims:
            raise UsageError(f"--requirement {row.id} belongs to claim {row.claim}, which --claim leaves out")
    return made


def _refuse_secrets_in_addresses(options: Options) -> None:
    """An address stands in journals, reports and argument lists: what is secret must not stand in it."""
    given = ("--url", options.url), ("--second-url", options.second_url), ("--probe-url", options.probe_url)
    for name, value in given:
        if value and "@" in urlsplit(value).netloc:
            raise UsageError(f"{name} holds a name or a password: leave out what stands before @, and give a token")
        if value and ("?" in value or "#" in value):
            raise UsageError(f"{name} ends in a query or a fragment: give the base address alone")


def _refuse_contradictions(options: Options) -> None:
    _refuse_secrets_in_addresses(options)
    if not options.url and not options.start:
        raise UsageError(
            "no bridge given: use --url URL for one that runs, or --start 'COMMAND --port {port}' to start one"
        )
    sources = [s for s in (options.token_file, options.token_env, options.token_command) if s]
    if len(sources) > 1:
        raise UsageError(f"give only one of --token-file, --token-env and --token-command; {len(sources)} are given")
    if options.url and not options.start and not sources:
        raise UsageError("--url needs the bridge's token: give --token-file, --token-env or --token-command")
    if options.second_url and not options.url:
        raise UsageError("--second-url is a second instance of the bridge at --url: give --url, too")
    if options.second_url and options.start:
        raise UsageError("--second-url is a second instance of a bridge that runs: --start starts one alone")
    if options.probe_url and not options.probe_token_file and not options.start:
        raise UsageError("--probe-url needs the probe's token: give --probe-token-file")
    if options.mode == "full" and not options.start and not options.declare_disposable:
        raise UsageError("--mode full may change the whole account at --url: confirm it with --declare-disposable")
    excuses = {
        "--waivers": options.waivers,
        "--baseline": options.baseline,
        "--repeat-failed (or add --flaky fail)": options.repeat_failed and options.flaky == "pass",
    }
    if options.mode == "certify" and any(excuses.values()):
        named = " and ".join(name for name, value in excuses.items() if value)
        raise UsageError(f"--mode certify excuses nothing: leave out {named}")
    if options.jobs > 1 and options.needs_one_job:
        raise UsageError(f"--jobs {options.jobs}: {options.needs_one_job}; leave out --jobs")
