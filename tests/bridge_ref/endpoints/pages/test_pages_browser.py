"""The pages in a real browser: keyboard, no scripts, both colour schemes, wide and narrow, accessibility by axe."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from harness.directory_api import DirectoryApi
from tests.bridge_ref.browser import browsing, picture_folder, skip_without_browser
from tests.bridge_ref.google import account, company
from tests.bridge_ref.process import secret, serving
from tests.bridge_ref.world import GROUP, USER

pytestmark = pytest.mark.slow

skip_without_browser()

CONTROL = {"Authorization": "Bearer control-token"}
# Not as high as wide windows are, since pictures in the documents must be small.
WIDE, ZOOMED, NARROW = (1280, 720), (640, 400), (360, 740)
MOST_TABS = 60
LARGEST_PICTURE = 120_000


@dataclass(frozen=True)
class Site:
    """A bridge with people behind it, as an operator would find it."""

    base: str
    control: str
    scim: str

    def act(self, path: str, body: Any = None) -> Any:
        """Something that a test bench does."""
        answer = requests.post(f"{self.control}/{path}", json=body or {}, headers=CONTROL, timeout=20)
        assert answer.ok, answer.text
        return answer.json()

    def read(self, path: str) -> Any:
        """Something that a test bench looks at."""
        return requests.get(f"{self.control}/{path}", headers=CONTROL, timeout=20).json()

    def invite(self, email: str, name: str, agent: str) -> str:
        """An identity provider invites somebody."""
        headers = {"Authorization": "Bearer right-token", "User-Agent": agent}
        body = {"schemas": [USER], "userName": email, "displayName": name}
        answer = requests.post(f"{self.scim}/Users", json=body, headers=headers, timeout=20)
        return str(answer.json()["id"])

    def member(self, email: str) -> Any:
        """A member as the probe tells."""
        return next(each for each in self.read("members")["members"] if each["email"] == email)

    def newest_mail(self, email: str) -> int:
        """The number of the newest mail to somebody."""
        return int(self.read(f"mail?to={email}")["messages"][-1]["seq"])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Somebody in every state, and a directory that would suspend some of them."""
    folder = tmp_path_factory.mktemp("site")
    secret(folder / "token", "right-token")
    secret(folder / "control-token", "control-token")
    options = ["--port", "0", "--data", str(folder / "data"), "--token-file", str(folder / "token")]
    options += ["--control-port", "0", "--control-token-file", str(folder / "control-token"), "--log-level", "info"]
    options += ["--confirmation-interval", "3600"]
    with DirectoryApi(company(), account=account()) as api, serving(*options) as (_, ready):
        made = Site(ready["scim"].removesuffix("/scim/v2"), ready["control"], ready["scim"])
        people(made)
        groups = [api.group_address(each) for each in list(api.directory.groups)[:1]]
        settings = {"actor": api.actor, "api_url": api.url, "max_suspensions": 0}
        made.act("workspace/attach", {"settings": settings, "key": account().key_file(api.token_uri)})
        made.act("workspace/groups", {"groups": groups})
        made.act("workspace/sync")
        yield made


def people(site: Site) -> None:
    """Somebody in every state."""
    site.act(
        "fixtures",
        {
            "members": [
                {"email": "olga@marigold.example", "name": "Olga Ortiz", "owner": True},
                {"email": "kai@partner.example", "name": "Kai", "type": "GUEST"},
            ],
            "groups": [{"name": "Finance", "members": ["olga@marigold.example"]}],
        },
    )
    names = {"ada": "Ada Lovelace", "grace": "Grace Hopper", "alan": "Alan Turing", "mary": "Mary <b>Shelley</b>"}
    okta = "Okta SCIM Client 1.0.0"
    ids = {key: site.invite(f"{key}@marigold.example", name, okta) for key, name in names.items()}
    site.invite("barbara@marigold.example", "Barbara Liskov", "Google-Auto-Provisioning")
    headers = {"Authorization": "Bearer right-token", "User-Agent": okta}
    body = {"schemas": [GROUP], "displayName": "Design", "members": [{"value": ids["ada"]}, {"value": ids["grace"]}]}
    requests.post(f"{site.scim}/Groups", json=body, headers=headers, timeout=20)
    requests.get(f"{site.scim}/Users/nobody?aadOptscim062020", headers={**headers, "User-Agent": ""}, timeout=20)
    for email, acts in {"ada": ("sign-up", "confirm"), "grace": ("sign-up", "confirm", "suspend")}.items():
        for act in acts:
            site.act(f"members/{site.member(f'{email}@marigold.example')['id']}/{act}")
    site.act(f"members/{site.member('alan@marigold.example')['id']}/sign-up")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with browsing() as made:
        yield made


class Window:
    """One page of the browser, and what the browser has complained of."""

    def __init__(self, browser: Any, site: Site, size: tuple[int, int] = WIDE, **options: Any) -> None:
        viewport = {"width": size[0], "height": size[1]}
        self.context = browser.new_context(viewport=viewport, reduced_motion="reduce", **options)
        self.page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.complaints: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.base = site.base

    def open(self, path: str) -> None:
        """Go to a page."""
        self.page.goto(f"{self.base}/app/{path}")

    def sign_in(self) -> None:
        """Type the token in."""
        self.open("")
        self.page.fill("#token", "right-token")
        self.page.press("#token", "Enter")
        self.page.wait_for_url("**/app/status")

    def tab_to(self, selector: str) -> None:
        """Go on with the tabulator until something has the focus; it must be seen that it has."""
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            if self.page.locator(f"{selector}:focus").count():
                assert self.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
                return
        raise AssertionError(f"the tabulator does not lead to {selector}")


@pytest.fixture
def window(browser: Any, site: Site) -> Iterator[Window]:
    """A browser with an operator who has signed in."""
    made = Window(browser, site)
    made.sign_in()
    yield made
    made.context.close()


@pytest.fixture(scope="module")
def reader(browser: Any, site: Site) -> Iterator[Window]:
    """The same, for many tests that only look."""
    made = Window(browser, site)
    made.sign_in()
    yield made
    made.context.close()


def pages_of(site: Site) -> dict[str, str]:
    """Every page by the name of its picture."""
    ada = site.member("ada@marigold.example")["id"]
    return {
        "status": "status",
        "members": "members",
        "member": f"members/{ada}",
        "pending": "pending",
        "groups": "groups",
        "mailbox": "mail",
        "mail": f"mail/{site.newest_mail('mary@marigold.example')}",
        "requests": "requests",
        "settings": "settings",
        "credentials": "credentials",
        "google": "google",
        "google-groups": "google/groups",
        "google-preview": "google/preview",
        "clock": "clock",
        "refusal": "members/nobody",
    }


NAMES = (
    *("status", "members", "member", "pending", "groups", "mailbox", "mail", "requests", "settings"),
    *("credentials", "google", "google-groups", "google-preview", "clock", "refusal"),
)


def grave(page: Any) -> list[str]:
    """What axe finds serious, or worse."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in found if each["impact"] in ("serious", "critical")]


def overflow(page: Any) -> int:
    """How many pixels a page is too wide."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def take(window: Window, name: str, folder: Path) -> None:
    """Take a picture that can stand in the documents."""
    place = picture_folder(folder) / f"{name}.png"
    place.parent.mkdir(parents=True, exist_ok=True)
    window.page.screenshot(path=str(place))
    assert 2_000 < place.stat().st_size <= LARGEST_PICTURE


def test_there_is_a_name_for_every_page(site: Site) -> None:
    assert tuple(pages_of(site)) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_fit_for_everybody(reader: Window, site: Site, name: str, tmp_path: Path) -> None:
    window = reader
    window.page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    window.page.emulate_media(color_scheme="light")
    window.open(pages_of(site)[name])
    take(window, name, tmp_path)

    assert window.page.locator("h1").count() == 1
    assert grave(window.page) == []
    window.page.emulate_media(color_scheme="dark")
    for width, height in (ZOOMED, NARROW):
        window.page.set_viewport_size({"width": width, "height": height})
        assert overflow(window.page) == 0
    assert grave(window.page) == []
    assert [each for each in window.complaints if "404" not in each] == []


def test_the_first_page_is_fit_for_everybody(browser: Any, site: Site, tmp_path: Path) -> None:
    window = Window(browser, site)
    window.open("")
    take(window, "sign-in", tmp_path)

    assert grave(window.page) == []
    window.page.emulate_media(color_scheme="dark")
    assert grave(window.page) == []
    window.context.close()


def test_pictures_of_the_dark_and_of_the_narrow(window: Window, tmp_path: Path) -> None:
    window.open("members")
    window.page.emulate_media(color_scheme="dark")
    take(window, "members-dark", tmp_path)
    window.page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    window.page.emulate_media(color_scheme="light")
    take(window, "members-narrow", tmp_path)

    assert window.page.locator("td").first.evaluate("each => getComputedStyle(each, '::before').content") == '"Address"'


def test_markup_in_a_name_is_text(window: Window) -> None:
    window.open("members")

    assert window.page.get_by_text("Mary <b>Shelley</b>").count() == 1
    assert window.page.locator("main b").count() == 0


@pytest.mark.parametrize("has_scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_an_invitee_is_signed_up_by_keyboard_alone(browser: Any, site: Site, has_scripts: bool) -> None:
    email = f"keyboard-{has_scripts}@marigold.example".lower()
    site.invite(email, "Kay Board", "Okta SCIM Client 1.0.0")
    window = Window(browser, site, java_script_enabled=has_scripts)
    page, keyboard = window.page, window.page.keyboard
    window.open("")
    window.tab_to("#token")
    keyboard.type("right-token")
    keyboard.press("Enter")
    page.wait_for_url("**/app/status")

    window.tab_to("nav a[href='/app/members']")
    keyboard.press("Enter")
    page.wait_for_url("**/app/members")
    window.tab_to("#q")
    keyboard.type("keyboard-")
    keyboard.press("Enter")
    page.wait_for_url("**/app/members?q=keyboard-")
    assert page.get_by_text(email).count() >= 1

    window.tab_to("nav a[href='/app/mail']")
    keyboard.press("Enter")
    page.wait_for_url("**/app/mail")
    number = site.newest_mail(email)
    window.tab_to(f"a[href='/app/mail/{number}']")
    keyboard.press("Enter")
    page.wait_for_url(f"**/app/mail/{number}")
    window.tab_to("main button")
    keyboard.press("Enter")
    page.wait_for_url(f"**/app/mail/{number}?done=sign-up")

    assert page.get_by_role("status").inner_text() == "The invitee has signed up, and waits for confirmation."
    assert site.member(email)["state"] == "PENDING"
    window.context.close()


def test_the_skip_link_leads_past_the_navigation(window: Window) -> None:
    window.open("members")
    window.page.keyboard.press("Tab")
    window.page.keyboard.press("Enter")
    window.page.keyboard.press("Tab")

    assert window.page.locator("#q:focus").count() == 1


def test_a_refusal_of_the_last_owner_is_seen(window: Window, site: Site) -> None:
    window.open(f"members/{site.member('olga@marigold.example')['id']}")

    assert window.page.get_by_text("Not now: This is the last owner").count() == 2


def test_an_act_is_done_in_a_browser_that_says_where_its_forms_were(window: Window, site: Site) -> None:
    barbara = site.member("barbara@marigold.example")["id"]
    window.open(f"members/{barbara}")
    window.page.get_by_role("button", name="Suspend").click()
    window.page.wait_for_url("**?done=suspend")

    assert site.member("barbara@marigold.example")["state"] == "INVITED_SUSPENDED"
    window.page.get_by_role("button", name="Reactivate").click()
    window.page.wait_for_url("**?done=reactivate")
    assert site.member("barbara@marigold.example")["state"] == "INVITED"


def test_log_out_leads_to_the_first_page(window: Window) -> None:
    window.page.get_by_role("button", name="Log out").click()
    window.page.wait_for_url("**/app?done=log-out")
    assert window.page.get_by_role("status").inner_text() == "You have logged out."

    window.open("members")
    assert window.page.get_by_role("alert").inner_text() == "Please sign in."


def test_a_form_on_another_site_is_refused_by_browser_and_bridge(browser: Any, site: Site, window: Window) -> None:
    window.page.route(
        "http://evil.example/",
        lambda route: route.fulfill(
            content_type="text/html",
            body=f'<form method="post" action="{site.base}/app/settings/provisioning">'
            '<input name="on" value="no"><button>Win</button></form>',
        ),
    )
    window.page.goto("http://evil.example/")
    window.page.get_by_role("button", name="Win").click()
    window.page.wait_for_url("**/app/settings/provisioning")

    assert window.page.get_by_role("alert").inner_text() == "This form was sent by a page of another site."
    assert site.read("settings")["provisioning"] is True


# The last of all: afterwards there is another token.
def test_the_new_token_is_shown_once(window: Window, tmp_path: Path) -> None:
    window.open("credentials")
    window.page.get_by_role("button", name="Make a new token").click()
    token = window.page.get_by_label("The new token").inner_text()

    assert len(token) > 40
    assert grave(window.page) == []
    window.open("credentials")
    assert window.page.get_by_role("alert").inner_text() == "Please sign in."
    window.page.fill("#token", token)
    window.page.get_by_role("button", name="Sign in").click()
    window.page.wait_for_url("**/app/status")
