"""From a request that was answered to what is known afterwards: RFC 7644 sections 3.3, 3.5 and 3.6."""

from __future__ import annotations

from harness.model.agreed import agreed_after
from harness.model.characteristics import ResourceSchema
from harness.model.flat import Flat, as_sent, flatten, top_of
from harness.model.knowledge import EVERYTHING, Known, Resource, Sure
from harness.model.steps import Effect, apply_steps, companions, is_companion
from harness.model.values import compare
from harness.record.exchange import Json
from harness.record.journal import Entry

# What a client can't write: RFC 7643 sections 3.1, 4.1.2 and 4.3.
_READ_ONLY = ("id", "meta", "schemas", "groups")
_MANAGER_NAME = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:user:manager.displayname"
_NEVER_INVENTED = {"Users": ("externalid",), "Groups": ("externalid", "members")}


def writable(body: Json) -> Flat:
    """What a body sets of a resource; what only the server may set is ignored, and passwords are never shown."""
    flat = as_sent(flatten(body))
    return {
        path: value
        for path, value in flat.items()
        if path.partition(".")[0] not in (*_READ_ONLY, "password") and path != _MANAGER_NAME
    }


def after_create(resource: Resource, body: Json, entry: Entry) -> None:
    """What was sent is there; a server may give values of its own to what was not sent."""
    resource.known = {path: Known(value, Sure.SENT, "create", by=entry) for path, value in writable(body).items()}
    for path in _NEVER_INVENTED.get(resource.key[0], ()):
        if path not in resource.known:
            resource.known[path] = Known(None, Sure.EXACTLY, "create", by=entry)
    _let_companions_follow(resource)


def _let_companions_follow(resource: Resource) -> None:
    """A server may make the formatted name anew of its parts, so that both tell the same name (RFC 7643 4.1.1).

    The reference and the name of a manager are made anew with the manager, too.
    """
    for path, known in resource.known.items():
        if known.sure is not Sure.EXACTLY:
            resource.unknown.update(set(companions(path)) - {path})
    if any(path.startswith("name.") and path != "name.formatted" for path in resource.known):
        resource.unknown.add("name.formatted")


def after_put(resource: Resource, body: Json, entry: Entry) -> None:
    """What was sent replaces what was there; what was not sent may be kept, or unassigned, or take its default."""
    sent, before = writable(body), resource.known
    empty = {name.lower() for name, value in body.items() if value is None or value == []}
    made = {path: Known(value, Sure.SENT, "put", _value(before, path), entry) for path, value in sent.items()}
    for path, known in before.items():
        if path in made or path.partition(".")[0] == "groups":
            continue
        if path in empty:
            made[path] = Known(None, Sure.SENT, "put", known.value, entry)
        elif known.value is not None:
            made[path] = Known(None, Sure.EITHER, "put", known.value, entry)
        elif path == "externalid":
            made[path] = known
    resource.known = made
    resource.deviant -= set(map(top_of, made))
    resource.is_whole = False
    resource.unknown -= sent.keys()
    if EVERYTHING in resource.unknown:
        resource.unknown = set()
    _let_companions_follow(resource)


def after_patch(resource: Resource, body: Json, entry: Entry, schema: ResourceSchema) -> None:
    """The operations, one after the other, applied to what was known.

    Where the whole resource is known, the permitted states decide; where they and the reading of what is known do not
    agree about an attribute, it is unknown until it is shown.
    """
    if EVERYTHING in resource.unknown:
        return
    effect = apply_steps(resource.flat(), body, resource.unknown)
    if effect is None:
        resource.forget(EVERYTHING)
        return
    if resource.last is not None and resource.unknown <= resource.hidden:
        _settle(effect, resource.last, body, schema, resource.hidden)
    resource.deviant -= set(map(top_of, effect.touched))
    several = "several " if _count_of(body) > 1 else ""
    for path, op in effect.touched.items():
        value, before = effect.flat.get(path), _value(resource.known, path)
        is_new = value != before or path not in resource.known
        sure = Sure.SENT if is_new or path not in resource.known else resource.known[path].sure
        how = f"{several}{op}" if is_new else f"{several}{op} again"
        resource.known[path] = Known(value, sure, how, before, entry)
    resource.unknown = effect.unknown
    parents = {top_of(path) for path in effect.touched if path != top_of(path)}
    for path, known in resource.known.items():
        if not known.how and path not in effect.touched:
            how = "kept beside" if path != top_of(path) and top_of(path) in parents else "kept"
            resource.known[path] = Known(known.value, known.sure, how, by=entry)


def _settle(effect: Effect, shown: Json, body: Json, schema: ResourceSchema, hidden: frozenset[str]) -> None:
    """Take over what the permitted states agree about; not of what is hidden, since those states were made without."""
    agreed = agreed_after(shown, body, schema)
    if agreed is None:
        effect.unknown.update(top_of(path) for path in effect.touched)
        return
    effect.unknown.update(path for path in agreed.open if top_of(path) not in hidden)
    op = next(iter(effect.touched.values()), "") or _first_op(body)
    for path in sorted({*effect.touched, *effect.flat, *agreed.flat}):  # what only begins others' paths stays unknown
        settled, read = agreed.flat.get(path), effect.flat.get(path)
        if path in agreed.open or top_of(path) in agreed.open or path.partition(".")[0] == "groups":
            continue
        if top_of(path) in hidden:
            continue
        if path in effect.unknown and not is_companion(path):
            effect.put(path, settled, op)
        elif not compare_both(path, settled, read, frozenset({path})):
            effect.unknown.add(path)


def _first_op(body: Json) -> str:
    operations = next((value for name, value in body.items() if name.lower() == "operations"), None)
    first = operations[0] if isinstance(operations, list) and operations else None
    if not isinstance(first, dict):
        return ""
    _, bracket, rest = str(first.get("path", "")).partition("[")
    chosen = "" if not bracket else " chosen part" if "]." in rest else " chosen"
    return f"{str(first.get('op', '')).lower()}{chosen}"


def _count_of(body: Json) -> int:
    operations = next((value for name, value in body.items() if name.lower() == "operations"), None)
    return len(operations) if isinstance(operations, list) else 0


def _value(known: dict[str, Known], path: str) -> object:
    return known[path].value if path in known else None


def is_shown_right(path: str, known: Known, shown: object, supported: frozenset[str] | set[str]) -> bool:
    """Whether a showing fits one of the values that are permitted."""
    has_another = known.sure in (Sure.EITHER, Sure.ANSWERED)
    if has_another and (shown == known.before or compare_both(path, known.before, shown, supported)):
        return True
    return compare_both(path, known.value, shown, supported, is_sent=known.sure in (Sure.SENT, Sure.ANSWERED))


def compare_both(
    path: str, value: object, shown: object, supported: frozenset[str] | set[str], *, is_sent: bool = False
) -> bool:
    """Whether a value is shown, an unassigned one included."""
    if value is None or shown is None:
        return value is None and shown is None
    return compare(path, value, shown, supported, is_sent=is_sent) is None
