"""The dialects by name, and the aliases of the main ones."""

from __future__ import annotations

import difflib

from harness.errors import UsageError
from harness.idp.entra import EntraDefault, EntraFlag, EntraOnDemand
from harness.idp.google import Google, GooglePull
from harness.idp.okta import OktaAiw, OktaOin
from harness.idp.provider import IdentityProvider

DIALECTS: dict[str, type[IdentityProvider]] = {
    cls.dialect: cls for cls in (OktaOin, OktaAiw, EntraDefault, EntraFlag, EntraOnDemand, Google, GooglePull)
}
ALIASES = {alias: cls.dialect for cls in DIALECTS.values() for alias in cls.aliases}
MAIN_DIALECTS = tuple(cls.dialect for cls in DIALECTS.values() if cls.is_main)
"""The dialects that a run plays when none is chosen."""


def get_dialect(name: str) -> type[IdentityProvider]:
    """The provider class of a dialect or alias. Raises UsageError with the nearest right name."""
    cls = DIALECTS.get(ALIASES.get(name, name))
    if cls is None:
        known = [*DIALECTS, *ALIASES]
        near = difflib.get_close_matches(name, known, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}"
        raise UsageError(f"there is no dialect {name!r}; {hint}")
    return cls
