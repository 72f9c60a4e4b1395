"""Session keys and cryptograms of SCP03 (GPC Amendment D v1.2, 4.1.5, 6.2.1 and 6.2.2)."""

from dataclasses import dataclass, field
from enum import IntEnum, unique

from crypto.block_ciphers import AES, KeyedCipher
from crypto.errors import KeyMaterialError
from crypto.keys import KeySet, counter_kdf

SEQUENCE_COUNTER_SIZE = 3


@unique
class Mode(IntEnum):
    """The size in bytes of challenges, cryptograms and MACs (Table 5-1)."""

    S8 = 8
    S16 = 16


@unique
class DerivationConstant(IntEnum):
    """What is derived (Table 4-1)."""

    CARD_CRYPTOGRAM = 0x00
    HOST_CRYPTOGRAM = 0x01
    CARD_CHALLENGE = 0x02
    S_ENC = 0x04
    S_MAC = 0x06
    S_RMAC = 0x07


@dataclass(frozen=True, slots=True)
class SessionKeys:
    """The keys of one session, as long as the static keys they come from (6.2.1)."""

    enc: bytes = field(repr=False)
    mac: bytes = field(repr=False)
    rmac: bytes = field(repr=False)

    @classmethod
    def derive(cls, keys: KeySet, host_challenge: bytes, card_challenge: bytes) -> "SessionKeys":
        """The keys that both ends get from the static keys and the two challenges."""
        context = host_challenge + card_challenge
        size = len(keys.mac)
        key_enc, key_mac = AES.keyed(keys.enc), AES.keyed(keys.mac)
        return cls(
            enc=derive(key_enc, DerivationConstant.S_ENC, context, size),
            mac=derive(key_mac, DerivationConstant.S_MAC, context, size),
            rmac=derive(key_mac, DerivationConstant.S_RMAC, context, size),
        )


def pseudo_random_challenge(
    key_enc: bytes, sequence_counter: bytes, invoker_aid: bytes, mode: Mode = Mode.S8
) -> bytes:
    """The card challenge that a host can foretell (6.2.2.1).

    `key_enc` is the static key, `sequence_counter` its 3 bytes after counting up, `invoker_aid`
    names the application that opens the channel (5 to 16 bytes).
    """
    if len(sequence_counter) != SEQUENCE_COUNTER_SIZE or not 5 <= len(invoker_aid) <= 16:
        raise KeyMaterialError("a sequence counter has 3 bytes, an AID 5 to 16")
    context = sequence_counter + invoker_aid
    return derive(AES.keyed(key_enc), DerivationConstant.CARD_CHALLENGE, context, mode)


def derive(prf: KeyedCipher, constant: DerivationConstant, context: bytes, size: int) -> bytes:
    """`size` bytes by the data derivation scheme (4.1.5): label | 00 | L | i | context."""
    label = bytes(11) + bytes([constant])
    bits = (8 * size).to_bytes(2, "big")
    return counter_kdf(prf, label + b"\x00" + bits, context, size)
