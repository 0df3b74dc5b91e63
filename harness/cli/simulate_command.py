"""`bridgecheck simulate`: provisions a company of any size to any bridge, as one identity provider would."""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from harness.cli.answer import ANSWER
from harness.cli.folder import make_folder
from harness.cli.names import complete_dialect
from harness.cli.output import say
from harness.cli.profile_option import profile_option
from harness.cli.simulation_lines import lines_of, say_hint, say_no_groups, say_refusals, some_of
from harness.cli.simulation_report import clean_up as take_away
from harness.cli.simulation_report import open_evidence, write_report
from harness.cli.simulation_view import SimulationView
from harness.clock import SystemClock, VirtualClock
from harness.directory.directory import Directory
from harness.directory_api import DirectoryApi
from harness.errors import UsageError
from harness.idp.dialects import get_dialect
from harness.idp.google import GooglePull
from harness.idp.knobs import set_knobs
from harness.idp.provider import IdentityProvider
from harness.judge.exit_code import ExitCode
from harness.record.made_log import MadeLog
from harness.simulate.churn import Churn
from harness.simulate.comparison import compare
from harness.simulate.evidence import SimulationEvidence
from harness.simulate.pull_simulation import PULL_FAULTS, PullSimulation, check_probe, check_pull_faults
from harness.simulate.script import ScriptedAct, Stage, check_console, read_script
from harness.simulate.simulation import Simulation, hire_with_unusual_names
from harness.simulate.state_file import (
    SavedCompany,
    Savepoint,
    agreed_company,
    check_writable,
    make_savepoint,
    read_savepoint,
    restore,
    write_savepoint,
)
from harness.target.faults import FAULTS, Faults, parse_chance
from harness.target.null_bridge import NullBridge
from harness.target.options import Options, make_options
from harness.target.strangers import Strangers
from harness.target.target import Target, open_target
from harness.target.transport import Send, Transport

TARGET = (
    "url", "start", "token_file", "token_env", "token_command", "ca_file", "probe_url", "probe_token_file",
    "report_dir", "declare_disposable",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SimulationPlan:
    """The options of a simulation, except those of the target."""

    cycles: int
    settle: int
    churn: float
    acts: tuple[ScriptedAct, ...]
    awkward: tuple[str, ...]
    state: Path | None
    shared: bool


@click.command(name="simulate")
@click.argument("dialect", shell_complete=complete_dialect)
@profile_option("simulate")
@click.option("--url", metavar="URL", help="SCIM base address of the bridge.")
@click.option("--start", metavar="CMD", help="Command that starts a bridge, as in `bridgecheck run`.")
@click.option("--token-file", metavar="FILE", help="File that holds the bearer token.")
@click.option("--token-env", metavar="NAME", help="Environment variable that holds the bearer token.")
@click.option("--token-command", metavar="CMD", help="Command that prints the bearer token.")
@click.option(
    "--probe-url", metavar="URL", help="Base address of the account probe, ending in /probe/v1; google-pull needs it."
)
@click.option("--probe-token-file", metavar="FILE", help="File that holds the account probe's token.")
@click.option("--ca-file", metavar="FILE", help="PEM file of certificates to trust besides the system's.")
@click.option("--people", type=click.IntRange(0, 10_000_000), help="Number of people in the company. Default: 50.")
@click.option("--groups", type=click.IntRange(0, 100_000), help="Number of groups, all of them assigned. Default: 0.")
@click.option("--awkward", metavar="SHARE", help="Share of people with unusual names, such as 5%. Default: none.")
@click.option(
    "--awkward-person",
    metavar="CLASS",
    multiple=True,
    help="Also hire a person with this kind of unusual name; may be repeated.",
)
@click.option("--mail-domain", metavar="D", help="Mail domain of all people. Default: example.com.")
@click.option("--seed", type=int, help="Seed of the people, and with --parallel 1 of the faults. Default: 7.")
@click.option(
    "--cycles", type=click.IntRange(0, 100_000), default=1, show_default=True, help="Number of provisioning cycles."
)
@click.option("--churn", metavar="SHARE", default="0", help="Share of people changed before each further cycle.")
@click.option(
    "--settle",
    type=click.IntRange(0, 1_000),
    default=10,
    show_default=True,
    help="Limit of further cycles while retries are pending.",
)
@click.option("--script", metavar="FILE", help="File of directory changes (TOML or NDJSON) to play after --cycles.")
@click.option(
    "--state", metavar="FILE", help="File that saves the simulation after each cycle; a later run continues from it."
)
@click.option("--lose", metavar="SHARE", help="Share of answers (google-pull: of notices) to lose, such as 5%.")
@click.option(
    "--fault",
    metavar="NAME=SHARE",
    multiple=True,
    help=f"A fault to inject and how often: {', '.join(FAULTS)}; with google-pull: {', '.join(PULL_FAULTS)}.",
)
@click.option(
    "--set",
    "knobs",
    metavar="KNOB=VALUE",
    multiple=True,
    help="Override a simulator setting, such as members_per_patch=20.",
)
@click.option(
    "--parallel",
    type=click.IntRange(1, 256),
    help="Number of parallel jobs; 1 keeps their order. Default: as the vendor does.",
)
@click.option(
    "--pace",
    type=click.FloatRange(0, 100),
    default=0.0,
    show_default=True,
    help="Real seconds per simulated second; 0 skips all waits.",
)
@click.option(
    "--patience",
    type=click.FloatRange(0, 86_400),
    default=120.0,
    show_default=True,
    help="Limit of seconds per cycle to wait for a bridge that answers 429.",
)
@click.option(
    "--report-dir",
    metavar="DIR",
    help="Folder for the evidence: journal.ndjson.gz, simulation.json and simulation.html, where each difference "
    "stands with the write that touched it last. With --url also made.ndjson, what `bridgecheck cleanup` "
    "removes; that is written in any case, by default to bridgecheck-report.",
)
@click.option(
    "--clean-up", is_flag=True, help="Take away at the end what the simulation made at --url, once it is compared."
)
@click.option(
    "--declare-disposable",
    is_flag=True,
    default=None,
    help="Confirm that the whole account may be changed; required for google-pull with --url.",
)
@click.option("--shared", is_flag=True, help="Ignore resources on the bridge that the simulation did not create.")
@click.option("--dry-run", is_flag=True, help="Print the requests without sending them.")
@click.option("--quiet", is_flag=True, help="Print only the result.")
def command(
    dialect: str,
    people: int | None,
    groups: int | None,
    awkward: str | None,
    awkward_person: tuple[str, ...],
    mail_domain: str | None,
    seed: int | None,
    cycles: int,
    churn: str,
    settle: int,
    script: str | None,
    state: str | None,
    lose: str | None,
    fault: tuple[str, ...],
    knobs: tuple[str, ...],
    parallel: int | None,
    pace: float,
    patience: float,
    clean_up: bool,
    shared: bool,
    dry_run: bool,
    quiet: bool,
    **target: str | bool | None,
) -> int:
    """Provision a synthetic company to a bridge as DIALECT does, and compare directory and bridge at the end.

    The exit code is 0 if they are equal and 1 if they differ; the differences are printed.

    Example: bridgecheck simulate entra --people 200 --groups 10 --lose 5% --url https://bridge.example/scim/v2
    --token-env TOKEN --report-dir rollout --clean-up
    """
    cls = get_dialect(dialect)
    if cls.is_pulled and (dry_run or parallel):
        raise UsageError(f"{cls.dialect} sends no SCIM requests: --dry-run and --parallel can't be used with it")
    _refuse_clean_up(clean_up, state, target)
    path = Path(state) if state else None
    share = None if awkward is None else parse_chance(awkward, "--awkward")
    given: dict[str, object] = {
        "people": people, "groups": groups, "seed": seed, "domain": mail_domain, "awkward": share,
    }  # fmt: skip
    if math.isnan(pace) or math.isnan(patience):
        raise UsageError("--pace and --patience must be numbers of seconds; nan is not")
    if mail_domain is not None and not is_domain(mail_domain):
        raise UsageError(f"--mail-domain {mail_domain!r} is not a domain such as example.com")
    savepoint = read_savepoint(path, cls.dialect) if path else None
    if path and not dry_run:
        check_writable(path)
    if path and savepoint:
        company = agreed_company(path, savepoint, given)
    else:
        chosen = {name: value for name, value in given.items() if value is not None}
        # Where only groups give access, a company needs one.
        company = SavedCompany(**{"people": 50, "groups": int(cls.is_pulled), **chosen})  # type: ignore[arg-type]
    if cls.is_pulled and not company.groups:
        raise UsageError(f"{cls.dialect} gives access only through groups: --groups must be 1 or more; is 0")
    acts = read_script(Path(script)) if script else []
    check_console(acts, cls.console, cls.dialect)
    plan = SimulationPlan(cycles, settle, parse_chance(churn, "--churn"), tuple(acts), awkward_person, path, shared)
    provider = cls(company.make())
    set_knobs(provider, knobs)
    draws = Churn(provider.directory, plan.churn, company.seed)
    clock = VirtualClock(pace=pace)
    if savepoint:
        restore(savepoint, provider)
        draws.go_on(savepoint.churn)
        clock.at = savepoint.clock
    _hire_awkward(provider, () if savepoint else awkward_person)
    chances = _chances(lose, fault, "lost-notice" if cls.is_pulled else "lost-answer")
    _rehearse(company, plan, savepoint, cls)
    evidence: SimulationEvidence | None = None
    is_clean = True
    with contextlib.ExitStack() as stack:
        view = stack.enter_context(SimulationView(is_quiet=quiet or dry_run))
        if isinstance(provider, GooglePull):
            check_pull_faults(chances)
            _need_disposable(target)
            opened = _open(target, stack)
            strangers = Strangers(is_on=False)
            evidence = open_evidence(_folder(target), cls.dialect, company.seed, opened, stack)
            make_send = _kept(_wire(*opened, provider.timeout_s, strangers), evidence)
            simulation: Simulation = _pulled(provider, opened[0], chances, company.seed, clock, stack)
        else:
            faults = Faults(chances, company.seed)
            strangers = Strangers(is_on=False)
            if dry_run:
                make_send = _dry()
            else:
                opened = _open(target, stack)
                strangers = _strangers(*opened, provider.directory.run_id, stack)
                evidence = open_evidence(_folder(target), cls.dialect, company.seed, opened, stack)
                make_send = _kept(_wire(*opened, provider.timeout_s, strangers), evidence)
            simulation = Simulation(
                provider,
                make_send,
                clock=clock,
                faults=faults,
                parallel=1 if dry_run else parallel,
                patience_s=patience,
                watch=view.see,
            )
        stack.callback(simulation.close)
        simulation.figures.cycle = savepoint.cycles if savepoint else 0
        view.simulation = simulation

        def save() -> None:
            if plan.state and not dry_run:
                at = simulation.clock.now()
                point = make_savepoint(company, provider, simulation.figures.cycle, at, draws.state())
                write_savepoint(plan.state, point)

        _play(simulation, plan, draws, view, save, is_new=savepoint is None, is_dry=dry_run)
        if dry_run:
            return int(ExitCode.PASS)
        view.step("comparing directory and bridge")
        found = compare(provider, make_send(), SystemClock(), shared=shared, patience_s=patience)
        lines = [*lines_of(simulation, found, view.seconds), *say_refusals(strangers)]
        lines += [*say_no_groups(provider, groups), *say_hint(found, is_shared=shared)]
        if clean_up:
            view.step("cleaning up")
            gone, left = take_away(Path(opened[1].report_dir), opened, make_send())
            lines += [f"cleaned up: {gone} removed, {len(left)} remaining", *some_of(left)]
            is_clean = not left
    for line in lines:
        say(line)
    ANSWER.add(
        is_equal=found.is_equal,
        differences=[{"who": d.who, "expected": d.expected, "actual": d.actual} for d in found.differences],
        count=found.count,
        problems=list(found.problems),
        requests=simulation.figures.requests,
    )
    if evidence and (folder := _folder(target)):
        run = {"dialect": cls.dialect, "target": opened[0].url, "people": company.people, "groups": company.groups}
        run |= {"seed": company.seed, "cycles": simulation.figures.cycle}
        for made in write_report(Path(folder), evidence, lines, found, run):
            say(f"  {made}")
    if found.is_equal and not simulation.is_hopeless and not is_clean:
        return int(ExitCode.CLEANUP_INCOMPLETE)
    return int(ExitCode.PASS if found.is_equal and not simulation.is_hopeless else ExitCode.CONFORMANCE_FAILURE)


def _play(
    simulation: Simulation,
    plan: SimulationPlan,
    draws: Churn,
    view: SimulationView,
    save: Callable[[], None],
    *,
    is_new: bool,
    is_dry: bool,
) -> None:
    """Run the connection test, cycles with churn, the script, and the cycles that remain."""
    is_clean = True

    def cycle() -> None:
        nonlocal is_clean
        view.step(f"step {simulation.figures.cycle + 1}")
        is_clean = simulation.cycle()
        save()

    try:
        if is_new:
            simulation.connect()
        for number in range(plan.cycles):
            if simulation.is_hopeless:
                return
            if number or not is_new:
                draws.happen()
            cycle()
        if plan.acts:
            stage = Stage(simulation.directory, cycle, simulation.pass_time, simulation.administer)
            for act in plan.acts:
                stage.play(act)
            if plan.acts[-1].name != "cycle" and not simulation.is_hopeless:
                cycle()
        if not is_dry and not (is_clean and simulation.is_smooth_by_hand()):
            view.step("settling")
            simulation.settle(plan.settle)
    finally:
        save()


def _need_disposable(given: dict[str, str | bool | None]) -> None:
    if not given["start"] and not given["declare_disposable"]:
        raise UsageError(
            "google-pull tells the bridge which directory gives access to its whole account: "
            "start one with --start, or confirm with --declare-disposable"
        )


def _chances(lose: str | None, named: tuple[str, ...], lost: str) -> dict[str, float]:
    chances = {lost: parse_chance(lose, "--lose")} if lose else {}
    for text in named:
        name, equals, share = text.partition("=")
        if not equals:
            raise UsageError(f"--fault {text!r} must be NAME=SHARE, such as lost-create=5%")
        chances[name] = parse_chance(share, f"--fault {name}")
    return chances


def _hire_awkward(provider: IdentityProvider, kinds: tuple[str, ...]) -> None:
    hired = hire_with_unusual_names(provider.directory, kinds)
    if provider.is_pulled:
        for person in hired:
            provider.directory.join(person, provider.directory.assigned_groups()[0])


def _dry() -> Callable[[], Send]:
    bridge = NullBridge(say)
    return lambda: bridge.send


def _open(given: dict[str, str | bool | None], stack: contextlib.ExitStack) -> tuple[Target, Options]:
    options = make_options({name: given[name] for name in TARGET}, {})
    target = open_target(options)
    stack.callback(target.stop)
    return target, options


def _strangers(target: Target, options: Options, mark: str, stack: contextlib.ExitStack) -> Strangers:
    """The guard of the others on the bridge; what is made on one that we did not start is written down."""
    if options.start:
        return Strangers(is_on=False)
    log = MadeLog(make_folder(Path(options.report_dir)), target.url)
    stack.callback(log.close)
    return Strangers(is_on=not options.is_disposable, log=log, mark=mark)


def _wire(target: Target, options: Options, timeout_s: float, strangers: Strangers) -> Callable[[], Send]:
    return lambda: strangers.wrap(Transport(target.url, target.secrets, SystemClock(), options.ca_file, timeout_s).send)


def _pulled(
    provider: GooglePull,
    target: Target,
    chances: dict[str, float],
    seed: int,
    clock: VirtualClock,
    stack: contextlib.ExitStack,
) -> PullSimulation:
    probe = check_probe(target.probe())
    api = stack.enter_context(DirectoryApi(provider.directory, seed=seed))
    return PullSimulation(provider, api, probe, target.url, chances=chances, clock=clock)


def _folder(target: dict[str, str | bool | None]) -> str | None:
    return str(target["report_dir"]) if target["report_dir"] else None


def _kept(make_send: Callable[[], Send], evidence: SimulationEvidence | None) -> Callable[[], Send]:
    return (lambda: evidence.wrap(make_send())) if evidence else make_send


def _refuse_clean_up(clean_up: bool, state: str | None, target: dict[str, str | bool | None]) -> None:
    if clean_up and state:
        raise UsageError("--clean-up takes away what --state is to go on from: leave out one of them")
    if clean_up and target["start"]:
        raise UsageError("--clean-up is for a bridge at --url: one of --start ends with all that it holds")


def _rehearse(
    company: SavedCompany,
    plan: SimulationPlan,
    savepoint: Savepoint | None,
    cls: Callable[[Directory], IdentityProvider],
) -> None:
    """Play the script on a company of its own, before anything is sent. Raises UsageError for what it can't do."""
    if not plan.acts:
        return
    provider = cls(company.make())
    draws = Churn(provider.directory, plan.churn, company.seed)
    if savepoint:
        restore(savepoint, provider)
        draws.go_on(savepoint.churn)
    _hire_awkward(provider, () if savepoint else plan.awkward)
    for number in range(plan.cycles):
        if number or savepoint:
            draws.happen()
    stage = Stage(provider.directory, lambda: None, lambda seconds: None)
    for act in plan.acts:
        stage.play(act)


def is_domain(text: str) -> bool:
    """Whether this can be a mail domain: letters, digits, hyphens and dots, with a letter or digit at both ends."""
    return re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?", text) is not None
