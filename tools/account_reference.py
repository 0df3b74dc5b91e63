"""The pages docs/reference/seed.md and machine.md: the behaviour of the account behind the reference bridge.

`seed.md` is made from the ids in docstrings of tests and from the stories, `machine.md` from the rows of the tests'
state machine. `tools/generate_reference.py` writes both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields

from bridge_ref.account.policy import Policy
from harness.catalogue.requirement import Catalogue, Requirement
from harness.judge.coverage import stories
from tests.bridge_ref.machine import ELSEWHERE, ROWS
from tools.trace import Places, bridge_places

Table = Callable[[Sequence[str], Iterable[Sequence[str]]], list[str]]

# Statements that need nothing from a bridge, with the reason.
NOTHING = {
    "SEED-42": "the provider's part: `harness/idp/okta/engine.py` pushes an assigned group only by a push rule",
    "SEED-44": "the provider's part: it sends the members of a group, and only existing users",
}
# Statements that are still to be realised; a row is removed once a test names its id.
NOT_YET: dict[str, str] = {}


def seed_page(catalogue: Catalogue, table: Table, note: str) -> Iterator[str]:
    """Every statement with its tests, or the reason why it has none."""
    tests = bridge_places(catalogue)
    rows = [row for row in catalogue.values() if row.id.startswith("SEED-")]
    counted = [status_of(row, tests) for row in rows]
    yield from ("# The owner's statements, one by one", "", note, "")
    yield "Each statement of the product's owner with the tests of the reference bridge that prove it: those whose"
    yield "docstring names the id, and the transitions of [its account](machine.md). The stories are those that judge"
    yield "any bridge by it. *Nothing to realise* says why."
    figures = [(word, str(counted.count(word))) for word in ("realised", "nothing to realise", "not yet")]
    yield from ("", *table(("statements", "number"), figures), "")
    heads = ("id", "statement", "held by", "stories")
    yield from table(heads, [_cells(row, tests) for row in rows])


def status_of(row: Requirement, tests: Places) -> str:
    """The status of a statement: realised, nothing to realise, or not yet."""
    if row.id in tests:
        return "realised"
    return "nothing to realise" if row.unjudgeable or row.id in NOTHING else "not yet"


def reason_of(row: Requirement) -> str:
    """The reason why a statement has no tests."""
    return row.unjudgeable or NOTHING.get(row.id) or NOT_YET.get(row.id, "*none*")


def _cells(row: Requirement, tests: Places) -> tuple[str, ...]:
    told = [story.name.split("::")[1] for story in stories() if row.id in story.requirements]
    status = status_of(row, tests)
    held = _list(tests[row.id]) if status == "realised" else f"{status}: {reason_of(row)}"
    return (row.id, row.statement, held, _list(told))


def machine_page(table: Table, note: str) -> Iterator[str]:
    """Every transition of members and groups, and every choice of an account's settings."""
    yield from ("# What happens to members and groups", "", note, "")
    yield "The account behind the reference bridge, transition by transition. Where the product's behaviour is not"
    yield "documented, there is a choice: `bridge-ref serve --policy NAME=VALUE`. Rows without a choice show the"
    yield "defaults. `tests/bridge_ref/account/test_machine.py` tests every row."
    yield from ("", "## Choices", "", *table(("choice", "decides", "values", "default"), _choices()))
    for letter, title in (("M", "Members"), ("G", "Groups")):
        rows = [(row.number, _list(list(row.policy)), row.sentence) for row in ROWS if row.number.startswith(letter)]
        rows += [(number, "", what) for number, what in ELSEWHERE.items() if number.startswith(letter)]
        rows.sort(key=lambda cells: int(cells[0][1:]))
        yield from ("", f"## {title}", "", *table(("number", "choice", "what happens"), rows))


def _choices() -> Iterator[tuple[str, ...]]:
    for field in fields(Policy):
        words = field.metadata["words"]
        values = _list(list(words)) if words else "a number of days"
        yield (f"`{field.name}`", field.metadata["meaning"], values, f"`{field.default}`")


def _list(places: list[str]) -> str:
    return ", ".join(f"`{place}`" for place in places)
