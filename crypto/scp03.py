"""SCP03, either end: Secure Channel Protocol '03' (GPC Amendment D v1.2) as bytes in, bytes out.

A Session knows command headers, data fields and status words, not transports. The host calls
authenticate, seal_command, open_response; the card accept_authentication, open_command,
seal_response. The first check that fails ends the session: from then on every call raises the
same SecureChannelError, which does not say what failed.
"""

from enum import Enum, IntFlag, auto
from hmac import compare_digest

from crypto.block_ciphers import AES
from crypto.errors import KeyMaterialError, SecureChannelError
from crypto.keys import KeySet
from crypto.padding import pad, unpad
from crypto.scp03_keys import DerivationConstant, Mode, SessionKeys, derive

EXTERNAL_AUTHENTICATE = bytes.fromhex("84 82")  # CLA INS; P1 is the level, P2 00 (7.1.2)
_BLOCK_SIZE = AES.block_size
_MAX_FIELD = 0xFFFF
# First byte of the counter block that makes the ICV (6.2.6, 6.2.7).
_COMMAND, _RESPONSE = b"\x00", b"\x80"


class SecurityLevel(IntFlag):
    """P1 of EXTERNAL AUTHENTICATE (Table 7-6): what protects all commands from then on."""

    NONE = 0x00
    C_MAC = 0x01
    C_DECRYPTION = 0x02
    R_MAC = 0x10
    R_ENCRYPTION = 0x20


# The combinations that Table 7-6 allows.
LEVELS = frozenset(SecurityLevel(p1) for p1 in (0x00, 0x01, 0x03, 0x11, 0x13, 0x33))


class _Phase(Enum):
    CHALLENGED = auto()  # challenges exchanged, nobody authenticated
    OPEN = auto()
    DEAD = auto()


class Session:
    """One secure channel session, from the two challenges to its end. Not for several threads."""

    def __init__(self, keys: SessionKeys, context: bytes = b"", mode: Mode = Mode.S8) -> None:
        """From keys already derived; `start` derives them."""
        self._s_enc = AES.keyed(keys.enc)
        self._s_mac = AES.keyed(keys.mac)
        self._s_rmac = AES.keyed(keys.rmac)
        self._context = context
        self._mode = mode
        self._phase = _Phase.CHALLENGED
        self._level = SecurityLevel.NONE
        self._chain = bytes(_BLOCK_SIZE)
        self._counter = 0

    @classmethod
    def start(
        cls, keys: KeySet, host_challenge: bytes, card_challenge: bytes, mode: Mode = Mode.S8
    ) -> "Session":
        """Either end, once both challenges are known.

        Raises KeyMaterialError if a challenge does not have the mode's size.
        """
        if {len(host_challenge), len(card_challenge)} != {int(mode)}:
            raise KeyMaterialError(f"both challenges have {mode} bytes in {mode.name} mode")
        session_keys = SessionKeys.derive(keys, host_challenge, card_challenge)
        return cls(session_keys, host_challenge + card_challenge, mode)

    @classmethod
    def resume(
        cls,
        keys: SessionKeys,
        level: SecurityLevel,
        *,
        mode: Mode = Mode.S8,
        chain: bytes = bytes(_BLOCK_SIZE),
        counter: int = 0,
    ) -> "Session":
        """Either end of a session already open: its MAC chaining value and encryption counter."""
        session = cls(keys, mode=mode)
        session._chain = chain
        session._counter = counter
        session._open(level)
        return session

    @property
    def level(self) -> SecurityLevel:
        """The current security level: NONE before authentication and after a failure (5.6)."""
        return self._level

    @property
    def is_open(self) -> bool:
        """Both ends are authenticated, and no check has failed since."""
        return self._phase is _Phase.OPEN

    def card_cryptogram(self) -> bytes:
        """What proves the card, in its response to INITIALIZE UPDATE (6.2.2.2)."""
        self._expect(_Phase.CHALLENGED)
        return derive(self._s_mac, DerivationConstant.CARD_CRYPTOGRAM, self._context, self._mode)

    def host_cryptogram(self) -> bytes:
        """What proves the host, in EXTERNAL AUTHENTICATE (6.2.2.3)."""
        self._expect(_Phase.CHALLENGED)
        return derive(self._s_mac, DerivationConstant.HOST_CRYPTOGRAM, self._context, self._mode)

    def authenticate(self, card_cryptogram: bytes, level: SecurityLevel) -> bytes:
        """Host end: check the card, then give the data field of EXTERNAL AUTHENTICATE.

        The field is host cryptogram and C-MAC, made for the header 84 82 level 00. Raises
        SecureChannelError if the card does not hold the keys.
        """
        header = EXTERNAL_AUTHENTICATE + bytes([_allowed(level), 0x00])
        if not compare_digest(self.card_cryptogram(), card_cryptogram):
            raise self._failure()
        cryptogram = self.host_cryptogram()
        field = cryptogram + self._command_mac(header, cryptogram)
        self._open(level)
        return field

    def accept_authentication(
        self, header: bytes, field: bytes, *, extended: bool = False
    ) -> SecurityLevel:
        """Card end: check EXTERNAL AUTHENTICATE; the channel is then open at the level of its P1.

        Header, field and `extended` as for open_command. The response carries no R-MAC (6.2.5).
        """
        cryptogram, mac = self._split(field)
        right_cryptogram = compare_digest(self.host_cryptogram(), cryptogram)
        right_mac = compare_digest(self._command_mac(header, cryptogram, extended), mac)
        level = header[2]
        if not (right_cryptogram & right_mac) or level not in LEVELS:
            raise self._failure()
        self._open(SecurityLevel(level))
        return self._level

    def seal_command(self, header: bytes, data: bytes, *, extended: bool = False) -> bytes:
        """Host end: the data field to send, encrypted if the level says so, then the C-MAC.

        `header` is CLA INS P1 P2; `secured_class` gives the CLA to transmit. The C-MAC covers Lc:
        say `extended` if the command goes out in extended form though a short Lc would do.
        """
        self._expect(_Phase.OPEN)
        if len(data) > self.data_capacity(_MAX_FIELD):
            raise ValueError(f"{len(data)} bytes do not fit a command")
        self._counter += 1
        if not self._level & SecurityLevel.C_MAC:
            return data
        # Without data nothing is encrypted, and still the counter counts (6.2.6).
        if data and self._level & SecurityLevel.C_DECRYPTION:
            data = self._encrypt(_COMMAND, data)
        return data + self._command_mac(header, data, extended)

    def open_command(self, header: bytes, field: bytes, *, extended: bool = False) -> bytes:
        """Card end: the data that was sealed in this data field.

        `header` is CLA INS P1 P2 as received; `extended` says that Lc came in extended form. No
        data may come as nothing (6.2.6) or as a block of padding, as one host library sends it.
        """
        self._expect(_Phase.OPEN)
        self._counter += 1
        if not self._level & SecurityLevel.C_MAC:
            return field
        data, mac = self._split(field)
        if not compare_digest(self._command_mac(header, data, extended), mac):
            raise self._failure()
        if data and self._level & SecurityLevel.C_DECRYPTION:
            data = self._decrypt(_COMMAND, data)
        return data

    def seal_response(self, data: bytes, sw: int) -> bytes:
        """Card end: the response data field, encrypted if the level says so, then the R-MAC.

        With an error status word nothing is sent but the status word, whatever the data (6.2.5).
        """
        self._expect(_Phase.OPEN)
        if not self._level & SecurityLevel.R_MAC:
            return data
        if _is_error(sw):
            return b""
        if data and self._level & SecurityLevel.R_ENCRYPTION:
            data = self._encrypt(_RESPONSE, data)
        return data + self._response_mac(data, sw)

    def open_response(self, field: bytes, sw: int) -> bytes:
        """Host end: the response data that was sealed in this data field.

        An error status word comes without R-MAC (6.2.5): nobody vouches for it.
        """
        self._expect(_Phase.OPEN)
        if not self._level & SecurityLevel.R_MAC:
            return field
        if _is_error(sw) and not field:
            return b""
        data, mac = self._split(field)
        if _is_error(sw) or not compare_digest(self._response_mac(data, sw), mac):
            raise self._failure()
        if data and self._level & SecurityLevel.R_ENCRYPTION:
            data = self._decrypt(_RESPONSE, data)
        return data

    def data_capacity(self, field_size: int = 255) -> int:
        """How many bytes of data may be sealed for a command data field of that size."""
        if not self._level & SecurityLevel.C_MAC:
            return field_size
        room = field_size - self._mode
        if self._level & SecurityLevel.C_DECRYPTION:
            room -= room % _BLOCK_SIZE + 1
        return max(room, 0)

    def _expect(self, phase: _Phase) -> None:
        if self._phase is not phase:
            raise self._failure()

    def _open(self, level: SecurityLevel) -> None:
        self._level = _allowed(level)
        self._phase = _Phase.OPEN

    def _failure(self) -> SecureChannelError:
        """End the session. One message for all causes: the other end may not learn which."""
        self._phase = _Phase.DEAD
        self._level = SecurityLevel.NONE
        return SecureChannelError("the secure channel is broken or was never opened")

    def _split(self, field: bytes) -> tuple[bytes, bytes]:
        if not self._mode <= len(field) <= _MAX_FIELD:
            raise self._failure()
        return field[: -self._mode], field[-self._mode :]

    def _command_mac(self, header: bytes, data: bytes, extended: bool = False) -> bytes:
        """The C-MAC (6.2.4): over chaining value, header, Lc with the C-MAC's size, and data."""
        cla, ins, p1, p2 = header
        size = len(data) + self._mode
        lc = b"\x00" + size.to_bytes(2, "big") if extended or size > 0xFF else bytes([size])
        header = bytes([authenticated_class(cla), ins, p1, p2])
        self._chain = self._s_mac.cmac(self._chain + header + lc + data)
        return self._chain[: self._mode]

    def _response_mac(self, data: bytes, sw: int) -> bytes:
        """The R-MAC (6.2.5): over the command's chaining value, the data and the status word."""
        return self._s_rmac.cmac(self._chain + data + sw.to_bytes(2, "big"))[: self._mode]

    def _encrypt(self, direction: bytes, data: bytes) -> bytes:
        return self._s_enc.encrypt_cbc(self._icv(direction), pad(data, _BLOCK_SIZE))

    def _decrypt(self, direction: bytes, data: bytes) -> bytes:
        if len(data) % _BLOCK_SIZE:
            raise self._failure()
        padded = self._s_enc.decrypt_cbc(self._icv(direction), data)
        try:
            return unpad(padded)
        except ValueError:
            raise self._failure() from None

    def _icv(self, direction: bytes) -> bytes:
        return self._s_enc.encrypt(direction + self._counter.to_bytes(_BLOCK_SIZE - 1, "big"))


def secured_class(cla: int) -> int:
    """The CLA of a command within a secure channel, on its logical channel (GPCS 11.1.4)."""
    return cla | 0x20 if cla & 0x40 else cla & 0xF7 | 0x04


def authenticated_class(cla: int) -> int:
    """The CLA that a C-MAC covers: secured, and on logical channel 0 (6.2.4; GPCS E.4.4)."""
    return cla & (0x90 if cla & 0x40 else 0xF0) | 0x04


def _is_error(sw: int) -> bool:
    """All status words but 9000 and the warnings 62xx and 63xx (6.2.5)."""
    return sw != 0x9000 and sw >> 8 not in (0x62, 0x63)


def _allowed(level: SecurityLevel) -> SecurityLevel:
    if level not in LEVELS:
        raise ValueError(f"{level!r} is no security level of EXTERNAL AUTHENTICATE")
    return level
