"""Links from a requirement to the section of the RFC that it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SECTION = re.compile(r"RFC (\d{4}) section (\d+(?:\.\d+)*)")


def section_link(source: str) -> tuple[str, str] | None:
    """The first section that a source names, as words and address; None where it names none."""
    found = _SECTION.search(source)
    return (found[0], f"https://www.rfc-editor.org/rfc/rfc{found[1]}#section-{found[2]}") if found else None


def section_links(sources: Iterable[str]) -> list[tuple[str, str]]:
    """The sections that these sources name, each once, in their order."""
    return list(dict.fromkeys(link for source in sources if (link := section_link(source))))
