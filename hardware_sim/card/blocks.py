"""How an application can be blocked (LD/T 32.5, APPLICATION BLOCK, P2)."""

from enum import IntEnum, unique


@unique
class ApplicationBlock(IntEnum):
    """Until the issuer unblocks it, or for ever."""

    TEMPORARY = 0x00
    PERMANENT = 0x01
