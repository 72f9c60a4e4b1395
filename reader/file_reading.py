"""Reading the elementary files of one card, in whatever form it takes (`reader.reading_forms`).

Nothing is judged here: what a record means is `reader.stored_items`', whether it is genuine
`reader.card_check`'s.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from reader.card_profile.files import RecordFile, TransparentFile
from reader.errors import AccessRefusedError, CardRefusedError, MalformedAnswerError
from reader.file_selection import NOT_THERE, FileSelection, Send, most_telling
from reader.iso7816 import commands
from reader.iso7816.apdu import SHORT_MAX_NE, CommandApdu
from reader.iso7816.commands import NEXT_RECORD_OF_TAG, RECORD_BY_TAG
from reader.iso7816.status import SW
from reader.reading_forms import WAYS, WAYS_TO_SINGLE_RECORDS, ReadingForms, Records, Way
from reader.record_answers import (
    RECORD_HEADER_SIZE,
    record_cut_short,
    records_cut_short,
    split,
)

BINARY_BLOCK = 0xF0  # bytes a READ BINARY asks for; fits a short answer on every card
MOST_STRANGERS = 8  # records of a file that nobody declared
GIVEN_UP_AFTER = 2  # records of a file, when neither was given
# Refusals of a READ BINARY with a short file identifier that do not speak of the file itself.
NOT_BY_SFI = frozenset(
    {
        SW.WRONG_LENGTH,
        SW.COMMAND_INCOMPATIBLE_WITH_FILE,
        SW.NO_CURRENT_EF,
        SW.FUNCTION_NOT_SUPPORTED,
        SW.FILE_NOT_FOUND,
        SW.WRONG_P1_P2,
        SW.WRONG_OFFSET,
    }
)

Form = Callable[..., CommandApdu]  # takes ne; without it, asks for all there is


@dataclass(slots=True)
class StoredRecords:
    """Records as stored, b"" for one that the card keeps to itself; and why, by its number."""

    records: list[bytes]
    refused: dict[int, CardRefusedError] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether nothing was kept back."""
        return not self.refused


class FileReading:
    """Reads files of the application selected."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.selection = FileSelection(send)

    @property
    def forms(self) -> ReadingForms:
        """What was learned of the card."""
        return self.selection.forms

    def records(self, file: RecordFile, *, numbers: Sequence[int] | None = None) -> StoredRecords:
        """Every record of *file*, or those with *numbers*.

        AccessRefusedError where the card gives none of them without PIN or key; CardRefusedError
        or MalformedAnswerError where no way leads to them.
        """
        try:
            return self._some_way(file, numbers)
        except AccessRefusedError:
            raise
        except (CardRefusedError, MalformedAnswerError) as error:
            if self.forms.proven or not self.forms.exact_le:
                raise
            # Nothing was ever read of this card: perhaps it wants to be asked for any length.
            self.selection.forms = replace(self.forms, exact_le=False)
            try:
                return self._some_way(file, numbers)
            except (CardRefusedError, MalformedAnswerError):
                self.selection.forms = replace(self.forms, exact_le=True)
                raise error from None

    def _some_way(self, file: RecordFile, numbers: Sequence[int] | None) -> StoredRecords:
        """Every way after the other, those that are known to work first."""
        failed: list[Way] = []
        reasons: list[CardRefusedError | MalformedAnswerError] = []
        selectable = True
        for way in self.forms.ways(_declared_ways(file, numbers)):
            if not (way.by_sfi or selectable):
                continue
            try:
                if not way.by_sfi:
                    self.selection.select(file)
                found = self._through(way, file, numbers)
            except AccessRefusedError:
                raise
            except (CardRefusedError, MalformedAnswerError) as error:
                if not way.by_sfi and not self.selection.is_current(file):
                    selectable = False
                if self._says_that_it_is_missing(way, error):
                    raise
                failed.append(way)
                reasons.append(error)
            else:
                self.selection.forms = self.forms.learned(way, failed)
                return found
        raise _reason_to_tell(reasons)

    def binary(self, file: TransparentFile, *, size: int | None = None) -> bytes:
        """The content of *file*, or its first *size* bytes."""
        size = file.size if size is None else size
        content = self._first_block(file, min(BINARY_BLOCK, size))
        return content + self.binary_from(file, len(content), size) if content else b""

    def binary_from(self, file: TransparentFile, offset: int, size: int) -> bytes:
        """The bytes from *offset* up to *size* of the file that was just read."""
        content = b""
        while (place := offset + len(content)) < size:
            try:
                part = self._send(commands.read_binary(place, min(BINARY_BLOCK, size - place)))
            except CardRefusedError as refused:
                if refused.sw != SW.WRONG_OFFSET:
                    raise
                break  # the file is shorter than declared
            if not part:
                break
            content += part
        return content

    def _says_that_it_is_missing(
        self, way: Way, error: CardRefusedError | MalformedAnswerError
    ) -> bool:
        """Whether the card knows this way, and says that it has no such file."""
        if not isinstance(error, CardRefusedError) or error.sw != SW.FILE_NOT_FOUND:
            return False
        return way in self.forms.proven or (not way.by_sfi and self.forms.select is not None)

    def _through(self, way: Way, file: RecordFile, numbers: Sequence[int] | None) -> StoredRecords:
        sfi = file.sfi if way.by_sfi else 0
        if sfi:
            self.selection.forget()  # which EF is current afterwards, cards see differently
        match way.records:
            case Records.WHOLE:
                return self._whole(file, sfi)
            case Records.NUMBER:
                return self._by_number(file, sfi, numbers)
            case Records.TAG:
                return self._by_tag(file, sfi, numbers)

    def _whole(self, file: RecordFile, sfi: int) -> StoredRecords:
        slots = file.slots
        size = sum(slot.size + RECORD_HEADER_SIZE for slot in slots)
        try:
            answer = self._read(
                partial(commands.read_records_from, 1, sfi=sfi), size, records_cut_short
            )
        except AccessRefusedError:
            if file.read.key_name or file.read.needs_pin:
                raise
            # One of its records is kept back; the others are not.
            return self._by_number(file, sfi, None)
        records = split(answer)
        declared = {slot.tag for slot in slots}
        if not any(record[0] in declared for record in records):
            raise MalformedAnswerError(f"{file.name}: records of another file")
        if len(records) == 1 < len(slots):
            raise MalformedAnswerError(f"{file.name}: one record where all were asked for")
        return StoredRecords(records)

    def _by_number(
        self, file: RecordFile, sfi: int, numbers: Sequence[int] | None
    ) -> StoredRecords:
        found = StoredRecords([])
        sizes = {slot.number: slot.size + RECORD_HEADER_SIZE for slot in file.slots}
        wanted = list(numbers or range(1, file.record_count + 1))
        strangers = 0
        for number in wanted:
            record = self._record(
                partial(commands.read_record, number, sfi=sfi), sizes.get(number, 0)
            )
            if isinstance(record, CardRefusedError):
                if record.sw == SW.RECORD_NOT_FOUND and (found.records or not file.slots):
                    break  # there are no more; a cyclic file begins without any
                if not found.records and not isinstance(record, AccessRefusedError):
                    raise record
                if record.sw in NOT_THERE:
                    break
                found.refused[number] = record
                record = b""
            found.records.append(record)
            if len(found.refused) == len(found.records) == GIVEN_UP_AFTER:
                break
            if numbers is None and strangers < MOST_STRANGERS and _is_stranger(record, file):
                strangers += 1  # it stands in the place of one that is wanted
                wanted.append(wanted[-1] + 1)
        return _at_least_one(found)

    def _by_tag(self, file: RecordFile, sfi: int, numbers: Sequence[int] | None) -> StoredRecords:
        found = StoredRecords([])
        asked: list[int] = []
        for slot in file.slots:
            if numbers is not None and slot.number not in numbers:
                continue
            mode = NEXT_RECORD_OF_TAG if slot.tag in asked else RECORD_BY_TAG
            form = partial(commands.read_record_by_tag, slot.tag, sfi=sfi, mode=mode)
            record = self._record(form, slot.size + RECORD_HEADER_SIZE)
            asked.append(slot.tag)
            if not isinstance(record, CardRefusedError):
                found.records.append(record)
            elif record.sw not in NOT_THERE or len(asked) == 1:
                found.refused[slot.number] = record
            if not found.records and len(asked) == GIVEN_UP_AFTER:
                break
        return _at_least_one(found)

    def _record(self, form: Form, size: int) -> bytes | CardRefusedError:
        """One record, or why not; '6985' is what some cards say where a right is missing."""
        try:
            return self._read(form, size, record_cut_short)
        except CardRefusedError as refused:
            if refused.sw == SW.CONDITIONS_OF_USE_NOT_SATISFIED:
                return AccessRefusedError(refused.sw)
            return refused

    def _read(self, form: Form, size: int, cut_short: Callable[[bytes], bool]) -> bytes:
        """With Le as long as expected, which spares a T=0 card the '6CXX', or with any length."""
        if not (self.forms.exact_le and 0 < size < SHORT_MAX_NE):
            return self._send(form())
        try:
            answer = self._send(form(ne=size))
        except CardRefusedError as refused:
            if refused.sw != SW.WRONG_LENGTH:
                raise
            answer = self._send(form())
            self.selection.forms = replace(self.forms, exact_le=False)
            return answer
        if len(answer) == size and cut_short(answer):
            self.selection.forms = replace(self.forms, exact_le=False)
            return self._send(form())
        return answer

    def _first_block(self, file: TransparentFile, size: int) -> bytes:
        if not size:
            return b""
        if any(way.by_sfi for way in self.forms.proven) and not self.selection.is_current(file):
            self.selection.forget()
            try:
                return self._send(commands.read_binary_of(file.sfi, size))
            except CardRefusedError as refused:
                if refused.sw not in NOT_BY_SFI:
                    raise
        self.selection.select(file)
        return self._send(commands.read_binary(0, size))


def _declared_ways(file: RecordFile, numbers: Sequence[int] | None) -> list[Way]:
    if not file.slots:  # cyclic: its records have no tags
        return [way for way in WAYS_TO_SINGLE_RECORDS if way.records is Records.NUMBER]
    size = sum(slot.size + RECORD_HEADER_SIZE for slot in file.slots)
    if numbers is not None or size > SHORT_MAX_NE:
        return list(WAYS_TO_SINGLE_RECORDS)
    return list(WAYS)


def _is_stranger(record: bytes, file: RecordFile) -> bool:
    """Whether it is a record with a tag that the file is not declared to have."""
    well_formed = len(record) >= RECORD_HEADER_SIZE and not record_cut_short(record)
    return well_formed and bool(file.slots) and all(slot.tag != record[0] for slot in file.slots)


def _at_least_one(found: StoredRecords) -> StoredRecords:
    if not any(found.records) and found.refused:
        raise _reason_to_tell(list(found.refused.values()))
    return found


def _reason_to_tell(reasons: Sequence[CardRefusedError | MalformedAnswerError]) -> Exception:
    """A right that is missing, a file that is missing, else what the first way was answered."""
    refusals = [one for one in reasons if isinstance(one, CardRefusedError)]
    for reason in refusals:
        if isinstance(reason, AccessRefusedError):
            return reason
    return most_telling(refusals) if refusals else reasons[0]
