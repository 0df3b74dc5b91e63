"""Compile conditions to SQL for both engines; every field has an index."""

from collections.abc import Mapping
from typing import Any

from bridge_ref.decisions.queries import AnyOf, Condition, Term

Compiled = tuple[str, tuple[Any, ...]]

_SIGNS = {"eq": "=", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}
# Above every text that begins with what comes before it, in the order of code points.
_LAST = "\U0010ffff"

# `{test}` is the comparison of the column before it.
USER_FIELDS = {
    "id": "u.id {test}",
    "external_id": "u.external_id {test}",
    "name": "u.user_name_key {test}",
    "display": "u.display_key {test}",
    "address": "u.ordinal IN (SELECT ordinal FROM user_emails WHERE key {test})",
    "active": "u.active {test}",
    "modified": "u.modified_ms {test}",
}
GROUP_FIELDS = {
    "id": "scim_id {test}",
    "external_id": "external_id {test}",
    "display": "name_key {test}",
    "modified": "modified_ms {test}",
    "member": """id IN (SELECT s.group_id FROM memberships s JOIN users u ON u.member_id = s.member_id
        WHERE u.id {test})""",
}


def compile_condition(condition: Condition, fields: Mapping[str, str]) -> Compiled:
    """A condition as what stands after WHERE, and its parameters."""
    if isinstance(condition, Term):
        return _compile_term(condition, fields[condition.field])
    parts = [compile_condition(term, fields) for term in condition.terms]
    word = " OR " if isinstance(condition, AnyOf) else " AND "
    return f"({word.join(sql for sql, _ in parts)})", tuple(value for _, values in parts for value in values)


def _compile_term(term: Term, column: str) -> Compiled:
    if term.operator != "sw":
        return column.format(test=f"{_SIGNS[term.operator]} ?"), (term.value,)
    # Two tests of one column, which comes before the mark; for a list of keys, inside its brackets.
    name = column.split(" {test}")[0].split()[-1]
    test = f">= ? AND {name} < ?"
    return f"({column.format(test=test)})", (term.value, f"{term.value}{_LAST}")
