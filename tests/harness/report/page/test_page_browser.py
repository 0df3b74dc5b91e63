"""The page in a real browser: filters, keyboard, narrow, dark, paper, without scripts, and by axe."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.catalogue.requirement import load_catalogue
from harness.catalogue.verdict import Verdict
from harness.judge.exit_code import ExitCode
from harness.record.journal import Act, ClockMove, Entry, Event, Step
from harness.report.history.page import render_history
from harness.report.history.stored import read_runs
from harness.report.html import render_files
from harness.report.model import Report, make_report
from tests.bridge_ref.browser import browsing, skip_without_browser
from tests.harness.report.history.samples import stored
from tests.harness.report.samples import broken, by_hand, entry, exchange, result, user

pytestmark = pytest.mark.slow

skip_without_browser()

OKTA, ENTRA = "okta-oin", "entra-default"
HOSTILE = "</script><img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>"
SHEETS = 20


def story(number: int, dialect: str, status: int) -> list[Entry]:
    created = exchange(sent=user(f"ada{number}@example.com"), received=user(id=f"id-{number}-long"))
    changed = exchange(
        "PATCH", f"/Users/id-{number}-long", {"schemas": [], "active": False}, status, {"detail": HOSTILE, "name": {}}
    )
    events: tuple[Event, ...] = (
        Step("Ada is assigned"),
        created,
        Act("sign-up", "ada"),
        ClockMove("bridge", 301, True),
        changed,
    )
    return [entry(event, f"{number}:{at}", dialect, f"test_{number}") for at, event in enumerate(events)]


def bad_run(causes: int = 6) -> Report:
    """A run in which Okta and Entra ID take turns, every third cause is a SHOULD, and other rows pass or are open."""
    rows = [row for row in load_catalogue().values() if row.claim in ("rfc", "okta", "entra")]
    musts = [row.id for row in rows if row.level == "MUST"]
    shoulds = [row.id for row in rows if row.level == "SHOULD"]
    entries: list[Entry] = []
    red = []
    for number in range(causes):
        name = shoulds.pop() if number % 3 == 2 else musts.pop()
        verdict = Verdict.WARN if number % 3 == 2 else Verdict.FAIL
        dialect = (OKTA, ENTRA)[number % 2]
        entries += story(number, dialect, 501)
        words = (f'name.givenName "Ada" {number}', HOSTILE)
        judgement = broken(name, entries[-1], *words, verdict=verdict, pointer="/name/givenName")
        red.append(result(name, verdict, judgement, by_dialect={dialect: verdict}))
    rest = [result(name, by_dialect={OKTA: Verdict.PASS}) for name in musts[:300]]
    rest += [result(name, Verdict.SKIP) for name in shoulds]
    return make_report(by_hand(*red, *rest, claims=("rfc", "okta", "entra")), entries, ExitCode.CONFORMANCE_FAILURE, 1)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with browsing() as opened:
        yield opened


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("report")
    for name, content in render_files(bad_run()).items():
        (folder / name).write_bytes(content)
    return f"file://{folder / 'report.html'}"


def opened(browser: Any, address: str, width: int = 1200, **more: Any) -> Any:
    page = browser.new_page(viewport={"width": width, "height": 800}, **more)
    page.goto(address)
    return page


def shown(page: Any, selector: str) -> list[str]:
    return [each.get_attribute("id") for each in page.query_selector_all(f"{selector}:not([hidden])")]


def test_a_filter_hides_the_rest_and_stands_in_the_address(browser: Any, address: str) -> None:
    page = opened(browser, address)
    page.select_option("select[name=idp]", ENTRA)

    assert shown(page, ".card") == ["c-2", "c-3", "c-6"]
    assert page.url.endswith("#idp=entra-default")

    page.select_option("select[name=level]", "SHOULD")

    assert shown(page, ".card") == ["c-6"]
    assert page.url.endswith("#level=SHOULD&idp=entra-default")


@pytest.mark.parametrize(
    ("fragment", "cards"),
    [
        ("level=SHOULD", 2),
        ("cause=1", 1),
        ("verdict=warn", 2),
        ("idp=okta-oin", 3),
        ("text=Ada%22%203", 1),
        ("idp=nobody", 6),
        ("text=%E0%A4%A", 6),
    ],
)
def test_an_address_filters(browser: Any, address: str, fragment: str, cards: int) -> None:
    page = opened(browser, f"{address}#{fragment}")

    assert len(shown(page, ".card")) == cards


def test_a_cause_filters_the_requirements_that_it_turns_red(browser: Any, address: str) -> None:
    page = opened(browser, f"{address}#cause=1")

    rows = [each.get_attribute("id") for each in page.query_selector_all(".area tbody tr:not([hidden])")]

    assert len(rows) == 1
    assert page.inner_text("#shown").startswith("1 of 6 causes, 1 requirements")


def test_an_area_filters_and_show_all_shows_all_again(browser: Any, address: str) -> None:
    page = opened(browser, address)
    area = page.eval_on_selector(".area", "area => area.id.slice(2)")
    page.select_option("select[name=area]", area)

    assert shown(page, ".area") == [f"a-{area}"]

    page.click("button[type=reset]")
    page.wait_for_selector("#shown:has-text('6 of 6 causes')")

    assert len(shown(page, ".area")) > 1


def test_keys_lead_from_cause_to_cause_and_the_first_tab_skips_to_them(browser: Any, address: str) -> None:
    page = opened(browser, address)
    focused = "document.activeElement.parentElement.id"

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("j")
    page.keyboard.press("j")
    second = page.evaluate(focused)
    page.keyboard.press("Enter")
    assert page.eval_on_selector(f"#{second}", "card => card.open")
    page.keyboard.press("k")
    assert page.evaluate(focused) == shown(page, ".card")[0]
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "text"
    page.keyboard.type("jk")
    assert page.evaluate("document.activeElement.value") == "jk"


def test_a_link_to_what_is_folded_or_filtered_away_shows_it(browser: Any, address: str) -> None:
    page = opened(browser, f"{address}#idp={ENTRA}")

    page.evaluate("location.hash = 'c-1'")
    page.wait_for_selector("#c-1[open]:not([hidden])")

    assert page.is_visible("#c-1 .diff")


def test_text_from_a_bridge_runs_nowhere(browser: Any, address: str) -> None:
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(address)

    assert page.title().endswith("(bridgecheck)")
    assert page.query_selector("img") is None
    assert said == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 390])
def test_axe_finds_nothing_and_no_page_is_too_wide(browser: Any, address: str, scheme: str, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = opened(browser, address, width, color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")

    found = Axe().run(page).response["violations"]

    assert [f"{each['id']}: {each['nodes'][0]['html']}" for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_scripts_everything_is_there_to_read(browser: Any, address: str) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(address)

    page.click("#c-2 > summary")
    page.click("#c-2 .again > summary")

    assert not page.is_visible("#filter")
    assert page.is_visible("#c-2 svg")
    assert "import requests" in page.inner_text("#c-2")
    assert page.query_selector_all("#c-2 pre mark")


@pytest.mark.parametrize("causes", [2, 70])
def test_a_page_prints_on_twenty_sheets_at_most(browser: Any, tmp_path: Path, causes: int) -> None:
    (tmp_path / "report.html").write_bytes(render_files(bad_run(causes))["report.html"])
    page = opened(browser, f"file://{tmp_path / 'report.html'}")

    sheets = len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4")))

    assert 0 < sheets <= SHEETS


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 390])
def test_axe_finds_nothing_on_a_history_and_it_is_not_too_wide(
    browser: Any, tmp_path: Path, scheme: str, width: int
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    for day in range(1, 6):
        stored(tmp_path, day, {"OKTA-01": "fail" if day < 3 else "pass", "OKTA-02": "warn", "OKTA-03": "partly"})
    (tmp_path / "history.html").write_text(render_history(read_runs(tmp_path)), encoding="utf-8")
    page = opened(browser, f"file://{tmp_path / 'history.html'}", width, color_scheme=scheme)

    found = Axe().run(page).response["violations"]

    assert [f"{each['id']}: {each['nodes'][0]['html']}" for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
