"""Card numbers (人社信息函〔2012〕37号, appendix A2): blocks per issuing region.

A number is a letter, seven letters or digits, and a check character. The first four characters
name a block; a region takes whole blocks and numbers its cards within its own, so that two
regions never wait for each other and no number is given twice. A block holds 36⁴ = 1,679,616.
"""

from functools import cache

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from issuance.book_columns import Range
from issuance.book_errors import NumbersExhaustedError
from issuance.models import NumberBlock
from reader.card_profile.values import CHECK_CHARACTERS, WEIGHTS, CardNumber

BLOCK_SIZE = 36**4
BLOCKS = 26 * 36**3  # the first character is a letter
_PAIRS = 36**2
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def allocate(session: Session, region: str, count: int) -> list[CardNumber]:
    """*count* numbers never given before, in ascending order.

    They are given when the transaction commits; two transactions of one region follow each
    other. Raises NumbersExhaustedError.
    """
    ranges = reserve(session, region, count)
    return [CardNumber(number) for one in ranges for number in numbers_in(*one)]


def reserve(session: Session, region: str, count: int) -> list[Range]:
    """As `allocate`, the numbers as ranges of [block, first place, count]."""
    ranges: list[Range] = []
    while count:
        block, taken = _open_block(session, region)
        last = min(taken + count, BLOCK_SIZE)
        session.execute(update(NumberBlock).where(NumberBlock.id == block).values(taken=last))
        ranges.append([block, taken, last - taken])
        count -= last - taken
    return ranges


def numbers_in(block: int, first: int, count: int) -> list[str]:
    """The numbers at *count* places of *block* from *first* on; many at once, by tables."""
    head = _head(block)
    pairs, upper, lower, checks = _tables()
    sum_of_head = sum(w * int(c, 36) for w, c in zip(WEIGHTS, head, strict=False))
    numbers = []
    for place in range(first, first + count):
        high, low = divmod(place, _PAIRS)
        check = checks[(sum_of_head + upper[high] + lower[low]) % 11]
        numbers.append(head + pairs[high] + pairs[low] + check)
    return numbers


def card_number(block: int, place: int) -> CardNumber:
    """The number at *place* of *block*, both counted from 0."""
    return CardNumber.of(_head(block) + _base36(place, 4))


def _head(block: int) -> str:
    letter, rest = divmod(block, 36**3)
    return _DIGITS[10 + letter] + _base36(rest, 3)


@cache
def _tables() -> tuple[list[str], list[int], list[int], str]:
    """Pairs of digits, what each adds to the check sum in either place, check characters."""
    pairs = [_base36(value, 2) for value in range(_PAIRS)]

    def sums(weights: tuple[int, ...]) -> list[int]:
        return [sum(w * int(c, 36) for w, c in zip(weights, pair, strict=True)) for pair in pairs]

    return pairs, sums(WEIGHTS[4:6]), sums(WEIGHTS[6:8]), CHECK_CHARACTERS


def block_of(number: str) -> int:
    """The block of a card number, from its first four characters; -1 for what is no number."""
    letter, rest = number[:1], number[1:4]
    if len(rest) != 3 or letter not in _DIGITS[10:] or not set(rest) <= set(_DIGITS):
        return -1
    return (_DIGITS.index(letter) - 10) * 36**3 + int(rest, 36)


def region_of(session: Session, number: str) -> str | None:
    """The region that a card number was given to, None for one that nobody was given."""
    return session.scalar(select(NumberBlock.region).where(NumberBlock.id == block_of(number)))


def _open_block(session: Session, region: str) -> tuple[int, int]:
    """The region's newest block and how much of it is taken; locked until the commit."""
    found = session.execute(
        select(NumberBlock.id, NumberBlock.taken)
        .where(NumberBlock.region == region)
        .order_by(NumberBlock.id.desc())
        .limit(1)
        .with_for_update()
    ).one_or_none()
    if found and found.taken < BLOCK_SIZE:
        return found.id, found.taken
    # Rare (once in 1.7 million cards of a region): the one place where regions meet.
    block = session.scalar(select(func.coalesce(func.max(NumberBlock.id) + 1, 0))) or 0
    if block >= BLOCKS:
        raise NumbersExhaustedError
    session.execute(insert(NumberBlock).values(id=block, region=region, taken=0))
    return block, 0


def _base36(value: int, width: int) -> str:
    digits = ""
    for _ in range(width):
        value, digit = divmod(value, 36)
        digits = _DIGITS[digit] + digits
    return digits
