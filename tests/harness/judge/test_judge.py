"""Judging: findings on single cases become one result per requirement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from harness.catalogue.requirement import load_catalogue
from harness.catalogue.verdict import Finding, Recorded, SkipReason, Unjudged, Verdict
from harness.checks.registry import Case, ExchangeCheck, History, HistoryCheck, Outcome
from harness.errors import CatalogueError
from harness.judge.judge import Result, Verdicts, judge
from harness.record.exchange import Exchange, Response
from harness.record.journal import (
    INTERRUPTED,
    SCHEMA,
    Entry,
    Event,
    Expectation,
    HarnessError,
    Journal,
    NotObservable,
    Observation,
    RunHeader,
    ScenarioEnd,
    exchanges,
)
from tests.harness.checks.samples import (
    ADA,
    BASE,
    NEW_ADA,
    active,
    delete,
    get,
    hired,
    joins,
    lost,
    members,
    page,
    post,
    refused,
    states,
    user,
    users,
)

MUST, SHOULD, MAY, BULK = "RFC7644-3.3-09", "RFC7644-3.2-10", "RFC7644-3.12-05", "RFC7644-3.7-01"
WRONG = Finding("right", "wrong")
Says = Callable[[Exchange], Iterable[Outcome]]


def header(*claims: str) -> RunHeader:
    return RunHeader(SCHEMA, "0.1.0", claims, (), ("protocol",), "safe", 7, "must", "Bridge", BASE, 0.0)


def journal_of(*placed: tuple[str, Event], claims: tuple[str, ...] = ("rfc", "bridge", "okta", "entra")) -> list[Entry]:
    """A journal of one story for each dialect."""
    journal = Journal()
    journal.add(header(*claims))
    for dialect, event in placed:
        journal.place(f"story[{dialect}]", dialect)
        journal.add(event)
    return journal.entries


def judged(*events: Event, dialect: str = "") -> Verdicts:
    return judge(journal_of(*((dialect, event) for event in events)), load_catalogue())


def result_of(verdicts: Verdicts, requirement: str) -> Result:
    found = verdicts.find(requirement)
    assert found
    return found


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Replace all checks by these."""

    def replace_all(*checks: ExchangeCheck | HistoryCheck) -> None:
        exchange_checks = [check for check in checks if isinstance(check, ExchangeCheck)]
        monkeypatch.setattr("harness.judge.judge.EXCHANGE_CHECKS", exchange_checks)
        monkeypatch.setattr("harness.judge.judge.HISTORY_CHECKS", [c for c in checks if isinstance(c, HistoryCheck)])

    return replace_all


def check(
    *requirements: str, says: Says, name: str = "a_check", over: Callable[[Exchange], Any] = bool
) -> ExchangeCheck:
    """A check that says this of each exchange that `over` selects."""

    def run(exchange: Exchange) -> Iterator[Outcome]:
        yield from says(exchange)

    return ExchangeCheck(name, "", requirements, lambda e: requirements if over(e) else (), run)


def stumble(*_: object) -> Any:
    raise KeyError("id")


OK = post("/Users", NEW_ADA, ADA)
NOT_OK = refused(400)


def by_status(exchange: Exchange) -> Iterable[Outcome]:
    return [] if exchange.status < 300 else [WRONG]


# Aggregation.


def test_a_case_without_a_finding_is_a_pass(only: Callable[..., None]) -> None:
    only(check(MUST, says=by_status))

    result = result_of(judged(OK, OK), MUST)

    assert (result.verdict, result.cases, result.findings) == (Verdict.PASS, 2, ())
    assert result.judged_by == ("a_check",)
    assert result.reason is None


def test_the_gravest_of_all_cases_wins(only: Callable[..., None]) -> None:
    only(check(MUST, says=by_status))

    result = result_of(judged(OK, NOT_OK, OK), MUST)

    assert (result.verdict, result.cases) == (Verdict.FAIL, 3)
    assert [(j.entry.id, j.check, j.finding) for j in result.findings] == [("0:3", "a_check", WRONG)]


@pytest.mark.parametrize(
    ("requirement", "verdict"), [(MUST, Verdict.FAIL), (SHOULD, Verdict.WARN), (MAY, Verdict.WARN)]
)
def test_how_grave_a_finding_is_follows_from_the_level(
    only: Callable[..., None], requirement: str, verdict: Verdict
) -> None:
    only(check(requirement, says=lambda _: [WRONG]))

    assert result_of(judged(OK), requirement).verdict is verdict


def test_one_check_judges_all_its_requirements(only: Callable[..., None]) -> None:
    only(check(MUST, SHOULD, says=lambda _: [WRONG]))

    verdicts = judged(OK)

    assert result_of(verdicts, MUST).verdict is Verdict.FAIL
    assert result_of(verdicts, SHOULD).verdict is Verdict.WARN


def test_several_checks_of_one_requirement_are_all_named(only: Callable[..., None]) -> None:
    only(check(MUST, says=by_status, name="one"), check(MUST, says=lambda _: [WRONG], name="other"))

    result = result_of(judged(OK), MUST)

    assert (result.verdict, result.judged_by, result.cases) == (Verdict.FAIL, ("one", "other"), 2)


def test_what_is_recorded_is_kept_once_each_and_is_a_pass(only: Callable[..., None]) -> None:
    only(check(MAY, says=lambda exchange: [Recorded(str(exchange.status))]))

    result = result_of(judged(OK, NOT_OK, OK), MAY)

    assert (result.verdict, result.recorded) == (Verdict.PASS, ("201", "400"))


def test_a_finding_for_one_requirement_of_a_check_leaves_the_others_green(only: Callable[..., None]) -> None:
    only(check(MUST, SHOULD, says=lambda _: [replace(WRONG, requirement=SHOULD)]))

    verdicts = judged(OK)

    assert result_of(verdicts, MUST).verdict is Verdict.PASS
    assert result_of(verdicts, SHOULD).verdict is Verdict.WARN


def test_a_finding_for_a_requirement_that_was_not_announced_is_not_lost(only: Callable[..., None]) -> None:
    only(check(SHOULD, says=lambda _: [replace(WRONG, requirement=MUST)]))

    verdicts = judged(OK)

    assert result_of(verdicts, MUST).verdict is Verdict.FAIL
    assert result_of(verdicts, SHOULD).verdict is Verdict.PASS


def test_a_fault_that_only_the_last_of_many_users_has_is_found() -> None:
    people = [user(f"u-{number}", f"ada{number}@example.com") for number in range(5)]
    people[-1]["emails"] = [{"value": "ada@example.com", "primary": "yes"}]

    verdicts = judged(get("/Users", page(*people)))

    pointers = [j.finding.pointer for r in verdicts.results for j in r.findings if j.finding]
    assert "/Resources/4/emails/0/primary" in pointers


def test_a_history_check_judges_each_of_its_cases(only: Callable[..., None]) -> None:
    def each(entries: History) -> Iterator[Case[Exchange]]:
        return (Case(entry, exchange, entries) for entry, exchange in exchanges(entries))

    def wrong_at_the_second(case: Case[Exchange]) -> Iterator[Outcome]:
        if case.at.id == "0:3":
            yield WRONG

    only(HistoryCheck("a_history", "", (MUST,), each, wrong_at_the_second))

    result = result_of(judged(OK, OK), MUST)

    assert (result.verdict, result.cases, [j.entry.id for j in result.findings]) == (Verdict.FAIL, 2, ["0:3"])


def test_what_others_may_have_changed_is_a_finding_only_when_it_was_seen_twice_alike(only: Callable[..., None]) -> None:
    """On an account that others use: a list of all that changed meanwhile is nobody's fault."""

    def each(entries: History) -> Iterator[Case[Exchange]]:
        return (Case(entry, exchange, (entry,)) for entry, exchange in exchanges(entries))

    def wrong(case: Case[Exchange]) -> Iterator[Outcome]:
        yield WRONG

    only(HistoryCheck("a_walk", "", (MUST,), each, wrong, is_of_whole_account=True))
    shared = journal_of(("", OK), ("", NOT_OK))
    own = [replace(shared[0], event=replace(header("rfc", "bridge"), is_disposable=True)), *shared[1:]]

    once = result_of(judged(OK, NOT_OK), MUST)
    assert (once.verdict, once.reason, once.cases) == (Verdict.SKIP, SkipReason.NOT_OBSERVABLE, 0)
    assert once.why.startswith("others may have written to the account")
    assert result_of(judged(OK, OK), MUST).verdict is Verdict.FAIL
    assert result_of(judge(own, load_catalogue()), MUST).verdict is Verdict.FAIL


def test_a_change_after_an_import_is_nobodys_fault_on_an_account_that_others_use() -> None:
    """Others move whom the pages of an import show: who was missed is put off, and that is seen."""
    silent = Expectation("silent", ("SEED-17",), "reading changes nothing", {"since": "0:2", "after_import": True})
    shared = journal_of(("", users(ADA)), ("", users()), ("", silent))
    own = [replace(shared[0], event=replace(header("rfc", "bridge"), is_disposable=True)), *shared[1:]]

    said = result_of(judge(shared, load_catalogue()), "SEED-17")
    assert (said.verdict, said.reason) == (Verdict.SKIP, SkipReason.NOT_OBSERVABLE)
    assert said.why.startswith("others may have written to the account")
    assert result_of(judge(own, load_catalogue()), "SEED-17").verdict is Verdict.FAIL


def test_a_history_ends_with_its_story(only: Callable[..., None]) -> None:
    seen: list[tuple[str, ...]] = []

    def whole(entries: History) -> Iterator[Case[Exchange]]:
        seen.append(tuple(entry.id for entry in entries))
        return iter(())

    only(HistoryCheck("a_history", "", (MUST,), whole, stumble))

    judge(journal_of(("okta-oin", OK), ("entra-default", OK), ("okta-oin", OK)), load_catalogue())

    assert seen == [("0:1",), ("0:2", "0:4"), ("0:3",)]


# What nothing judged.


def test_what_nothing_judged_is_skipped_as_not_run(only: Callable[..., None]) -> None:
    only(check(MUST, says=by_status, over=lambda exchange: exchange.status == 418))

    result = result_of(judged(OK), MUST)

    assert (result.verdict, result.reason, result.why) == (
        Verdict.SKIP,
        SkipReason.NOT_RUN,
        "nothing in this run judged it",
    )


def test_what_nobody_can_judge_says_why(only: Callable[..., None]) -> None:
    only()

    result = result_of(judged(OK), "SEED-01")

    assert (result.reason, result.why) == (SkipReason.NOT_JUDGEABLE, "advice to those who plan a rollout")


def test_what_could_not_be_seen_says_what_was_missing(only: Callable[..., None]) -> None:
    only()

    result = result_of(
        judged(NotObservable(("SEED-53",), "no clock"), NotObservable(("SEED-53",), "no mail")), "SEED-53"
    )

    assert (result.reason, result.why) == (SkipReason.NOT_OBSERVABLE, "no clock")


def test_a_case_that_could_not_be_judged_is_no_pass(only: Callable[..., None]) -> None:
    only(check(MUST, says=lambda _: [Unjudged(SkipReason.NOT_OBSERVABLE, "mail can't be read")]))

    result = result_of(judged(OK), MUST)

    assert (result.verdict, result.reason, result.why) == (
        Verdict.SKIP,
        SkipReason.NOT_OBSERVABLE,
        "mail can't be read",
    )


def test_what_was_judged_once_is_judged_whatever_else_could_not_be_seen(only: Callable[..., None]) -> None:
    only(check(MUST, says=by_status))

    result = result_of(judged(OK, NotObservable((MUST,), "no clock")), MUST)

    assert (result.verdict, result.reason) == (Verdict.PASS, None)


def test_what_the_bridge_does_not_offer_is_not_applicable_even_where_a_check_found_something(
    only: Callable[..., None],
) -> None:
    only(check(BULK, says=lambda _: [WRONG]))

    result = result_of(judged(get("/ServiceProviderConfig", {"bulk": {"supported": False}})), BULK)

    assert (result.verdict, result.reason, result.findings) == (Verdict.SKIP, SkipReason.NOT_APPLICABLE, ())
    assert result.why == "this bridge: not ServiceProviderConfig.bulk.supported"


def test_what_a_reading_touches_is_named_and_not_judged(only: Callable[..., None]) -> None:
    only(check(BULK, "RFC7643-6-07", says=lambda _: [WRONG]))
    entries = journal_of(("", get("/ServiceProviderConfig", {})))
    told = replace(header("rfc"), readings=("resource_types=absolute",))
    record = judge([replace(entries[0], event=told), *entries[1:]], load_catalogue())

    result = result_of(record, "RFC7643-6-07")

    assert (result.verdict, result.reason) == (Verdict.SKIP, SkipReason.READ_OTHERWISE)
    assert result.why.startswith("resource_types=absolute: A resource type gives its endpoint")
    assert result_of(record, BULK).verdict is Verdict.FAIL


def test_what_the_bridge_offers_or_says_nothing_of_is_judged(only: Callable[..., None]) -> None:
    only(check(BULK, says=lambda _: [WRONG]))

    assert result_of(judged(get("/ServiceProviderConfig", {"bulk": {"supported": True}})), BULK).verdict is Verdict.FAIL
    assert result_of(judged(OK), BULK).verdict is Verdict.FAIL


# Dialects and claims.


def test_each_dialect_has_a_verdict_of_its_own(only: Callable[..., None]) -> None:
    only(check(MUST, says=by_status))
    entries = journal_of(("okta-oin", OK), ("okta-oin", NOT_OK), ("entra-default", OK), ("", NOT_OK))

    result = result_of(judge(entries, load_catalogue()), MUST)

    assert result.by_dialect == {"entra-default": Verdict.PASS, "okta-oin": Verdict.FAIL}
    assert result.verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("dialect", "okta", "entra"),
    [
        ("okta-oin", Verdict.FAIL, Verdict.SKIP),
        ("entra-default", Verdict.SKIP, Verdict.FAIL),
        ("google-push", Verdict.SKIP, Verdict.SKIP),
        ("", Verdict.SKIP, Verdict.SKIP),
    ],
)
def test_a_vendors_claim_is_judged_in_that_vendors_traffic_only(
    only: Callable[..., None], dialect: str, okta: Verdict, entra: Verdict
) -> None:
    only(check("OKTA-06", "ENTRA-08", MUST, says=lambda _: [WRONG]))

    verdicts = judged(OK, dialect=dialect)

    assert result_of(verdicts, "OKTA-06").verdict is okta
    assert result_of(verdicts, "ENTRA-08").verdict is entra
    assert result_of(verdicts, MUST).verdict is Verdict.FAIL


def test_results_are_those_of_the_claims_in_the_order_of_the_catalogue(only: Callable[..., None]) -> None:
    only(check(MUST, "SEED-16", says=by_status))

    sight = ("", Observation("account.members", "1", []))
    verdicts = judge(journal_of(sight, ("", OK), claims=("bridge",)), load_catalogue())

    assert [r.requirement.id for r in verdicts.results] == [r.id for r in load_catalogue().of_claims(["bridge"])]
    assert verdicts.find(MUST) is None
    assert (verdicts.judged, verdicts.count(Verdict.PASS), verdicts.exchanges) == (1, 1, 1)


# Where we stumble.


def test_a_check_that_stumbles_is_an_error_graver_than_any_finding(only: Callable[..., None]) -> None:
    only(check(MUST, says=stumble, name="clumsy"), check(MUST, says=lambda _: [WRONG]))

    verdicts = judged(OK)

    assert result_of(verdicts, MUST).verdict is Verdict.ERROR
    assert verdicts.errors == ("check clumsy stumbled at entry 0:2: KeyError: 'id'",)


def test_a_check_that_stumbles_after_a_finding_has_found_nothing(only: Callable[..., None]) -> None:
    def half(exchange: Exchange) -> Iterator[Outcome]:
        yield WRONG
        stumble()

    only(check(MUST, says=half))

    (judgement,) = result_of(judged(OK), MUST).findings
    assert (judgement.verdict, judgement.finding) == (Verdict.ERROR, None)


def test_a_selector_that_stumbles_is_an_error_of_its_check(only: Callable[..., None]) -> None:
    only(
        ExchangeCheck("clumsy", "", (MUST,), stumble, stumble),
        HistoryCheck("clumsier", "", (SHOULD,), stumble, stumble),
    )

    verdicts = judged(OK, dialect="okta-oin")

    assert result_of(verdicts, MUST).verdict is Verdict.ERROR
    assert result_of(verdicts, SHOULD).verdict is Verdict.ERROR
    assert "check clumsy stumbled at entry 0:2: KeyError: 'id'" in verdicts.errors
    assert "check clumsier stumbled in story[okta-oin] (okta-oin): KeyError: 'id'" in verdicts.errors


def test_a_selector_of_another_vendor_that_stumbles_is_an_error_without_a_verdict(only: Callable[..., None]) -> None:
    only(ExchangeCheck("clumsy", "", ("OKTA-06",), stumble, stumble))

    verdicts = judged(get("/Users", page()), dialect="entra-default")

    assert result_of(verdicts, "OKTA-06").verdict is Verdict.SKIP
    assert verdicts.errors == ("check clumsy stumbled at entry 0:2: KeyError: 'id'",)


def test_what_the_harness_recorded_as_its_own_error_is_one(only: Callable[..., None]) -> None:
    only()

    verdicts = judged(HarnessError("a story", "KeyError"), HarnessError("a story", "KeyError"))

    assert verdicts.errors == ("a story: KeyError",)


def test_a_request_of_ours_that_no_vendor_would_send_is_an_error(only: Callable[..., None]) -> None:
    only()

    verdicts = judged(post("/Users", {**NEW_ADA, "shoeSize": 38}, ADA), dialect="google-push")

    assert all(error.startswith("entry 0:2: our own requests/google/user-create: ") for error in verdicts.errors)
    assert verdicts.errors


def test_a_requirement_that_does_not_exist_is_refused(only: Callable[..., None]) -> None:
    only()

    with pytest.raises(CatalogueError, match="SEED-99"):
        judged(states("gone", "SEED-99", address="ada@example.com"))


# What stories state.


def test_an_expectation_is_judged_under_the_requirements_that_it_proves(only: Callable[..., None]) -> None:
    only()
    stated = states("account", "SEED-16", "SEED-18", addresses=["ada@example.com"], absent=[])

    verdicts = judged(members(), stated, dialect="okta-oin")

    result = result_of(verdicts, "SEED-16")
    assert (result.verdict, result.by_dialect) == (Verdict.FAIL, {"okta-oin": Verdict.FAIL})
    assert result.judged_by == ("expectation account in story[okta-oin]",)
    assert result_of(verdicts, "SEED-18").verdict is Verdict.FAIL


def test_an_expectation_of_an_unknown_kind_is_an_error(only: Callable[..., None]) -> None:
    only()

    verdicts = judged(Expectation("weather", ("SEED-16",), "it is fine"))

    assert result_of(verdicts, "SEED-16").verdict is Verdict.ERROR
    assert verdicts.errors == ("check expectation weather in story[] stumbled at entry 0:2: KeyError: 'weather'",)


# All checks together.


def test_a_good_create_is_green_under_every_check() -> None:
    verdicts = judged(hired(), dialect="okta-oin")

    assert [r.requirement.id for r in verdicts.results if r.findings] == []
    assert result_of(verdicts, MUST).verdict is Verdict.PASS


def test_an_answer_that_was_lost_is_no_finding() -> None:
    verdicts = judged(lost("POST", "/Users", NEW_ADA, "create user"), lost("GET", "/Users"), dialect="entra-default")

    assert [r.requirement.id for r in verdicts.results if r.findings] == []


def test_judging_twice_gives_the_same() -> None:
    entries = journal_of(("okta-oin", hired(location=None)), ("okta-oin", refused(409)))

    assert judge(entries, load_catalogue()) == judge(entries, load_catalogue())


def test_of_a_story_that_was_interrupted_only_the_exchanges_are_judged() -> None:
    stated = Expectation("state", ("SEED-62",), "stays", {"address": "ada@example.com", "states": ["ACTIVE"]})

    def said(outcome: str) -> Verdicts:
        return judged(hired(), members(), stated, ScenarioEnd(outcome))

    assert result_of(said("completed"), "SEED-62").verdict is not Verdict.SKIP
    assert result_of(said(INTERRUPTED), "SEED-62").verdict is Verdict.SKIP
    assert result_of(said(INTERRUPTED), "RFC7644-3.3-11").verdict is not Verdict.SKIP


# Answers about the load.

LATER = (("Content-Type", "text/plain"), ("Retry-After", "5"))
BUSY = [
    pytest.param(429, (("Content-Type", "text/html"),), id="429"),
    pytest.param(429, LATER, id="429-later"),
    pytest.param(503, LATER, id="503-later"),
]


@pytest.mark.parametrize("dialect", ["okta-oin", "entra-default", "google-push", ""])
@pytest.mark.parametrize(("status", "headers"), BUSY)
def test_an_answer_about_the_load_is_no_verdict_on_another_rule(
    status: int, headers: tuple[tuple[str, str], ...], dialect: str
) -> None:
    made, listed = hired(), get("/Users?startIndex=1&count=2", page(ADA), name="test connection")
    named = {"create user": made, "set user active": active(), "delete user": delete("/Users/u-ada")}
    requests = [listed.request, *(replace(each.request, name=name) for name, each in named.items())]
    busy = [Exchange(BASE, request, Response(status, headers, b"busy")) for request in requests]

    verdicts = judged(made, *busy, get("/Users/u-ada", ADA), dialect=dialect)

    assert {r.requirement.id for r in verdicts.results if r.findings} <= {"OKTA-28", "P-31"}


@pytest.mark.parametrize(("status", "headers"), BUSY)
def test_what_was_put_off_leaves_an_expectation_unjudged(status: int, headers: tuple[tuple[str, str], ...]) -> None:
    busy = refused(status, b"busy", headers=headers)
    stated = states("answer", "RFC7644-3.3-15", entry="0:2", statuses=[409], scim_types=())

    result = result_of(judged(busy, stated), "RFC7644-3.3-15")

    assert (result.verdict, result.reason) == (Verdict.SKIP, SkipReason.NOT_OBSERVABLE)
    assert result.why == f"the bridge turned it away with {status}"


def test_503_that_does_not_say_when_to_come_back_is_a_server_error() -> None:
    assert result_of(judged(refused(503)), "RFC7644-3.12-23").verdict is Verdict.FAIL


@pytest.mark.parametrize(
    "failed",
    [
        delete("/Users/u-ada", 500),
        delete("/Users/nobody", 500),
        delete("/Groups/g-design", 500),
        get("/Users?count=2", None, 500),
        get("/Groups", None, 502),
        joins("nobody", status=500),
        active(status=500),
    ],
    ids=lambda exchange: f"{exchange.request.method} {exchange.request.target}",
)
def test_a_server_error_to_a_right_request_breaks_a_must_with_that_request(failed: Exchange) -> None:
    result = result_of(judged(hired(), failed), "RFC7644-3.12-23")

    assert result.verdict is Verdict.FAIL
    assert [judgement.entry.id for judgement in result.findings] == ["0:3"]
    assert failed.request.method in str(result.findings[0].finding)
