"""Optional features of a SCIM server, one switch each: RFC 7643 section 5, RFC 9865 section 4."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace


@dataclass(frozen=True, slots=True)
class Capabilities:
    """The features that this bridge offers; discovery shows them."""

    patch: bool = True
    bulk: bool = True
    filter: bool = True
    sort: bool = True
    etag: bool = True
    cursor: bool = True


EVERY_CAPABILITY = Capabilities()
# Not among them: changePassword. The account takes no password from outside, so there is nothing to switch on.
NAMES = tuple(field.name for field in fields(Capabilities))


def without(names: Iterable[str]) -> Capabilities:
    """Everything but these; `LookupError` with the nearest right name if one of them is none."""
    chosen = EVERY_CAPABILITY
    for name in names:
        if name not in NAMES:
            near = difflib.get_close_matches(name.lower(), NAMES, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(NAMES)}"
            raise LookupError(f"there is no capability {name!r}; {hint}")
        chosen = replace(chosen, **{name: False})
    return chosen
