"""Pages render text only: no scripts, no missing values, no secrets."""

from __future__ import annotations

from typing import Any

import pytest

from bridge_ref.endpoints.pages import rendering
from bridge_ref.storage.store import StoreUnavailableError
from tests.bridge_ref.bench import PAGES, member_path, seq_of
from tests.bridge_ref.pages import Page, Reader, alert
from tests.bridge_ref.world import World

HOSTILE = ('<script>alert("x")</script>', "\" onfocus='x", "Ada\u202egnp.exe", "{{ 7 * 7 }}", "a\nb\x07", "</pre><b>")


# --- What the pages are made of.


@pytest.mark.parametrize("page", PAGES)
def test_a_page_runs_nothing_and_loads_nothing_of_others(ada: Reader, page: str) -> None:
    shown = ada.get(page)
    tags = Page(shown.body).tags

    policy = shown.headers["content-security-policy"]
    assert policy == "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    assert (shown.headers["cache-control"], shown.headers["x-content-type-options"]) == ("no-store", "nosniff")
    assert {tag for tag, _ in tags} & {"script", "style", "img", "iframe", "object", "base"} == set()
    assert not [name for _, attrs in tags for name in attrs if name.startswith("on") or name == "style"]
    addresses = {str(attrs[name]) for _, attrs in tags for name in ("href", "src", "action") if name in attrs}
    assert all(each == "#content" or each.startswith("/app") for each in addresses)


def test_the_stylesheet_is_for_everybody(bench: World) -> None:
    sheet = bench.send_raw("GET", "/app/style.css")

    assert (sheet.status, sheet.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert "prefers-color-scheme: dark" in sheet.body
    assert not any(each in sheet.body for each in ("url(", "@import", "http"))


@pytest.mark.parametrize("name", HOSTILE)
def test_names_stay_text_whatever_they_are(ada: Reader, bench: World, name: str) -> None:
    bench.invite("eve@example.com", displayName=name)
    eve = bench.member("eve@example.com")
    bench.form(name, eve["scim_id"])
    bench.act("eve@example.com", "sign-up")
    number = seq_of(bench, "eve@example.com")
    shown = [ada.get(page).body for page in ("members", "pending", "groups", "mail", f"mail/{number}")]
    shown += [ada.get(f"members/{eve['id']}").body, ada.get("members", q=name).body]

    for body in shown:
        assert "<script" not in body
        assert "<b>" not in body
        assert "49" not in Page(body).text.split()
        assert not any(each in body for each in "\u202e\x07")
        assert not [attrs for _, attrs in Page(body).tags if "onfocus" in attrs]


def test_what_is_missing_in_a_template_is_an_error_and_not_a_gap() -> None:
    from jinja2 import UndefinedError

    with pytest.raises(UndefinedError):
        rendering.render_page("login", 200)


@pytest.mark.parametrize(
    ("duration_ms", "shown"),
    [(0, "0 s"), (-5, "0 s"), (1, "1 s"), (90_000, "1 min 30 s"), (3_600_000, "1 h"), (90_061_000, "1 d 1 h")],
)
def test_durations_are_read_in_two_units(duration_ms: int, shown: str) -> None:
    assert rendering.render_duration(duration_ms) == shown


def test_a_page_without_a_store_says_so(ada: Reader, bench: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: Any) -> Any:
        raise StoreUnavailableError("gone")

    monkeypatch.setattr(bench.store, "find", fail)
    shown = ada.get("members")

    assert (shown.status, alert(shown)) == (503, "The store is not available; try again later.")
    assert bench.send_raw("GET", "/app").status == 200


def test_a_page_that_fails_tells_nothing_of_the_failure(
    ada: Reader, bench: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: Any) -> Any:
        raise RuntimeError("broken by ada@example.com")

    monkeypatch.setattr(bench.store, "find", fail)
    shown = ada.get("members")

    assert (shown.status, alert(shown)) == (500, "Internal error; the log of the bridge has the details.")
    assert "broken" not in shown.body


def test_no_secret_stands_on_any_page(ada: Reader, bench: World) -> None:
    """SEC-100."""
    number = seq_of(bench, "ada@example.com")
    links = [link for each in bench.control("GET", "mail").body["messages"] for link in each["links"]]
    secrets = ["right-token", "control-token", *(link.rpartition("/")[2] for link in links)]

    for page in (*PAGES, f"mail/{number}", member_path(bench, "ada@example.com")):
        body = ada.get(page).body
        assert not [each for each in secrets if each in body], page
