"""Why a card is replaced: the codes of the bureau file (补换原因)."""

from enum import Enum, unique


@unique
class Reason(Enum):
    """The code of each reason."""

    LOST = "1"
    DAMAGED = "2"
    EXPIRED = "3"
    DATA_CHANGED = "4"
