"""Small changes to a module, each of which makes another program of it, or should: what `mutants.py` tries.

Changed are comparisons, conditions, numbers, strings, arithmetic, slices, arguments, methods that have an opposite, pieces of regular
expressions, and statements. Left alone are annotations, docstrings, decorators, assertions, what is raised with which message, and what
is there for type checkers alone.
"""

from __future__ import annotations

import ast
import copy
import os.path
import re
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Mod: ast.Add,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.LShift: ast.RShift, ast.RShift: ast.LShift,
}  # fmt: skip
_PAIRS = "lstrip/rstrip startswith/endswith find/rfind index/rindex lower/upper partition/rpartition split/rsplit min/max any/all "
_PAIRS += "match/search removeprefix/removesuffix append/clear add/discard"
_METHODS = {one: other for pair in _PAIRS.split() for one, other in (pair.split("/"), reversed(pair.split("/")))}
# Pieces of a regular expression; what a piece is not changed to stands for itself.
_ANCHORS = ("^", "$", r"\Z", r"\b", "|")
_PIECE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{\d*,?\d*\}|\(\?<?[=!]|\(\?[^)]|[*+?]\+?|[\^$|]", re.DOTALL)


_LEFT_ALONE = ("annotation", "returns", "decorator_list", "format_spec")


class Mutant(NamedTuple):
    """One change: a field of a node, or one item of it, becomes something else."""

    node: ast.AST
    field: str
    place: int | None
    value: Any
    line: int
    what: str

    def apply(self) -> None:
        """Change the tree for good: it lives in a process of its own."""
        if self.place is None:
            setattr(self.node, self.field, self.value)
        else:
            getattr(self.node, self.field)[self.place] = self.value


def other_expressions(node: ast.expr) -> Iterator[ast.expr]:
    """Yield what may stand in the place of an expression."""
    match node:
        case ast.Constant():
            yield from map(ast.Constant, _other_constants(node.value))
        case ast.Compare(ops=[operator, *rest]):
            yield ast.Compare(node.left, [_COMPARISONS[type(operator)](), *rest], node.comparators)
        case ast.BoolOp():
            yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
        case ast.UnaryOp():
            yield node.operand
        case ast.BinOp() if type(node.op) in _ARITHMETIC:
            yield ast.BinOp(node.left, _ARITHMETIC[type(node.op)](), node.right)
        case ast.IfExp():
            yield ast.IfExp(node.test, node.orelse, node.body)
        case ast.Slice():
            if node.lower is not None:
                yield ast.Slice(None, node.upper, node.step)
            if node.upper is not None:
                yield ast.Slice(node.lower, None, node.step)
        case ast.Call():
            yield from _other_calls(node)


def _other_constants(value: object) -> Iterator[Any]:
    match value:
        case bool():
            yield not value
        case int():
            yield from (value + 1, value - 1)
        case str():
            yield value + "X"
        case bytes():
            yield value + b"X"


def _other_calls(node: ast.Call) -> Iterator[ast.expr]:
    match node:
        case ast.Call(func=ast.Attribute(value=value, attr=name)) if name in _METHODS:
            yield ast.Call(ast.Attribute(value, _METHODS[name], ast.Load()), node.args, node.keywords)
        case ast.Call(func=ast.Name(name)) if name in _METHODS:
            yield ast.Call(ast.Name(_METHODS[name], ast.Load()), node.args, node.keywords)
        case ast.Call(args=[first, second, *rest]) if not isinstance(first, ast.Starred | ast.GeneratorExp):
            yield ast.Call(node.func, [second, first, *rest], node.keywords)


def other_patterns(pattern: str | bytes) -> Iterator[ast.expr]:
    """Yield a regular expression, or a part of one, with one piece of it changed."""
    text = pattern if isinstance(pattern, str) else pattern.decode("latin-1")
    whole = _compiles(text)
    for found in _PIECE.finditer(text):
        piece = other = found[0]
        if piece.startswith(("(?=", "(?!", "(?<=", "(?<!")):
            other = piece[:-1] + ("!" if piece[-1] == "=" else "=")
        elif piece.startswith("["):
            other = "[" + piece[2:] if piece.startswith("[^") else "[^" + piece[1:]
        elif piece[0] in "*+?":
            other = "" if piece[0] == "?" else "+*"["*+".index(piece[0])] + piece[1:]
        elif piece.startswith("{"):
            other = re.sub(r"[0-9]+(?=\})", lambda number: str(int(number[0]) + 1), piece)
        elif piece in _ANCHORS:
            other = ""
        changed = text[: found.start()] + other + text[found.end() :]
        if other != piece and (_compiles(changed) or not whole):
            yield ast.Constant(changed if isinstance(pattern, str) else changed.encode("latin-1"))


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def other_statements(node: ast.stmt) -> Iterator[ast.stmt]:
    """Yield what may stand in the place of a statement."""
    match node:
        case ast.Return(value=ast.expr() as value) if not (isinstance(value, ast.Constant) and value.value is None):
            yield ast.Return(ast.Constant(None))
        case ast.Break():
            yield ast.Continue()
        case ast.Continue():
            yield from (ast.Break(), ast.Pass())
        case ast.Raise() | ast.AugAssign() | ast.Expr() | ast.Delete():
            yield ast.Pass()
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield ast.Pass()
        case ast.If() | ast.While():
            other = copy.copy(node)
            other.test = ast.UnaryOp(ast.Not(), node.test)
            yield other


def mutants_of(tree: ast.AST) -> Iterator[Mutant]:
    """Yield every mutant of a module, from its top to its end."""
    patterns = {
        id(part)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "re.compile"
        for part in ast.walk(call.args[0])
    }
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        children: list[ast.AST] = []
        for field, value in ast.iter_fields(node):
            listed = isinstance(value, list)
            for index, child in enumerate(value if listed else [value]):
                if field in _LEFT_ALONE or not isinstance(child, ast.AST) or _is_left_alone(child):
                    continue
                if not isinstance(child, ast.Raise):
                    children.append(child)
                for other in _others(child, id(child) in patterns, isinstance(node, ast.JoinedStr)):
                    what = _difference(child, other)
                    yield Mutant(node, field, index if listed else None, other, getattr(child, "lineno", 0), what)
        waiting.extend(reversed(children))


def _others(node: ast.AST, in_pattern: bool, in_text: bool) -> Iterator[ast.AST]:
    if isinstance(node, ast.stmt):
        return other_statements(node)
    if in_pattern and isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
        return other_patterns(node.value)
    return other_expressions(node) if isinstance(node, ast.expr) and not in_text else iter(())


def _is_left_alone(node: ast.AST) -> bool:
    match node:
        case ast.Assert() | ast.AnnAssign(value=None) | ast.Expr(value=ast.Constant()) | ast.Raise(exc=None):
            return True
        case ast.If(test=ast.Name("TYPE_CHECKING")) | ast.Assign(targets=[ast.Name("__slots__" | "__all__")]):
            return True
        case _:
            return False


def _difference(node: ast.AST, other: ast.AST) -> str:
    """Return two pieces of code in one line, from shortly before where they begin to differ."""
    one, two = (" ".join(ast.unparse(ast.fix_missing_locations(each)).split()) for each in (node, other))
    start = max(len(os.path.commonprefix([one, two])) - 40, 0)  # noqa: RUF071  (these are no paths)
    return f"{one[start:][:100]}  ->  {two[start:][:100]}"
