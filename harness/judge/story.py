"""Reads stories from their source: the requirements that each proves, and those that it lets checks judge."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_ID = re.compile(r"[A-Z]+[0-9]*-[0-9A-Za-z.-]+")
SITUATION = "situation_for"


@dataclass(frozen=True, slots=True)
class Story:
    """A scenario: where it stands and what it says.

    `proves` are the requirements that it judges by what it states, `facets` the parts of them that it names, and
    `situations` those that checks judge by the traffic that it causes. `calls` are the methods that
    it calls, by name and as often as they stand there.
    """

    name: str
    suite: str
    sentence: str
    proves: tuple[str, ...]
    situations: tuple[str, ...]
    facets: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()

    @property
    def requirements(self) -> tuple[str, ...]:
        """All that it can bring to judgement, by itself or by a check."""
        return tuple(sorted({*self.proves, *self.situations}))


@lru_cache(maxsize=256)
def stories_in(path: Path) -> tuple[Story, ...]:
    """The stories of one file, in its order, read without running anything."""
    module = ast.parse(path.read_text(encoding="utf-8"))
    found = [n for n in module.body if isinstance(n, ast.FunctionDef) and n.name.startswith("test_")]
    return tuple(_story(path, module, function) for function in found)


def _story(path: Path, module: ast.Module, function: ast.FunctionDef) -> Story:
    reader = _Reader(module, function)
    return Story(
        f"{path.parent.name}/{path.name}::{function.name}",
        path.parent.name,
        (ast.get_docstring(function) or "").split("\n")[0],
        tuple(sorted(reader.proved())),
        tuple(sorted(_ids_of_situations(function))),
        tuple(sorted(reader.facets())),
        tuple(_calls_in(module, function)),
    )


def _calls_in(module: ast.Module, function: ast.FunctionDef) -> Iterator[str]:
    """The methods that a story calls, also in the helpers of its module that it calls."""
    helpers = {node.name: node for node in module.body if isinstance(node, ast.FunctionDef)}
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in helpers:
            yield from _calls_in(ast.Module([], []), helpers[node.func.id])


def _ids_of_situations(function: ast.FunctionDef) -> Iterator[str]:
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == f"pytest.mark.{SITUATION}":
            yield from (str(ast.literal_eval(argument)) for argument in decorator.args)


class _Reader:
    """Follows each `proves=` and `facets=` of a story to its texts: through names, tables, parameters and helpers."""

    def __init__(self, module: ast.Module, function: ast.FunctionDef) -> None:
        self._function = function
        self._helpers = {node.name: node for node in module.body if isinstance(node, ast.FunctionDef)}
        shared = _bound_in(module.body)
        self._values = {**shared, **_parameters_of(function, shared), **_bound_in(ast.walk(function))}

    def proved(self) -> set[str]:
        """The ids that any `proves=` in the story can have."""
        return {text for text in self._texts_of("proves") if _ID.fullmatch(text)}

    def facets(self) -> set[str]:
        """The facets that any `facets=` in the story can name."""
        return set(self._texts_of("facets"))

    def _texts_of(self, name: str) -> Iterator[str]:
        for node in ast.walk(self._function):
            if isinstance(node, ast.keyword) and node.arg == name:
                yield from self._texts(node.value, frozenset())

    def _texts(self, node: ast.AST, seen: frozenset[str]) -> Iterator[str]:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.Name) and node.id in seen:
            return
        elif isinstance(node, ast.Name):
            seen |= {node.id}
        for part in self._parts(node):
            yield from self._texts(part, seen)

    def _parts(self, node: ast.AST) -> Iterable[ast.AST]:
        """The nodes from which this one's texts come: not a condition, not an index, not what a helper is given."""
        match node:
            case ast.Name():
                return self._values.get(node.id, ())
            case ast.IfExp():
                return (node.body, node.orelse)
            case ast.Subscript():
                return (node.value,)
            case ast.Dict():
                return node.values
            case ast.Call(func=ast.Name(id=name)) if name in self._helpers:
                returns = (each for each in ast.walk(self._helpers[name]) if isinstance(each, ast.Return))
                return [each.value for each in returns if each.value is not None]
            case _:
                return ast.iter_child_nodes(node)


_Values = dict[str, list[ast.expr]]


def _bound_in(nodes: Iterable[ast.AST]) -> _Values:
    """The values that names are given by assignments and loops among these nodes."""
    made: _Values = {}
    for node in nodes:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                _bind(made, target, [node.value])
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            _bind(made, node.target, [node.value])
        elif isinstance(node, ast.For | ast.comprehension):
            _bind(made, node.target, _items_of(node.iter))
    return made


def _bind(made: _Values, target: ast.expr, values: list[ast.expr]) -> None:
    if isinstance(target, ast.Name):
        made.setdefault(target.id, []).extend(values)
    elif isinstance(target, ast.Tuple | ast.List):
        for place, part in enumerate(target.elts):
            _bind(made, part, [_at(value, place) for value in values])


def _at(value: ast.expr, place: int) -> ast.expr:
    """What stands at that place of a tuple; all of what is none."""
    is_row = isinstance(value, ast.Tuple | ast.List) and place < len(value.elts)
    return value.elts[place] if is_row and isinstance(value, ast.Tuple | ast.List) else value


def _items_of(node: ast.expr) -> list[ast.expr]:
    return list(node.elts) if isinstance(node, ast.Tuple | ast.List | ast.Set) else [node]


def _parameters_of(function: ast.FunctionDef, shared: _Values) -> _Values:
    """The values that `parametrize` gives to the arguments of a story."""
    made: _Values = {}
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.parametrize":
            names, table = decorator.args[:2]
            rows = [row for each in _named_table(table, shared) for row in _items_of(each)]
            _bind(made, _targets(names), [_row(row) for row in rows])
    return made


def _named_table(node: ast.expr, shared: _Values) -> list[ast.expr]:
    return shared.get(node.id, []) if isinstance(node, ast.Name) else [node]


def _targets(names: ast.expr) -> ast.expr:
    told = ast.literal_eval(names)
    words = [word.strip() for word in told.split(",")] if isinstance(told, str) else list(told)
    targets: list[ast.expr] = [ast.Name(word) for word in words]
    return targets[0] if len(targets) == 1 else ast.Tuple(targets)


def _row(node: ast.expr) -> ast.expr:
    """A row of a table; the arguments of `pytest.param`, where it is written so."""
    if not isinstance(node, ast.Call):
        return node
    return node.args[0] if len(node.args) == 1 else ast.Tuple(node.args)
