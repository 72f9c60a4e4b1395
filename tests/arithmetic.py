"""The arithmetic of an explanation: a formula with its numbers, reckoned by itself.

It knows nothing of the rules: it reads `(8462.00 + 8462.00 × 0.872) ÷ 2 × 43.08 × 1%` as a citizen
with a pencil does.
"""

import ast
import math
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from api.services.explanation import Step

SIGNS = {"×": "*", "÷": "/", "−": "-", "⌊": "floor(", "⌈": "ceil(", "⌋": ")", "⌉": ")"}
FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "min": min,
    "max": max,
    "floor": math.floor,
    "ceil": math.ceil,
}
HALF_A_FEN = Fraction(1, 200)


def adds_up(step: Step) -> bool:
    """Whether the numbers of a step give its result, to half of the last place that is shown."""
    if step.result in ("✓", "✗") or "→" in step.formula:  # a comparison, or a table
        return True
    formula = step.formula.format_map(dict(step.numbers))
    for sign, written in SIGNS.items():
        formula = formula.replace(sign, written)
    given, shown = _value(re.sub(r"\(\d+ < 12\)$", "", formula)), _value(step.result)
    places = len(step.result.partition(".")[2])
    return abs(given - shown) <= max(HALF_A_FEN, Fraction(1, 2 * 10**places) if places < 2 else 0)


def _value(text: str) -> Fraction:
    exact = re.sub(r"(\d+)\+(\d+)/12", r"(\1 + \2 / 12)", text)
    exact = re.sub(r"([\d.]+)%", r"(\1 / 100)", exact)
    exact = re.sub(r"(?<![\w.])([\d.]+)", r"'\1'", exact)
    return _of(ast.parse(exact.strip(), mode="eval").body)


def _of(node: ast.expr) -> Fraction:
    match node:
        case ast.Constant(value=str(text)):
            return Fraction(text)
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return Fraction(FUNCTIONS[name](*map(_of, arguments)))
        case ast.BinOp(left=left, op=operator, right=right):
            one, other = _of(left), _of(right)
            match operator:
                case ast.Add():
                    return one + other
                case ast.Sub():
                    return one - other
                case ast.Mult():
                    return one * other
                case ast.Div():
                    return one / other
    raise ValueError(ast.dump(node))
