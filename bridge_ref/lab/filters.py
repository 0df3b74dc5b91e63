"""Defects in the reading of filters, as a table: each alters the text or the tree of a filter (RFC 7644 3.4.2.2)."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace as changed

from bridge_ref.decisions.index_plan import FilterPart
from bridge_ref.lab.registry import defect
from bridge_ref.scim.errors import ScimError
from bridge_ref.scim.filter.lexer import invalid_filter
from bridge_ref.scim.filter.parser import And, Comparison, Filter, Not, Or, Present, ValueFilter
from bridge_ref.scim.path import AttributePath, find_path

_ROW = "RFC7644-3.4.2.2-"
# What a wrong filter breaks beside its own row: what is there is not found, or others are.
_REACH = ("RFC7644-3.4.*", "RFC7644-3.10-*", "RFC7643-*", "SEED-*", "OKTA-*", "ENTRA-*", "GOOGLE-*")
Leaf = Comparison | Present
Change = Callable[[Any], Filter]


def _each(tree: Filter, change: Change) -> Filter:
    """The tree with each of its nodes changed, the innermost first."""
    if isinstance(tree, And | Or):
        return change(changed(tree, terms=tuple(_each(term, change) for term in tree.terms)))
    if isinstance(tree, Not | ValueFilter):
        return change(changed(tree, inside=_each(tree.inside, change)))
    return change(tree)


def _path(text: str) -> AttributePath:
    found = find_path(text)
    assert found is not None
    return found


_NOTHING: Filter = Not(Present(_path("id")))
_EVERYTHING: Filter = Present(_path("id"))


def _never(is_meant: Callable[[Leaf], bool]) -> Change:
    """What is meant matches nothing."""
    return lambda node: _NOTHING if isinstance(node, Comparison | Present) and is_meant(node) else node


def _operators(names: Mapping[str, str], is_meant: Callable[[Comparison], bool] = lambda node: True) -> Change:
    """One operator is taken for another."""

    def change(node: Any) -> Filter:
        if isinstance(node, Comparison) and node.operator in names and is_meant(node):
            return changed(node, operator=names[node.operator])
        found: Filter = node
        return found

    return change


def _of_text(node: Comparison) -> bool:
    return not _is_time(node)


def _is_time(node: Comparison) -> bool:
    return node.path.name.lower() == "meta"


def _flat(node: Any) -> Filter:
    """(a or b) and c, read as a or b and c."""
    if isinstance(node, And) and not _is_own(node.terms[-1]):
        first, *rest = node.terms
        if isinstance(first, Or):
            return Or((*first.terms[:-1], And((first.terms[-1], *rest))))
    found: Filter = node
    return found


def _joined_otherwise(node: Any) -> Filter:
    """a and b, read as a or b."""
    if not isinstance(node, And):
        found: Filter = node
        return found
    own, others = [t for t in node.terms if _is_own(t)], [t for t in node.terms if not _is_own(t)]
    return And((Or(tuple(others)), *own)) if len(others) > 1 else node


def _from_the_left(node: Any) -> Filter:
    """not and or, which reach to the end of what follows."""
    if isinstance(node, And) and isinstance(node.terms[0], Not) and not _is_own(node.terms[-1]):
        return Not(And((node.terms[0].inside, *node.terms[1:])))
    if isinstance(node, Or) and isinstance(node.terms[-1], And):
        return And((Or((*node.terms[:-1], node.terms[-1].terms[0])), *node.terms[-1].terms[1:]))
    found: Filter = node
    return found


def _is_own(node: Filter) -> bool:
    return isinstance(node, Comparison) and node.operator == "co"


def _spread(node: Any) -> Filter:
    """What stands in brackets, tested on different values."""
    if isinstance(node, ValueFilter) and isinstance(node.inside, And):
        return And(tuple(ValueFilter(node.path, term) for term in node.inside.terms))
    found: Filter = node
    return found


def _inner_or(node: Any) -> Filter:
    """Of what is joined by or in brackets, the first alone."""
    if isinstance(node, ValueFilter):
        return changed(node, inside=_each(node.inside, lambda each: each.terms[0] if isinstance(each, Or) else each))
    found: Filter = node
    return found


def _on(kind: type[Any], change: Callable[[Any], Any], is_meant: Callable[[Any], bool] = lambda node: True) -> Change:
    return lambda node: change(node) if isinstance(node, kind) and is_meant(node) else node


def _by_type(node: Comparison) -> Filter:
    return changed(node, path=_path(f"{node.path.name}.type"))


def _is_bare(node: Comparison) -> bool:
    return node.path.sub is None and node.path.name.lower() in ("emails", "phonenumbers", "addresses", "ims")


def _is_capital(path: AttributePath) -> bool:
    return path.name[:1].isupper()


def _without_wildcards(node: Comparison) -> Filter:
    return changed(node, value=node.value.replace("%", "").replace("_", ""))


def _has_wildcard(node: Comparison) -> bool:
    return node.operator in ("co", "sw") and isinstance(node.value, str) and bool(re.search("[%_]", node.value))


TREES: Mapping[str, tuple[str, str, Change]] = {
    "ne-finds-what-is-equal": ("08", "Takes ne for eq.", _operators({"ne": "eq"})),
    "sw-looks-anywhere": ("10", "Takes sw for co.", _operators({"sw": "co"})),
    "ew-looks-anywhere": ("11", "Takes ew for co.", _operators({"ew": "co"})),
    "pr-finds-everybody": (
        "12",
        "Takes every attribute for present.",
        _on(Present, lambda node: _EVERYTHING, lambda node: node.path.name.lower() not in ("addresses", "members")),
    ),
    "complex-attributes-are-always-present": (
        "13",
        "Takes every complex attribute for present.",
        _on(Present, lambda node: _EVERYTHING, lambda node: node.path.sub is None and _is_complex(node.path)),
    ),
    "ge-without-the-equal": (
        "14",
        "Leaves the equal value out of ge and le.",
        _operators({"ge": "gt", "le": "lt"}, _of_text),
    ),
    "times-compared-backwards": (
        "15",
        "Takes later for earlier.",
        _operators({"gt": "lt", "ge": "le", "lt": "gt", "le": "ge"}, _is_time),
    ),
    "or-takes-the-left-side": ("20", "Forgets all but the left side of or.", _on(Or, lambda node: node.terms[0])),
    "not-is-passed-over": ("21", "Passes over not.", _on(Not, lambda node: node.inside)),
    "grouping-is-passed-over": ("29", "Reads (a or b) and c as a or b and c.", _flat),
    "brackets-over-several-values": ("24", "Tests what stands in brackets on different values.", _spread),
    "the-first-of-or-in-brackets": ("26", "Forgets in brackets all but the left side of or.", _inner_or),
    "emails-are-their-types": (
        "33",
        "Compares the type of a value where no sub-attribute is named.",
        _on(Comparison, _by_type, _is_bare),
    ),
    "defaults-are-not-found": (
        "34",
        "Does not find an active that was not sent.",
        _never(lambda node: node.path.name.lower() == "active"),
    ),
    "schemas-are-not-found": ("39", "Finds nobody by schemas.", _never(lambda node: node.path.name == "schemas")),
    "meta-is-not-found": ("41", "Finds nobody by meta.", _never(lambda node: node.path.name == "meta")),
    "members-of-any-kind": (
        "42",
        "Finds every group with members by the id of one.",
        _on(Comparison, lambda node: Present(_path("members")), lambda node: node.path.name == "members"),
    ),
    "percent-is-a-wildcard": ("44", "Takes percent and underscore for wildcards.",
                              _on(Comparison, _without_wildcards, _has_wildcard)),
    "names-mind-letter-case": ("03", "Finds nobody by a name with a capital.", _never(lambda n: _is_capital(n.path))),
    "urns-are-not-found": (
        "3.10-01",
        "Finds nobody by an attribute of the core schema with its URN.",
        _never(lambda node: node.path.urn is not None and ":core:" in node.path.urn.lower()),
    ),
    "and-is-taken-for-or": ("19", "Takes and for or.", lambda node: _joined_otherwise(node)),
    "not-goes-to-the-end": ("30", "Reads (not a) and b as not (a and b), and a or b and c as (a or b) and c.",
                            lambda node: _from_the_left(node)),
    "urns-match-nothing": ("40", "Finds nobody by a name with a URN.", _never(lambda node: node.path.urn is not None)),
    "extensions-are-not-found": (
        "3.10-02",
        "Finds nobody by an attribute of an extension.",
        _never(lambda node: node.path.urn is not None and ":extension:" in node.path.urn.lower()),
    ),
}  # fmt: skip


def _is_complex(path: AttributePath) -> bool:
    return path.name.lower() in ("name", "emails", "phonenumbers", "addresses", "ims", "photos", "roles")


def _reads(name: str, row: str, summary: str, change: Change) -> None:
    def parse(self: FilterPart, text: str) -> Filter:
        return _each(FilterPart.parse(self, text), change)

    made = type(name.title().replace("-", ""), (FilterPart,), {"parse": parse, "__doc__": summary})
    also = (f"{_ROW}15",) if row == f"{_ROW}41" else ()  # of meta it is times that are compared
    defect(name, breaks=(row, *also), reach=_REACH)(made)


_OPERATOR = re.compile(r'^(\S+) (regex|like) (".*")$')


def _unknown_as_eq(text: str) -> str:
    return _OPERATOR.sub(r"\1 eq \3", text)


def _closed(text: str) -> str:
    return f'{text}"' if text.count('"') % 2 else text


def _present(text: str) -> str:
    return f"{text} pr" if re.fullmatch(r"\w+", text) else text


def _in_small_letters_alone(text: str) -> str:
    if re.search(r"\b(EQ|Eq|SW|AND|OR|NOT)\b", re.sub(r'"[^"]*"', "", text)):
        raise invalid_filter("operators are written in small letters")
    return text


TEXTS: Mapping[str, tuple[str, str, Callable[[str], str]]] = {
    "an-empty-filter-finds-everybody": ("05", "Takes an empty filter for none.", lambda text: text.strip() or "id pr"),
    "half-a-filter-is-presence": ("06", "Takes a bare name for a test of presence.", _present),
    "empty-brackets-match-all": ("25", "Takes empty brackets for presence.", lambda text: text.replace("[]", " pr")),
    "an-open-quote-is-closed": ("27", "Closes a quote that is open.", _closed),
    "unknown-operators-are-eq": ("36", "Takes an operator that there is not for eq.", _unknown_as_eq),
    "operators-mind-letter-case": ("04", "Refuses operators in capitals.", _in_small_letters_alone),
    "booleans-have-an-order": (
        "17",
        "Answers whether one Boolean is greater than another.",
        lambda text: re.sub(r"\bactive (gt|ge|lt|le) ", "active eq ", text),
    ),
}


def _rewrites(name: str, row: str, summary: str, change: Callable[[str], str]) -> None:
    def parse(self: FilterPart, text: str) -> Filter:
        return FilterPart.parse(self, change(text))

    made = type(name.title().replace("-", ""), (FilterPart,), {"parse": parse, "__doc__": summary})
    defect(name, breaks=(row,), reach=_REACH)(made)


for _name, (_number, _summary, _change) in TREES.items():
    _reads(_name, _ROW + _number if "-" not in _number else f"RFC7644-{_number}", _summary, _change)
for _name, (_number, _summary, _rewrite) in TEXTS.items():
    _rewrites(_name, f"{_ROW}{_number}", _summary, _rewrite)


@defect("unknown-operators-without-a-word", breaks=(f"{_ROW}37",), reach=_REACH)
class UnknownOperatorsWithoutAWord(FilterPart):
    """Declines a filter and does not say why."""

    def parse(self, text: str) -> Filter:
        """The refusal without its detail."""
        try:
            return super().parse(text)
        except ScimError as error:
            raise ScimError(error.status, "", error.scim_type) from None
