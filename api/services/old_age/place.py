"""Which province grants a pension to somebody who was insured in several (待遇领取地)."""

from collections.abc import Mapping, Sequence
from typing import Final

TEN_YEARS: Final = 120


def drawing_province(
    months: Mapping[str, int], *, order: Sequence[str], household: str | None
) -> str | None:
    """The province that grants the pension (国办发〔2009〕66号 第六条, since 2010-01-01).

    *months* are those paid for by province, *order* the provinces as somebody was insured there,
    the last one last. None: it cannot be told without the household.
    """
    if not order:
        return household
    if order[-1] == household:
        return household
    for province in reversed(order):
        if months.get(province, 0) >= TEN_YEARS:
            return province
    return household
