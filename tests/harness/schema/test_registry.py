"""The registry: its schemas, and the requirements that a document reaches."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from harness.catalogue.requirement import Level, load_catalogue
from harness.errors import SchemaError
from harness.schema.explain import explainer
from harness.schema.registry import decider, get_schema, requirements_reached, schema_names
from harness.schema.validate import validate
from tests.harness.schema.samples import (
    ADA,
    DESIGN,
    LIST,
    listed,
)


def test_an_unknown_schema_is_refused_with_the_nearest() -> None:
    with pytest.raises(SchemaError, match=r"no schema 'rfc7643/users'; did you mean rfc7643/user "):
        validate({}, "rfc7643/users")


def test_what_is_absent_is_not_reached() -> None:
    reached = requirements_reached(DESIGN, "rfc7643/group")

    assert "RFC7643-3.1-03" in reached
    assert "RFC7643-2.4-01" not in reached


def test_a_required_attribute_is_reached_by_its_absence() -> None:
    assert "RFC7644-3.4.2-05" in requirements_reached({"schemas": [LIST]}, "rfc7644/list-response")


def test_what_hangs_on_a_condition_is_reached_where_it_holds() -> None:
    assert "RFC7644-3.4.2-07" in requirements_reached(listed(itemsPerPage=1), "rfc7644/list-response")
    assert "RFC7644-3.4.2-07" not in requirements_reached(listed(itemsPerPage=0), "rfc7644/list-response")


def test_listed_resources_are_reached_by_their_kind() -> None:
    assert "RFC7643-4.1.1-01" in requirements_reached(listed(Resources=[ADA]), "rfc7644/list-response")


def nodes(schema: object) -> list[Mapping[str, Any]]:
    """Every object inside a schema, itself included."""
    if isinstance(schema, Mapping):
        return [schema, *(node for part in schema.values() for node in nodes(part))]
    return [node for part in schema for node in nodes(part)] if isinstance(schema, list) else []


@pytest.mark.parametrize("name", schema_names())
def test_every_schema_is_one(name: str) -> None:
    explainer(name).check_schema(get_schema(name))
    decider(name)


@pytest.mark.parametrize("name", schema_names())
def test_every_requirement_named_can_be_broken(name: str) -> None:
    named = {node["x-requirement"] for node in nodes(get_schema(name)) if "x-requirement" in node}

    assert {load_catalogue().get(row_id).level for row_id in named} <= {Level.MUST, Level.SHOULD}


@pytest.mark.parametrize("name", schema_names())
def test_a_reference_stands_without_other_keywords(name: str) -> None:
    beside = {
        key for node in nodes(get_schema(name)) if "$ref" in node and isinstance(node["$ref"], str) for key in node
    }

    assert beside <= {"$ref", "x-requirement"}


# What names a schema: the code and the tests of the contract of the probe.
READERS = ("harness", "bridge_ref", "loadtests", "tests/bridge_ref", "tests/harness/report")


def _named_in_code() -> str:
    root = Path(__file__).parents[3]
    return "\n".join(path.read_text(encoding="utf-8") for reader in READERS for path in (root / reader).rglob("*.py"))


def _referred_to(name: str) -> set[str]:
    return set(re.findall(r"urn:bridgecheck:schema:([\w:-]+)", json.dumps(get_schema(name))))


def test_every_schema_is_used() -> None:
    code = _named_in_code()
    referred = {
        other.replace(":", "/") for name in schema_names() for other in _referred_to(name) - {name.replace("/", ":")}
    }
    # Those of requests and of the probe are found by the names of folders and of what is asked for.
    by_rule = {name for name in schema_names() if name.startswith(("requests/", "probe/"))}

    assert [name for name in schema_names() if name not in code and name not in referred | by_rule] == []
