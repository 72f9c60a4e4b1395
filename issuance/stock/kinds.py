"""What is counted in the bureau, and what may become of it."""

from enum import Enum, unique


@unique
class Kind(Enum):
    """What a count counts."""

    CARD = "card"
    BLANK = "blank"


@unique
class Work(Enum):
    """What a station does with the cards of a batch; one station does one of these for a batch."""

    PERSONALIZE = "personalize"
    INSPECT = "inspect"


@unique
class Outcome(Enum):
    """What happens to a card or a blank at a station: the columns of the equation.

    received + carried in = good + rejected + samples + returned + carried out
    """

    RECEIVED = "received"
    GOOD = "good"
    REJECTED = "rejected"
    SAMPLE = "samples"
    RETURNED = "returned"


RECEIVE = "receive"  # a lot comes in: what the ledger of blanks knows beside the events of a blank
