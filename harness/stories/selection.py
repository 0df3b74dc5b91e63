"""Which stories a pattern of `--only` or `--skip` names."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable


def is_named(name: str, patterns: Iterable[str]) -> bool:
    """Whether one of the patterns names a story such as `idp/test_x.py::test_y[okta-oin]`.

    A pattern may be the whole name, the name without its brackets (all dialects), or the function alone, with or
    without brackets. `*` and `?` stand for any characters; brackets stand for themselves, as in the names.
    """
    function = name.rsplit("::", 1)[-1]
    forms = {name, name.split("[", 1)[0], function, function.split("[", 1)[0]}
    return any(fnmatch.fnmatchcase(form, pattern.replace("[", "[[]")) for form in forms for pattern in patterns)
