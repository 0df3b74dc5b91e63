"""`meta` of a resource: what never changes, and what moves with a change (RFC 7643 section 3.1, RFC 7644 3.14)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType

from harness.model.deviation import Comparisons, Context, StateDeviation
from harness.model.flat import META, Flat, top_of
from harness.model.knowledge import Key, Resource
from harness.model.values import Kind
from harness.record.exchange import Exchange, Json
from harness.record.journal import Entry

_LASTING = ("created", "location", "resourceType")
_MOVING = {"lastModified": "meta.lastModified later than", "version": "another meta.version than"}
TYPES = {"Users": "User", "Groups": "Group"}


class MetaRule:
    """Compares the `meta` of each showing with the one before.

    `on_request` holds by endpoint what is shown on request alone: one answer shows it and the next one may not.
    """

    def __init__(self, on_request: Mapping[str, frozenset[str]] = MappingProxyType({})) -> None:
        self._on_request = on_request

    def compare(
        self,
        look: Comparisons,
        resource: Resource,
        shown: Json,
        flat: Flat,
        pointer: str,
        last_write: Entry | None,
        *,
        is_whole: bool = True,
    ) -> None:
        """Note what changed that must not, and what stood still. `flat` is what was `shown` as a flat map.

        `is_whole` is false of a selection of attributes.
        """
        meta = shown.get("meta")
        if not isinstance(meta, dict):
            return
        known, at = resource.meta, resource.meta_at
        is_list = "list" if pointer else "read"
        type_ = TYPES[resource.key[0]]
        own = (entry for entry in resource.accepted if _is_of(entry, resource.key))
        written = [entry for entry in own if at is not None and not _is_before(entry, at)]
        if known and known == meta:
            look.held.update(Context("", type_, f"meta.{name.lower()}", is_list) for name in _LASTING if name in meta)
        elif known and at is not None:
            meta = dict(meta)
            for name in _LASTING:
                one, other = known.get(name), meta.get(name)
                if one is None or other is None:
                    continue
                context = Context("", type_, f"meta.{name.lower()}", is_list)
                if one == other or _is_same(name, one, at, other, look.entry):
                    look.held.add(context)
                else:
                    expected, where = f"meta.{name} {one!r}", f"{pointer}/meta/{name}"
                    self._note(look, Kind.MOVED, context, expected, repr(other), where, (at,))
                    if pointer:
                        meta[name] = one  # a list that shows another one does not make it so
        at_will = self._on_request.get(resource.key[0], frozenset())
        if known and at is not None and written and _is_changed(resource.previous, flat, is_whole, at_will):
            self._moves(look, resource, meta, pointer, at, written)
        elif known and at is not None and not written and _lost_members(resource.previous, flat, at_will):
            # A member who is deleted leaves the group: a client that kept it by its version would go on showing them.
            beside = [entry for entry in resource.accepted if not _is_before(entry, at)]
            if beside:
                self._moves(look, resource, meta, pointer, at, beside, ("version",))
        resource.meta, resource.meta_at = meta, look.entry

    def recall(self, look: Comparisons, resource: Resource, shown: Json, flat: Flat) -> None:
        """Note a version that comes back although the resource is not as it was when it had that version before.

        Only reads count: the answer to a write may show less.
        """
        is_read = isinstance(look.entry.event, Exchange) and look.entry.event.request.method == "GET"
        meta = shown.get("meta") if is_read else None
        version = meta.get("version") if isinstance(meta, dict) else None
        if not isinstance(version, str) or (version == resource.version and version in resource.versions):
            return
        resource.version = version
        content = _digest(flat)
        earlier = resource.versions.setdefault(version, (content, look.entry))
        if earlier[0] != content:
            context = Context("", TYPES[resource.key[0]], "meta.version", "read")
            expected = f"a meta.version that it has not had before, as {version!r} in entry {earlier[1].id}"
            self._note(look, Kind.STILL, context, expected, repr(version), "/meta/version", (earlier[1],))

    def _moves(
        self,
        look: Comparisons,
        resource: Resource,
        meta: Json,
        pointer: str,
        at: Entry,
        written: list[Entry],
        names: tuple[str, ...] = tuple(_MOVING),
    ) -> None:
        """A write since has changed something: lastModified and version are other ones than before."""
        stands = (at, *(e for e in written if e is not look.entry))
        for name in names:
            words = _MOVING[name]
            known, shown = resource.meta.get(name), meta.get(name)
            context = Context(_method(written[-1]), TYPES[resource.key[0]], f"meta.{name.lower()}", "read")
            if known is None or shown is None:
                continue
            if known != shown:
                look.held.add(context)
            elif name == "version" or _is_behind(resource, at, written[0]):
                expected, where = f"{words} {known!r}", f"{pointer}/meta/{name}"
                self._note(look, Kind.STILL, context, expected, repr(shown), where, stands, written[-1])

    @staticmethod
    def _note(
        look: Comparisons,
        kind: Kind,
        context: Context,
        expected: str,
        actual: str,
        pointer: str,
        rests_on: tuple[Entry, ...],
        deciding: Entry | None = None,
    ) -> None:
        entries = (*rests_on, look.entry)
        look.deviations.append(
            StateDeviation(kind, context, expected, actual, pointer, entries, deciding or look.entry)
        )


def _is_of(entry: Entry, key: Key) -> bool:
    """Whether a request was about this resource itself: what became of others may count as no change of it."""
    event = entry.event
    return isinstance(event, Exchange) and (event.route.id in (key[1], "") and event.route.endpoint == key[0])


def _is_changed(before: Flat, after: Flat, is_whole: bool, at_will: frozenset[str]) -> bool:
    """Whether two representations differ in what a client writes; of a selection, in single values that both show."""
    found = before.keys() | after.keys() if is_whole else before.keys() & after.keys()
    names = {path for path in found if path.partition(".")[0] not in (*META, "groups") and top_of(path) not in at_will}
    if not is_whole:
        names = {path for path in names if not isinstance(after[path], list)}
    return bool(before) and any(_in_order(before.get(path)) != _in_order(after.get(path)) for path in names)


def _digest(shown: Flat) -> int:
    """What a client writes of a whole representation, as a number that differs where it differs."""
    kept = {path: _in_order(value) for path, value in shown.items() if path.partition(".")[0] not in (*META, "groups")}
    return hash(repr(sorted(kept.items())))


def _lost_members(before: Flat, after: Flat, at_will: frozenset[str]) -> bool:
    """Whether a whole group shows fewer members than before."""
    if "members" in at_will:
        return False
    one, other = before.get("members"), after.get("members")
    return isinstance(one, list) and len(one) > (len(other) if isinstance(other, list) else 0)


def _in_order(value: object) -> object:
    """A list has no order of its own (RFC 7643 section 2.4)."""
    return sorted(value, key=repr) if isinstance(value, list) else value


def _is_same(name: str, one: object, at: Entry, other: object, now: Entry) -> bool:
    """Whether what lasts is the same, written otherwise: a moment; an address, at another instance of the bridge."""
    if name == "created":
        return is_same_moment(one, other)
    return name == "location" and _below_base(one, at) == _below_base(other, now) != ""


def _below_base(location: object, entry: Entry) -> str:
    """The part of an address that follows the base to which the request was sent; empty where it is another one's."""
    base = entry.event.base if isinstance(entry.event, Exchange) else ""
    is_below = isinstance(location, str) and base and location.startswith(f"{base}/")
    return str(location).removeprefix(base) if is_below else ""


def _is_behind(resource: Resource, at: Entry, write: Entry) -> bool:
    """Whether the write came long enough after the last change, and the last look, that its moment is another one."""
    earlier = [e for e in resource.accepted if e is not write and _is_before(e, write)]
    before = [e.event for e in (at, *earlier[-1:]) if isinstance(e.event, Exchange)]
    if not earlier or not isinstance(write.event, Exchange):
        return False
    pause = write.event.started_at - max(each.started_at + each.elapsed_s for each in before)
    return pause > resolution(resource.meta.get("lastModified"))


def _method(entry: Entry) -> str:
    return entry.event.request.method.lower() if isinstance(entry.event, Exchange) else ""


def _is_before(one: Entry, other: Entry) -> bool:
    return int(one.id.rpartition(":")[2]) <= int(other.id.rpartition(":")[2])


def resolution(moment: object) -> float:
    """The smallest step in which a moment is written, in seconds."""
    found = re.search(r"[.](\d+)", str(moment))
    return 10.0 ** -len(found[1]) if found else 1.0


def is_same_moment(one: object, other: object) -> bool:
    """Whether two moments are one, to the digits that the coarser one has."""
    left, right = instant(one), instant(other)
    if left is None or right is None:
        return one == other
    return left == right or (
        resolution(one) != resolution(other)
        and abs((left - right).total_seconds()) < max(resolution(one), resolution(other))
    )


def instant(value: object) -> datetime | None:
    """A moment; UTC where it has no offset, None where it is none."""
    try:
        moment = datetime.fromisoformat(str(value).replace("Z", "+00:00").replace("z", "+00:00"))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
