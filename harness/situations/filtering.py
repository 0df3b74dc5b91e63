"""Filters: each operator at each attribute, joined, grouped, negated, escaped, prefixed (RFC 7644 section 3.4.2.2)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from harness.model.characteristics import Attribute
from harness.record.exchange import Exchange, Json
from harness.record.message import CORE_USER, patch_body, path_of, read, write
from harness.situations.attributes import Field, places
from harness.situations.reading import listed, search
from harness.situations.samples import value_of
from harness.situations.situation import BASES, Conversation, Scene, Situation, made_id

EQUALITY = ("eq", "ne")
TEXT = ("co", "sw", "ew")
ORDER = ("gt", "ge", "lt", "le")
SHOWN_AT_MOST = "50"


def filters(scene: Scene) -> Iterable[Situation]:
    """Five users of whom some lack what others have, and three groups, asked for in every way."""
    yield Situation("filters over users", lambda: _users(scene))
    yield Situation("filters over groups", lambda: _groups(scene))
    yield from refused(scene)


def _cast(scene: Scene) -> list[Json]:
    """Four users: the first has everything, the second other values, the third half of it, the fourth only a name."""
    everything = list(places(scene, "Users"))
    bodies = []
    for number, chosen in enumerate((everything, everything, everything[::2], [])):
        attributes: Json = {}
        for place in chosen:
            if place.attribute.name == "password":
                continue
            value: Any = value_of(place.attribute, scene, number % 2)
            value = [value] if place.attribute.multi_valued else value
            if place.urn:
                attributes.setdefault(place.urn, {})[place.attribute.name] = value
            else:
                attributes[place.attribute.name] = value
        bodies.append(scene.user(f"cast{number}", **{**attributes, "externalId": f"Ext-{number}-{scene.mark}"}))
    return bodies


def _users(scene: Scene) -> Conversation:
    for body in [*_cast(scene), _with_two_addresses(scene)]:
        made = yield write("POST", "/Users", "create user", body)
        if not (scim_id := made_id(made)):
            return
        yield read(path_of("Users", scim_id), "read back")
    for number, condition in enumerate((*_conditions(scene, "Users"), *_of_values(scene), *_of_schemas(scene))):
        yield from _ask(scene, "Users", condition, number)


def _with_two_addresses(scene: Scene) -> Json:
    """A user of whose two addresses the second is asked for, and who was sent without active."""
    addresses = [{"value": scene.address(f"two-{kind}"), "type": kind} for kind in ("work", "home")]
    return scene.user("two", emails=addresses, title="Two")


def _of_values(scene: Scene) -> Iterator[str]:
    """One value has to meet all that stands in the brackets, and any value what stands outside."""
    home = scene.address("two-home")
    yield f'emails.value eq "{home}"'
    yield f'emails[type eq "home" and value eq "{home}"]'
    yield f'emails[type eq "work" and value eq "{home}"]'
    yield f'emails.type eq "work" and emails.value eq "{home}"'
    yield f'emails[(type eq "work" or type eq "home") and value eq "{home}"]'
    yield f'emails co "two-home.{scene.mark}"'
    yield "active pr"
    yield f'NAME.givenname eq "Ada" and userName sw "two.{scene.mark}"'
    yield 'nosuchattribute eq "nothing"'


def _of_schemas(scene: Scene) -> Iterator[str]:
    schema = scene.declared.schemas.get("Users")
    for urn in schema.extensions if schema else ():
        yield f'schemas eq "{urn}"'
    yield f'schemas eq "{CORE_USER}"'
    for urn, extension in schema.extensions.items() if schema else ():
        for name in [each.name for each in extension.attributes.values() if each.type == "string"][:1]:
            yield f"{urn.upper()}:{name.upper()} pr"


NO_FILTERS: Sequence[str] = (
    "",
    "  ",
    "userName",
    "userName eq",
    'eq "x"',
    'userName "x"',
    'userName regex "a"',
    'userName like "a"',
    "userName eq 'a'",
    'userName eq "a',
    'userName eq "a" and',
    'userName eq "a" userName eq "b"',
    '(userName eq "a"',
    'userName eq "a")',
    'userName eq eq "a"',
    "userName eq unquoted",
    "emails[]",
    'emails[type eq "work"',
    'not userName eq "a"',
)
NO_ORDERS: Sequence[str] = ("active gt true", "active ge false", "active lt true", "active le false")


_DEEP, _LONG = 200, 40_000  # ours: deeper and longer than any filter that a client sends, and no burden


def _wrong_types(scene: Scene) -> Iterator[str]:
    """Comparisons that a grammar lets through, and that an attribute does not fit."""
    yield 'emails[nosuch eq "x"]'
    yield 'emails[emails[type eq "work"]]'
    yield 'emails.nosuch eq "x"'
    yield 'title[value eq "x"]'
    yield 'title.value eq "x"'
    yield 'name eq "Ada"'
    yield 'name.givenName.more eq "Ada"'
    yield 'active co "tr"'
    yield 'active eq "true"'
    yield "title gt 7"
    yield "title co 7"
    yield "title eq true"
    yield "title eq null"
    yield "not (title eq null)"
    yield 'meta.created gt "yesterday"'
    yield 'meta.created gt "2024-01-01T00:00:00"'
    yield "meta.created gt 7"
    yield "emails eq 7"
    yield "meta pr"
    schema = scene.declared.schemas.get("Users")
    for urn in list(schema.extensions)[:1] if schema else ():
        yield f'{urn}:nosuch eq "x"'


_APART = timedelta(milliseconds=20)  # ours: so far that a moment between them is sure, to the millisecond


def _moments(scene: Scene) -> Conversation:
    """The hour before and the hour after the moment that a user shows, in each comparison, and in another time zone.

    Not the very moment: a server may hold it finer than it shows it.
    """
    made = yield write("POST", "/Users", "create user", scene.user("moment"))
    if (moment := _moment_in(made)) is None:
        return
    for number, op in enumerate(("ne", *ORDER)):
        for hours in (-1, 1):
            yield from _ask(scene, "Users", f'meta.lastModified {op} "{_shifted(moment, hours)}"', number)
    zones = ((-1, "+00:00"), (1, "+00:00"), (-1, "-02:00"), (1, "+02:00"), (-1, "+02:00"), (1, "-02:00"))
    for hours, zone in zones:  # the last two are others where the zone is passed over
        yield from _ask(scene, "Users", f'meta.lastModified ge "{_shifted(moment, hours, zone)}"', 0)
    yield from _between(scene, made_id(made))


def _between(scene: Scene, scim_id: str) -> Conversation:
    """A moment after a user was made and before it was changed, as far apart as the bridge shows them to be."""
    if not scim_id or not scene.declared.has("patch"):
        return
    path, change = path_of("Users", scim_id), {"op": "add", "path": "displayName", "value": "Ada King"}
    yield write("PATCH", path, "change it", patch_body(change))
    shown = yield read(path, "read back")
    made, changed = _moment_in(shown, "created"), _moment_in(shown)
    if made is None or changed is None or changed - made < _APART:
        return
    middle = made + (changed - made) / 2
    for name in ("created", "lastModified"):
        for op in ("gt", "lt"):
            yield from _ask(scene, "Users", f'meta.{name} {op} "{_shifted(middle, 0)}"', 0)


def _moment_in(exchange: Exchange, name: str = "lastModified") -> datetime | None:
    """A moment in the meta of an answer; None where it shows none with a time zone."""
    meta = exchange.json.get("meta")
    try:
        moment = datetime.fromisoformat(str(meta.get(name) if isinstance(meta, dict) else None))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _shifted(moment: datetime, hours: int, zone: str = "Z") -> str:
    """A moment so many hours later, told in a time zone."""
    at = moment + timedelta(hours=hours)
    there = at.astimezone(timezone(timedelta(hours=int(zone[:3])))) if zone != "Z" else at.astimezone(UTC)
    return there.replace(tzinfo=None).isoformat(timespec="milliseconds") + zone


def _alone(scene: Scene) -> Conversation:
    """Filters of one term, as identity providers send them: nothing else narrows what is found."""
    mark, names = scene.mark, (f"{scene.mark} Byron", f"{scene.mark}x King")
    made = None
    for number, name in enumerate(names):
        body = scene.user(f"alone{number}", displayName=name, externalId=f"{mark} {number}")
        made = yield write("POST", "/Users", "create user", body)
    moment = _moment_in(made) if made is not None else None
    conditions = [
        *(f'displayName {op} "{text}"' for op, text in (("sw", f"{mark} "), ("sw", mark), ("eq", names[0].upper()))),
        *(f'userName {op} "{text}"' for op, text in (("sw", f"alone0.{mark}"), ("eq", scene.address("alone1")))),
        *(f'externalId {op} "{mark} 1"' for op in ("eq", "sw")),
        f'emails.value eq "{scene.address("alone0")}"',
        f'emails[type eq "work" and value eq "{scene.address("alone1")}"]',
    ]
    # Without brackets, and with more than two terms: our own are the first, or all of them.
    one, two = (f'userName eq "{scene.address(f"alone{number}")}"' for number in range(2))
    conditions += [
        f"{scene.own('Users')} and displayName pr and {one}",
        f"{scene.own('Users')} and not ({one}) and {two} and displayName pr",
        f'{scene.own("Users")} and title eq "nothing {mark}" or {one} or {two}',
    ]
    if moment is not None:
        times = [_shifted(moment, hours) for hours in (-1, 1)]
        conditions += [f'meta.lastModified {op} "{at}"' for op in ("ge", "gt") for at in times]
    for condition in conditions:
        yield listed("Users", "filter of one term", ("filter", condition), ("count", SHOWN_AT_MOST))


def _endless(scene: Scene) -> Conversation:
    """Filters that are nested deep or very long: answered, or refused."""
    own = scene.own("Users")
    yield search("/Users", "search, nested deep", {"filter": "(" * _DEEP + own + ")" * _DEEP, "count": 5})
    yield search("/Users", "search, not of not", {"filter": "not (" * _DEEP + own + ")" * _DEEP, "count": 5})
    long = f' or userName eq "{scene.address("nobody")}"'
    yield search("/Users", "search, very long", {"filter": own + long * (_LONG // len(long)), "count": 5})


def refused(scene: Scene) -> Iterable[Situation]:
    """Texts that are no filter, and comparisons that there are not."""
    if scene.declared.has("filter"):
        yield Situation("texts that are no filter", lambda: _refused(scene))
        yield Situation("filters by the moment of a change", lambda: _moments(scene))
        yield Situation("filters of one term", lambda: _alone(scene))
        yield Situation("filters without an end", lambda: _endless(scene))


def _refused(scene: Scene) -> Conversation:
    yield listed("Users", "filter", ("filter", f'emails[type eq "work"] and {scene.own("Users")}'))
    for text in ("displayName xx", 'displayName eq "a'):
        yield listed("Groups", "a text that is no filter", ("filter", text), ("count", "5"))
    for number, text in enumerate(NO_FILTERS):
        yield listed("Users", "a text that is no filter", ("filter", text), ("count", "5"))
        if number % 4 == 2:
            yield search("/Users", "search by what is no filter", {"filter": text, "count": 5})
    binary = [f"{place.path}.{sub.name}" for place in places(scene, "Users")
              for sub in place.attribute.sub.values() if sub.type == "binary"]  # fmt: skip
    wrong = (*NO_ORDERS, *(f'{path} gt "QQ=="' for path in binary[:1]), *_wrong_types(scene))
    for number, condition in enumerate(wrong):
        yield from _ask(scene, "Users", condition, number)


def _groups(scene: Scene) -> Conversation:
    first = yield write("POST", "/Users", "create user", scene.user("member"))
    second = yield write("POST", "/Users", "create user", scene.user("guest"))
    ids = [found for found in (made_id(first), made_id(second)) if found]
    for number, name in enumerate(("Alpha", "alpine", "Beta")):
        members = [{"value": each} for each in ids[:number]]
        external = f"Ext-{number}-{scene.mark}" if number < 2 else None
        body = scene.group(name, members=members or None, externalId=external)
        made = yield write("POST", "/Groups", "create group", body)
        if not made_id(made):
            return
    name, external = f"Alpha {scene.mark}", f"Ext-1-{scene.mark}"
    conditions = [
        *(f"displayName {op} {json.dumps(name)}" for op in (*EQUALITY, *TEXT, *ORDER)),
        f'displayName eq "{name.upper()}"',
        *(f'displayName {op} "{text}"' for op in TEXT for text in ("pha ", "Alpha", f"ha {scene.mark}")),
        *(f'externalId {op} "{external}"' for op in EQUALITY),
        f'externalId eq "{external.lower()}"',
        f'externalId sw "{external[:5]}"',
        "externalId pr",
        f'id eq "{made_id(made)}"',
        f'id ne "{made_id(made)}"',
        'meta.resourceType eq "Group"',
        'meta.created lt "2020-01-01T00:00:00Z"',
        'meta.lastModified gt "2020-01-01T00:00:00Z"',
        f'{BASES["Groups"]}:displayName eq "{name}"',
        f'DISPLAYNAME SW "alp" and displayName co "{scene.mark}"',
        "members pr",
        "not (members pr)",
        *(f'members eq "{each}"' for each in ids),
        *(f'members.value eq "{each}"' for each in ids),
        *(f'members[value eq "{each}"]' for each in ids[:1]),
        f'displayName eq "{name}" or displayName eq "Beta {scene.mark}"',
    ]
    for number, condition in enumerate(conditions):
        yield from _ask(scene, "Groups", condition, number)
    yield listed("Groups", "find by id", ("filter", f'id eq "{made_id(made)}"'))


def _ask(scene: Scene, endpoint: str, condition: str, number: int) -> Conversation:
    """Only our own may be asked for: an account may hold many others. Half of the filters stand without brackets."""
    is_joined = " or " in condition.lower()
    grouped = f"({condition})" if is_joined or number % 4 < 2 else condition
    own = f"{grouped} and {scene.own(endpoint)}"
    wanted = own if number % 2 or is_joined else f"{scene.own(endpoint)} and {grouped}"
    if number % 5 == 4:
        yield search(f"/{endpoint}", "search", {"filter": wanted, "count": int(SHOWN_AT_MOST)})
    else:
        yield listed(endpoint, "filter", ("filter", wanted), ("count", SHOWN_AT_MOST))


def _conditions(scene: Scene, endpoint: str) -> Iterator[str]:
    for place in places(scene, endpoint):
        if place.attribute.name != "password":
            yield from _at(scene, place)
    yield from _of_names(scene)
    yield from _joined(scene)


def _at(scene: Scene, place: Field) -> Iterator[str]:
    yield f"{place.path} pr"
    yield f"not ({place.path} pr)"
    if place.attribute.type != "complex":
        yield from _leaf(place.path, place.attribute, value_of(place.attribute, scene, 1))
        return
    for sub in place.attribute.sub.values():
        if sub.name in ("$ref", "display") and place.attribute.multi_valued:
            continue
        value = value_of(sub, scene, 1, place.attribute.name)
        yield from _leaf(f"{place.path}.{sub.name}", sub, value)
        if place.attribute.multi_valued:
            yield f"{place.path}[{sub.name} eq {json.dumps(value)}]"
    if place.attribute.multi_valued:
        value = value_of(place.attribute, scene, 1)
        both = [f"{name} eq {json.dumps(each)}" for name, each in value.items() if name in ("value", "type")]
        yield f"{place.path}[{' and '.join(both)}]" if both else f"{place.path} pr"
        other = value_of(place.attribute, scene, 0)
        if "type" in value and "value" in value and other["type"] != value["type"]:
            yield f"{place.path}[type eq {json.dumps(other['type'])} and value eq {json.dumps(value['value'])}]"
        yield f'{place.path}[type eq "work" and not (primary eq true)]'


def _leaf(path: str, attribute: Attribute, value: Any) -> Iterator[str]:
    said = json.dumps(value, ensure_ascii=False)
    yield f"{path} pr"
    if attribute.type in ("boolean", "binary", "complex"):
        yield from (f"{path} {op} {said}" for op in EQUALITY)
        if attribute.type == "boolean":
            yield f"{path} eq true"
        return
    yield from (f"{path} {op} {said}" for op in (*EQUALITY, *ORDER))
    if attribute.type in ("string", "reference"):
        text = str(value)
        middle = json.dumps(text[2:-2] or text)
        yield f"{path} co {middle}"
        yield f"{path} sw {json.dumps(text[: len(text) // 2 + 1])}"
        yield f"{path} ew {json.dumps(text[len(text) // 2 :])}"
        yield f"{path} sw {json.dumps(text[1:])}"
        yield f"{path} ew {json.dumps(text[:-1])}"
        yield f"{path} eq {json.dumps(text.swapcase())}"
        yield f"{path} co {json.dumps(text[2:-2].swapcase() or text)}"


def _of_names(scene: Scene) -> Iterator[str]:
    name, external = scene.address("cast1"), f"Ext-1-{scene.mark}"
    for path, value in (("userName", name), ("externalId", external), ("emails.value", name), ("emails", name)):
        for op in (*EQUALITY, *TEXT, *ORDER):
            yield f"{path} {op} {json.dumps(value)}"
        yield f"{path} eq {json.dumps(value.upper())}"
        yield f"{path} sw {json.dumps(value[:5].swapcase())}"
        yield f"{path} ew {json.dumps(value[-5:].swapcase())}"
    yield f'{CORE_USER}:userName eq "{name}"'
    yield f'{CORE_USER.upper()}:userName eq "{name}"'
    yield f'USERNAME EQ "{name}"'
    yield 'displayName sw "Ada "'
    yield 'displayName sw "Ada  "'
    yield f'username Eq "{name}"'
    yield "emails.primary eq true"
    yield "active eq true"
    yield "active eq false"
    yield "active ne true"
    yield "active ne false"
    yield 'meta.created gt "2020-01-01T00:00:00Z"'
    yield 'meta.lastModified ge "2020-01-01T00:00:00+01:00"'
    yield 'meta.lastModified lt "2020-01-01T00:00:00Z"'
    yield 'meta.resourceType eq "User"'
    yield "id pr"


def _joined(scene: Scene) -> Iterator[str]:
    names = [f'userName eq "{scene.address(f"cast{number}")}"' for number in range(4)]
    one, two, three, four = names
    yield f"{one} or {two}"
    yield f"{one} or {two} or {three}"
    yield f"{one} and {two}"
    yield f"{one} or {two} and title pr"
    yield f"({one} or {two}) and title pr"
    yield f"({four} or {one}) and title pr"
    yield f"{three} and title pr or {four}"
    yield f"not ({one} or {two})"
    yield f"not ({one}) and not ({two})"
    yield f"not (not ({one}))"
    yield f'emails[type eq "work"] and ({one} or {four})'
    yield f'emails[type eq "work" and value co "{scene.mark}"] or {four}'
    yield f"title pr and (nickName pr or {four})"
    yield f'{one} AND displayName pr OR {two} AND NOT (title eq "nothing")'


def unusual(scene: Scene) -> Iterable[Situation]:
    """Filters with values that are no plain words."""
    yield Situation("filters by values that are not plain", lambda: _odd(scene))


ODD: Sequence[str] = (
    "O'Neil",
    'say "hi"',
    "back\\slash",
    "100%",
    "under_score",
    "a*b",
    "Łódź Straße",
    "Zoe\u0301",
    "愛",
    "\U0001f600",
    "\u05d0\u05d1\u05d2",
    "a & b = c; d + e",
    "x" * 200,
    "tab\tand\nline",
    "(paren) and [bracket]",
    " two  blanks ",
    "007",
)


def _odd(scene: Scene) -> Conversation:
    for number, value in enumerate(ODD):
        body = scene.user(f"odd{number}", title=value, nickName=f"n-{number}")
        made = yield write("POST", "/Users", "create user", body)
        if not made_id(made):
            continue
        half = value[: max(1, len(value) // 2)]
        for condition in (
            f"title eq {json.dumps(value)}",
            f"title sw {json.dumps(half, ensure_ascii=False)}",
            f"title co {json.dumps(value, ensure_ascii=False)}",
        ):
            yield from _ask(scene, "Users", condition, 1)
