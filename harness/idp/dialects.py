"""The dialects by name, and the aliases of the main ones; each vendor is found by its folder."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from harness.errors import UsageError
from harness.idp.provider import IdentityProvider
from harness.idp.vendor import read_vendors

VENDORS = read_vendors()
DIALECTS: dict[str, type[IdentityProvider]] = {
    cls.dialect: cls for vendor in VENDORS.values() for cls in vendor.dialects
}
ALIASES = {alias: cls.dialect for cls in DIALECTS.values() for alias in cls.aliases}
MAIN_DIALECTS = tuple(cls.dialect for cls in DIALECTS.values() if cls.is_main)
"""The dialects that a run plays when none is chosen."""
MAIN_CLAIMS = tuple(dict.fromkeys(DIALECTS[name].claim for name in MAIN_DIALECTS))
"""The claims of these: what a run says of identity providers when nothing is chosen."""


def get_dialect(name: str) -> type[IdentityProvider]:
    """The provider class of a dialect or alias. Raises UsageError with the nearest right name."""
    cls = DIALECTS.get(ALIASES.get(name, name))
    if cls is None:
        known = [*DIALECTS, *ALIASES]
        near = difflib.get_close_matches(name, known, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}"
        raise UsageError(f"there is no dialect {name!r}; {hint}")
    return cls


def dialects_for(claims: Iterable[str]) -> tuple[str, ...]:
    """What a run plays when only claims are chosen: the main dialects.

    Where the claims name a vendor that has none among these, it is the vendors that they name, and no others.
    """
    named = [VENDORS[claim] for claim in claims if claim in VENDORS]
    if all(vendor.claim in MAIN_CLAIMS for vendor in named):
        return MAIN_DIALECTS
    chosen = {vendor.dialects[0].dialect for vendor in named}
    return tuple(name for name in DIALECTS if name in chosen)
