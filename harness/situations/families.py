"""The families of situations, by the name under which `--only` and reports know them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from harness.situations.attributes import lives
from harness.situations.beside import whole_users
from harness.situations.bodies import bodies
from harness.situations.bulk import bulks
from harness.situations.filtering import filters, unusual
from harness.situations.lettering import lettering
from harness.situations.lists import orders, pages, roots, selections
from harness.situations.membership import large_groups, memberships
from harness.situations.parameters import parameters
from harness.situations.repeating import repeats
from harness.situations.several import several
from harness.situations.situation import Family
from harness.situations.targets import targets
from harness.situations.values import odd_values
from harness.situations.writes import writes

FAMILIES: Mapping[str, Family] = MappingProxyType(
    {
        "attributes-of-users": lives("Users"),
        "attributes-of-groups": lives("Groups"),
        "whole-users": whole_users,
        "several-operations": several,
        "odd-values": odd_values,
        "filters": filters,
        "odd-filters": unusual,
        "selected-attributes": selections,
        "sorted-lists": orders,
        "pages": pages,
        "searches-at-the-root": roots,
        "repeats": repeats,
        "members": memberships,
        "large-groups": large_groups,
        "bulk": bulks,
        "writes": writes,
        "odd-bodies": bodies,
        "odd-parameters": parameters,
        "odd-targets": targets,
        "other-letters": lettering,
    }
)

LARGE_FAMILIES = frozenset({"large-groups"})
"""Families that make so many people that an account which is in use should not have them."""
