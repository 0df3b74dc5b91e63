"""The documentation as a site: what its links become, and how it is to use in a real browser."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.bridge_ref.browser import CHROMIUM, browsing
from tests.docs.pages import ROOT
from tools.site_pages import FROM_THE_ROOT, for_site, place_of, site_place

in_a_browser = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: apt-get install chromium")
PAGES = ("index.html", "reference/requirements.html", "how-to/ci-gate.html", "reference/cli.html")


@pytest.mark.parametrize(
    ("page", "markdown", "made"),
    [
        ("index.md", "[gate](docs/how-to/ci-gate.md)", "[gate](how-to/ci-gate.md)"),
        ("index.md", "[all](CHANGELOG.md#bridgecheck-run)", "[all](changelog.md#bridgecheck-run)"),
        ("how-to/ci-gate.md", "[files](../../deploy/README.md)", "[files](../deploy.md)"),
        ("how-to/ci-gate.md", "[page](../reference/cli.md) [here](#top)", "[page](../reference/cli.md) [here](#top)"),
        ("deploy.md", "[gate](../docs/how-to/ci-gate.md)", "[gate](how-to/ci-gate.md)"),
        ("index.md", "see [the license](LICENSE)", "see the license"),
        ("reference/features.md", "[llms.txt](../../llms.txt)", "llms.txt"),
        ("index.md", "![a report](docs/pages/report.png)", "![a report](pages/report.png)"),
        ("index.md", "[far](https://example.com/x)", "[far](https://example.com/x)"),
        ("index.md", "`[no](docs/link.md)`", "`[no](docs/link.md)`"),
        ("index.md", "```\n[no](docs/link.md)\n```", "```\n[no](docs/link.md)\n```"),
    ],
)  # fmt: skip
def test_a_link_leads_to_the_same_page_on_the_site(page: str, markdown: str, made: str) -> None:
    assert for_site(markdown, page) == made


def test_each_page_of_the_root_has_one_place() -> None:
    for place, page in FROM_THE_ROOT.items():
        assert (place_of(page), site_place(place)) == (place, page)
        assert (ROOT / place).is_file()
    assert site_place("tests/docs/test_site.py") is None


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("site")
    build = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(folder)]
    done = subprocess.run(
        build, cwd=ROOT, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    handler = functools.partial(_Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None: ...


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with browsing() as opened:
        yield opened


def opened(browser: Any, address: str, path: str, **context: Any) -> Any:
    page = browser.new_context(**context).new_page()
    page.outside = []
    page.on("request", lambda request: page.outside.append(request.url))
    page.goto(f"{address}/{path}")
    page.wait_for_load_state("networkidle")
    return page


@in_a_browser
@pytest.mark.long
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_and_nothing_comes_from_elsewhere(browser: Any, address: str, path: str, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = opened(browser, address, path, color_scheme=scheme)

    found = Axe().run(page).response["violations"]

    assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found] == []
    assert [url for url in page.outside if not url.startswith((address, "blob:", "data:"))] == []


@in_a_browser
@pytest.mark.long
@pytest.mark.parametrize("path", PAGES)
def test_a_narrow_screen_needs_no_sideways_scrolling(browser: Any, address: str, path: str) -> None:
    page = opened(browser, address, path, viewport={"width": 390, "height": 844})

    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@in_a_browser
@pytest.mark.long
def test_the_catalogue_is_filtered_by_keyboard_and_mirrored_in_the_address(browser: Any, address: str) -> None:
    page = opened(browser, address, "reference/requirements.html")
    whole = shown(page)
    page.get_by_label("Text or id").focus()
    page.keyboard.type("bulk")
    page.keyboard.press("Tab")
    page.keyboard.type("rfc")
    page.keyboard.press("Tab")
    page.keyboard.type("MUST")

    some = shown(page)

    assert 0 < some < whole
    assert page.url.endswith("?text=bulk&claim=rfc&level=MUST")
    assert page.locator("output").inner_text() == f"{some} of {whole} requirements"
    assert shown(opened(browser, address, page.url.removeprefix(f"{address}/"))) == some


@in_a_browser
@pytest.mark.long
def test_without_scripts_the_whole_catalogue_is_there(browser: Any, address: str) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{address}/reference/requirements.html")

    assert page.locator("td", has_text="RFC7644-3.7-01").count() > 0
    assert page.locator("form.filters").count() == 0


@in_a_browser
@pytest.mark.long
def test_the_search_finds_a_page_by_keyboard(browser: Any, address: str) -> None:
    page = opened(browser, address, "index.html")
    page.keyboard.press("/")
    page.keyboard.type("waivers")

    page.wait_for_selector(".md-search-result__item a", timeout=15_000)

    assert "waiver" in page.locator(".md-search-result__item").first.inner_text().lower()


@in_a_browser
@pytest.mark.long
def test_paper_shows_the_text_alone(browser: Any, address: str, tmp_path: Path) -> None:
    page = opened(browser, address, "reference/requirements.html")
    page.emulate_media(media="print")

    assert not page.locator("form.filters").is_visible()
    assert not page.locator(".md-header").is_visible()
    assert page.locator("h1").is_visible()


def shown(page: Any) -> int:
    """How many rows of requirements are visible."""
    return int(
        page.evaluate("[...document.querySelectorAll('h2 ~ * tbody tr')].filter((row) => row.offsetHeight).length")
    )
