"""The states of applications, batches, cards and blanks, and the events that change them.

Which event may follow which state is `issuance.lifecycle`'s to say.
"""

from enum import Enum, unique


@unique
class ApplicationState(Enum):
    """Where one person's request for a card stands."""

    RECEIVED = "received"
    CHECKED = "checked"  # nothing is wrong with it; it waits for a batch
    IN_REVIEW = "in_review"  # its batch waits for a second person
    APPROVED = "approved"
    CARDED = "carded"  # a card was numbered for it
    REFUSED = "refused"
    CANCELLED = "cancelled"


@unique
class ApplicationEvent(Enum):
    """What happens to an application."""

    CHECK = "check"
    SUBMIT = "submit"
    APPROVE = "approve"
    CARD = "card"
    REFUSE = "refuse"
    CANCEL = "cancel"


@unique
class BatchState(Enum):
    """Where a batch of applications of one issuing region stands."""

    REQUESTED = "requested"
    APPROVED = "approved"
    PRODUCING = "producing"
    PRODUCED = "produced"  # no card of it waits for its chip any more
    CLOSED = "closed"  # cards and blanks balance, the certificate is signed
    REJECTED = "rejected"
    CANCELLED = "cancelled"


@unique
class BatchEvent(Enum):
    """What happens to a batch."""

    APPROVE = "approve"
    REJECT = "reject"
    CANCEL = "cancel"
    START = "start"
    FINISH = "finish"
    REOPEN = "reopen"  # a card of it is made again
    CLOSE = "close"


@unique
class Signing(Enum):
    """Who signs the records of a batch's cards, when, and where their key pairs are made."""

    STATION = "station"  # each chip makes its key pair, the station signs over it
    CARD = "card"  # key pair and signature a card, made ahead
    MERKLE = "merkle"  # key pair a card, one signature for a chunk of cards
    MERKLE_ON_CARD = "merkle_on_card"  # one signature for a chunk; chips make their key pairs


@unique
class CardState(Enum):
    """Where a card stands in the issuer's book (not the chip's own life cycle)."""

    NUMBERED = "numbered"
    PREPARED = "prepared"
    PERSONALIZED = "personalized"
    INSPECTED = "inspected"  # print, chip and book agree
    SHIPPED = "shipped"
    AT_OUTLET = "at_outlet"
    HANDED_OVER = "handed_over"
    ACTIVE = "active"
    SUSPENDED = "suspended"  # temporary loss, liftable
    LOST = "lost"
    REJECTED = "rejected"  # spoilt in the making; another card takes its place
    CANCELLED = "cancelled"
    REPLACED = "replaced"
    EXPIRED = "expired"


@unique
class CardEvent(Enum):
    """What happens to a card."""

    PREPARE = "prepare"
    PERSONALIZE = "personalize"
    INSPECT = "inspect"
    REJECT = "reject"
    SHIP = "ship"
    ARRIVE = "arrive"
    RETURN = "return"
    HAND_OVER = "hand_over"
    ACTIVATE = "activate"
    SUSPEND = "suspend"
    LIFT = "lift"
    LOSE = "lose"
    CANCEL = "cancel"
    REPLACE = "replace"
    EXPIRE = "expire"


@unique
class BlankState(Enum):
    """Where a blank (a chip card without a holder) stands."""

    IN_STOCK = "in_stock"
    ISSUED = "issued"  # handed to a station for a batch
    USED = "used"  # it is a card now
    REJECTED = "rejected"
    SAMPLE = "sample"
    DESTROYED = "destroyed"


@unique
class BlankEvent(Enum):
    """What happens to a blank."""

    ISSUE = "issue"
    RETURN = "return"
    USE = "use"
    REJECT = "reject"
    SAMPLE = "sample"
    DESTROY = "destroy"
