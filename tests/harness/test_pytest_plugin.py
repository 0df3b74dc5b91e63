"""The pytest plugin: inactive in other test suites, and exact about how a story ended."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict
from pathlib import Path

import pytest

from harness.clock import ManualClock
from harness.idp.dialects import MAIN_DIALECTS
from harness.pytest_plugin import SESSION, Session
from harness.record.exchange import Exchange, Request, Response
from harness.record.journal import HarnessError, Journal, NotObservable, ScenarioBegin, ScenarioEnd, StoryFault
from harness.stories.order import InTurn, Order
from harness.stories.run import Run
from harness.stories.work import Work
from harness.target.options import Options
from harness.target.probe import NoProbe
from harness.target.secrets import Secrets
from harness.target.target import Target

STORY = """
    import pytest
    from harness.target.probe import NotOffered
    from harness.stories.run import TargetLost

    @pytest.mark.situation_for("SEED-53")
    def test_ends_well(scim_run):
        '''A story that ends well.'''

    @pytest.mark.situation_for("SEED-53")
    def test_cannot_go_on(scim_run):
        '''A story without an act.'''
        raise NotOffered("no sign-up")

    def test_stumbles(scim_run):
        '''A story that meets a fault of ours.'''
        scim_run.send(None)

    def test_loses_the_bridge(scim_run):
        '''A story whose bridge dies.'''
        raise TargetLost("gone")

    def test_is_never_told(scim_run):
        '''A story after the end.'''
"""


class Silent:
    """A transport that always answers, and a watcher that does not care."""

    def send(self, request: Request) -> Exchange:
        """An empty answer."""
        return Exchange("http://b", request, Response(200))

    def __init__(self) -> None:
        self.works: list[Work] = []
        self.secrets = Secrets({"scim": "token"})

    def waits(self, awaits: str, left_s: float) -> None:
        """Nothing."""

    def begins(self, sentence: str, dialect: str, number: int, total: int) -> None:
        """Nothing."""

    def ends(self, work: Work) -> None:
        """Remember what it took."""
        self.works.append(work)

    def says(self, line: str) -> None:
        """Nothing."""


class Handover:
    """Registers the session as the command line does."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def pytest_configure(self, config: pytest.Config) -> None:
        """Hand it over."""
        config.pluginmanager.register(self.session, SESSION)


def tell(pytester: pytest.Pytester, story: str, **chosen: object) -> Journal:
    """Tell stories in this process, against a bridge that answers everything alike; returns the journal."""
    return tell_in(pytester, story, InTurn(), Silent(), **chosen)


def tell_in(pytester: pytest.Pytester, story: str, order: Order, silent: Silent, **chosen: object) -> Journal:
    """The same in an order, with a watcher."""
    options = Options(**{"url": "http://b", "idp": ("okta-oin",), **chosen})  # type: ignore[arg-type]
    journal = Journal()
    run = Run(options, Target("b", "http://b", "t"), silent, NoProbe(), journal, ManualClock())  # type: ignore[arg-type]
    folder = pytester.mkdir("lifecycle")
    (folder / "test_story.py").write_text("\n".join(line[4:] for line in story.splitlines()), encoding="utf-8")
    config = Path(pytester.path) / "run.json"
    config.write_text(json.dumps(asdict(options)), encoding="utf-8")
    arguments = ("-q", "-p", "no:cacheprovider", "--scim-config", str(config), str(folder))
    pytester.inline_run(*arguments, plugins=[Handover(Session(run, silent, order))])
    return journal


def ends(journal: Journal) -> list[tuple[str, str]]:
    return [
        (entry.scenario.split("::")[1], entry.event.outcome)
        for entry in journal.entries
        if isinstance(entry.event, ScenarioEnd)
    ]


def test_every_story_has_its_outcome(pytester: pytest.Pytester) -> None:
    journal = tell(pytester, STORY)

    assert ends(journal) == [
        ("test_ends_well", "completed"),
        ("test_cannot_go_on", "not observable"),
        ("test_stumbles", "error"),
        ("test_loses_the_bridge", "target lost"),
    ]


def test_a_missing_act_leaves_its_requirements_by_name(pytester: pytest.Pytester) -> None:
    journal = tell(pytester, STORY)

    assert [e.event for e in journal.entries if isinstance(e.event, NotObservable)] == [
        NotObservable(("SEED-53",), "no sign-up")
    ]


def test_a_fault_of_ours_is_no_finding(pytester: pytest.Pytester) -> None:
    journal = tell(pytester, STORY)

    errors = [e.event for e in journal.entries if isinstance(e.event, HarnessError)]
    assert [error.error for error in errors] == ["AttributeError: 'NoneType' object has no attribute 'method'"]


WRONG = """
    def test_divides(scim_run):
        '''A story that stumbles over its own feet.'''
        return 1 / 0

    def test_misspells(scim_names):
        '''A verb that is not there.'''
        scim_names.grup()

    def test_asserts(scim_client):
        '''A statement that no requirement judges.'''
        assert 1 == 2

    def test_knows_no_row(scim_expect):
        '''A requirement that is not there.'''
        scim_expect.one_address("ada@example.com", proves="SEED-99")

    def test_knows_no_state(scim_idp, scim_expect):
        '''A state that is not there.'''
        (design,) = scim_idp.assign_groups("Design")
        scim_expect.state(scim_idp.hire("Ada", design), "ACTVE", proves="SEED-21")

    def test_assigns_nobody(scim_idp, scim_expect):
        '''Somebody whom no identity provider sends.'''
        scim_idp.sync()
        scim_expect.state(scim_idp.hire("Ada"), "INVITED", proves="SEED-21")
"""


def test_what_is_wrong_with_a_story_itself_is_told_with_file_and_line(pytester: pytest.Pytester) -> None:
    journal = tell(pytester, WRONG, idp=("okta-oin",))

    faults = [entry.event for entry in journal.entries if isinstance(entry.event, StoryFault)]
    said = [(fault.place.rpartition("/")[2], fault.error) for fault in faults]
    assert [(place, error.partition(";")[0]) for place, error in said[:5]] == [
        ("test_story.py:4", "ZeroDivisionError: division by zero"),
        ("test_story.py:8", "AttributeError: 'Names' object has no attribute 'grup'"),
        ("test_story.py:12", said[2][1]),
        ("test_story.py:16", "there is no requirement 'SEED-99'"),
        ("test_story.py:21", "there is no state 'ACTVE'"),
    ]
    assert said[1][1].endswith("did you mean group?")
    assert said[2][1].startswith("its own assert failed: assert 1 == 2")
    assert said[4][1].endswith("did you mean ACTIVE?")
    assert said[5][0] == "test_story.py:23"
    assert "was in no assigned group at any sync" in said[5][1]
    assert {outcome for _, outcome in ends(journal)} == {"story fault"}
    assert not [entry for entry in journal.entries if isinstance(entry.event, HarnessError)]


def test_a_scenario_says_what_it_is(pytester: pytest.Pytester) -> None:
    journal = tell(pytester, STORY)

    first = journal.entries[0]
    assert first.event == ScenarioBegin("A story that ends well.", ("SEED-53",), "lifecycle")
    assert first.scenario == "lifecycle/test_story.py::test_ends_well"


def test_a_story_with_a_provider_is_told_for_each_dialect(pytester: pytest.Pytester) -> None:
    story = """
    def test_x(scim_idp):
        '''A story.'''
    """

    journal = tell(pytester, story, idp=("okta-oin", "google-push"))

    assert [name for name, _ in ends(journal)] == ["test_x[okta-oin]", "test_x[google-push]"]


def test_a_story_may_have_a_teller_besides(pytester: pytest.Pytester) -> None:
    story = """
    import pytest

    pytestmark = pytest.mark.also_by("okta-aiw")

    def test_x(scim_idp):
        '''A story.'''
    """

    journal = tell(pytester, story, idp=MAIN_DIALECTS)

    told = [entry.dialect for entry in journal.entries if isinstance(entry.event, ScenarioBegin)]
    assert sorted(told) == sorted({*MAIN_DIALECTS, "okta-aiw"} - {"google-pull"})


def test_who_chooses_dialects_gets_no_other(pytester: pytest.Pytester) -> None:
    story = """
    import pytest

    @pytest.mark.also_by("okta-aiw")
    def test_x(scim_idp):
        '''A story.'''
    """

    journal = tell(pytester, story, idp=("okta-oin",))

    assert [e.dialect for e in journal.entries if isinstance(e.event, ScenarioBegin)] == ["okta-oin"]


@pytest.mark.parametrize("name", ["duplicate_invites", "group_moves", "staged_rollout", "deprovisioning"])
def test_a_wizards_application_tells_the_named_scenarios(name: str) -> None:
    story = (Path(__file__).parents[2] / "scenarios" / "lifecycle" / f"test_{name}.py").read_text(encoding="utf-8")

    assert 'pytestmark = pytest.mark.also_by("okta-aiw")' in story


def test_a_story_may_be_for_some_dialects_only(pytester: pytest.Pytester) -> None:
    story = """
    import pytest

    @pytest.mark.dialects("entra-default")
    def test_x(scim_idp):
        '''A story.'''
    """

    assert ends(tell(pytester, story, idp=("okta-oin", "entra-default"))) == [("test_x[entra-default]", "completed")]


def test_only_and_skip_choose_by_name(pytester: pytest.Pytester) -> None:
    journal = tell(pytester, STORY, only=("*ends*", "*stumbles*"), skip=("*stumbles*",))

    assert ends(journal) == [("test_ends_well", "completed")]


def test_it_is_inert_without_its_option_beside_locusts_and_fakers_plugins(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        def test_of_a_vendor(faker):
            assert faker.name()

        def test_that_wants_a_run(scim_client):
            raise AssertionError("never reached")
        """
    )

    done = pytester.runpytest_subprocess("--host", "http://bridge.example")

    done.assert_outcomes(passed=1, errors=1)
    done.stdout.fnmatch_lines(["*stories need a bridge: `bridgecheck run --stories DIR*"])


def test_options_that_cannot_be_read_are_refused_in_one_line(pytester: pytest.Pytester) -> None:
    done = pytester.runpytest_subprocess("--scim-config", "nowhere.json")

    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines(["ERROR: --scim-config nowhere.json can't be read: *"])


TWO = """
    import pytest
    from harness.record.message import read

    def test_one(scim_client):
        '''The first story.'''
        scim_client.send(read("/Users", "list users"))
        scim_client.send(read("/Groups", "list groups"))

    @pytest.mark.still_account
    def test_two(scim_client):
        '''The second story.'''
        scim_client.send(read("/Users", "list users"))
"""


class Backwards:
    """Tells the last story first, and remembers what it was told."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.still: list[str] = []
        self._left: list[int] = []

    @property
    def left_s(self) -> float | None:
        """No budget."""
        return None

    def begin(self, names: Sequence[str], still: Collection[str]) -> None:
        """Remember them."""
        self.names, self.still = list(names), list(still)
        self._left = list(range(len(names)))

    def take(self) -> int | None:
        """The last one."""
        return self._left.pop() if self._left else None


def test_the_order_says_which_story_comes_next(pytester: pytest.Pytester) -> None:
    order, silent = Backwards(), Silent()

    journal = tell_in(pytester, TWO, order, silent)

    assert [name.split("::")[1] for name in order.names] == ["test_one", "test_two"]
    assert [name.split("::")[1] for name in order.still] == ["test_two"]
    assert ends(journal) == [("test_two", "completed"), ("test_one", "completed")]
    assert [work.answers for work in silent.works] == [1, 2]


def test_a_story_for_which_there_is_no_time_is_not_begun(pytester: pytest.Pytester) -> None:
    moments = iter([0.0, 1.0])
    order = InTurn(60.0, monotonic=lambda: next(moments, 61.0))

    journal = tell_in(pytester, TWO, order, Silent())

    assert ends(journal) == [("test_one", "completed")]
    assert order.left_out == ("lifecycle/test_story.py::test_two",)
