"""The part of a filter that only selects what a story has made, and what is left without it."""

from __future__ import annotations

from harness.model.filters import AllOf, AnyOf, BadFilter, Compared, FilterTree, Negated, OneValue, parse_filter


def apart_from_own(tree: FilterTree) -> FilterTree:
    """The filter without the part that only selects what a story has made; as it is where that is all of it."""
    if not isinstance(tree, AllOf):
        return tree
    rest = tuple(each for each in tree.terms if not _selects_own(each))
    if not rest:
        return tree
    return rest[0] if len(rest) == 1 else AllOf(rest)


def _selects_own(tree: FilterTree) -> bool:
    return isinstance(tree, Compared) and tree.operator == "co" and tree.name.text in ("userName", "displayName")


def operator_of(text: str) -> str:
    """What a filter consists of: the operator of a single comparison, or what joins several, its own part included.

    What compares a part of `meta` is told by that, whatever it is joined with: nobody else judges it after a change.
    """
    if not text:
        return ""
    try:
        tree = parse_filter(text)
    except BadFilter:
        return "unread"
    rest = apart_from_own(tree)
    if isinstance(rest, Compared) and rest.name.text.lower().startswith("meta."):
        return f"meta {rest.operator}"
    match tree:
        case Compared(_, operator):
            return operator
        case OneValue():
            return "brackets"
        case AllOf():
            return "and"
        case AnyOf():
            return "or"
        case Negated():
            return "not"
    return "pr"
