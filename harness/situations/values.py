"""Values and names that are no plain words, in each writable text, by create, PUT and PATCH."""

from __future__ import annotations

import json
from collections.abc import Iterable

from harness.model.characteristics import Attribute
from harness.record.exchange import Json
from harness.record.message import patch_body, path_of, write
from harness.situations.attributes import Field, places
from harness.situations.filtering import ODD
from harness.situations.reading import Handle, Turns, by_id, by_name, listed
from harness.situations.samples import is_writable, pair_of, value_of
from harness.situations.situation import Conversation, Scene, Situation, made_id

# What has a form of its own takes no free text.
_FORMED_PARTS = frozenset({"value", "type", "$ref", "country", "postalcode", "region", "display", "displayname"})
FORMED = frozenset({"profileurl", "locale", "preferredlanguage", "timezone", "password"})


MIXED = 'O\'Neil "hi" back\\slash 100% Łódź 愛 \U0001f600 <a & b>  +'
"""What is odd in one way or another, in one value."""


def odd_values(scene: Scene) -> Iterable[Situation]:
    """Each odd value in one text after the other, each text with several of them."""
    turns = Turns(scene)
    texts = [place for place in places(scene, "Users") if _is_free_text(place)]
    for number, value in enumerate(ODD):
        chosen = [texts[(number + step) % len(texts)] for step in range(0, len(texts), max(1, len(texts) // 3))][:3]
        name = f"the value {json.dumps(value[:20])}"
        if chosen:
            yield Situation(name, lambda n=number, v=value, c=chosen: _play(scene, n, v, c, turns))  # type: ignore[misc]
    yield Situation("long values in every text", lambda: _all(scene, "long", "x" * 200, texts))
    yield Situation("odd values in every text", lambda: _all(scene, "odd", MIXED, texts))
    yield Situation("group names that are not plain", lambda: _groups(scene, turns))
    yield Situation("sub-attributes that are not plain", lambda: _parts(scene, turns))
    for place in places(scene, "Users"):
        if any(_is_free_part(sub) for sub in place.attribute.sub.values()):
            yield Situation(f"parts of {place.path} that are not plain", lambda p=place: _parts_of(scene, p))  # type: ignore[misc]


def _is_free_text(place: Field) -> bool:
    own = place.attribute
    is_text = own.type == "string" and not own.multi_valued and not own.canonical_values
    return is_text and own.name.lower() not in FORMED


def _play(scene: Scene, number: int, value: str, chosen: list[Field], turns: Turns) -> Conversation:
    tag = f"value{number}"
    body = scene.user(tag, **_merged(chosen, value))
    made = yield write("POST", "/Users", "create with an odd value", body)
    if not (scim_id := made_id(made)):
        return
    known = Handle("Users", scim_id, body["userName"])
    path = path_of("Users", scim_id)
    yield by_id(known)
    yield write("PUT", path, "replace by plain values", scene.user(tag, **_merged(chosen, "plain")))
    yield write("PUT", path, "replace by an odd value", body)
    yield turns.next(known)
    for place in chosen:
        yield write("PATCH", path, "patch to a plain value", patch_body(_set(place, f"plain {number}")))
        yield write("PATCH", path, "patch to an odd value", patch_body(_set(place, f"{value} {number}")))
        yield turns.next(known)
    yield by_id(known)


def _all(scene: Scene, kind: str, value: str, texts: list[Field]) -> Conversation:
    """The same value in every text at once, by create and by PUT."""
    tag = f"texts-{kind}"
    body = scene.user(tag, **_merged(texts, value))
    made = yield write("POST", "/Users", "create with an odd value in every text", body)
    if not (scim_id := made_id(made)):
        return
    known, path = Handle("Users", scim_id, body["userName"]), path_of("Users", scim_id)
    yield by_id(known)
    yield by_name(known)
    yield write("PUT", path, "replace by plain values", scene.user(tag, **_merged(texts, "plain")))
    yield write("PUT", path, "replace by an odd value in every text", body)
    yield by_id(known)


_LINES = "12 Ada's Row\n2nd floor,  left"


def _is_free_part(part: Attribute) -> bool:
    is_text = part.type == "string" and is_writable(part) and not part.canonical_values
    return is_text and part.name.lower() not in _FORMED_PARTS


def _parts_of(scene: Scene, place: Field) -> Conversation:
    """The same in each part of one attribute: letters of all kinds, and several lines."""
    tag = f"odd-{place.attribute.name}"
    for number, value in enumerate((MIXED, _LINES)):
        whole = value_of(place.attribute, scene, number)
        whole |= {sub.name: value for sub in place.attribute.sub.values() if _is_free_part(sub)}
        odd = [whole] if place.attribute.multi_valued else whole
        body = scene.user(f"{tag}{number}", **place.within(odd))
        made = yield write("POST", "/Users", "create with odd parts", body)
        if not (scim_id := made_id(made)):
            continue
        known, path = Handle("Users", scim_id, body["userName"]), path_of("Users", scim_id)
        yield by_id(known)
        yield by_name(known)
        plain = pair_of(place.attribute, scene)[1]
        for said in (plain, odd):
            yield write("PATCH", path, "patch", patch_body({"op": "replace", "path": place.path, "value": said}))
        yield by_id(known)


def _set(place: Field, value: str) -> Json:
    return {"op": "replace", "path": place.path, "value": value}


def _merged(chosen: list[Field], value: str) -> Json:
    made: Json = {}
    for place in chosen:
        for key, held in place.within(value).items():
            made[key] = {**made.get(key, {}), **held} if place.urn else held
    return made


def _groups(scene: Scene, turns: Turns) -> Conversation:
    for value in ODD[:-2]:
        shown = value[:60].replace("\t", " ").replace("\n", " ")
        body = scene.group(f"G {shown}")
        made = yield write("POST", "/Groups", "create group with an odd name", body)
        if not (scim_id := made_id(made)):
            continue
        known = Handle("Groups", scim_id, body["displayName"])
        yield by_id(known)
        condition = f"displayName eq {json.dumps(body['displayName'], ensure_ascii=False)}"
        yield listed("Groups", "find by an odd name", ("filter", condition))
        rename = {"op": "replace", "path": "displayName", "value": f"{shown} new {scene.mark}"}
        yield write("PATCH", path_of("Groups", scim_id), "rename group", patch_body(rename))
        yield by_id(known)


def _parts(scene: Scene, turns: Turns) -> Conversation:
    for number, value in enumerate(ODD[:10]):
        name = {"givenName": value, "familyName": f"{value} {number}"}
        body = scene.user(f"part{number}", name=name, displayName=value)
        made = yield write("POST", "/Users", "create with an odd name", body)
        if not (scim_id := made_id(made)):
            continue
        known = Handle("Users", scim_id, body["userName"])
        yield by_id(known)
        change = {"op": "replace", "path": "name.familyName", "value": f"{value}-{value}"[:250]}
        yield write("PATCH", path_of("Users", scim_id), "patch a name", patch_body(change))
        yield turns.next(known)
