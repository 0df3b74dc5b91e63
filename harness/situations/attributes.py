"""The life of each attribute that a bridge declares: created, replaced, removed and added in every form, read back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from harness.model.characteristics import Attribute
from harness.record.exchange import Exchange, Json, Request
from harness.record.message import patch_body, path_of, read, render_query, write
from harness.situations.reading import Handle, Turns, by_id, by_name, by_search
from harness.situations.samples import is_writable, pair_of, types_of, value_of
from harness.situations.situation import BASES, Conversation, Scene, Situation, made_id

# Who somebody is, and whether they get in, has stories of its own; `members` has a module of its own.
OWN_STORIES = frozenset({"username", "active", "groups", "members", "id", "meta", "schemas", "externalid"})


@dataclass(frozen=True, slots=True)
class Field:
    """An attribute, and where it stands: in the core schema, or in the extension `urn`."""

    endpoint: str
    attribute: Attribute
    urn: str = ""

    @property
    def path(self) -> str:
        """The path of a PATCH."""
        return f"{self.urn}:{self.attribute.name}" if self.urn else self.attribute.name

    @property
    def full_path(self) -> str:
        """The path with the URN of its schema, which may stand there for a core attribute, too (section 3.10)."""
        return f"{self.urn or BASES[self.endpoint]}:{self.attribute.name}"

    def within(self, value: Any) -> Json:
        """A representation that holds this value only; nothing where it is None."""
        if value is None:
            return {}
        return {self.urn: {self.attribute.name: value}} if self.urn else {self.attribute.name: value}


def places(scene: Scene, endpoint: str) -> Iterator[Field]:
    """Every attribute of the endpoint that has its life here."""
    schema = scene.declared.schemas.get(endpoint)
    if schema is None:
        return
    for attribute in schema.attributes.values():
        if is_writable(attribute) and attribute.name.lower() not in OWN_STORIES:
            yield Field(endpoint, attribute)
    for urn, extension in schema.extensions.items():
        yield from (Field(endpoint, each, urn) for each in extension.attributes.values() if is_writable(each))


def lives(endpoint: str) -> Any:
    """The family of one endpoint."""

    def family(scene: Scene) -> Iterable[Situation]:
        turns = Turns(scene)
        for place in places(scene, endpoint):
            yield Situation(f"the life of {place.path}", lambda p=place: _life(scene, p, turns))  # type: ignore[misc]
            if place.attribute.type == "complex":
                yield Situation(f"the parts of {place.path}", lambda p=place: _parts(scene, p, turns))  # type: ignore[misc]

    return family


def _start(scene: Scene, place: Field, tag: str, value: Any) -> Iterator[Request]:
    body = scene.body(place.endpoint, tag, **place.within(value))
    if value is None and not place.urn:
        body.pop(place.attribute.name, None)
    yield write("POST", f"/{place.endpoint}", f"create with {place.path}" if value is not None else "create", body)


def _known(scene: Scene, place: Field, tag: str, made: Exchange) -> Handle | None:
    body = scene.body(place.endpoint, tag)
    found = made_id(made)
    return (
        Handle(place.endpoint, found, body["userName" if place.endpoint == "Users" else "displayName"])
        if found
        else None
    )


def _life(scene: Scene, place: Field, turns: Turns) -> Conversation:
    tag = f"life-{place.attribute.name}"
    one, two = pair_of(place.attribute, scene)
    (create,) = _start(scene, place, tag, one)
    made = yield create
    known = _known(scene, place, tag, made)
    if known is None:
        return
    yield by_id(known)
    for number, change in enumerate(_changes(place, one, two)):
        if change["op"] == "remove" and place.attribute.required:
            continue
        yield _patch(known, change, place)
        # The ways take turns over what has a value, so that each of them has shown each attribute.
        yield by_id(known) if number % 2 or change["op"] == "remove" else turns.next(known)
    for value in (None, two, one):
        if value is None and place.attribute.required:
            continue
        body = scene.body(place.endpoint, tag, **place.within(value))
        if value is None and not place.urn:
            body.pop(place.attribute.name, None)
        yield write("PUT", path_of(known.endpoint, known.id), f"replace, {place.path} {_say(value)}", body)
        yield by_id(known)
    yield by_name(known)
    query = (("attributes", place.path),), (("excludedAttributes", place.path),)
    for parameters in query:
        yield read(
            path_of(known.endpoint, known.id), f"read, {parameters[0][0]}={place.path}", render_query(parameters)
        )


def _changes(place: Field, one: Any, two: Any) -> list[Json]:
    """One after the other, with the value `one` before: every form of a path, and of a value without one."""
    return [
        {"op": "replace", "path": place.path, "value": two},
        {"op": "remove", "path": place.path},
        {"op": "add", "path": place.path, "value": one},
        {"op": "replace", "value": place.within(two)},
        {"op": "add", "path": place.full_path, "value": one},
        {"op": "replace", "path": _other_case(place.path), "value": two},
        {"op": "remove", "path": place.full_path},
        {"op": "add", "value": place.within(one)},
        {"op": "add", "path": place.path, "value": one},
    ]


def _other_case(path: str) -> str:
    """The path with its last name in other letters: names are not case-sensitive (RFC 7643 section 2.1)."""
    head, colon, name = path.rpartition(":")
    return f"{head}{colon}{name.upper()}"


def _patch(known: Handle, change: Json, place: Field) -> Request:
    where = f"at {change['path']}" if "path" in change else "without path"
    return write("PATCH", path_of(known.endpoint, known.id), f"{change['op']} {where}", patch_body(change))


def _say(value: Any) -> str:
    return "left out" if value is None else "given"


def _parts(scene: Scene, place: Field, turns: Turns) -> Conversation:
    tag = f"parts-{place.attribute.name}"
    one, two = value_of(place.attribute, scene, 0), value_of(place.attribute, scene, 1)
    value = [one, two] if place.attribute.multi_valued else one
    (create,) = _start(scene, place, tag, value)
    made = yield create
    known = _known(scene, place, tag, made)
    if known is None:
        return
    yield by_id(known)
    if place.attribute.multi_valued:  # of several values each way of reading shows all
        yield by_name(known)
        yield by_search(known)
    changes = _of_values(place, one, two) if place.attribute.multi_valued else _of_parts(place, one, two)
    for number, change in enumerate(changes):
        yield _patch(known, change, place)
        yield by_id(known) if number % 2 else turns.next(known)
    if place.attribute.multi_valued:
        yield from _put_several(scene, place, tag, known, [one, two])
    for sub in place.attribute.sub.values():
        if is_writable(sub):
            query = render_query((("attributes", f"{place.path}.{sub.name}"),))
            yield read(path_of(known.endpoint, known.id), f"read, attributes={place.path}.{sub.name}", query)
            query = render_query((("excludedAttributes", f"{place.path}.{sub.name}"),))
            yield read(path_of(known.endpoint, known.id), f"read, excludedAttributes={place.path}.{sub.name}", query)


def _of_parts(place: Field, one: Json, two: Json) -> Iterator[Json]:
    """Changes of the sub-attributes of a complex attribute with one value."""
    for name in one:
        at = f"{place.path}.{name}"
        yield {"op": "replace", "path": at, "value": two.get(name, one[name])}
        if not next(sub for sub in place.attribute.sub.values() if sub.name == name).required:
            yield {"op": "remove", "path": at}
        yield {"op": "add", "path": at, "value": one[name]}
        yield {"op": "replace", "path": place.path, "value": {name: two.get(name, one[name])}}
        yield {"op": "add", "value": place.within({name: one[name]})}


def _of_values(place: Field, one: Json, two: Json) -> Iterator[Json]:
    """Changes of single values of a multi-valued attribute that has `one` and `two`."""
    kinds = next((types_of(sub) for sub in place.attribute.sub.values() if sub.name == "type"), [])
    if "type" not in one or "type" not in two:
        yield {"op": "add", "path": place.path, "value": [two]}
        return
    first, second = one["type"], two["type"]
    mine, other = f'{place.path}[type eq "{first}"]', f'{place.path}[type eq "{second}"]'
    for name in two:
        if name not in ("type", "primary"):
            yield {"op": "replace", "path": f"{other}.{name}", "value": one[name] if name != "value" else two[name]}
            yield (
                {"op": "remove", "path": f"{other}.{name}"}
                if name != "value"
                else {"op": "add", "path": place.path, "value": [two]}
            )
            yield {"op": "add", "path": f"{other}.{name}", "value": two[name]}
    if any(sub.name == "primary" for sub in place.attribute.sub.values()):
        yield {"op": "replace", "path": f"{other}.primary", "value": True}
        yield {"op": "add", "path": f"{mine}.primary", "value": True}
    # By what is in the other one: a record that is replaced by itself would tell nothing.
    yield {
        "op": "replace",
        "path": other,
        "value": {**{k: v for k, v in one.items() if k != "primary"}, "type": second},
    }
    if "value" in two:
        yield {"op": "replace", "path": f'{place.path}[value eq "{one["value"]}" and type eq "{second}"]', "value": two}
        yield {"op": "replace", "path": f"{other}.value", "value": two["value"]}
    else:
        yield {"op": "replace", "path": other, "value": {**two, "type": second}}
    yield {"op": "add", "path": place.path, "value": [one]}
    yield {"op": "remove", "path": other}
    yield {"op": "remove", "path": other}
    name = "value" if "value" in two else next(iter(two))
    nobody = f"{two[name]}/nobody" if str(two[name]).startswith("http") else "nobody has this"  # of the declared type
    yield {"op": "replace", "path": f'{place.path}[{name} eq "{nobody}"].{name}', "value": two[name]}
    yield {"op": "add", "path": place.path, "value": two}
    third = {**{k: v for k, v in two.items() if k != "primary"}, "type": kinds[2] if len(kinds) > 2 else second}
    yield {"op": "add", "path": place.path, "value": [third, two]}
    yield {"op": "remove", "path": f'{place.path}[type eq "{third["type"]}" or type eq "{second}"]'}
    yield {"op": "replace", "path": place.path, "value": [two, one]}
    if "value" in two:
        yield {"op": "remove", "path": f'{place.path}[value eq "{two["value"]}"]'}
    yield {"op": "replace", "value": place.within([one])}
    yield {"op": "remove", "path": place.path}


def _put_several(scene: Scene, place: Field, tag: str, known: Handle, values: list[Json]) -> Conversation:
    """All values of a list at once, and then the same without one of them."""
    for chosen in (values, values[1:]):
        body = scene.body(place.endpoint, tag, **place.within(chosen))
        yield write("PUT", path_of(known.endpoint, known.id), f"replace, {place.path} with {len(chosen)}", body)
        yield by_id(known)
