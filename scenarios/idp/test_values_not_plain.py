"""Names and addresses with characters that are special somewhere on the way, as every identity provider sends them."""

from __future__ import annotations

import pytest

from harness.stories.account import Account
from harness.stories.driven_idp import DrivenIdp
from harness.stories.expect import Expect

# By what is special in it: a filter, a URL, a form, an encoding, a font, a column.
NAMES = {
    "apostrophe": ("D'Arcy", "O'Neill"),
    "percent": ("50% Ada", "100%25"),
    "plus": ("A+B", "C++"),
    "another script": ("Zoë 愛", "Łukasz Øst"),
    "combining": ("Ame\u0301lie", "Nguye\u0302\u0303n"),
    "200 characters": ("Ada " * 25, "Byron-" * 33 + "By"),
}


@pytest.mark.parametrize("kind", NAMES)
def test_values_that_are_not_plain(idp: DrivenIdp, account: Account, expect: Expect, kind: str) -> None:
    """Somebody with such a name is hired into a group with such a name, is renamed, and leaves the group."""
    given, family = (part.strip() for part in NAMES[kind])
    everyone, design = idp.assign_groups("Everyone", f"{given} & {family}"[:200])
    ada = idp.directory.rename(idp.hire("Ada", everyone, design), given, family)
    if kind in ("apostrophe", "percent", "plus"):
        sign = {"apostrophe": "'", "percent": "%25", "plus": "+"}[kind]
        ada = idp.directory.change_address(ada, f"a{sign}b.{ada.address}")
    idp.sync("both groups are assigned")
    if kind == "200 characters":
        idp.made(ada)  # whoever takes no text of that length says so, and may
    expect.one_user(ada, proves="SEED-15", facets="address")
    expect.name(ada, proves="SEED-15", facets="display name")
    expect.groups(ada, {everyone, design}, proves="SEED-12")
    outbox = account.outbox()

    ada = idp.directory.rename(ada, family, given)
    idp.directory.leave(ada, design)
    idp.sync("the names change places, and the group is left")

    expect.name(ada, proves="SEED-15", facets="display name")
    expect.groups(ada, {everyone}, proves="SEED-12")
    expect.active(ada, True, proves="SEED-15")
    expect.no_mail(ada, since=outbox, proves="SEED-15")
