"""The registry, and rules for every check: complete rows, and no exception on any answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

import harness.checks
from harness.catalogue.requirement import Level, load_catalogue
from harness.catalogue.verdict import Finding
from harness.checks.registry import (
    EXCHANGE_CHECKS,
    HISTORY_CHECKS,
    Case,
    ExchangeCheck,
    History,
    HistoryCheck,
    Outcome,
    check,
    history_check,
)
from harness.record.exchange import Exchange, Response
from harness.record.journal import Event
from tests.harness.checks import (
    test_account_rows,
    test_again,
    test_as_declared,
    test_bulk,
    test_choices,
    test_collateral,
    test_counting,
    test_creating,
    test_cursor_rows,
    test_declared,
    test_deleting,
    test_described,
    test_direct,
    test_discovery,
    test_entra,
    test_entra_shapes,
    test_errors,
    test_filter_rows,
    test_for_a_while,
    test_full_names,
    test_google,
    test_identity,
    test_json_schema,
    test_left_out,
    test_list_rows,
    test_listing,
    test_looking_up,
    test_okta,
    test_okta_shapes,
    test_operation,
    test_patching,
    test_projection_rows,
    test_published,
    test_read_only,
    test_replacing,
    test_representation,
    test_schema_rows,
    test_search_rows,
    test_sensitive,
    test_settings_kept,
    test_shape,
    test_showing,
    test_sort_rows,
    test_stages,
    test_states,
    test_tags,
    test_throttling,
    test_vendor_facts,
    test_vendors,
    test_wire,
    test_write_support,
    test_writes,
    test_written,
)
from tests.harness.checks.samples import Row, get, hired, history, run_check, to_bytes

MODULES = (
    test_again,
    test_account_rows,
    test_choices,
    test_bulk,
    test_collateral,
    test_counting,
    test_creating,
    test_declared,
    test_deleting,
    test_described,
    test_direct,
    test_for_a_while,
    test_full_names,
    test_as_declared,
    test_left_out,
    test_read_only,
    test_sensitive,
    test_tags,
    test_throttling,
    test_discovery,
    test_entra,
    test_entra_shapes,
    test_errors,
    test_google,
    test_identity,
    test_listing,
    test_looking_up,
    test_okta,
    test_operation,
    test_okta_shapes,
    test_patching,
    test_replacing,
    test_representation,
    test_schema_rows,
    test_settings_kept,
    test_shape,
    test_showing,
    test_stages,
    test_states,
    test_json_schema,
    test_vendor_facts,
    test_vendors,
    test_cursor_rows,
    test_filter_rows,
    test_list_rows,
    test_projection_rows,
    test_published,
    test_search_rows,
    test_sort_rows,
    test_wire,
    test_written,
    test_write_support,
    test_writes,
)
ROWS: tuple[Row, ...] = tuple(row for module in MODULES for row in module.ROWS)
CHECKS: list[ExchangeCheck | HistoryCheck] = [*EXCHANGE_CHECKS, *HISTORY_CHECKS]
NAMES = [check.name for check in CHECKS]


def words_of(name: str) -> set[str]:
    return {row.word for row in ROWS if row.check == name}


@pytest.mark.parametrize("name", NAMES)
def test_every_check_has_a_row_for_what_it_accepts(name: str) -> None:
    assert "accepts" in words_of(name), f"{name} needs a row accepts(…): see samples.py"


@pytest.mark.parametrize("name", NAMES)
def test_every_check_has_a_row_for_what_it_finds(name: str) -> None:
    declared = next(check.declared for check in CHECKS if check.name == name)
    only_records = all(load_catalogue().get(rid).level is Level.MAY for rid in declared)

    # What a fact is worth differs by vendor: a later one may have a row that binds.
    wanted = {"records", "finds"} if only_records else {"finds"}
    assert wanted & words_of(name), f"{name} needs a row {' or '.join(sorted(wanted))}(…): see samples.py"


@pytest.mark.parametrize("name", NAMES)
def test_every_check_has_a_row_that_it_does_not_select(name: str) -> None:
    assert "ignores" in words_of(name), f"{name} needs a row ignores(…): see samples.py"


def test_every_row_is_about_a_registered_check() -> None:
    assert {row.check for row in ROWS} == set(NAMES)


def test_the_name_of_a_check_is_its_own() -> None:
    assert sorted(NAMES) == sorted(set(NAMES))


def test_every_check_says_in_a_sentence_what_a_good_bridge_does() -> None:
    assert [check.name for check in CHECKS if not check.sentence.endswith(".")] == []


def test_every_check_declares_requirements_of_the_catalogue() -> None:
    assert [check.name for check in CHECKS if not check.declared] == []
    unknown = {f"{check.name}: {rid}" for check in CHECKS for rid in check.declared if rid not in load_catalogue()}
    assert unknown == set()


def test_importing_the_package_registers_all_modules() -> None:
    modules = {check.run.__module__.rsplit(".", 1)[-1] for check in CHECKS}

    assert modules == set(harness.checks.__all__) - {"expectations", "pulling"}


# A bridge being wrong never raises in a check: each answer of each row, one value of it at a time made wild.

WILD: tuple[Any, ...] = (None, True, 7, -1, "", "http://[", "2026-01-05", [], [[]], [None], {}, {"value": []})


def wild_forms(value: Any) -> Iterator[Any]:
    """The value with each of its parts in turn replaced by each wild value, or left out."""
    yield from WILD
    if isinstance(value, dict):
        for key, part in value.items():
            yield {other: kept for other, kept in value.items() if other != key}
            yield from ({**value, key: form} for form in wild_forms(part))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from ([*value[:index], form, *value[index + 1 :]] for form in wild_forms(part))


def wild_histories(row: Row) -> Iterator[History]:
    """The row's history with one answer's body made wild."""
    for index, event in enumerate(row.events):
        if isinstance(event, Exchange) and event.has_json and event.response is not None:
            for form in wild_forms(event.json):
                response = Response(event.status, event.response.headers, to_bytes(form))
                yield history(*row.events[:index], replace(event, response=response), *row.events[index + 1 :])


@pytest.mark.parametrize("name", NAMES)
def test_no_answer_makes_a_check_stumble(name: str) -> None:
    row = next(row for row in ROWS if row.check == name and row.word in ("finds", "records"))

    for entries in wild_histories(row):
        run_check(name, entries)


# Registering.


@pytest.fixture
def emptied(monkeypatch: pytest.MonkeyPatch) -> None:
    """Registries of their own for a test, the real ones kept."""
    monkeypatch.setattr("harness.checks.registry.EXCHANGE_CHECKS", [])
    monkeypatch.setattr("harness.checks.registry.HISTORY_CHECKS", [])


@pytest.mark.usefixtures("emptied")
def test_a_check_is_registered_with_its_sentence_and_tells_its_requirements_by_case() -> None:
    from harness.checks import registry

    @check("SEED-16", "SEED-17", over=lambda exchange: exchange.status == 200)
    def all_is_well(exchange: Exchange) -> Iterator[Outcome]:
        """All is well.

        And more.
        """
        yield Finding("nothing", "something")

    (made,) = registry.EXCHANGE_CHECKS
    assert (made.name, made.sentence, made.declared) == ("all_is_well", "All is well.", ("SEED-16", "SEED-17"))
    assert made.requirements(get("/Users")) == ("SEED-16", "SEED-17")
    assert made.requirements(hired()) == ()
    assert made.run is all_is_well


@pytest.mark.usefixtures("emptied")
def test_a_history_check_is_registered_with_its_cases() -> None:
    from harness.checks import registry

    def last(entries: History) -> Iterator[Case[Event]]:
        yield Case(entries[-1], entries[-1].event, entries)

    @history_check("SEED-16", over=last)
    def all_was_well(case: Case[Event]) -> Iterator[Outcome]:
        yield Finding("nothing", case.at.id)

    (made,) = registry.HISTORY_CHECKS
    assert (made.name, made.sentence, made.declared) == ("all_was_well", "", ("SEED-16",))
    assert [case.at.id for case in made.over(history(hired(), hired()))] == ["0:2"]
    assert made.run is all_was_well


@pytest.mark.usefixtures("emptied")
def test_a_case_may_be_about_some_of_the_requirements() -> None:
    from harness.checks import registry

    def every(entries: History) -> Iterator[Case[Event]]:
        return (Case(entry, entry.event, (entry,)) for entry in entries)

    @history_check("SEED-16", "SEED-17", over=every, rows_of=lambda case: ("SEED-17",))
    def all_is_well(case: Case[Event]) -> Iterator[Outcome]:
        """All is well."""
        yield Finding("nothing", case.at.id)

    (made,) = registry.HISTORY_CHECKS
    (case,) = made.over(history(hired()))
    assert made.rows(case) == ("SEED-17",)
