"""A story in somebody's own pytest, told to the plugin allure-pytest, which writes a result of its test."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

from harness.catalogue.requirement import Level, load_catalogue
from harness.record.exchange import Exchange
from harness.record.journal import Entry, Step
from harness.report.areas import area_of
from harness.report.details import exchange_text
from harness.report.evidence import make_evidence
from harness.report.text import visible_line
from harness.report.told import ToldStory, stories_of

_SHOWN = 40  # ours: so many exchanges of a story, the last ones, are attached


def tell_allure(entries: Sequence[Entry]) -> None:
    """Give the test that is running labels by claim, area and requirement, and the steps of its story with exchanges.

    Call it only where the plugin is at work: its results, and their history, are then the plugin's own.
    """
    allure = importlib.import_module("allure")
    for story in stories_of(entries)[-1:]:
        _label(story, allure)
        _tell_steps(story, allure)


def _label(story: ToldStory, allure: Any) -> None:
    rows = [load_catalogue().get(row) for row in story.rows]
    allure.dynamic.description(story.sentence)
    if rows:
        allure.dynamic.epic(*dict.fromkeys(row.claim for row in rows))
        allure.dynamic.feature(*dict.fromkeys(area_of(row) for row in rows))
        allure.dynamic.story(*(row.id for row in rows))
        is_must = any(row.level is Level.MUST for row in rows)
        allure.dynamic.severity(allure.severity_level.CRITICAL if is_must else allure.severity_level.NORMAL)
    if story.dialect:
        allure.dynamic.tag(story.dialect)


def _tell_steps(story: ToldStory, allure: Any) -> None:
    """The steps are told after the story has ended: they have an order and no times."""
    shown = {entry.id for entry in [e for e in story.entries if isinstance(e.event, Exchange)][-_SHOWN:]}
    with ExitStack() as step:
        for entry in story.entries:
            if isinstance(entry.event, Step):
                step.close()
                step.enter_context(allure.step(visible_line(entry.event.sentence)))
            elif isinstance(entry.event, Exchange) and entry.id in shown:
                _tell_exchange(entry, entry.event, allure)


def _tell_exchange(entry: Entry, exchange: Exchange, allure: Any) -> None:
    said = f"{exchange.request.method} {exchange.request.target} → {exchange.status or 'no answer'}"
    with allure.step(visible_line(said)):
        text = exchange_text(make_evidence("the exchange", entry, exchange)).lstrip()
        allure.attach(text, f"entry {entry.id}", allure.attachment_type.TEXT)
