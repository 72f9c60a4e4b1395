"""How an application can be blocked (LD/T 32.5, APPLICATION BLOCK, P2)."""

from enum import IntEnum, unique

from reader.iso7816.commands import BLOCK_FOR_A_TIME, BLOCK_FOR_EVER


@unique
class ApplicationBlock(IntEnum):
    """Until the issuer unblocks it, or for ever."""

    TEMPORARY = BLOCK_FOR_A_TIME
    PERMANENT = BLOCK_FOR_EVER
