"""A conversation with a PSAM: a counter's keys in a second slot, and none in the program.

`PsamKeys` is to a card what a key store is at the issuer's desk (`reader.desk_keys.KeysInUse`):
the module makes a session key of the card's factors and its random number, and works with it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hmac import compare_digest
from typing import Self

from crypto import pin_blocks
from crypto.padding import pad
from reader.account_errors import NoTransactionKeysError
from reader.card_keys import SERIAL_SIZE
from reader.card_profile import psam
from reader.card_profile.atr import ladder_factor
from reader.card_profile.keys import CardKey
from reader.card_profile.profiles import CardProfile
from reader.card_profile.psam import CipherMode, TerminalNumber
from reader.card_profile.values import RegionCode
from reader.card_record import CardRecord
from reader.desk_keys import DeskKeys
from reader.errors import (
    MalformedAnswerError,
    NotPsamError,
    PsamError,
    PsamKeyMissingError,
    PsamPinNeededError,
    WrongPsamPinError,
)
from reader.iso7816 import commands
from reader.iso7816.apdu import CommandApdu
from reader.iso7816.status import SW, tries_left
from reader.session import CardSession
from reader.transport import GetResponse, Transport, decode_answer

CRYPTOGRAM_SIZE, MAC_SIZE = 8, 4
PIN_REFERENCE = 0x00


class PsamSession:
    """Speaks to the PSAM behind *transport*. ``terminal_number`` is the terminal's, 12 digits."""

    def __init__(self, transport: Transport) -> None:
        self._transport = GetResponse(transport)
        try:
            self._send(commands.select_fid(psam.MF), "SELECT MF")
            number = self._send(psam.read_file(psam.TERMINAL, psam.TERMINAL_SIZE), "EF16")
            self._send(commands.select_aid(psam.AID), "SELECT DF01")
        except PsamError as error:
            raise NotPsamError(error.sw) from error
        try:
            self.terminal_number = TerminalNumber(number.hex())
        except ValueError as error:
            raise MalformedAnswerError(f"EF16: {error}") from error

    def verify_pin(self, pin: str) -> None:
        """VERIFY the module's own PIN; WrongPsamPinError with the tries left."""
        try:
            self._send(commands.verify(PIN_REFERENCE, pin_blocks.pack(pin)), "VERIFY")
        except PsamError as error:
            if error.sw == SW.AUTHENTICATION_METHOD_BLOCKED:
                raise WrongPsamPinError(error.sw, 0) from None
            if (left := tries_left(error.sw)) is not None:
                raise WrongPsamPinError(error.sw, left) from None
            raise

    def cryptogram(self, key: CardKey, factors: bytes, random: bytes, factor: bytes) -> bytes:
        """The 8 bytes that authenticate with *key*: *factor* under the card's session key."""
        self._diversify(key, factors, random)
        return self._cipher(CipherMode.ENCRYPT, factor, CRYPTOGRAM_SIZE)

    def seal(
        self,
        key: CardKey,
        factors: bytes,
        random: bytes,
        *,
        header: bytes,
        plain: bytes,
        block_size: int,
    ) -> bytes:
        """*plain*, whole blocks, encrypted, and the MAC of the command to carry it (IV zero).

        One session key serves both: the encryption says that more follows.
        """
        self._diversify(key, factors, random)
        encrypted = self._cipher(CipherMode.ENCRYPT_MORE, plain, len(plain))
        covered = header + bytes((len(encrypted) + MAC_SIZE,)) + encrypted
        blocks = bytes(block_size) + pad(covered, block_size)
        return encrypted + self._cipher(CipherMode.MAC_ONLY, blocks, MAC_SIZE)

    def mac(
        self,
        key: CardKey,
        factors: bytes,
        random: bytes,
        *,
        header: bytes,
        data: bytes,
        block_size: int,
    ) -> bytes:
        """The MAC of the command that carries *data* as it is (IV zero)."""
        self._diversify(key, factors, random)
        covered = header + bytes((len(data) + MAC_SIZE,)) + data
        blocks = bytes(block_size) + pad(covered, block_size)
        return self._cipher(CipherMode.MAC_ONLY, blocks, MAC_SIZE)

    def transaction_mac(
        self, key: CardKey, factors: bytes, session: bytes, *, data: bytes, block_size: int
    ) -> bytes:
        """The MAC of a step of a transaction (IV zero); *session* (8) stands for the random number:
        it makes the session key. NoTransactionKeysError where the module does no such thing."""
        try:
            self._diversify(key, factors, session)
        except PsamError as error:
            if error.sw == SW.CONDITIONS_OF_USE_NOT_SATISFIED:  # only PBOC's own commands use it
                raise NoTransactionKeysError(key.name) from error
            raise
        blocks = bytes(block_size) + pad(data, block_size)
        return self._cipher(CipherMode.MAC_ONLY, blocks, MAC_SIZE)

    def _diversify(self, key: CardKey, factors: bytes, random: bytes) -> None:
        try:
            self._send(psam.diversify(key, factors, random), f"BF DE {key.name}")
        except PsamError as error:
            if error.sw in (SW.KEY_INDEX_NOT_SUPPORTED, SW.REFERENCED_DATA_NOT_FOUND):
                raise PsamKeyMissingError(error.sw, key.name) from None
            if error.sw == SW.SECURITY_STATUS_NOT_SATISFIED:
                raise PsamPinNeededError(error.sw) from None
            raise

    def _cipher(self, mode: CipherMode, data: bytes, size: int) -> bytes:
        answer = self._send(psam.cipher(mode, data), "80 FA")
        if len(answer) != size:
            raise MalformedAnswerError(f"80 FA: {len(answer)} bytes, not {size}")
        return answer

    def _send(self, command: CommandApdu, what: str) -> bytes:
        response = decode_answer(self._transport.transmit(command.encode()))
        if response.sw != SW.OK:
            raise PsamError(response.sw, what)
        return response.data


@dataclass(frozen=True, slots=True)
class PsamKeys:
    """The keys of one card, in a PSAM. *ladder_factor* is the last part of its ATR, 8 bytes."""

    psam: PsamSession
    profile: CardProfile
    region: RegionCode
    ladder_factor: bytes

    @classmethod
    def of(cls, psam: PsamSession, session: CardSession, atr: bytes) -> Self:
        """The keys of the card in *session*; MalformedAnswerError if its ATR names no card."""
        try:
            factor = ladder_factor(atr)
        except ValueError as error:
            raise MalformedAnswerError(str(error)) from error
        return cls(psam, session.profile, session.identification_code.region, factor)

    def cryptogram(self, key: CardKey, random: bytes, factor: bytes) -> bytes:
        """What proves that *key* is held, over a random number and a factor of 8 bytes each."""
        return self.psam.cryptogram(key, self._factors(key), random, factor)

    def seal(self, key: CardKey, random: bytes, header: bytes, data: bytes) -> bytes:
        """The protected data field of the command with this header (CLA INS P1 P2)."""
        size = self.profile.authentication.cipher.block_size
        plain = bytes((len(data),)) + data
        if len(plain) % size:
            plain = pad(plain, size)
        return self.psam.seal(
            key, self._factors(key), random, header=header, plain=plain, block_size=size
        )

    def mac(self, key: CardKey, random: bytes, header: bytes, data: bytes) -> bytes:
        """The data field of the command with this header: *data*, readable, and its MAC."""
        size = self.profile.authentication.cipher.block_size
        factors = self._factors(key)
        return data + self.psam.mac(key, factors, random, header=header, data=data, block_size=size)

    def transaction_mac(self, key: CardKey, session: bytes, data: bytes) -> bytes:
        """The MAC of a step of a transaction; *session* makes the session key (8 bytes)."""
        size = self.profile.authentication.cipher.block_size
        factors = self._factors(key)
        return self.psam.transaction_mac(key, factors, session, data=data, block_size=size)

    def confirms(self, key: CardKey, random: bytes, factor: bytes, answer: bytes) -> bool:
        """Whether *answer* is what a card that holds *key* makes of them; in constant time."""
        return compare_digest(self.cryptogram(key, random, factor), answer)

    def proves_shared(
        self, record: CardRecord, random: bytes, factor: bytes, answer: bytes
    ) -> bool:
        """Whether *answer* is that of *record*'s card, by the key it shares with its issuer.

        The module shows IRK to nobody, so the identification code is not computed anew: its serial
        must be that of the ATR which the card's keys follow from.
        """
        code = record.identification_code
        if (code.region, code.serial) != (self.region, self.ladder_factor[-SERIAL_SIZE:]):
            return False
        return self.confirms(self.profile.key("IRK"), random, factor, answer)

    def _factors(self, key: CardKey) -> bytes:
        return psam.command_factors(key, self.region, self.ladder_factor)


def psam_desk(
    psam: PsamSession, session: CardSession, atr: bytes, *, random: Callable[[int], bytes]
) -> DeskKeys:
    """What a desk with this PSAM can do with the card in *session*."""
    return DeskKeys(PsamKeys.of(psam, session, atr), random)
