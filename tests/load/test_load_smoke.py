"""locust itself over loopback, in processes of its own; the tests share four runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from harness.load import LoadResult, run_load
from harness.record.made import Inventory
from harness.record.remains import read_remains
from tests.load.stub import Stub, serve

pytestmark = pytest.mark.slow

TOKEN = "stub-token-4711"
HOT_PATH = {"find user", "create user", "set user active", "change group members"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run gave, what the stub saw of it, and what locust printed."""

    load: LoadResult
    stub: Stub
    log: str
    made: Inventory


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Outcome]]:
    folder = tmp_path_factory.mktemp("load")
    plans = {
        "good": (Stub(TOKEN), 3, 1),
        "wrong": (Stub(TOKEN, finds_another=True), 2, 1),
        "two": (Stub(TOKEN), 3, 2),
        "guarded": (Stub(TOKEN, finds_another=True), 2, 1),
    }

    def run(name: str) -> Outcome:
        stub, duration_s, processes = plans[name]
        json_path, log_path = folder / f"{name}.json", folder / f"{name}.log"
        load = run_load(
            stub.url,
            TOKEN,
            users=6,
            duration_s=duration_s,
            processes=processes,
            seed=7,
            json_path=json_path,
            log_path=log_path,
            made_folder=folder / name,
            is_disposable=name != "guarded",
        )
        return Outcome(load, stub, log_path.read_text() + json_path.read_text(), read_remains(folder / name).inventory)

    with ExitStack() as stack, ThreadPoolExecutor(len(plans)) as pool:
        for stub, _, _ in plans.values():
            stack.enter_context(serve(stub))
        yield dict(zip(plans, pool.map(run, plans), strict=True))


def test_a_good_bridge_passes_on_the_whole_hot_path(outcomes: dict[str, Outcome]) -> None:
    load = outcomes["good"].load

    assert {row.name for row in load.requests if row.count > 0} >= HOT_PATH
    assert load.errors == ()
    assert load.verdict == "pass"


def test_what_a_run_makes_is_written_down_by_every_process(outcomes: dict[str, Outcome]) -> None:
    for name in ("good", "two"):
        there = {f"/{kind}/{key}" for kind, known in outcomes[name].stub.resources.items() for key in known}

        assert there
        # What the end of the run cut off is known by its name.
        assert len(there - set(outcomes[name].made.things)) <= len(outcomes[name].made.unanswered)


def test_a_stranger_is_changed_on_a_disposable_account_only(outcomes: dict[str, Outcome]) -> None:
    writes = {
        name: [seen for seen in outcomes[name].stub.received if seen.method != "GET" and seen.path.endswith("/Users/7")]
        for name in ("wrong", "guarded")
    }

    assert writes["wrong"]
    assert writes["guarded"] == []
    assert any(
        "not sent: " in error.error and "would change stranger@example.com" in error.error
        for error in outcomes["guarded"].load.errors
    )


def test_every_main_dialect_takes_part(outcomes: dict[str, Outcome]) -> None:
    agents = {dict(seen.headers).get("User-Agent", "") for seen in outcomes["good"].stub.received}

    assert outcomes["good"].load.dialects == ("okta-oin", "entra-default", "google-push")
    assert agents == {"Okta SCIM Client 1.0.0", "Google-Auto-Provisioning", ""}


def test_nothing_is_sent_that_the_simulated_client_does_not_send(outcomes: dict[str, Outcome]) -> None:
    finds = {
        dict(seen.headers).get("User-Agent", "Entra"): [name for name, _ in seen.headers if name != "Host"]
        for seen in outcomes["good"].stub.received
        if seen.path.startswith("/scim/v2/Users?filter=userName")
    }

    assert finds == {
        "Okta SCIM Client 1.0.0": ["Accept", "Accept-Charset", "User-Agent", "Connection", "Accept-Encoding"],
        "Google-Auto-Provisioning": ["User-Agent"],
        "Entra": [],
    }


def test_targets_stay_encoded_as_each_vendor_encodes_them(outcomes: dict[str, Outcome]) -> None:
    paths = [seen.path for seen in outcomes["good"].stub.received]

    assert any(path.startswith("/scim/v2/Users?filter=userName+eq+%22") and "%40" in path for path in paths)
    assert any(path.startswith("/scim/v2/Users?filter=userName%20eq%20%22") and "%40" in path for path in paths)


def test_a_stranger_for_an_answer_is_a_failure(outcomes: dict[str, Outcome]) -> None:
    load = outcomes["wrong"].load

    assert load.verdict == "fail"
    assert ("find user", "a resource with another userName was found") in {(e.name, e.error) for e in load.errors}


def test_two_processes_write_one_document_with_all_figures(outcomes: dict[str, Outcome]) -> None:
    two = outcomes["two"]

    assert two.load.generator.processes == 2
    assert two.load.users == 6
    assert two.load.errors == ()
    assert two.load.verdict == "pass"
    # What was under way when the users were stopped is seen by the stub and not counted by locust: one each at most.
    assert 0 <= len(two.stub.received) - two.load.total.count <= 6


def test_workers_never_meet_by_name(outcomes: dict[str, Outcome]) -> None:
    creates = [s.body for s in outcomes["two"].stub.received if s.method == "POST" and s.path == "/scim/v2/Users"]

    assert len(set(creates)) == len(creates) > 6


def test_the_token_is_in_no_log_and_no_document(outcomes: dict[str, Outcome]) -> None:
    assert not any(TOKEN in outcome.log for outcome in outcomes.values())


def test_locust_stays_out_of_this_process(outcomes: dict[str, Outcome]) -> None:
    assert outcomes
    assert not {"locust", "gevent"} & sys.modules.keys()
