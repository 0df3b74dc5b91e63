"""Known disagreements; docs/decisions/0007-where-the-oracle-differs.md says who is right and why."""

import json
import re
from typing import Any

_SCHEMAS = re.compile(r"\bschemas ", re.IGNORECASE)
_NE_OVER_SEVERAL = re.compile(r"\b(?:emails|phoneNumbers)(?:\.\w+)? ne ", re.IGNORECASE)


def reason(case: str) -> str | None:
    """What the two sides are known to read differently in this case; none where they have to agree."""
    return _reason_of_patch(json.loads(case)) if case.startswith("[{") else _reason_of_filter(case)


def _reason_of_filter(text: str) -> str | None:
    if _SCHEMAS.search(text):
        return "the letter case of schemas"
    return "ne over several values" if _NE_OVER_SEVERAL.search(text) else None


def _reason_of_patch(operations: list[dict[str, Any]]) -> str | None:
    for operation in operations:
        if not operation.get("path", "").endswith("]"):
            continue
        if operation["op"] == "replace":
            return "a replace of chosen records"
        if operation["op"] == "add" and operation["value"].get("primary"):
            return "a primary for several records"
    return None
