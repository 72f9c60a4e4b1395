"""What a card says to INITIALIZE UPDATE (GPC Amendment D v1.2, 5.1 and 7.1.1)."""

from dataclasses import dataclass
from enum import IntFlag, unique

from crypto.errors import SecureChannelError
from crypto.keys import KDD_SIZE
from crypto.scp03 import LEVELS, SecurityLevel
from crypto.scp03_keys import SEQUENCE_COUNTER_SIZE, Mode

PROTOCOL = 0x03


@unique
class Options(IntFlag):
    """The "i" parameter (Table 5-1). R-ENCRYPTION always comes with R-MAC: 20 or 60."""

    S16 = 0x01
    PSEUDO_RANDOM = 0x10
    R_MAC = 0x20
    R_ENCRYPTION = 0x40

    @property
    def mode(self) -> Mode:
        """The size of challenges, cryptograms and MACs."""
        return Mode.S16 if self & Options.S16 else Mode.S8

    def supports(self, level: int) -> bool:
        """Whether EXTERNAL AUTHENTICATE may ask for this level."""
        return (
            level in LEVELS
            and (not level & SecurityLevel.R_MAC or bool(self & Options.R_MAC))
            and (not level & SecurityLevel.R_ENCRYPTION or bool(self & Options.R_ENCRYPTION))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class InitializeUpdateResponse:
    """The response data of INITIALIZE UPDATE (Table 7-3). Nothing in it is authenticated yet."""

    diversification_data: bytes
    key_version: int
    options: Options
    card_challenge: bytes
    card_cryptogram: bytes
    sequence_counter: bytes = b""

    def encode(self) -> bytes:
        """The data field: KDD (10), key version, 03, i, challenge, cryptogram, counter (0 or 3)."""
        key_information = bytes([self.key_version, PROTOCOL, self.options])
        return b"".join(
            (
                self.diversification_data,
                key_information,
                self.card_challenge,
                self.card_cryptogram,
                self.sequence_counter,
            )
        )

    @classmethod
    def decode(cls, data: bytes) -> "InitializeUpdateResponse":
        """Take the data field apart. Raises SecureChannelError if it is not one of SCP03."""
        header = KDD_SIZE + 3
        if len(data) < header or data[KDD_SIZE + 1] != PROTOCOL:
            raise SecureChannelError("the card does not answer with SCP03 key information")
        options = Options(data[KDD_SIZE + 2])
        counter = SEQUENCE_COUNTER_SIZE if options & Options.PSEUDO_RANDOM else 0
        size = options.mode
        if len(data) != header + 2 * size + counter:
            raise SecureChannelError("the card's answer does not have the length it announces")
        return cls(
            diversification_data=data[:KDD_SIZE],
            key_version=data[KDD_SIZE],
            options=options,
            card_challenge=data[header : header + size],
            card_cryptogram=data[header + size : header + 2 * size],
            sequence_counter=data[header + 2 * size :],
        )
