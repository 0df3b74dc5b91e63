"""Random users, filters and PATCHes over a small vocabulary, so that they match often."""

import json
from random import Random
from typing import Any

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

WORDS = ("Ada", "ada", "Lovelace", "Eve", "Zo\u00eb", "x", "A b", "100%", 'q"uote', "back\\slash", "Engine")
ADDRESSES = ("a@example.com", "b@example.com", "C@example.com", "A@EXAMPLE.com")
TYPES = ("work", "home", "other")
SIMPLE = ("displayName", "nickName", "title", "userType", "preferredLanguage", "locale", "timezone", "externalId")
NAME = ("formatted", "familyName", "givenName", "middleName", "honorificPrefix")
EXTENSION = ("employeeNumber", "costCenter", "organization", "division", "department")
PLURAL = ("emails", "phoneNumbers")


def draw_user(random: Random) -> dict[str, Any]:
    """A user as the bridge keeps it."""
    user: dict[str, Any] = {"userName": random.choice(("ada@example.com", "Eve@example.com")), "active": _coin(random)}
    for name in SIMPLE:
        if random.random() < 0.4:
            user[name] = random.choice(WORDS)
    if _coin(random):
        user["name"] = _some(random, NAME)
    for name in PLURAL:
        if _coin(random):
            user[name] = _values(random)
    if random.random() < 0.4:
        user["addresses"] = [_address(random) for _ in range(random.randint(1, 2))]
    if _coin(random):
        user[ENTERPRISE] = _some(random, EXTENSION)
    return {name: value for name, value in user.items() if value not in ({}, [])}


def draw_filter(random: Random, depth: int = 3) -> str:
    """A filter that follows the grammar; names and operators in any letter case."""
    choice = random.random()
    if depth and choice < 0.35:
        word = random.choice((" and ", " or ", " AND ", " Or "))
        return word.join(draw_filter(random, depth - 1) for _ in range(random.randint(2, 3)))
    if depth and choice < 0.45:
        return f"not ({draw_filter(random, depth - 1)})"
    if depth and choice < 0.55:
        return f"({draw_filter(random, depth - 1)})"
    if choice < 0.7:
        plural = random.choice(PLURAL)
        return f"{plural}[{_value_filter(random, depth, plural)}]"
    return _condition(random, _attribute(random))


def draw_operations(random: Random) -> list[dict[str, Any]]:
    """The operations of a PATCH, most of them right."""
    return [_operation(random) for _ in range(random.randint(1, 3))]


def _operation(random: Random) -> dict[str, Any]:
    op = random.choice(("add", "replace", "remove"))
    choice = random.random()
    if choice < 0.15 and op != "remove":
        return {"op": op, "value": _set(random)}
    path, value = _target(random)
    return {"op": op, "path": path} if op == "remove" else {"op": op, "path": path, "value": value}


def _target(random: Random) -> tuple[str, Any]:
    choice = random.random()
    plural = random.choice(PLURAL)
    if choice < 0.2:
        return random.choice(SIMPLE), random.choice(WORDS)
    if choice < 0.3:
        return "name." + random.choice(NAME), random.choice(WORDS)
    if choice < 0.4:
        return "name", _some(random, NAME) or {"givenName": "Ada"}
    if choice < 0.55:
        return plural, _values(random) or [{"value": "x@example.com"}]
    if choice < 0.7:
        part = random.choice(("value", "display"))
        words = ADDRESSES if (plural, part) == ("emails", "value") else WORDS
        return f"{plural}[{_value_filter(random, 1, plural)}].{part}", random.choice(words)
    if choice < 0.8:
        return f"{plural}[{_value_filter(random, 1, plural)}]", _value(random)
    if choice < 0.9:
        return f"{ENTERPRISE}:{random.choice(EXTENSION)}", random.choice(WORDS)
    if choice < 0.95:
        return "active", _coin(random)
    return random.choice(("id", "userName", "meta.created", "groups", "noSuchAttribute")), "x"


def _set(random: Random) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for _ in range(random.randint(1, 3)):
        choice = random.random()
        if choice < 0.5:
            changes[random.choice(SIMPLE)] = random.choice(WORDS)
        elif choice < 0.7:
            changes["name"] = _some(random, NAME) or {"givenName": "Ada"}
        elif choice < 0.9:
            changes[random.choice(PLURAL)] = _values(random) or [{"value": "x@example.com"}]
        else:
            changes[ENTERPRISE] = _some(random, EXTENSION) or {"department": "Engine"}
    return changes


def _attribute(random: Random) -> str:
    choice = random.random()
    plural = random.choice(PLURAL)
    if choice < 0.35:
        name = random.choice((*SIMPLE, "userName", "active"))
    elif choice < 0.5:
        name = "name." + random.choice(NAME)
    elif choice < 0.6:
        name = random.choice((plural, "name", "addresses"))
    elif choice < 0.8:
        name = f"{plural}.{random.choice(('value', 'type', 'display', 'primary'))}"
    elif choice < 0.85:
        name = f"{USER}:{random.choice(SIMPLE)}"
    elif choice < 0.9:
        name = random.choice(("meta.created", "meta.resourceType", "id", "schemas"))
    else:
        name = f"{ENTERPRISE}:{random.choice(EXTENSION)}"
    return name.upper() if random.random() < 0.1 else name


def _condition(random: Random, name: str) -> str:
    leaf = name.rpartition(".")[2].lower() if "urn:" not in name.lower() else ""
    if random.random() < 0.2 or leaf in ("name", "addresses"):
        return f"{name} pr"
    if leaf in ("active", "primary"):
        return f"{name} {random.choice(('eq', 'ne', 'EQ'))} {random.choice(('true', 'false'))}"
    if leaf == "created":
        moment = random.choice(("2026-03-02T12:01:00Z", "2026-03-02T13:01:00+01:00", "2026-03-02T12:01:01Z"))
        return f'{name} {random.choice(("eq", "ne", "gt", "ge", "lt", "le"))} "{moment}"'
    if name.lower() in ("emails", "emails.value"):
        return _address_condition(random, name)
    operator = random.choice(("eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le", "Eq", "CO"))
    return f"{name} {operator} {_literal(random)}"


def _address_condition(random: Random, name: str) -> str:
    # The oracle takes nothing but a whole address for emails.value.
    operator = random.choice(("eq", "ne", "gt", "ge", "lt", "le", "co", "sw", "ew"))
    return f'{name} {operator} "{random.choice(ADDRESSES)}"'


def _value_filter(random: Random, depth: int, plural: str) -> str:
    if depth and random.random() < 0.3:
        terms = [_value_filter(random, depth - 1, plural) for _ in range(2)]
        return random.choice((" and ", " or ")).join(terms)
    if depth and random.random() < 0.1:
        return f"not ({_value_filter(random, depth - 1, plural)})"
    name = random.choice(("type", "type", "value", "display", "primary", "Type"))
    if name.lower() == "type":
        return f'{name} eq "{random.choice(TYPES)}"'
    if name == "value" and plural == "emails":
        return _address_condition(random, name)
    return _condition(random, name)


def _literal(random: Random) -> str:
    word = random.choice((*WORDS, *TYPES, "a@example.com", USER, ENTERPRISE, "User", "ID-1", ""))
    if word and random.random() < 0.3:
        word = word[: random.randint(1, len(word))]
    return json.dumps(word.swapcase() if random.random() < 0.2 else word)


def _values(random: Random) -> list[dict[str, Any]]:
    values = [_value(random) for _ in range(random.randint(0, 3))]
    primary = random.randrange(len(values)) if values and _coin(random) else None
    for number, value in enumerate(values):
        value.pop("primary", None)
        if number == primary:
            value["primary"] = True
    kept: list[dict[str, Any]] = []
    for value in values:
        if not any(each.get("value") == value["value"] and each.get("type") == value.get("type") for each in kept):
            kept.append(value)
    return kept


def _value(random: Random) -> dict[str, Any]:
    value: dict[str, Any] = {"value": random.choice(ADDRESSES[:3])}
    if random.random() < 0.7:
        value["type"] = random.choice(TYPES)
    if random.random() < 0.3:
        value["display"] = random.choice(WORDS)
    if random.random() < 0.2:
        value["primary"] = _coin(random)
    return value


def _address(random: Random) -> dict[str, Any]:
    return {"type": random.choice(TYPES), "locality": random.choice(WORDS), "country": "GB"}


def _some(random: Random, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: random.choice(WORDS) for name in names if random.random() < 0.4}


def _coin(random: Random) -> bool:
    return random.random() < 0.5
