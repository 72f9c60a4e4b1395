"""A conversation with one social security card."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Self, TypeVar

from crypto import pin_blocks
from reader.application_selection import ApplicationSelection, algorithm_mark
from reader.card_profile.df0a import CHIP_KEY_REFERENCE
from reader.card_profile.files import Application, ElementaryFile, RecordFile, TransparentFile
from reader.card_profile.keys import CardKey
from reader.card_profile.profiles import CardProfile
from reader.card_profile.ssse import EF05, SSSE
from reader.card_profile.values import IdentificationCode
from reader.card_recognition import recognize
from reader.card_version import Note
from reader.data_items import from_bytes, from_records
from reader.errors import CardRefusedError, MalformedAnswerError
from reader.file_reading import BINARY_BLOCK as BINARY_BLOCK
from reader.file_reading import FileReading, StoredRecords
from reader.iso7816 import commands
from reader.iso7816.apdu import CommandApdu
from reader.reading_forms import ReadingForms
from reader.refusals import (
    AlgorithmError,
    ApplicationBlockedError,
    data_of,
    refusal_of_a_pin,
    refusal_of_a_proof,
    refusal_of_pin_maintenance,
)
from reader.transport import GetResponse, Transport

G = TypeVar("G")
AUTHENTICATION_SIZE = 8

Prover = Callable[[bytes, bytes], bytes]  # (random, factor) -> cryptogram, 8 bytes each
Sealer = Callable[[bytes, bytes, bytes], bytes]  # (random, header, data) -> protected data field


class CardSession:
    """Speaks to the card behind *transport*, as the profile that the card names asks for.

    ``profile`` is the card's, ``version`` what it says of itself, ``notes`` what people should know
    about how it was read; all are known on opening.
    """

    _application: Application | None
    _reading: FileReading
    _selection: ApplicationSelection
    _issuer: StoredRecords | None  # EF05, where all of it was read
    _identification: IdentificationCode | MalformedAnswerError
    _authenticated: dict[str, str]  # names of keys, with their applications

    def __init__(self, transport: Transport) -> None:
        self._start(transport)
        self._selection.open()
        found = recognize(self._reading, self._selection.fci)
        self._identification, self._issuer = found.identification, found.issuer
        self.profile: CardProfile = found.kind.profile
        self.version = found.kind.version
        self.notes: list[Note] = [found.kind.note] if found.kind.note else []
        self._application = self.profile.application(SSSE.name)

    @classmethod
    def of_blocked(
        cls, transport: Transport, profile: CardProfile, code: IdentificationCode
    ) -> Self:
        """With a card whose SSSE is blocked for a time: it does not tell these two itself."""
        session = cls.__new__(cls)
        session._start(transport)
        session.profile, session.version, session.notes = profile, profile.version, []
        session._identification = code
        return session

    def _start(self, transport: Transport) -> None:
        """What a conversation needs before anything is known of the card."""
        self._transport = GetResponse(transport)
        self._application = None
        self._reading = FileReading(self._send)
        self._selection = ApplicationSelection(self._send, self._reading)
        self._issuer = None
        self._authenticated = {}
        self._identification = MalformedAnswerError()

    @property
    def identification_code(self) -> IdentificationCode:
        """The card's own number; MalformedAnswerError if it gives none."""
        if isinstance(self._identification, MalformedAnswerError):
            raise self._identification
        return self._identification

    @property
    def forms(self) -> ReadingForms:
        """How this card wants to be asked, as far as it was found out."""
        return self._reading.forms

    @property
    def authenticated(self) -> AbstractSet[str]:
        """Names of the keys that this desk has proved and whose rights still stand."""
        return self._authenticated.keys()

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
        return self.stored_records(application, file).records

    def stored_records(self, application: Application, file: RecordFile) -> StoredRecords:
        """The same, with the reasons for what is kept back."""
        self._enter(application)
        return self._reading.records(file)

    def issuer_records(self) -> StoredRecords:
        """EF05 whole; not asked for again where opening brought all of it."""
        application = self.profile.application(SSSE.name)
        if self._issuer is None:
            self._issuer = self.stored_records(application, self.profile.record_file(EF05))
        found = self._issuer
        if not found.complete:
            self._issuer = None  # a key or the PIN may bring the rest
        return found

    def read_binary(
        self, application: Application, file: TransparentFile, *, size: int | None = None
    ) -> bytes:
        """The content of *file*, or its first *size* bytes."""
        self._enter(application)
        return self._reading.binary(file, size=size)

    def read_on(self, file: TransparentFile, offset: int, size: int) -> bytes:
        """From *offset* up to *size* of the file that `read_binary` just read."""
        return self._reading.binary_from(file, offset, size)

    def select_file(self, application: Application, file: ElementaryFile) -> None:
        """Make *file* the current one, for commands that do not name it."""
        self._enter(application)
        self._reading.selection.select(file)

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

        WrongProofError with the tries left, or KeyLockedError; AlgorithmError before any try where
        the card names an algorithm that its profile does not have.
        """
        self._refuse_other_algorithm()
        self._enter(self.profile.application(key.application), even_blocked=even_blocked)
        cryptogram = prove(self._challenge(), factor)
        try:
            self._send(commands.external_authenticate(key.kid, cryptogram, factor))
        except CardRefusedError as refused:
            self._authenticated.pop(key.name, None)
            raise refusal_of_a_proof(refused) from None
        self._authenticated[key.name] = key.application

    def internal_authenticate(self, key: CardKey, random: bytes, factor: bytes) -> bytes:
        """The card's cryptogram with *key* over *random* and *factor* (8 bytes each)."""
        self._refuse_other_algorithm()
        self._enter(self.profile.application(key.application))
        return self._send(commands.internal_authenticate(key.kid, random + factor))

    def prove_chip(self, challenge: bytes) -> bytes:
        """The signature of the key pair that only this chip holds, over *challenge*."""
        self._enter(self.profile.application("DF0A"))
        return self._send(commands.internal_authenticate(CHIP_KEY_REFERENCE, challenge))

    def exchange(self, application: Application, command: CommandApdu) -> bytes:
        """The data that answers a command to *application*."""
        self._enter(application)
        self._forget()
        return self._send(command)

    def exchange_secured(
        self, application: Application, command: CommandApdu, seal: Sealer
    ) -> bytes:
        """The same with *command* secured by *seal* under a new challenge of the card.

        An application that is blocked for a time is entered too: its issuer may unblock it.
        """
        self._enter(application, even_blocked=True)
        self._forget()
        secured = replace(command, cla=command.cla | commands.SECURE_MESSAGING)
        random = self._challenge()
        return self._send(replace(secured, data=seal(random, secured.header, secured.data)))

    def leave(self) -> None:
        """Select anew before the next command: what is selected may have changed its state."""
        self._application = None
        self._authenticated.clear()
        self._forget()

    def _maintain_pin(self, command: CommandApdu, seal: Sealer) -> None:
        try:
            self.exchange_secured(self.profile.application(SSSE.name), command, seal)
        except CardRefusedError as refused:
            raise refusal_of_pin_maintenance(refused) from None

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
                self._selection.select(application)
            except ApplicationBlockedError as blocked:
                if blocked.permanent or not even_blocked:
                    raise
            self._application = application
            # Rights of another DF end, the SSSE's stay.
            keep = {SSSE.name, application.name}
            for name in [name for name, of in self._authenticated.items() if of not in keep]:
                del self._authenticated[name]

    def _forget(self) -> None:
        """What was read may have changed, and which file is the current one."""
        self._issuer = None
        self._reading.selection.forget()

    def _refuse_other_algorithm(self) -> None:
        """A key of another algorithm would be refused, and cost one of its tries."""
        mark = algorithm_mark(self._selection.fci)
        if mark is not None and mark != self.profile.algorithm_mark:
            raise AlgorithmError(f"9F0C: {mark:02X}")

    def _pin_command(self, command: CommandApdu) -> None:
        self._pin_answer(self._transport.transmit(command.encode()), commands.name_of(command))

    def _pin_answer(self, answer: bytes, what: str) -> None:
        try:
            data_of(answer, what)
        except CardRefusedError as refused:
            raise refusal_of_a_pin(refused) from None

    def _send(self, command: CommandApdu) -> bytes:
        return data_of(self._transport.transmit(command.encode()), commands.name_of(command))
