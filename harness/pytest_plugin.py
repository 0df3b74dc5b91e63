"""The pytest plugin with the fixtures `scim_*` for stories; it does nothing without `--scim-config`."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import msgspec
import pytest

from harness.catalogue.claims import concerns
from harness.catalogue.requirement import load_catalogue
from harness.directory_api import DirectoryApi
from harness.directory_api.tokens import ServiceAccount
from harness.errors import JournalError, StoryError, TargetError
from harness.idp.dialects import DIALECTS, MAIN_CLAIMS, MAIN_DIALECTS, get_dialect
from harness.judge.coverage import rows_with_stories
from harness.judge.story import Story, stories_in
from harness.record.journal import INTERRUPTED, STORY_FAULT, HarnessError
from harness.stories.account import Account
from harness.stories.client import Client
from harness.stories.driven_idp import DrivenIdp
from harness.stories.driven_pull import PULL_DIALECT, DrivenPull
from harness.stories.expect import Expect
from harness.stories.faults import fault_in, never_assigned
from harness.stories.life import Life
from harness.stories.names import Names, make_directory, make_names, make_provider
from harness.stories.operations import Operations
from harness.stories.order import InTurn, Order
from harness.stories.run import Run, TargetLost
from harness.stories.selection import is_named
from harness.stories.situations import Situations
from harness.stories.waits import expected_wait_s, say_time, say_waits
from harness.stories.work import Work
from harness.target.options import Options
from harness.target.probe import NotOffered

SESSION = "bridgecheck-session"
OWN_OPTIONS = pytest.StashKey[Options]()
"""The options of a run that the session opens itself, for stories in anybody's tests (`harness.own_stories`)."""
OPENER = pytest.StashKey[Callable[[], "Session"]]()
"""What opens that run, for the first story that needs it."""
LOOKED = pytest.StashKey[bool]()
"""Whether somebody has looked at the account behind the story already."""
_OUTCOME = pytest.StashKey[tuple[str, str]]()


class Watcher(Protocol):
    """Who wants to know how far the stories are."""

    def begins(self, sentence: str, dialect: str, number: int, total: int) -> None:
        """A story begins."""
        ...

    def ends(self, work: Work) -> None:
        """It has ended, and what it made is taken away."""
        ...

    def waits(self, awaits: str, left_s: float) -> None:
        """Real time passes until something has happened; with nothing awaited it has passed."""
        ...

    def says(self, line: str) -> None:
        """Something that whoever started the run should know now."""
        ...


@dataclass(slots=True)
class Session:
    """What the command line hands to the plugin: an open run, who watches it, and who says which story comes next."""

    run: Run
    watcher: Watcher
    order: Order = field(default_factory=InTurn)
    is_interrupted: bool = False


def pytest_addoption(parser: pytest.Parser) -> None:
    """Our options carry a prefix, since locust's plugin claims `--host`."""
    group = parser.getgroup("bridgecheck")
    group.addoption("--scim-config", metavar="FILE", help="options of a bridgecheck run, as JSON without secrets")


def pytest_configure(config: pytest.Config) -> None:
    """Tell pytest about our markers."""
    config.addinivalue_line("markers", "situation_for(*ids): rows that checks judge by the traffic of this story")
    config.addinivalue_line("markers", "dialects(*names): the story is told for these dialects only")
    config.addinivalue_line("markers", "also_by(*names): told by these too where nobody chooses dialects")
    config.addinivalue_line("markers", "still_account: the story reads everything that is there, so nobody else writes")
    config.addinivalue_line("markers", "smoke: the story belongs to mode smoke")
    read_config(config)  # a file that can't be read is refused before anything is collected


def read_config(config: pytest.Config) -> Options | None:
    """The run's options; None when the plugin is inert. Raises pytest's UsageError."""
    if (own := config.stash.get(OWN_OPTIONS, None)) is not None:
        return own
    path = config.getoption("--scim-config", default=None)
    if not path:
        return None
    try:
        return msgspec.convert(json.loads(Path(path).read_text(encoding="utf-8")), Options)
    except (OSError, ValueError) as error:
        raise pytest.UsageError(f"--scim-config {path} can't be read: {error}") from error


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A story that takes an identity provider is told once for each dialect chosen that sends anything.

    Without a choice these are the main ones, with those that the story has besides; where a story names its dialects,
    all that it names of the same vendors. A bridge that pulls is sent nothing: its stories take `scim_pull`, and are
    told whatever dialects are chosen.
    """
    options = read_config(metafunc.config)
    if options is None or "scim_idp" not in metafunc.fixturenames:
        return
    chosen = [get_dialect(name) for name in options.idp]
    only = metafunc.definition.get_closest_marker("dialects")
    if only is not None and options.idp == MAIN_DIALECTS:
        chosen = [cls for cls in DIALECTS.values() if cls.claim in MAIN_CLAIMS]
    elif options.idp == MAIN_DIALECTS and (also := metafunc.definition.get_closest_marker("also_by")):
        chosen += [get_dialect(name) for name in also.args]
    told = [cls for cls in chosen if not cls.is_pulled and (only is None or cls.dialect in only.args)]
    if "scim_life" in metafunc.fixturenames:
        numbered = [(told[number % len(told)], number) for number in range(options.lives if told else 0)]
        names = [f"{cls.dialect}-{number + 1}" for cls, number in numbered]
        metafunc.parametrize(("scim_idp", "scim_life"), numbered, indirect=True, ids=names)
        return
    metafunc.parametrize("scim_idp", told, indirect=True, ids=[cls.dialect for cls in told])


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what the mode does not allow; what is left out is `not run` in the report."""
    options = read_config(config)
    if options is None:
        return
    named = rows_with_stories(options.requirement)
    kept = [
        item for item in items if _has_dialect(item) and _is_allowed(item, options) and _is_about(item, options, named)
    ]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


def _has_dialect(item: Any) -> bool:
    """Not so for a story that none of the chosen dialects tells: pytest keeps one item of it, without parameters."""
    if "scim_idp" not in getattr(item, "fixturenames", ()):
        return True
    return isinstance(item.callspec.params["scim_idp"], type)


def _is_allowed(item: pytest.Item, options: Options) -> bool:
    if not is_story(item):
        return True  # a test of somebody's own, which is no story
    name, mode = name_of(item), options.effective_mode
    if (options.only and not is_named(name, options.only)) or is_named(name, options.skip):
        return False
    return mode != "smoke" or item.get_closest_marker("smoke") is not None


def _is_about(item: pytest.Item, options: Options, named: frozenset[str]) -> bool:
    """Whether a story can judge one of the chosen rows. A row that no story names may be judged in any of them."""
    dialect = _dialect_of(item)
    rows = {rid for rid in options.requirement if not dialect or concerns(load_catalogue().get(rid).claim, dialect)}
    return not options.requirement or bool(rows - named) or bool(rows & set(_requirements_of(item)))


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Tell the stories that the order names, one after the other; without a run pytest's own loop goes on."""
    ours = session.config.pluginmanager.get_plugin(SESSION)
    if not isinstance(ours, Session) or session.testsfailed or session.config.option.collectonly:
        return None
    still = {name_of(item) for item in session.items if item.get_closest_marker("still_account")}
    ours.order.begin([name_of(item) for item in session.items], still)
    if said := say_waits([_story_of(item) for item in session.items], ours.run):
        ours.watcher.says(said)
    while (place := ours.order.take()) is not None:
        item = session.items[place]
        # What is set up for all stories stays: the session stands where pytest expects the next item.
        item.ihook.pytest_runtest_protocol(item=item, nextitem=session)
        if session.shouldstop:
            raise session.Interrupted(session.shouldstop)
    return True


@pytest.fixture(scope="session")
def scim_session(pytestconfig: pytest.Config) -> Session:
    """The open run. Stories are started by `bridgecheck run`, which hands it over."""
    session = pytestconfig.pluginmanager.get_plugin(SESSION)
    if isinstance(session, Session):
        return session
    if (opens := pytestconfig.stash.get(OPENER, None)) is not None:
        return opens()
    pytest.fail(
        "stories need a bridge: `bridgecheck run --stories DIR --url …` or `--start …` tells them, and so does "
        "`pytest --scim-url … --scim-token-file …` or `--scim-start …`",
        pytrace=False,
    )


@pytest.fixture
def scim_run(scim_session: Session, request: pytest.FixtureRequest) -> Iterator[Run]:
    """The run, inside a scenario of this story's name."""
    item, run = request.node, scim_session.run
    dialect = _dialect_of(item)
    scenario, sentence = name_of(item), _sentence_of(item)
    began = time.monotonic()
    scim_session.watcher.begins(sentence, dialect, _number(item), len(item.session.items))
    run.countdown.tell = scim_session.watcher.waits
    try:
        run.begin(scenario, dialect, sentence, _requirements_of(item), _suite_of(item))
        _need_time(run, item, scim_session)
    except NotOffered as missing:  # the probe failed: the next story may have more luck
        run.end("not observable", str(missing))
        scim_session.watcher.ends(run.take_work(time.monotonic() - began))
        raise
    yield run
    if not item.stash.get(LOOKED, False):
        run.look_back()
    outcome, reason = item.stash.get(_OUTCOME, ("completed", ""))
    run.end(outcome, reason)
    scim_session.watcher.ends(run.take_work(time.monotonic() - began))


def _need_time(run: Run, item: Any, session: Session) -> None:
    """Raises NotOffered for a story that would wait longer, in real time, than the time budget leaves."""
    left_s, waits_s = session.order.left_s, expected_wait_s(_story_of(item), run)
    if left_s is not None and waits_s > left_s:
        raise NotOffered(
            f"it waits for {say_time(waits_s)} on a real clock, and the time budget leaves {say_time(left_s)}"
        )


@pytest.fixture
def scim_idp(scim_run: Run, request: pytest.FixtureRequest) -> DrivenIdp:
    """A simulated identity provider with a directory of its own, for each dialect chosen."""
    provider = make_provider(request.param, scim_run.options, name_of(request.node))
    scim_run.guard.owned.invent(provider.directory.run_id)
    return DrivenIdp(provider, scim_run)


@pytest.fixture(scope="session")
def scim_service_account() -> ServiceAccount:
    """The service account of the run: a key pair takes longer to make than a story takes to run."""
    return ServiceAccount.make()


@pytest.fixture
def scim_pull(
    scim_run: Run, scim_service_account: ServiceAccount, request: pytest.FixtureRequest
) -> Iterator[DrivenPull]:
    """A fake Google Workspace with a directory of its own, which the bridge can be told to pull."""
    directory = make_directory(scim_run.options, name_of(request.node))
    scim_run.guard.owned.invent(directory.run_id)
    with DirectoryApi(directory, account=scim_service_account) as api:
        pull = DrivenPull(api, scim_run)
        yield pull
        pull.end()


@pytest.fixture
def scim_account(scim_run: Run) -> Account:
    """The account behind the bridge."""
    return Account(scim_run)


@pytest.fixture
def scim_operations(scim_run: Run) -> Operations:
    """Acts on the bridge itself: restart, outage, other secrets."""
    return Operations(scim_run)


@pytest.fixture
def scim_life(scim_idp: DrivenIdp, scim_account: Account, scim_run: Run, request: pytest.FixtureRequest) -> Life:
    """A random life of a company: one of the numbers that `--lives` asks for."""
    return Life(scim_idp, scim_account, scim_run, int(request.param))


@pytest.fixture
def scim_client(scim_run: Run) -> Client:
    """Sends requests of the story's own making."""
    return Client(scim_run)


@pytest.fixture
def scim_names(scim_run: Run, request: pytest.FixtureRequest) -> Names:
    """Addresses and group names that are this story's own."""
    names = make_names(scim_run.options, name_of(request.node))
    scim_run.guard.owned.invent(names.run_id)
    return names


@pytest.fixture
def scim_situations(scim_run: Run, scim_client: Client, scim_names: Names) -> Situations:
    """Plays generated situations."""
    return Situations(scim_run, scim_client, scim_names)


@pytest.fixture
def scim_expect(scim_run: Run, request: pytest.FixtureRequest) -> Expect:
    """States what must hold."""
    has_idp = "scim_idp" in request.fixturenames
    pushes_groups = request.getfixturevalue("scim_idp").provider.pushes_groups if has_idp else True
    return Expect(scim_run.journal, pushes_groups)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    """What goes wrong while a story is set up is recorded like what goes wrong in it."""
    return (yield from _recorded(item))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """A story that can't go on here ends as `not observable`; one that stumbles is an error of ours."""
    return (yield from _recorded(item))


def _recorded(item: pytest.Item) -> Iterator[None]:
    if not is_story(item):
        return (yield)
    try:
        told = yield
        if isinstance(session := _session_of(item), Session):
            _need_assignment(item, session.run)
        return told
    except BaseException as error:
        if isinstance(session := _session_of(item), Session):
            _note(item, session, error)
        raise


def _session_of(item: pytest.Item) -> object:
    return item.config.pluginmanager.get_plugin(SESSION)


def _note(item: pytest.Item, session: Session, error: BaseException) -> None:
    """Record why a story ended early. Raises pytest's Skipped for one that can't go on here."""
    match error:
        case NotOffered():
            session.run.unobservable(_requirements_of(item), str(error))
            item.stash[_OUTCOME] = ("not observable", str(error))
            pytest.skip(str(error))
        case TargetLost():
            item.stash[_OUTCOME] = ("target lost", str(error))
            item.session.shouldstop = "the target is lost"
        case TargetError():
            item.stash[_OUTCOME] = ("target lost", session.run.lose(str(error)))
            item.session.shouldstop = "the target is lost"
        case KeyboardInterrupt():
            item.stash[_OUTCOME] = (INTERRUPTED, "the run was interrupted here")
        case JournalError():
            item.session.shouldstop = "the journal can't be written"
        case Exception():
            said = f"{type(error).__name__}: {error}"
            fault = fault_in(name_of(item), item.path, _line_of(item), error)
            item.stash[_OUTCOME] = (STORY_FAULT if fault else "error", said)
            session.run.journal.add(fault or HarnessError(name_of(item), said))


def _need_assignment(item: pytest.Item, run: Run) -> None:
    """Raises StoryError where a story expects somebody to be there whom its identity provider never had to send."""
    idp = getattr(item, "funcargs", {}).get("scim_idp")
    if isinstance(idp, DrivenIdp) and (said := never_assigned(run.told, idp.provided)):
        raise StoryError(said)


def _number(item: Any) -> int:
    return int(item.session.items.index(item)) + 1


def _dialect_of(item: Any) -> str:
    if "scim_pull" in getattr(item, "fixturenames", ()):
        return PULL_DIALECT
    callspec = getattr(item, "callspec", None)
    return str(callspec.params["scim_idp"].dialect) if callspec and "scim_idp" in callspec.params else ""


def is_story(item: pytest.Item) -> bool:
    """Whether a test takes part in a run: it takes one of the fixtures `scim_*`."""
    return "scim_run" in getattr(item, "fixturenames", ())


def name_of(item: Any) -> str:
    """The name of a story, such as `idp/test_x.py::test_y[okta-oin]`."""
    return f"{_suite_of(item)}/{item.path.name}::{item.name}"


def _line_of(item: Any) -> int:
    return int(item.function.__code__.co_firstlineno)


def _suite_of(item: Any) -> str:
    return str(item.path.parent.name)


def _sentence_of(item: Any) -> str:
    return str(item.function.__doc__ or item.name).strip().split("\n")[0]


def _story_of(item: Any) -> Story | None:
    """The story as it stands in its source."""
    name = getattr(item, "originalname", item.name)
    return next((story for story in stories_in(item.path) if story.name.endswith(f"::{name}")), None)


def _requirements_of(item: Any) -> tuple[str, ...]:
    """The rows that a story can bring to judgement: when it cannot go on, they are not observable here."""
    story = _story_of(item)
    return story.requirements if story else ()
