"""Operators of mutation: each finds the places in a syntax tree where it can make one small fault."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass

# Names of attributes that a bridge may take one for another.
ATTRIBUTES = ("userName", "displayName", "externalId", "title", "nickName", "members", "emails", "value", "type")
_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip

Change = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Site:
    """One possible fault: where it is, which operator makes it, and its place in the order of the file."""

    path: str
    number: int
    line: int
    operator: str
    said: str

    @property
    def name(self) -> str:
        """A name that stays while the file stays."""
        return f"{self.path}:{self.line}:{self.operator}:{self.number}"


def sites_of(path: str, source: str) -> list[Site]:
    """Every site of a file, in order."""
    found = _changes(ast.parse(source))
    return [Site(path, n, line, operator, said) for n, (line, operator, said, _) in enumerate(found)]


def mutate(source: str, number: int) -> str:
    """The source with the fault of this number."""
    tree = ast.parse(source)
    for index, (_, _, _, change) in enumerate(_changes(tree)):
        if index == number:
            change()
            return ast.unparse(ast.fix_missing_locations(tree))
    raise ValueError(f"there is no site {number}")


def _changes(tree: ast.Module) -> list[tuple[int, str, str, Change]]:
    silent = set(_unseen(tree))
    made = []
    for node in ast.walk(tree):
        if id(node) not in silent:
            made += list(_of(node))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            made += _wrong_field(node)
    return made


def _unseen(tree: ast.Module) -> Iterator[int]:
    """Docstrings, annotations, imports and slots: a fault there is none, or no module."""
    for node in ast.walk(tree):
        hidden: list[ast.AST] = []
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            hidden += [*node.decorator_list, node.args, *([node.returns] if node.returns else [])]
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                hidden.append(first)
        if isinstance(node, ast.AnnAssign):
            hidden.append(node.annotation)
        if isinstance(node, ast.ClassDef):
            hidden += [*node.decorator_list, *node.keywords]
        if isinstance(node, (ast.Raise, ast.JoinedStr, ast.Assert)):
            hidden += [each for each in ast.walk(node) if isinstance(each, (ast.Constant, ast.JoinedStr))]
        for each in hidden:
            yield from (id(below) for below in ast.walk(each))


def _of(node: ast.AST) -> Iterator[tuple[int, str, str, Change]]:
    at = getattr(node, "lineno", 0)
    for name, said, change in _in(node):
        yield at, name, said, change
    if isinstance(node, ast.Dict) and node.keys:
        yield from _dropped_key(node)
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.If, ast.For, ast.While, ast.With, ast.Try)):
        yield from _dropped_statement(node)


def _in(node: ast.AST) -> Iterator[tuple[str, str, Change]]:
    if isinstance(node, ast.Compare):
        yield from _comparison(node)
    elif isinstance(node, ast.BoolOp):
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield "condition", f"{_short(node)} joined the other way", lambda: setattr(node, "op", other)
    elif isinstance(node, (ast.If, ast.IfExp, ast.While)):
        turned = ast.UnaryOp(ast.Not(), node.test)
        yield "condition", f"not ({_short(node.test)})", lambda: setattr(node, "test", turned)
    elif isinstance(node, ast.Constant):
        yield from _constant(node)
    elif isinstance(node, ast.Call) and len(node.args) >= 2 and not any(isinstance(a, ast.Starred) for a in node.args):
        yield (
            "arguments",
            f"arguments swapped in {_short(node)}",
            lambda: node.args.__setitem__(slice(0, 2), node.args[1::-1]),
        )
    elif isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
        other_op = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
        yield "arithmetic", f"{_short(node)} the other way", lambda: setattr(node, "op", other_op)


def _comparison(node: ast.Compare) -> Iterator[tuple[str, str, Change]]:
    for index, op in enumerate(node.ops):
        if other := _COMPARISONS.get(type(op)):

            def change(index: int = index, other: type[ast.cmpop] = other) -> None:
                node.ops[index] = other()

            yield "comparison", f"{_short(node)} with {other.__name__}", change


def _constant(node: ast.Constant) -> Iterator[tuple[str, str, Change]]:
    value = node.value
    if isinstance(value, bool):
        yield "constant", f"{value} turned", lambda: setattr(node, "value", not value)
    elif isinstance(value, int):
        yield "constant", f"{value} plus one", lambda: setattr(node, "value", value + 1)
    elif isinstance(value, str) and value in ATTRIBUTES:
        wrong = ATTRIBUTES[(ATTRIBUTES.index(value) + 1) % len(ATTRIBUTES)]
        yield "attribute", f"{value} taken for {wrong}", lambda: setattr(node, "value", wrong)
    elif isinstance(value, str) and value:
        yield "constant", f"{value[:30]!r} spelled wrongly", lambda: setattr(node, "value", f"{value}~")


def _dropped_key(node: ast.Dict) -> Iterator[tuple[int, str, str, Change]]:
    for index, key in enumerate(node.keys):
        if isinstance(key, ast.Constant):

            def change(index: int = index) -> None:
                del node.keys[index], node.values[index]

            yield key.lineno, "dropped key", f"{key.value!r} left out", change


def _dropped_statement(node: ast.AST) -> Iterator[tuple[int, str, str, Change]]:
    body = getattr(node, "body", [])
    for index, statement in enumerate(body):
        is_call = isinstance(statement, ast.Expr) and isinstance(statement.value, (ast.Call, ast.Await))
        if is_call or isinstance(statement, (ast.AugAssign, ast.Raise, ast.Continue, ast.Break, ast.Delete)):

            def change(index: int = index) -> None:
                body[index] = ast.copy_location(ast.Pass(), body[index])

            yield statement.lineno, "dropped statement", f"{_short(statement)} left out", change


def _wrong_field(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[tuple[int, str, str, Change]]:
    """One field of a thing is taken for another that the same function reads of it; methods are no fields."""
    called = {id(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)}
    fields: dict[str, list[ast.Attribute]] = {}
    for node in (below for statement in function.body for below in ast.walk(statement)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and id(node) not in called:
            fields.setdefault(node.value.id, []).append(node)
    for owner, read in fields.items():
        names = sorted({node.attr for node in read})
        for node in read if len(names) > 1 else ():
            wrong = names[(names.index(node.attr) + 1) % len(names)]

            def change(node: ast.Attribute = node, wrong: str = wrong) -> None:
                node.attr = wrong

            yield node.lineno, "attribute", f"{owner}.{node.attr} taken for {owner}.{wrong}", change


def _short(node: ast.AST) -> str:
    text = ast.unparse(copy.copy(node)).replace("\n", " ")
    return text if len(text) <= 60 else f"{text[:57]}…"
