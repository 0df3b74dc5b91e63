"""Compares one representation of a resource with what is known of it, and learns from it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import quote

from harness.model.asked import Asked
from harness.model.deviation import Comparisons, Context, StateDeviation
from harness.model.flat import META, Flat, Spellings, top_of
from harness.model.knowledge import Known, Resource, Sure
from harness.model.observed import Supported
from harness.model.predict import compare_both, is_shown_right
from harness.model.relations import Relations
from harness.model.steps import is_companion
from harness.model.values import Kind, compare, names_made_of
from harness.record.exchange import Exchange, Json
from harness.record.journal import Entry

TYPES = {"Users": "User", "Groups": "Group"}
_ALWAYS = ("id", "schemas", "username", "displayname")  # shown whatever is asked for, by their schemas
_LISTS = ("list", "filter", "page", "search")
ANSWER = "answer"  # how the answer to a write shows its resource
BESIDE = "beside"  # the operation that was done to another resource
OMITTED = ("RFC7644-3.5.1-04", "RFC7644-3.5.1-05")  # what a PUT leaves out may be kept or cleared
_MAKES_DEFAULTS = ("username", "name.givenname", "name.familyname")
_LONGEST = 300  # characters of a value in a report


class Showing:
    """Compares representations with what is known."""

    def __init__(self, names: Spellings, supported: Supported, relations: Relations) -> None:
        self._names = names
        self._relations = relations
        self._supported = supported
        # What was shown after a create that did not say it, each as a rule: a server gives a default again (RFC 7644
        # section 3.5.1).
        self._defaults: set[tuple[str, str, str]] = set()

    def compare(
        self,
        look: Comparisons,
        resource: Resource,
        shown: Json,
        flat: Flat,
        seen: str,
        asked: Asked,
        pointer: str,
        last_write: Entry | None,
        hidden: frozenset[str] = frozenset(),
    ) -> None:
        """Note each difference, and take over what was shown. What is `hidden` stays as it is known."""
        endpoint = resource.key[0]
        type_ = TYPES[resource.key[0]]
        is_right = True
        fresh: dict[str, Known] = {}
        doubtful: set[str] = set()
        for path in sorted(resource.known.keys() | flat.keys()):
            top = top_of(path)
            if top in META or top in hidden or (top == "groups" and type_ == "User"):
                continue
            wanted = asked.is_wanted(path)
            if wanted is not True:
                if wanted is False and path in flat and asked.without and top not in _ALWAYS:
                    self._against(look, resource, path, flat[path], seen, pointer)
                elif wanted is False and asked.without and resource.has(path) and path not in flat:
                    look.held.add(Context("excluded", type_, top, seen))
                continue
            if resource.is_unknown(path):
                fresh[path] = Known(flat.get(path))
                continue
            known = resource.known.get(path)
            if known is None:
                if not resource.is_whole:
                    fresh[path] = Known(flat[path])
                    self._learn_default(resource, path, flat)
                    continue
                known = Known(None, how="kept" if resource.accepted_since else "")
            supported = self._supported.after(known.how, endpoint)
            if known.sure is not Sure.EXACTLY and known.value is not None and path not in supported:
                fresh[path] = Known(flat.get(path))  # a freedom: the server never keeps it
                continue
            is_in_part = seen == "exclusion" and any(name.startswith(f"{top}.") for name in asked.without)
            context = Context(known.how, type_, top, "exclusion in part" if is_in_part else seen)
            is_open = known.sure is Sure.SENT or known.sure is Sure.EITHER or bool(resource.accepted_since)
            if path == "displayname" and is_open and str(flat.get(path)) in names_made_of(flat):
                fresh[path] = Known(flat.get(path))
                continue
            if known.sure is Sure.EITHER and self._is_default(resource, path, flat):
                fresh[path] = Known(flat.get(path))
                continue
            if known.sure is Sure.EITHER:
                look.chosen.update((row, "kept" if path in flat else "cleared") for row in OMITTED)
            if is_shown_right(path, known, flat.get(path), supported):
                if known.value is not None or known.how:
                    look.held.add(context)
                if path in resource.answered:
                    is_as_answered = compare_both(path, known.before, flat.get(path), supported)
                    _settle_answer(resource, path, is_right=known.sure is Sure.ANSWERED and not is_as_answered)
                fresh[path] = Known(flat.get(path))
                continue
            is_right = False
            if resource.accepted_since:
                resource.deviant.add(top)
            self._deviates(look, resource, path, known, flat.get(path), context, pointer, last_write)
            if not asked.is_projected and not resource.accepted_since and not pointer:
                doubtful.add(path)  # two looks that differ: the next one decides
            if seen == ANSWER and known.by is look.entry and not asked.is_projected:
                resource.answered[path] = look, look.deviations[-1]
                fresh[path] = Known(known.value, Sure.ANSWERED, known.how, flat.get(path), known.by)
            elif not asked.is_projected and (resource.accepted_since or not pointer):
                fresh[path] = Known(flat.get(path))
        resource.known.update(fresh)
        if asked.is_projected:
            return
        if type_ == "Group" and "members" not in hidden:
            self._relations.confirm(look, resource, is_right=is_right and "members" in self._supported.shown[endpoint])
        if is_right:
            self.unharmed(look, resource, seen, last_write)
        resource.shown_by.add(seen)
        if is_right or not pointer or resource.accepted_since:
            unseen = {path for path in hidden if resource.is_unknown(path) or not _is_sure(resource, path)}
            resource.unknown.clear()
            resource.is_whole = True
            resource.is_there = True
            resource.source = look.entry
            if all(resource.is_confirmed(path) for path in resource.known if top_of(path) in hidden):
                resource.writes.clear()
            resource.unknown.update(doubtful, unseen)
            resource.last, resource.hidden = None if doubtful else shown, hidden
            resource.previous = flat

    def _is_default(self, resource: Resource, path: str, flat: Flat) -> bool:
        """Whether a value may be one that the server gives by itself: as it did before, or made of what is known."""
        rule = _rule_of(resource, path, flat)
        is_made = path != "active" and any(f"{{{name}}}" in rule for name in ("id", *_MAKES_DEFAULTS))
        return is_made or (resource.key[0], path, rule) in self._defaults

    def _learn_default(self, resource: Resource, path: str, flat: Flat) -> None:
        """What a create did not say and its answer shows; whether somebody has access is never a default here."""
        if resource.accepted and path != "active" and isinstance(flat[path], str | bool | int | float | list):
            self._defaults.add((resource.key[0], path, _rule_of(resource, path, flat)))

    @staticmethod
    def unharmed(look: Comparisons, resource: Resource, seen: str, last_write: Entry | None) -> None:
        """A resource is as it was: what was refused since left no mark, and what was done to others no trace."""
        type_ = TYPES[resource.key[0]]
        refused = [entry for entry in resource.writes if entry not in resource.accepted]
        if refused and len(refused) == len(resource.writes):
            look.held.add(Context(f"refused {_method(refused[-1])}", type_, "", seen))
        elif not resource.writes and last_write is not None and _is_since(last_write, resource.source):
            look.held.add(Context(BESIDE, type_, "", seen))

    def _against(self, look: Comparisons, resource: Resource, path: str, shown: Any, seen: str, pointer: str) -> None:
        context = Context("excluded", TYPES[resource.key[0]], top_of(path), seen)
        look.deviations.append(
            StateDeviation(
                Kind.PROJECTED,
                context,
                f"no {self._names.spell(path)}, which was excluded",
                _told(shown),
                f"{pointer}{self._names.pointer(path)}",
                (look.entry,),
            )
        )

    def _deviates(
        self,
        look: Comparisons,
        resource: Resource,
        path: str,
        known: Known,
        shown: Any,
        context: Context,
        pointer: str,
        last_write: Entry | None,
    ) -> None:
        kind, where = self._kind(resource, path, known, shown)
        deciding = known.by or next((e for e in reversed(resource.writes) if e in resource.accepted), look.entry)
        entries: tuple[Entry, ...] = tuple(resource.writes)
        seen = context.seen
        if not resource.accepted_since:
            how, deciding = "", look.entry
            is_list = seen in _LISTS
            if resource.writes:
                kind, how = Kind.MARK, f"refused {_method(resource.writes[-1])}"
                deciding = resource.writes[-1]
            elif seen in resource.shown_by and last_write is not None and _is_since(last_write, resource.source):
                kind, how, entries, deciding = Kind.COLLATERAL, BESIDE, (last_write,), last_write
            elif is_list and shown is None:
                kind = Kind.HIDDEN
            elif is_list or any(each in _LISTS for each in resource.shown_by):
                kind = Kind.DISAGREEING
            context = Context(how, context.type, context.attribute, seen)
        if pointer and (path, seen) in resource.told:
            return
        resource.told.add((path, seen))
        source = (resource.source,) if resource.source is not None and resource.source not in entries else ()
        stands = (*source, *(e for e in entries if e is not look.entry), look.entry)
        name = self._names.spell(where)
        look.deviations.append(
            StateDeviation(
                kind,
                context,
                f"{name} {_told(known.value)}{_reason(known, context)}",
                _told(shown),
                f"{pointer}{self._names.pointer(path)}",
                stands,
                deciding,
            )
        )

    def _kind(self, resource: Resource, path: str, known: Known, shown: Any) -> tuple[Kind, str]:
        supported = self._supported.after(known.how, resource.key[0])
        is_change = (
            not known.how.startswith("kept") and known.how not in ("", "create") and not known.how.endswith("again")
        )
        if is_change and compare_both(path, known.before, shown, supported):
            return Kind.STALE, path
        if shown is None:
            return Kind.LOST, path
        if known.value is None:
            return Kind.INVENTED, path
        return compare(path, known.value, shown, supported, is_sent=known.sure is Sure.SENT) or (Kind.ALTERED, path)


def believe_answers(resource: Resource) -> None:
    """A look has shown what the answer to the last write did: that is what the write has made."""
    for path in list(resource.answered):
        known = resource.known[path]
        _settle_answer(resource, path, is_right=False)
        if known.sure is Sure.ANSWERED:
            resource.known[path] = Known(known.before)


def _settle_answer(resource: Resource, path: str, *, is_right: bool) -> None:
    """A look tells whether a write is wrong or its answer alone: `is_right` where it shows what was written."""
    look, deviation = resource.answered.pop(path)
    context, deciding = deviation.context, deviation.deciding
    if is_right and deciding is not None:
        told = replace(deviation, context=replace(context, how=f"{ANSWER} {_method(deciding)}"), deciding=look.entry)
    elif context.how == "create" and deviation.kind is Kind.LOST:
        told = replace(deviation, context=replace(context, how=f"{context.how}, as read"))
    else:
        return
    look.deviations[look.deviations.index(deviation)] = told


def _is_sure(resource: Resource, top: str) -> bool:
    """Whether an attribute is known, and nothing of it is what a server makes of others."""
    paths = [path for path in resource.known if top_of(path) == top]
    return bool(paths) and not any(map(is_companion, paths))


def _method(entry: Entry) -> str:
    event = entry.event
    return event.request.method.lower() if isinstance(event, Exchange) else ""


def _is_since(write: Entry, source: Entry | None) -> bool:
    """Whether a write came after the last showing of a resource, both of one worker."""
    if source is None:
        return False
    one, other = write.id.rpartition(":"), source.id.rpartition(":")
    return one[0] == other[0] and int(one[2]) > int(other[2])


def _reason(known: Known, context: Context) -> str:
    """Why a value must be shown, in words behind it."""
    how = known.how
    if how == "":
        return ", as it was shown before"
    if how.startswith("kept") or how.endswith("again"):
        return ", as before"
    if how == "deletion":
        return ", since the member was deleted"
    name = (
        how.removeprefix("several ")
        .removesuffix(" chosen")
        .removesuffix(" chosen part")
        .replace("emptied", "replace by nothing")
        .replace("put", "PUT")
    )
    among = " among several operations" if how.startswith("several") else ""
    return f", as the {name}{among} says" if known.value is not None else f", since the {name}{among}"


def _told(value: Any) -> str:
    if value is None:
        return "none"
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _rule_of(resource: Resource, path: str, flat: Flat) -> str:
    """A value as a rule: with names for the id, the userName and the parts of the name that it holds."""
    made = str(flat.get(path))
    for name, own in (("id", resource.key[1]), *((name, flat.get(name)) for name in _MAKES_DEFAULTS)):
        if isinstance(own, str) and len(own) > 1 and name != path:
            made = made.replace(own, f"{{{name}}}").replace(quote(own), f"{{{name}}}")
    return made
