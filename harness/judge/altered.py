"""Values that are altered in one way whatever writes them: creates, replacements and changes show one fault."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from harness.judge.clusters import Blame
from harness.judge.ground import Ground

_SAYS = re.compile(r"^\S+ (?P<value>.+), as the [\w ]+ says$", re.DOTALL)
_WRITES = ("POST", "PUT", "PATCH")


def altered(blames: Sequence[Blame]) -> Ground:
    """The creates that altered a value, and the other writes that altered one in the same way."""
    found: dict[tuple[str, str], list[Blame]] = defaultdict(list)  # by the letters that go, and those that come
    for blame in blames:
        finding = blame.judgement.finding
        said = _SAYS.match(finding.expected) if finding and _method(blame) in _WRITES else None
        if said is not None and finding is not None:
            found[_more(said["value"], finding.actual), _more(finding.actual, said["value"])].append(blame)
    seeds: list[Blame] = []
    following: list[Blame] = []
    for alike in found.values():
        methods = {_method(blame) for blame in alike}
        if "POST" in methods and len(methods) > 1:
            seeds += [blame for blame in alike if _method(blame) == "POST"]
            following += [blame for blame in alike if _method(blame) != "POST"]
    return Ground(seeds, following)


def _more(one: str, other: str) -> str:
    """The letters that stand more often in one text than in another; quotes around a text are none of them."""
    return "".join(sorted(set(Counter(one[1:-1]) - Counter(other[1:-1]))))


def _method(blame: Blame) -> str:
    return blame.exchange.request.method if blame.exchange else ""
