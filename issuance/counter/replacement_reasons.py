"""Why a card is replaced: the codes of the bureau file (补换原因)."""

from enum import StrEnum, unique


@unique
class Reason(StrEnum):
    """The code of each reason."""

    LOST = "1"
    DAMAGED = "2"
    EXPIRED = "3"
    DATA_CHANGED = "4"
