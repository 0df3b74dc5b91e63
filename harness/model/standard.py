"""The resource types as RFC 7643 describes them; `standard.toml` holds their characteristics."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from harness.model.characteristics import Attribute, Extension, ResourceSchema


@cache
def standard_schemas() -> Mapping[str, ResourceSchema]:
    """The standard resource types by name: User with its enterprise extension, Group, and those of discovery."""
    return MappingProxyType({table["name"]: _resource(table) for table in _document()["resource"]})


@cache
def common_attributes() -> Mapping[str, Attribute]:
    """The attributes of every resource by their names in lower case: schemas, id, externalId, meta."""
    return tree(_document()["common"])


@cache
def standard_attributes(urn: str) -> Mapping[str, Attribute]:
    """The attributes that RFC 7643 gives a schema, by their names in lower case; none for a schema of others."""
    known = {name.lower(): rows for name, rows in _document()["attributes"].items()}
    return tree(known.get(urn.lower(), {}))


@cache
def _document() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "standard.toml").read_text(encoding="utf-8"))


def _resource(table: Mapping[str, Any]) -> ResourceSchema:
    urn = table["schema"]
    extensions = {
        each: Extension(each, required, standard_attributes(each))
        for each, required in table.get("extensions", {}).items()
    }
    return ResourceSchema(
        name=table["name"],
        endpoint=table["endpoint"],
        urn=urn,
        attributes=MappingProxyType({**common_attributes(), **standard_attributes(urn)}),
        extensions=MappingProxyType(extensions),
    )


def tree(rows: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Attribute]:
    """The attributes of a table whose keys are paths: `emails.value` is a sub-attribute of `emails`."""
    return MappingProxyType({name.lower(): _attribute(name, rows) for name in _below("", rows)})


def _attribute(path: str, rows: Mapping[str, Mapping[str, Any]]) -> Attribute:
    given: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in rows[path].items()
    }
    below = {name.lower(): _attribute(f"{path}.{name}", rows) for name in _below(f"{path}.", rows)}
    return Attribute(name=path.rpartition(".")[2], sub=MappingProxyType(below), **given)


def _below(prefix: str, rows: Iterable[str]) -> list[str]:
    names = [path.removeprefix(prefix) for path in rows if path.startswith(prefix)]
    return [name for name in names if "." not in name]
