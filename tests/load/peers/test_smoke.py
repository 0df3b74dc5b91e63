"""One benchmark operation against our bridge and the bare server, end to end; checks that it measures, not how much."""

from __future__ import annotations

import asyncio
import socket

import pytest
from click.testing import CliRunner

from loadtests.peers.command import command, run
from loadtests.peers.fleet import PEERS, POSTGRES, Scale
from loadtests.peers.generator import Job, Outcome, carry_out
from loadtests.peers.operations import OPERATIONS
from loadtests.peers.report import Report
from loadtests.peers.sequences import Address, ExpectedRequest
from tests.docs.pages import CommandLine, command_lines
from tests.servers import answering

pytestmark = pytest.mark.slow

TINY = Scale("tiny", 20, (10,), (200,), 20, (10,), 20, 2, seconds=0.05, rounds=2)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """A run without peers."""
    folder = tmp_path_factory.mktemp("peers")
    return run(TINY, ["get", "members"], folder, folder, frozenset((*PEERS, POSTGRES)))


def test_both_servers_are_measured_in_every_round(report: Report) -> None:
    get = report.results[0]

    assert {name: len(samples) for name, samples in get.series.items()} == {"bridge": 2, "bare uvicorn": 2}
    assert all(sample.count > 0 for samples in get.series.values() for sample in samples)


def test_nothing_was_answered_wrongly(report: Report) -> None:
    assert not report.is_void, [result.problems for result in report.results]


def test_peers_that_are_missing_are_counted(report: Report) -> None:
    assert set(report.skipped) == {*PEERS, POSTGRES}


def test_nothing_is_left_behind(report: Report, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert list(tmp_path_factory.getbasetemp().glob("peers*/bridgecheck-*")) == []


def test_a_wrong_status_makes_a_run_void() -> None:
    with answering(500, {"detail": "broken"}) as url:
        outcome = outcome_of(url, statuses=(200,))

    assert outcome.problem is not None
    assert outcome.problem.startswith("status 500 for GET /Users HTTP/1.1")


def test_a_wrong_body_makes_a_run_void() -> None:
    with answering(200, {"userName": "grace"}) as url:
        outcome = outcome_of(url, wanted=b"ada")

    assert outcome.problem is not None
    assert outcome.problem.startswith("b'ada' 0 times in the answer to GET /Users HTTP/1.1")


def test_a_right_answer_is_counted() -> None:
    with answering(200, {"userName": "ada"}) as url:
        outcome = outcome_of(url, wanted=b"ada", times=1)

    assert (outcome.problem, outcome.count) == (None, 1)


def test_a_server_that_is_not_there_makes_a_run_void() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    outcome = asyncio.run(carry_out(Job(port, 1, 0.05, [ExpectedRequest(b"GET / HTTP/1.1\r\n\r\n")], False)))

    assert outcome.problem == "no answer: ConnectionRefusedError"


def test_an_operation_that_is_not_there_is_refused_with_the_real_ones() -> None:
    result = CliRunner().invoke(command, ["--only", "gett"])

    assert result.exit_code == 2
    assert all(key in result.output for key in OPERATIONS)


@pytest.mark.parametrize("line", [each for each in command_lines() if "loadtests.peers" in each.words], ids=str)
def test_a_command_line_in_the_documents_is_understood(line: CommandLine) -> None:
    assert line.words[:3] == ("python3", "-m", "loadtests.peers")
    assert command.make_context("peers", list(line.words[3:]))


def outcome_of(url: str, statuses: tuple[int, ...] = (200,), wanted: bytes = b"", times: int = 0) -> Outcome:
    port = int(url.rsplit(":", 1)[1])
    request = ExpectedRequest(Address(port, "", "a-token").request("GET", "/Users"), statuses, wanted, times)
    return asyncio.run(carry_out(Job(port, 1, 0.5, [request], False)))
