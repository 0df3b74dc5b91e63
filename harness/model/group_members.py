"""Whom a write of a group names as members: what refers to nobody need not be kept (RFC 7643 section 2.3.7).

Nor need who is suspended: whether they join is the product's choice (G9 of the sources, unconfirmed).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.model.members import member, values_of


def members_named(body: Any) -> frozenset[str]:
    """The ids of members in the body of a create, a PUT or a PATCH, whichever its form."""
    return frozenset(_ids_in(member(body, "members"))).union(*(_of_operation(each) for each in _operations_of(body)))


def is_suspended(user: Any) -> bool:
    """Whether a user is shown, or sent, as one who has no access."""
    return member(user, "active") is False


def suspends(body: Any) -> bool:
    """Whether a write of a user may end their access: a PUT or a PATCH, whichever its form."""
    return is_suspended(body) or any(map(_is_about_access, _operations_of(body)))


def _is_about_access(operation: Any) -> bool:
    path, value = member(operation, "path"), member(operation, "value")
    return str(path).rpartition(":")[2].lower() == "active" or member(value, "active") is not None


def _operations_of(body: Any) -> list[Any]:
    operations = member(body, "Operations")
    return operations if isinstance(operations, list) else []


def _of_operation(operation: Any) -> frozenset[str]:
    if str(member(operation, "op")).lower() == "remove":
        return frozenset()
    path, value = member(operation, "path"), member(operation, "value")
    is_at_members = isinstance(path, str) and path.rpartition(":")[2].lower() == "members"
    return frozenset(_ids_in(value if is_at_members else member(value, "members")))


def _ids_in(value: Any) -> Iterator[str]:
    for each in values_of(value):
        found = member(each, "value")
        if isinstance(found, str):
            yield found
