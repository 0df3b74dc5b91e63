from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from harness.catalogue.verdict import Verdict
from harness.judge.exit_code import ExitCode
from harness.report.again import run_command
from harness.report.html import render_html
from harness.report.model import Report, make_report
from tests.harness.report.samples import (
    broken,
    by_hand,
    entry,
    exchange,
    judged,
    result,
    story,
    without_location,
)


class Page(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        named = dict(attrs)
        self.ids += [named["id"] or ""] if "id" in named else []
        self.links += [named["href"] or ""] if "href" in named else []

    def handle_data(self, data: str) -> None:
        self.text += data


def hostile(text: str, body: bytes = b"") -> Report:
    sent = exchange(
        "POST", f"/Users?x={text}", body, 200, body, name=text, answer_headers=(("X", text),), unconfirmed=text
    )
    seen = entry(sent, "0:5", "okta-oin", text)
    rows = (result("OKTA-01", Verdict.FAIL, broken("OKTA-01", seen, text, text, pointer=f"/{text}")),)
    verdicts = by_hand(*rows, claims=("okta",), errors=(text,))
    verdicts.capabilities["schemas"] = [text]
    return make_report(verdicts, [seen], ExitCode.CONFORMANCE_FAILURE, 1.0, (text,), figures={text: text}, message=text)


def test_the_page_says_the_verdict_and_shows_the_finding() -> None:
    page = Page(render_html(judged(story(without_location()), ExitCode.CONFORMANCE_FAILURE)))

    assert "Not ready for SCIM 2.0" in page.text
    assert "a Location header" in page.text
    assert "the request that decided" in page.text
    assert "bridgecheck replay journal.ndjson.gz" in page.text
    assert "--seed 7" in page.text


def test_nothing_is_fetched_and_only_our_own_blocks_may_run() -> None:
    page = render_html(judged(story(without_location())))

    assert "default-src 'none'" in page
    assert "unsafe-inline" not in page
    assert not re.search(r'\s(src|srcset|action|style|on\w+)="', page)
    assert all(link.startswith(("#", "https://www.rfc-editor.org/rfc/rfc")) for link in Page(page).links)


def test_every_link_leads_somewhere_and_every_place_is_named_once() -> None:
    page = Page(render_html(judged(story(without_location(), without_location(active="yes")))))

    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))


def test_markup_from_a_bridge_stays_text() -> None:
    text = "</pre></script><script>alert(1)</script><img src=x onerror=alert(2)>\"'{{ 7*7 }}"

    page = Page(render_html(hostile(text, text.encode())))

    assert page.tags.count("script") == 1
    assert "img" not in page.tags
    assert "onerror" not in page.attributes
    assert text in page.text


def test_controls_and_broken_characters_are_shown_as_escapes() -> None:
    page = render_html(hostile("\x00\x1b\r\n\ud800\u202e", b"\x00\xff"))

    assert page.encode("utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", page)
    assert "\\ud800" in page


@pytest.mark.slow
def test_a_run_with_huge_bodies_stays_a_page() -> None:
    seen = [
        entry(exchange(sent=b"[" + b'"x",' * 25_000 + b"0]", received=b"y" * 10_000_000), f"0:{n}", "okta-oin")
        for n in range(30)
    ]
    rows = [result(f"OKTA-{n + 1:02}", Verdict.FAIL, broken(f"OKTA-{n + 1:02}", place)) for n, place in enumerate(seen)]

    page = render_html(make_report(by_hand(*rows, claims=("okta",)), seen, ExitCode.CONFORMANCE_FAILURE, 1.0))

    assert len(page) < 700_000
    assert "cut here" in page


def test_an_exchange_is_shown_once_and_pointed_to_afterwards() -> None:
    seen = entry(exchange(), "0:5", "okta-oin")
    rows = [result(name, Verdict.FAIL, broken(name, seen, actual=name)) for name in ("OKTA-01", "OKTA-02")]

    page = Page(render_html(make_report(by_hand(*rows, claims=("okta",)), [seen], ExitCode.CONFORMANCE_FAILURE, 1.0)))

    assert page.ids.count("x-0-5") == 1
    assert "#x-0-5" in page.links


def test_statements_show_code_as_code() -> None:
    page = render_html(make_report(by_hand(result("ENTRA-22")), [], ExitCode.PASS, 1.0))

    assert "<code>Remove</code> at <code>members</code>" in page


def test_a_bridge_that_was_started_is_started_again() -> None:
    verdicts = by_hand(result("OKTA-01"), claims=("okta",))
    started = replace(verdicts.header, start="./bridge --port {port}", only=("test_x",))

    command = run_command(started)

    assert command.startswith("bridgecheck run --start './bridge --port {port}' --claim okta")
    assert " --only test_x " in command
