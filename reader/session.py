"""A conversation with one social security card."""

from collections.abc import Callable
from dataclasses import replace
from typing import Self, TypeVar

from crypto import pin_blocks
from reader.card_profile.df0a import CHIP_KEY_REFERENCE
from reader.card_profile.files import Application, RecordFile, TransparentFile
from reader.card_profile.keys import CardKey
from reader.card_profile.profiles import CardProfile, profile_of
from reader.card_profile.ssse import EF05, SSSE
from reader.card_profile.values import IdentificationCode
from reader.data_items import from_bytes, from_records
from reader.errors import (
    AccessRefusedError,
    BlankCardError,
    CardRefusedError,
    MalformedAnswerError,
    PinBlockedError,
    WrongPinError,
)
from reader.iso7816 import commands
from reader.iso7816.apdu import SHORT_MAX_NE, CommandApdu
from reader.iso7816.status import SW, tries_left
from reader.iso7816.tlv import TlvError, encode_record, parse_record, parse_records
from reader.line_errors import CardResetError
from reader.refusals import (
    ApplicationBlockedError,
    CardBlockedError,
    PinUnblocksUsedError,
    refusal,
    refusal_of_a_proof,
)
from reader.transport import GetResponse, Transport, decode_answer

G = TypeVar("G")
BINARY_BLOCK = 0xF0  # bytes a READ BINARY asks for; fits a short answer on every card
AUTHENTICATION_SIZE = 8
RECORD_HEADER_SIZE = 2  # tag and length
VERSION_RECORD, IDENTIFICATION_CODE_RECORD = 3, 1

Prover = Callable[[bytes, bytes], bytes]  # (random, factor) -> cryptogram, 8 bytes each
Sealer = Callable[[bytes, bytes, bytes], bytes]  # (random, header, data) -> protected data field


class CardSession:
    """Speaks to the card behind *transport*, as the profile that the card names asks for.

    ``profile`` is the card's, ``identification_code`` its own; both are read on opening.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = GetResponse(transport)
        self._application: Application | None = None
        try:
            self._select_aid(SSSE)
        except CardRefusedError as refused:
            if refused.sw == SW.FUNCTION_NOT_SUPPORTED:
                raise CardBlockedError(refused.sw) from None
            raise
        self._application = SSSE
        version = self._record_value(EF05, VERSION_RECORD).strip(b"\x00\xff ")
        if not version:
            raise BlankCardError
        self.profile: CardProfile = profile_of(version.decode("ascii", "replace"))
        self.identification_code = self._identification_code()
        self._application = self.profile.application(SSSE.name)

    @classmethod
    def of_blocked(
        cls,
        transport: Transport,
        profile: CardProfile,
        identification_code: IdentificationCode,
    ) -> Self:
        """With a card whose SSSE is blocked for a time: it does not tell these two itself."""
        session = cls.__new__(cls)
        session._transport = GetResponse(transport)
        session._application = None
        session.profile, session.identification_code = profile, identification_code
        return session

    def read(self, group: type[G]) -> G:
        """The data group *group* from its file. Items that the card does not give are None.

        A file that needs the PIN or a key raises AccessRefusedError, unless some of its
        records are free.
        """
        application, file = self.profile.file_of(group)
        if isinstance(file, TransparentFile):
            return from_bytes(group, self.read_binary(application, file))
        return from_records(group, self.read_records(application, file), file.slots)

    def read_records(self, application: Application, file: RecordFile) -> list[bytes]:
        """Every record of *file* as stored; b"" for one that the card keeps to itself."""
        self._enter(application)
        self._send(commands.select_fid(file.fid))
        if (whole := self._records_at_once(file)) is not None:
            return whole
        found = []
        refused: AccessRefusedError | None = None
        for number in range(1, file.record_count + 1):
            try:
                found.append(self._send(commands.read_record(number)))
            except AccessRefusedError as error:
                refused = error
                found.append(b"")
            except CardRefusedError as error:
                if error.sw != SW.RECORD_NOT_FOUND:
                    raise
                break
        if refused and not any(found):
            raise refused
        return found

    def _records_at_once(self, file: RecordFile) -> list[bytes] | None:
        """Every record in one answer; None where the card, the file or an answer's size forbids."""
        size = sum(slot.size + RECORD_HEADER_SIZE for slot in file.slots)
        if not 0 < size <= SHORT_MAX_NE:
            return None
        try:
            records = parse_records(self._send(commands.read_records_from(1)))
        except (CardRefusedError, TlvError):
            return None
        if [tag for tag, _ in records] != [slot.tag for slot in file.slots]:
            return None
        return [encode_record(tag, value) for tag, value in records]

    def read_binary(
        self, application: Application, file: TransparentFile, *, size: int | None = None
    ) -> bytes:
        """The content of *file*, or its first *size* bytes."""
        self._enter(application)
        self._send(commands.select_fid(file.fid))
        size = file.size if size is None else size
        content = b""
        while len(content) < size:
            block = min(BINARY_BLOCK, size - len(content))
            part = self._send(commands.read_binary(len(content), block))
            if not part:
                break
            content += part
        return content

    def verify_pin(self, pin: str, *, within: str = SSSE.name) -> None:
        """VERIFY. Raises WrongPinError with the tries left, or PinBlockedError.

        The PIN is the whole card's; *within* names another application while the SSSE is blocked.
        """
        self._enter(self.profile.application(within))
        self._pin_command(commands.verify(0x00, pin_blocks.pack(pin)))

    def verify_pin_at(self, enter: Callable[[], bytes]) -> None:
        """VERIFY by a reader with keys: *enter* gives the card's answer. Errors as above."""
        self._enter(self.profile.application(SSSE.name))
        self._pin_answer(enter(), "VERIFY")

    def change_pin(self, old: str, new: str) -> None:
        """CHANGE PIN; errors as for `verify_pin`."""
        self._enter(self.profile.application(SSSE.name))
        self._pin_command(commands.change_pin(pin_blocks.pack(old), pin_blocks.pack(new)))

    def change_pin_at(self, enter: Callable[[], bytes]) -> None:
        """CHANGE PIN by a reader with keys, as `verify_pin_at`."""
        self._enter(self.profile.application(SSSE.name))
        self._pin_answer(enter(), "CHANGE PIN")

    def reload_pin(self, new: str, seal: Sealer) -> None:
        """RELOAD PIN, after authentication with PUK; *seal* protects it where STK is."""
        command = replace(commands.reload_pin(), data=pin_blocks.pack(new))
        self._maintain_pin(command, seal)

    def unblock_pin(self, seal: Sealer) -> None:
        """UNBLOCK PIN, after authentication with PUK; the PIN stays as it was."""
        self._maintain_pin(commands.unblock_pin(), seal)

    def authenticate(
        self, key: CardKey, prove: Prover, factor: bytes, *, even_blocked: bool = False
    ) -> None:
        """EXTERNAL AUTHENTICATE with *key*; *prove* computes the cryptogram where the key is.

        WrongProofError with the tries left, or KeyLockedError.
        """
        self._enter(self.profile.application(key.application), even_blocked=even_blocked)
        cryptogram = prove(self._challenge(), factor)
        try:
            self._send(commands.external_authenticate(key.kid, cryptogram, factor))
        except CardRefusedError as refused:
            raise refusal_of_a_proof(refused) from None

    def internal_authenticate(self, key: CardKey, random: bytes, factor: bytes) -> bytes:
        """The card's cryptogram with *key* over *random* and *factor* (8 bytes each)."""
        self._enter(self.profile.application(key.application))
        return self._send(commands.internal_authenticate(key.kid, random + factor))

    def prove_chip(self, challenge: bytes) -> bytes:
        """The signature of the key pair that only this chip holds, over *challenge*."""
        self._enter(self.profile.application("DF0A"))
        return self._send(commands.internal_authenticate(CHIP_KEY_REFERENCE, challenge))

    def exchange(self, application: Application, command: CommandApdu) -> bytes:
        """The data that answers a command to *application*."""
        self._enter(application)
        return self._send(command)

    def exchange_secured(
        self, application: Application, command: CommandApdu, seal: Sealer
    ) -> bytes:
        """The same with *command* secured by *seal* under a new challenge of the card.

        An application that is blocked for a time is entered too: its issuer may unblock it.
        """
        self._enter(application, even_blocked=True)
        secured = replace(command, cla=command.cla | commands.SECURE_MESSAGING)
        random = self._challenge()
        return self._send(replace(secured, data=seal(random, secured.header, secured.data)))

    def require_same_card(self) -> None:
        """CardResetError unless this is still the card that the conversation began with.

        A card that is exchanged faster than the reader looks is noticed by nobody else; ask after
        reading from several applications, before anything is shown.
        """
        self.leave()
        try:
            self._enter(self.profile.application(SSSE.name))
            code = self._identification_code()
        except (CardRefusedError, MalformedAnswerError) as error:
            raise CardResetError(error.detail) from error
        if code != self.identification_code:
            raise CardResetError

    def leave(self) -> None:
        """Select anew before the next command: what is selected may have changed its state."""
        self._application = None

    def _maintain_pin(self, command: CommandApdu, seal: Sealer) -> None:
        try:
            self.exchange_secured(self.profile.application(SSSE.name), command, seal)
        except CardRefusedError as refused:
            if refused.sw == SW.AUTHENTICATION_METHOD_BLOCKED:
                raise PinUnblocksUsedError(refused.sw) from None
            raise

    def _challenge(self) -> bytes:
        random = self._send(commands.get_challenge(AUTHENTICATION_SIZE))
        if len(random) != AUTHENTICATION_SIZE:
            raise MalformedAnswerError("GET CHALLENGE")
        return random

    def _enter(self, application: Application, *, even_blocked: bool = False) -> None:
        """Select *application* if it is not the current one."""
        if self._application is None or application.name != self._application.name:
            self._application = None
            try:
                self._select_aid(application)
            except ApplicationBlockedError as blocked:
                if blocked.permanent or not even_blocked:
                    raise
            self._application = application

    def _select_aid(self, application: Application) -> None:
        self._send(commands.select_aid(application.aid))

    def _record_value(self, file: RecordFile, number: int) -> bytes:
        self._send(commands.select_fid(file.fid))
        record = self._send(commands.read_record(number))
        try:
            return parse_record(record)[1]
        except TlvError as error:
            raise MalformedAnswerError(f"record {number} of {file.name}: {error}") from error

    def _identification_code(self) -> IdentificationCode:
        try:
            return IdentificationCode(self._record_value(EF05, IDENTIFICATION_CODE_RECORD))
        except ValueError as error:
            raise MalformedAnswerError(f"identification code: {error}") from error

    def _pin_command(self, command: CommandApdu) -> None:
        self._pin_answer(self._transport.transmit(command.encode()), commands.name_of(command))

    def _pin_answer(self, answer: bytes, what: str) -> None:
        try:
            _data_of(answer, what)
        except CardRefusedError as refused:
            if refused.sw == SW.AUTHENTICATION_METHOD_BLOCKED:
                raise PinBlockedError(refused.sw) from None
            left = tries_left(refused.sw)
            if left is not None:
                raise WrongPinError(refused.sw, left) from None
            raise

    def _send(self, command: CommandApdu) -> bytes:
        return _data_of(self._transport.transmit(command.encode()), commands.name_of(command))


def _data_of(answer: bytes, what: str) -> bytes:
    response = decode_answer(answer)
    if response.sw != SW.OK:
        raise refusal(response.sw, what)
    return response.data
