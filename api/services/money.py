"""Money: integer fen inside, yuan with two decimals outside, and the one rounding of the sheets.

Official award sheets round each component of an award once, to the fen, half up, and add the
rounded components. In between nothing is rounded: the rules compute with exact fractions.
"""

from decimal import Decimal
from fractions import Fraction
from typing import NewType

Fen = NewType("Fen", int)

FEN_PER_YUAN = 100


def rounded(exact: Fraction) -> int:
    """The nearest integer; what lies in the middle goes up. *exact* is not negative."""
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


def to_fen(exact: Fraction) -> Fen:
    """A component of an award, from an exact number of fen: the rounding of the sheets."""
    return Fen(rounded(exact))


def share_of(rate: Decimal, amount: int, *, over: int = 1) -> Fen:
    """*rate* of *amount*, divided by *over*, to the fen: as `to_fen`, with no fraction on the way.

    *amount* is in fen.
    """
    numerator, denominator = rate.as_integer_ratio()
    denominator *= over
    return Fen((2 * numerator * amount + denominator) // (2 * denominator))


def to_tenth(exact: Fraction) -> Decimal:
    """One decimal, half up: how divisors between two ages are published."""
    return Decimal(rounded(exact * 10)).scaleb(-1)


def fen_of(yuan: Decimal) -> Fen:
    """The fen of an amount in yuan that has at most two decimals."""
    return Fen(int(yuan * FEN_PER_YUAN))


def yuan_of(fen: Fen) -> str:
    """As printed: yuan with two decimals; what is taken back has a minus."""
    if fen < 0:
        return f"-{yuan_of(Fen(-fen))}"
    return f"{fen // FEN_PER_YUAN}.{fen % FEN_PER_YUAN:02}"


def plain(number: Decimal) -> str:
    """A number as printed: no exponent, no zeros behind the last decimal."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
