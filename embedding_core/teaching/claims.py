"""What prose relies on, as expressions over computed figures: ``king_queen > king_apple``."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

from embedding_core.errors import InputError
from embedding_core.teaching.prose import Value

_COMPARE: dict[type, Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Gt: operator.gt, ast.GtE: operator.ge, ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
}  # fmt: skip
_COMPUTE: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}  # fmt: skip


def names_of(claim: str) -> set[str]:
    """Return the figures a claim is about.

    Raises
    ------
    InputError
        If it is no comparison of figures, numbers and texts.
    """
    tree = _tree(claim)
    if not any(isinstance(node, ast.Compare) for node in ast.walk(tree)):
        raise InputError(f"The claim {claim!r} compares nothing; write one such as a > b.")
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - {"abs"}


def holds(claim: str, values: Mapping[str, Value]) -> bool:
    """Tell whether a claim is true of computed values.

    Parameters
    ----------
    claim : str
        Comparisons joined by ``and``, ``or``, ``not``; sums, products, powers and ``abs`` of
        figures, numbers and texts.
    values : mapping
        The figures.
    """
    return bool(_value(_tree(claim), values))


def _tree(claim: str) -> ast.expr:
    try:
        return ast.parse(claim, mode="eval").body
    except SyntaxError:
        raise InputError(f"The claim {claim!r} cannot be read; write one such as a > b.") from None


def _value(node: ast.expr, values: Mapping[str, Value]) -> Any:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name) and node.id in values:
        return values[node.id]
    if isinstance(node, ast.List | ast.Tuple):
        return [_value(each, values) for each in node.elts]
    if isinstance(node, ast.BoolOp):
        is_all = isinstance(node.op, ast.And)
        return (all if is_all else any)(_value(each, values) for each in node.values)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        value = _value(node.operand, values)
        return not value if isinstance(node.op, ast.Not) else -value
    if isinstance(node, ast.BinOp) and type(node.op) in _COMPUTE:
        return _COMPUTE[type(node.op)](_value(node.left, values), _value(node.right, values))
    if isinstance(node, ast.Compare):
        return _compared(node, values)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "abs":
        return abs(_value(node.args[0], values))
    raise InputError(
        f"A claim holds {ast.unparse(node)!r}; it takes comparisons of figures, numbers and texts."
    )


def _compared(node: ast.Compare, values: Mapping[str, Value]) -> bool:
    sides = [_value(each, values) for each in (node.left, *node.comparators)]
    for kind, left, right in zip(node.ops, sides, sides[1:], strict=False):
        if type(kind) not in _COMPARE:
            raise InputError("A claim compares with ==, !=, <, <=, >, >=, in and not in.")
        if not _COMPARE[type(kind)](left, right):
            return False
    return True
