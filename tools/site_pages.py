"""A hook of MkDocs: the pages of the repository's root are pages of the site, and each link leads somewhere.

The Markdown is written for the repository. On the site, `README.md` is the first page, `CHANGELOG.md` and its like are
pages beside it, and a link to a file that is no page (a test, a schema) becomes its plain name.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
FROM_THE_ROOT = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "deploy/README.md": "deploy.md",
}
"""Pages that lie outside `docs/`, by their place on the site."""

_PLACES = {page: place for place, page in FROM_THE_ROOT.items()}
_LINK = re.compile(r"(?<!!)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)")
_IMAGE = re.compile(r"(!\[[^\]]*\]\()([^)\s]+)(\))")
_FENCE = re.compile(r"(^```.*?^```$|`[^`\n]+`)", re.MULTILINE | re.DOTALL)
_AFAR = ("http://", "https://", "mailto:", "#")


def place_of(page: str) -> str:
    """Where a page of the site lies in the repository."""
    return _PLACES.get(page, f"docs/{page}")


def site_place(place: str) -> str | None:
    """The place of a file of the repository on the site; None where it is no part of it."""
    return FROM_THE_ROOT.get(place) or (place.removeprefix("docs/") if place.startswith("docs/") else None)


def for_site(markdown: str, page: str) -> str:
    """The Markdown of a page with its links as the site needs them."""
    parts = _FENCE.split(markdown)
    return "".join(part if index % 2 else _relinked(part, page) for index, part in enumerate(parts))


def _relinked(text: str, page: str) -> str:
    def link(found: re.Match[str]) -> str:
        goal = _goal(found[2], page)
        return f"[{found[1]}]({goal})" if goal else found[1]

    def image(found: re.Match[str]) -> str:
        return f"{found[1]}{_goal(found[2], page) or found[2]}{found[3]}"

    return _LINK.sub(link, _IMAGE.sub(image, text))


def _goal(target: str, page: str) -> str | None:
    if target.startswith(_AFAR):
        return target
    path, hash_sign, anchor = target.partition("#")
    place = posixpath.normpath(posixpath.join(posixpath.dirname(place_of(page)), path))
    goal = site_place(place)
    if goal is None or not (ROOT / place).is_file():
        return None
    return posixpath.relpath(goal, posixpath.dirname(page) or ".") + hash_sign + anchor


def on_files(files: Any, config: Any) -> Any:
    """The pages of the root join those of `docs/`."""
    from mkdocs.structure.files import File

    for place, page in FROM_THE_ROOT.items():
        files.append(File.generated(config, page, content=(ROOT / place).read_text(encoding="utf-8")))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Each page with links for the site."""
    return for_site(markdown, page.file.src_uri)
