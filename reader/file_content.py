"""One file of a card with all that can be said of it: its data, and why some of it is missing."""

from dataclasses import dataclass, field
from typing import Any

from crypto.errors import CryptoError
from reader.card_profile.files import (
    Application,
    ElementaryFile,
    RecordFile,
    Structure,
    TransparentFile,
)
from reader.card_profile.ssse import EF05, SSSE
from reader.data_items import from_bytes
from reader.desk_keys import DeskKeys
from reader.errors import (
    CardRefusedError,
    CardRemovedError,
    MalformedAnswerError,
    NoCardError,
    NoReaderError,
    NoServiceError,
    ReaderError,
    TransportError,
)
from reader.file_reading import StoredRecords
from reader.file_selection import NOT_THERE
from reader.iso7816.status import describe
from reader.item import ItemError
from reader.item_codecs import is_blank
from reader.server_errors import (
    ServerBusyError,
    ServerFaultError,
    ServerInsecureError,
    ServerMalformedError,
    ServerUnreachableError,
)
from reader.session import CardSession
from reader.stored_items import ItemProblem, read_group

Reason = tuple[str, str]

NO_SUCH_FILE: Reason = ("The card has no such file.", "卡内没有该文件。")
NOT_READABLE: Reason = ("The card does not let this file be read", "卡片不允许读取该文件")
# What ends the whole reading: nothing of the card can be had any more, or nobody can say whether
# the keys would open it.
LINE_ERRORS = (
    CardRemovedError,
    NoCardError,
    NoReaderError,
    NoServiceError,
    TransportError,
    ServerBusyError,
    ServerFaultError,
    ServerInsecureError,
    ServerMalformedError,
    ServerUnreachableError,
)


@dataclass(slots=True)
class FileContent:
    """What was read of *file*. *group* is None where nothing was; a list of a cyclic file's."""

    application: Application
    file: RecordFile | TransparentFile
    group: Any = None
    stored: bytes = b""
    refused: Reason | None = None
    problems: list[ItemProblem] = field(default_factory=list)
    records: list[bytes] = field(default_factory=list)
    given: bool = False  # whether the card gave anything of it

    @property
    def place(self) -> str:
        """How people call the file."""
        return f"{self.application.name}/EF{self.file.fid & 0xFF:02X}"

    def take(self, found: StoredRecords) -> None:
        """The records of the file, and why some of them are missing."""
        self.records, self.stored, self.given = found.records, b"".join(found.records), True
        if found.refused and self.refused is None:
            self.refused = reason_of(next(iter(found.refused.values())))

    def understand(self) -> None:
        """Make data of the bytes; a file that is not understood has a reason instead."""
        if not self.given:
            return
        try:
            self._decode()
        except ItemError as error:
            self.refused = self.refused or reason_of(error)

    def _decode(self) -> None:
        file = self.file
        if isinstance(file, TransparentFile):
            self.group = from_bytes(file.holds, self.stored.ljust(file.size, b"\x00"))
        elif file.structure is Structure.CYCLIC:
            written = (record for record in self.records if not is_blank(record))
            self.group = [from_bytes(file.holds, record) for record in written]
        else:
            self.group, self.problems = read_group(file.holds, self.records, file.slots)


class Opener:
    """Opens files with the keys of a desk; a key that failed is not tried again."""

    def __init__(self, session: CardSession, keys: DeskKeys | None) -> None:
        self._session, self._keys = session, keys
        self._failed: dict[frozenset[str], ReaderError | CryptoError] = {}

    def open(self, file: ElementaryFile) -> None:
        """Prove the keys that open *file*, once; raises what they failed with."""
        names = file.reading_keys
        if self._keys is None or not names:
            return
        if names in self._failed:
            raise self._failed[names]
        try:
            self._keys.open_for_reading(self._session, file)
        except LINE_ERRORS:
            raise
        except (ReaderError, CryptoError) as error:
            self._failed[names] = error
            raise


def read_file(
    session: CardSession,
    application: Application,
    file: RecordFile | TransparentFile,
    opener: Opener,
) -> FileContent:
    """Read *file*; what the card, a key or its data forbid is a reason in the answer.

    ReaderError only where the line to the card fails.
    """
    content = fetch_file(session, application, file, opener)
    content.understand()
    return content


def fetch_file(
    session: CardSession,
    application: Application,
    file: RecordFile | TransparentFile,
    opener: Opener,
) -> FileContent:
    """The bytes of *file* alone: a card waits for nothing while several files are asked for."""
    content = FileContent(application, file)
    try:
        opener.open(file)
    except LINE_ERRORS:
        raise
    except (ReaderError, CryptoError) as error:
        content.refused = reason_of(error)
    try:
        if isinstance(file, TransparentFile):
            content.stored = session.read_binary(application, file)
            content.given = True
        else:
            content.take(_records(session, application, file))
    except LINE_ERRORS:
        raise
    except ReaderError as error:
        content.refused = content.refused or reason_of(error)
    return content


def reason_of(error: ReaderError | CryptoError) -> Reason:
    """Why a file was not read, for people."""
    if isinstance(error, CryptoError):
        return f"{error}.", f"{error.zh}。"
    if type(error) is CardRefusedError:
        if error.sw in NOT_THERE:
            return NO_SUCH_FILE
        en, zh = NOT_READABLE
        return f"{en} ({describe(error.sw)}).", f"{zh}（{error.sw:04X}）。"
    if isinstance(error, MalformedAnswerError | ItemError):
        return f"{error.cause[0]} ({error.detail})", f"{error.cause[1]}（{error.detail}）"
    return error.cause


def _records(session: CardSession, application: Application, file: RecordFile) -> StoredRecords:
    if application.name == SSSE.name and file.fid == EF05.fid:
        return session.issuer_records()
    return session.stored_records(application, file)
