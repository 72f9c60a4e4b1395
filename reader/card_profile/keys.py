"""Keys of the card: where each lives, and how a terminal's PSAM comes to the same key.

Names follow LB002 and LD/T 32.4: IRK proves the card, PUK unlocks the PIN, BK and LK let the issuer
block, STK secures maintenance, RK opens a file for reading and UK for updating; DLK, DPK and DTK
are the medical account's. Card key identifiers and PSAM addresses are those that reading and
writing programs in the field use.
"""

from dataclasses import dataclass
from enum import Enum, unique

from crypto.diversification import KeyLevel


@unique
class KeyRole(Enum):
    """What a key is for."""

    INTERNAL_AUTHENTICATION = "internal authentication"
    PIN_UNBLOCK = "PIN unblock"
    BLOCK = "blocking"
    MAINTENANCE = "maintenance"
    READ = "read"
    UPDATE = "update"
    PURCHASE = "medical settlement"
    LOAD = "credit to the medical account"
    TRANSACTION_CERTIFICATE = "transaction certificate"


# What EXTERNAL AUTHENTICATE may prove (LB002's external authentication keys); the other keys serve
# their own commands only.
AUTHENTICATING = frozenset({KeyRole.PIN_UNBLOCK, KeyRole.BLOCK, KeyRole.READ, KeyRole.UPDATE})
# What only the host holds (PBOC): with DLK in a terminal's module anybody could make money there,
# and a TAC is no proof to the host if the terminal can compute it.
HOST_ONLY = frozenset({KeyRole.LOAD, KeyRole.TRANSACTION_CERTIFICATE})
MAINTENANCE_KID = 0x82  # of the STK of each DF: assumed, as it is 02 at the SSSE
CITY_USAGE = KeyLevel.CITY << 5  # of a key that no PSAM has: only the level counts


@dataclass(frozen=True, slots=True)
class CardKey:
    """A key of 16 bytes on the card."""

    name: str
    application: str  # the application whose files it guards; SSSE keys count in every DF
    role: KeyRole
    kid: int  # P2 of EXTERNAL or INTERNAL AUTHENTICATE
    psam_usage: int  # P1 of the PSAM's 'BF DE'
    psam_id: int  # P2 of the PSAM's 'BF DE'

    @property
    def for_terminals(self) -> bool:
        """Whether a terminal's security module may hold its master key."""
        return self.role not in HOST_ONLY

    @property
    def level(self) -> KeyLevel:
        """Whose master key it descends from: the nation's, the province's or the city's."""
        return KeyLevel.of_usage(self.psam_usage)


def eight_digits(key: bytes) -> str:
    """A number for a person or a program to type, from a card's own key."""
    return f"{int.from_bytes(key, 'big') % 10**8:08}"
