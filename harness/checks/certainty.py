"""Which requests we are sure of: they keep the protocol, so that whatever is wrong with the answer is the bridge's."""

from __future__ import annotations

import re

from harness.checks.patching import operations_of
from harness.checks.selectors import object_in, query_of
from harness.record.exchange import DISCOVERY, RESOURCES, Exchange, get_attribute, is_list

_VALUE = r'(?:"(?:[^"\\]|\\.)*"|true|false|null|-?\d+(?:\.\d+)?)'
_PATH = r'[A-Za-z$][\w.:$-]*(?:\[[\w.]+ eq "(?:[^"\\]|\\.)*"\](?:\.\w+)?)?'
_TERM = rf"{_PATH}\s+(?:pr|(?:eq|ne|co|sw|ew|gt|ge|lt|le)\s+{_VALUE})"
# The filters that clients of ours send; what is more complex is not called wrong, only not certain.
_FILTER = re.compile(rf"{_TERM}(?:\s+(?:and|or)\s+{_TERM})*", re.IGNORECASE)
_NEVER_REMOVED = ("username", "id", "schemas", "meta", "displayname")


def is_sure(exchange: Exchange) -> bool:
    """Whether a request keeps the protocol, as far as can be told without the bridge: address, token, query and body.

    That it conflicts with what the bridge holds, or names what is not there, makes no request a wrong one.
    """
    if exchange.request.credential != "scim" or not _is_sure_address(exchange):
        return False
    body = {"POST": _is_sure_resource, "PUT": _is_sure_resource, "PATCH": _is_sure_patch}
    return body.get(exchange.request.method, _has_sure_query)(exchange)


def _is_sure_address(exchange: Exchange) -> bool:
    route, method = exchange.route, exchange.request.method
    if route.endpoint in DISCOVERY:
        return method == "GET" and not route.rest
    has_fitting_id = bool(route.id) is (method != "POST") or method == "GET"
    return route.endpoint in RESOURCES and not route.rest and has_fitting_id


def _has_sure_query(exchange: Exchange) -> bool:
    if exchange.request.method not in ("GET", "DELETE"):
        return False
    written = query_of(exchange).get("filter")
    if written is None:
        return True
    return exchange.route.endpoint in RESOURCES and _FILTER.fullmatch(written.strip()) is not None


def _is_sure_resource(exchange: Exchange) -> bool:
    body = exchange.sent_json
    named = "userName" if exchange.route.endpoint == "Users" else "displayName"
    name, schemas = get_attribute(body, named), body.get("schemas")
    has_name = isinstance(name, str) and bool(name.strip())
    return has_name and isinstance(schemas, list) and bool(schemas) and not is_list(body)


def _is_sure_patch(exchange: Exchange) -> bool:
    given = exchange.sent_json.get("Operations")
    operations = operations_of(exchange)
    is_whole = isinstance(given, list) and bool(given) and len(operations) == len(given)
    return is_whole and "schemas" in exchange.sent_json and all(_is_sure_operation(op) for op in operations)


def _is_sure_operation(operation: dict[str, object]) -> bool:
    """Add, remove or replace, in any letter case; nothing required or read-only is taken away or written."""
    op, path = str(operation.get("op")).lower(), operation.get("path")
    name = re.split(r"[.\[]", path.rpartition(":")[2])[0].lower() if isinstance(path, str) else ""
    if op == "remove":
        return bool(name) and name not in _NEVER_REMOVED
    has_value = "value" in operation and (bool(name) or bool(object_in(operation, "value")))
    return op in ("add", "replace") and has_value and name not in ("id", "meta", "schemas")
