"""What a slot holds: an integrated circuit card, whichever kind (ISO/IEC 7816-3)."""

from typing import Protocol


class IntegratedCircuitCard(Protocol):
    """A card with its contacts: a social security card, a PSAM, a card with a fault."""

    @property
    def atr(self) -> bytes:
        """The answer to reset."""

    def reset(self) -> None:
        """Cold or warm reset: what is not persistent is gone."""

    def transmit(self, command: bytes) -> bytes:
        """The answer to one command APDU, with its status word."""
