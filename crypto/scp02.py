"""SCP02, either end: Secure Channel Protocol '02' (GPC Card Specification 2.3.1, annex E).

For older blanks only: it rests on 3DES. Explicit initiation with three keys, C-MAC on the modified
APDU, the ICV of each C-MAC the encrypted C-MAC before it: "i" 15, or 55 where the card's challenge
can be foretold. A Session is used as one of crypto.scp03 is, and ends as that does: at the first
check that fails, without a word of which it was.
"""

from dataclasses import dataclass, field
from enum import Enum, IntFlag, auto, unique
from hmac import compare_digest

from crypto.block_ciphers import TRIPLE_DES
from crypto.errors import KeyMaterialError, SecureChannelError
from crypto.keys import KDD_SIZE, KeySet
from crypto.padding import pad, unpad
from crypto.scp03 import SecurityLevel, authenticated_class

PROTOCOL = 0x02
COUNTER_SIZE, CARD_CHALLENGE_SIZE, HOST_CHALLENGE_SIZE, MAC_SIZE = 2, 6, 8, 8
MAX_COUNTER = 0xFFFF
LEVELS = frozenset(SecurityLevel(p1) for p1 in (0x00, 0x01, 0x03))  # Table E-11 without R-MAC
EXTERNAL_AUTHENTICATE = bytes.fromhex("84 82")
_BLOCK = 8
_MAX_FIELD = 0xFF
_ZERO = bytes(_BLOCK)
# Constants of the derivation data (E.4.1).
_C_MAC, _DEK, _ENC = b"\x01\x01", b"\x01\x81", b"\x01\x82"


@unique
class Options(IntFlag):
    """The "i" parameter, as far as it is built here (Table E-1)."""

    THREE_KEYS = 0x01
    EXPLICIT = 0x04
    ICV_ENCRYPTION = 0x10
    PSEUDO_RANDOM = 0x40


I_15 = Options.THREE_KEYS | Options.EXPLICIT | Options.ICV_ENCRYPTION
I_55 = I_15 | Options.PSEUDO_RANDOM


class _Phase(Enum):
    CHALLENGED = auto()
    OPEN = auto()
    DEAD = auto()


class Session:
    """One secure channel session, from the two challenges to its end. Not for several threads."""

    def __init__(
        self, keys: KeySet, host_challenge: bytes, counter: bytes, card_challenge: bytes
    ) -> None:
        """Either end, once both challenges and the card's sequence counter are known.

        Raises KeyMaterialError if one does not have its size, or the keys are not 3DES keys.
        """
        sizes = (len(host_challenge), len(counter), len(card_challenge))
        if sizes != (HOST_CHALLENGE_SIZE, COUNTER_SIZE, CARD_CHALLENGE_SIZE):
            raise KeyMaterialError("SCP02 takes challenges of 8 and 6 bytes, a counter of 2")
        if keys.cipher is not TRIPLE_DES:
            raise KeyMaterialError(f"SCP02 takes 3DES keys, not {keys.cipher.name}")
        self._enc = session_key(keys.enc, _ENC, counter)
        self._mac = session_key(keys.mac, _C_MAC, counter)
        self._dek = session_key(keys.dek, _DEK, counter)
        self._host, self._card = host_challenge, counter + card_challenge
        self._phase = _Phase.CHALLENGED
        self._level = SecurityLevel.NONE
        self._last_mac = b""

    @property
    def level(self) -> SecurityLevel:
        """The current security level: NONE before authentication and after a failure."""
        return self._level

    @property
    def is_open(self) -> bool:
        """Both ends are authenticated, and no check has failed since."""
        return self._phase is _Phase.OPEN

    def card_cryptogram(self) -> bytes:
        """What proves the card (E.4.2.1)."""
        self._expect(_Phase.CHALLENGED)
        return _full_mac(self._enc, self._host + self._card)

    def host_cryptogram(self) -> bytes:
        """What proves the host (E.4.2.2)."""
        self._expect(_Phase.CHALLENGED)
        return _full_mac(self._enc, self._card + self._host)

    def authenticate(self, card_cryptogram: bytes, level: SecurityLevel) -> bytes:
        """Host end: check the card, then give the data field of EXTERNAL AUTHENTICATE.

        The field is host cryptogram and C-MAC, made for the header 84 82 level 00. Raises
        SecureChannelError if the card does not hold the keys.
        """
        if level not in LEVELS:
            raise ValueError(f"{level!r} is no security level of SCP02 without R-MAC")
        if not compare_digest(self.card_cryptogram(), card_cryptogram):
            raise self._failure()
        cryptogram = self.host_cryptogram()
        mac = self._command_mac(EXTERNAL_AUTHENTICATE + bytes((level, 0x00)), cryptogram)
        self._phase, self._level = _Phase.OPEN, level
        return cryptogram + mac

    def accept_authentication(
        self, header: bytes, field: bytes, *, extended: bool = False
    ) -> SecurityLevel:
        """Card end: check EXTERNAL AUTHENTICATE; the channel opens at the level of its P1.

        `extended` says that Lc came in extended form, which SCP02 does not know.
        """
        cryptogram, mac = self._split(field)
        right_cryptogram = compare_digest(self.host_cryptogram(), cryptogram)
        right_mac = compare_digest(self._command_mac(header, cryptogram), mac)
        if not (right_cryptogram & right_mac) or header[2] not in LEVELS or extended:
            raise self._failure()
        self._phase, self._level = _Phase.OPEN, SecurityLevel(header[2])
        return self._level

    def seal_command(self, header: bytes, data: bytes) -> bytes:
        """Host end: the data field to send, encrypted if the level says so, with its C-MAC.

        `header` is CLA INS P1 P2; `crypto.scp03.secured_class` gives the CLA to transmit. The
        C-MAC is over the plain data; what is encrypted is the data, not the MAC (E.4.6).
        """
        self._expect(_Phase.OPEN)
        if len(data) > self.data_capacity():
            raise ValueError(f"{len(data)} bytes do not fit a command")
        if not self._level & SecurityLevel.C_MAC:
            return data
        mac = self._command_mac(header, data)
        if data and self._level & SecurityLevel.C_DECRYPTION:
            data = TRIPLE_DES.encrypt_cbc(self._enc, _ZERO, pad(data, _BLOCK))
        return data + mac

    def open_command(self, header: bytes, field: bytes, *, extended: bool = False) -> bytes:
        """Card end: the data that was sealed in this data field."""
        self._expect(_Phase.OPEN)
        if not self._level & SecurityLevel.C_MAC:
            return field
        data, mac = self._split(field)
        if data and self._level & SecurityLevel.C_DECRYPTION:
            data = self._decrypt(data)
        if extended or not compare_digest(self._command_mac(header, data), mac):
            raise self._failure()
        return data

    def seal_response(self, data: bytes, sw: int) -> bytes:
        """Card end: the data as it is, for without R-MAC nothing protects an answer."""
        self._expect(_Phase.OPEN)
        return data

    def open_response(self, field: bytes, sw: int) -> bytes:
        """Host end: the field as it is, and nobody vouches for it."""
        self._expect(_Phase.OPEN)
        return field

    def data_capacity(self, field_size: int = _MAX_FIELD) -> int:
        """How many bytes of data may be sealed for a command data field of that size."""
        if not self._level & SecurityLevel.C_MAC:
            return field_size
        room = field_size - MAC_SIZE
        if self._level & SecurityLevel.C_DECRYPTION:
            room -= room % _BLOCK + 1
        return max(room, 0)

    def encrypt_sensitive(self, data: bytes) -> bytes:
        """Keys for PUT KEY and the like: ECB under the session's DEK, no padding (E.4.7)."""
        return TRIPLE_DES.encrypt(self._dek, data)

    def decrypt_sensitive(self, data: bytes) -> bytes:
        """The other end of `encrypt_sensitive`; KeyMaterialError unless whole blocks."""
        return TRIPLE_DES.decrypt(self._dek, data)

    def _expect(self, phase: _Phase) -> None:
        if self._phase is not phase:
            raise self._failure()

    def _failure(self) -> SecureChannelError:
        """End the session. One message for all causes: the other end may not learn which."""
        self._phase, self._level = _Phase.DEAD, SecurityLevel.NONE
        return SecureChannelError("the secure channel is broken or was never opened")

    def _split(self, field: bytes) -> tuple[bytes, bytes]:
        if not MAC_SIZE <= len(field) <= _MAX_FIELD:
            raise self._failure()
        return field[:-MAC_SIZE], field[-MAC_SIZE:]

    def _decrypt(self, data: bytes) -> bytes:
        if len(data) % _BLOCK:
            raise self._failure()
        try:
            return unpad(TRIPLE_DES.decrypt_cbc(self._enc, _ZERO, data))
        except ValueError:
            raise self._failure() from None

    def _command_mac(self, header: bytes, data: bytes) -> bytes:
        """The C-MAC on the modified APDU (E.4.4); its ICV is the one before, encrypted (E.3.4)."""
        cla, ins, p1, p2 = header
        message = bytes((authenticated_class(cla), ins, p1, p2, len(data) + MAC_SIZE)) + data
        icv = TRIPLE_DES.encrypt(self._mac[:8], self._last_mac) if self._last_mac else _ZERO
        self._last_mac = _retail_mac(self._mac, icv, message)
        return self._last_mac


@dataclass(frozen=True, slots=True, kw_only=True)
class InitializeUpdateResponse:
    """The response data of INITIALIZE UPDATE (Table E-8)."""

    diversification_data: bytes
    key_version: int
    sequence_counter: bytes
    card_challenge: bytes
    card_cryptogram: bytes = field(repr=False)

    def encode(self) -> bytes:
        """KDD (10), key version, 02, counter (2), challenge (6), cryptogram (8)."""
        key_information = bytes((self.key_version, PROTOCOL))
        return (
            self.diversification_data
            + key_information
            + self.sequence_counter
            + self.card_challenge
            + self.card_cryptogram
        )

    @classmethod
    def decode(cls, data: bytes) -> "InitializeUpdateResponse":
        """Take the data field apart. Raises SecureChannelError if it is not one of SCP02."""
        if len(data) != KDD_SIZE + 18 or data[KDD_SIZE + 1] != PROTOCOL:
            raise SecureChannelError("the card does not answer with SCP02 key information")
        return cls(
            diversification_data=data[:KDD_SIZE],
            key_version=data[KDD_SIZE],
            sequence_counter=data[12:14],
            card_challenge=data[14:20],
            card_cryptogram=data[20:],
        )


def session_key(key: bytes, constant: bytes, counter: bytes) -> bytes:
    """A session key (E.4.1): constant, counter, 12 zero bytes in 3DES-CBC under the static key."""
    return TRIPLE_DES.encrypt_cbc(key, _ZERO, constant + counter + bytes(12))


def pseudo_random_challenge(keys: KeySet, counter: bytes, aid: bytes) -> bytes:
    """The card challenge that a host can foretell (E.4.2.3): 6 bytes of a MAC over the AID."""
    return _retail_mac(session_key(keys.mac, _C_MAC, counter), _ZERO, aid)[:CARD_CHALLENGE_SIZE]


def _full_mac(key: bytes, data: bytes) -> bytes:
    """Full triple DES MAC (B.1.2.1): the last block of 3DES-CBC over the padded data."""
    return TRIPLE_DES.encrypt_cbc(key, _ZERO, pad(data, _BLOCK))[-_BLOCK:]


def _retail_mac(key: bytes, icv: bytes, data: bytes) -> bytes:
    """Single DES plus final triple DES (B.1.2.2; ISO/IEC 9797-1, algorithm 3)."""
    padded = pad(data, _BLOCK)
    value = icv
    if len(padded) > _BLOCK:
        value = TRIPLE_DES.encrypt_cbc(key[:8], icv, padded[:-_BLOCK])[-_BLOCK:]
    return TRIPLE_DES.encrypt_cbc(key, value, padded[-_BLOCK:])
