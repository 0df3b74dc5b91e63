"""Names of attributes as vendors spell them, turned into those of RFC 7643: the same wherever a name can stand."""

import re

from msgspec.structs import replace

from bridge_ref.scim.catalogue import ENTERPRISE_URN
from bridge_ref.scim.filter.parser import And, Comparison, Filter, Not, Or, Present, ValueFilter
from bridge_ref.scim.leniency import Leniency
from bridge_ref.scim.path import AttributePath, find_path
from bridge_ref.scim.query import Query

DRAFT_CORE = "urn:scim:schemas:core:"
_DRAFT = re.compile(r"urn:scim:schemas:(core|extension:enterprise):[12]\.0(?::(?:User|Group)(?=:|$))?(?::|$)", re.I)
_MANAGER = re.compile(r"manager(?:\.[A-Za-z$]+)?", re.I)


def spelt_out(name: str, leniency: Leniency) -> str:
    """A name in a body, a path, a filter or a projection, with the URN that the RFC has for it."""
    found = _DRAFT.match(name) if leniency.draft_schemas else None
    if found is not None:
        rest = name[found.end() :]
        if found[1].lower() == "core":
            return rest or name
        return f"{ENTERPRISE_URN}:{rest}" if rest else ENTERPRISE_URN
    if leniency.loose_manager and _MANAGER.fullmatch(name):
        return f"{ENTERPRISE_URN}:{name}"
    return name


def spelt_filter(tree: Filter, leniency: Leniency) -> Filter:
    """A filter with all its names spelt out; what stands in brackets are names of sub-attributes, which have none."""
    if isinstance(tree, And | Or):
        return replace(tree, terms=tuple(spelt_filter(term, leniency) for term in tree.terms))
    if isinstance(tree, Not):
        return replace(tree, inside=spelt_filter(tree.inside, leniency))
    assert isinstance(tree, Comparison | Present | ValueFilter)
    return replace(tree, path=_spelt_path(tree.path, leniency))


def spelt_query(query: Query, leniency: Leniency) -> Query:
    """A query whose projection and order name attributes as the RFC does; filters are read elsewhere."""
    shown = query.projection
    if shown.attributes or shown.excluded:
        attributes, excluded = (
            tuple(spelt_out(name, leniency) for name in names) for names in (shown.attributes, shown.excluded)
        )
        query = replace(query, projection=replace(shown, attributes=attributes, excluded=excluded))
    return replace(query, sort_by=spelt_out(query.sort_by, leniency)) if query.sort_by is not None else query


def _spelt_path(path: AttributePath, leniency: Leniency) -> AttributePath:
    return find_path(spelt_out(path.text, leniency)) or path
