"""Links between documents lead somewhere, and no document contains a path of a machine."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.docs.pages import BY_HAND, PAGES, ROOT, name_of, text_of, without_blocks

LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")
TOPS = "harness|scenarios|schemas|bridge_ref|loadtests|tests|tools|docs"
PATH = re.compile(rf"`((?:{TOPS})/[\w./-]*)`")
# What would only be right here: home and work folders. SCIM's own /Users is none.
MACHINE = re.compile(r"(?<![\w.])/(?:home|root|work|tmp|opt|usr|mnt|var)/|[A-Z]:\\\\")
HOSTS = re.compile(r"https?://[^\s\"'`)>|]+")


def anchors_in(text: str) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    for link in LINK.findall(without_blocks(text_of(page))):
        address, _, anchor = link.partition("#")
        if urlsplit(address).scheme:
            continue
        target = page.parent / address if address else page
        assert target.exists(), link
        assert not anchor or anchor in anchors_in(text_of(target)), link


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_named_files_are_there(page: Path) -> None:
    for path in PATH.findall(text_of(page)):
        assert (ROOT / path).exists(), path


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_path_of_a_machine(page: Path) -> None:
    assert MACHINE.findall(text_of(page)) == []


@pytest.mark.parametrize("page", [p for p in BY_HAND if p.parent.name != "targets"], ids=name_of)
def test_addresses_are_examples(page: Path) -> None:
    for address in HOSTS.findall(text_of(page)):
        host = urlsplit(address).hostname or ""
        assert host == "127.0.0.1" or host.endswith((".example", "example.com")), address


def test_every_page_is_reached_from_the_readme() -> None:
    seen, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page not in seen and page.suffix == ".md":
            seen.add(page)
            links = (link.partition("#")[0] for link in LINK.findall(text_of(page)))
            waiting += [(page.parent / link).resolve() for link in links if link and not urlsplit(link).scheme]

    missed = {name_of(page) for page in PAGES if page.parent.name != "targets"} - {name_of(page) for page in seen}

    assert missed == set()
