"""The files of pFileAddr on one card: what has to be shown, what is read, what is written."""

from collections.abc import Sequence
from dataclasses import dataclass

from reader.card_maintenance import WRITE_BLOCK
from reader.card_profile.access import Access
from reader.card_profile.files import Application, RecordFile, Structure, TransparentFile
from reader.card_profile.keys import CardKey
from reader.card_profile.profiles import CardProfile
from reader.card_profile.ssse import EF05, SSSE
from reader.data_items import RecordSlot, encode_value, items_of, record_slots, to_bytes
from reader.errors import AccessRefusedError, MalformedAnswerError
from reader.iso7816 import commands
from reader.iso7816.apdu import CommandApdu
from reader.iso7816.status import SW
from reader.iso7816.tlv import TlvError, encode_record, parse_record
from reader.item import ItemError
from reader.item_codecs import is_blank
from reader.session import CardSession
from reader.sscard import item_text
from reader.sscard.errors import FileAddressError, WriteDataError
from reader.sscard.file_address import END_OF_FILE, END_OF_ITEM, FileAddress, is_name_of

MAX_WRITE_CHARACTERS = 16_384  # a photo of 4096 bytes in hexadecimal, and as much again
# Which card it is: nobody who holds an update key changes that at a counter.
NEVER_WRITTEN = frozenset({(SSSE.name, EF05.fid, 0x01), (SSSE.name, EF05.fid, 0x03)})


@dataclass(frozen=True, slots=True)
class CardFile:
    """A file of pFileAddr on a card of a known kind.

    *slots* are the items asked for; None where cards of this version have no room for one.
    """

    address: FileAddress
    application: Application
    file: RecordFile | TransparentFile
    slots: tuple[RecordSlot | None, ...]

    @classmethod
    def of(cls, profile: CardProfile, address: FileAddress) -> "CardFile":
        """FileAddressError if this kind of card has no such file, record or item."""
        try:
            application = profile.application(address.application)
            file = application.file(address.fid)
        except LookupError:
            raise FileAddressError(f"this card has no {address.name}", address.position) from None
        if isinstance(file, RecordFile) and file.structure is not Structure.CYCLIC:
            return cls(address, application, file, _slots(file, address))
        _require_whole(file, address)
        return cls(address, application, file, ())

    @property
    def read_access(self) -> frozenset[Access]:
        """The conditions under which the card shows what is asked for."""
        if not isinstance(self.file, RecordFile) or not self.file.slots:
            return frozenset({self.file.read})
        numbers = (slot.number for slot in self.slots if slot is not None)
        return frozenset(self.file.read_access(number) for number in numbers)

    def update_key(self, profile: CardProfile) -> CardKey:
        """The key that writing needs; FileAddressError where only the card itself writes."""
        if self.file.update.key_name is None:
            raise FileAddressError("the card alone writes this file", self.address.position)
        return profile.key(self.file.update.key_name)

    def read(self, session: CardSession) -> str:
        """The file's name and items as pFileAddr has them, values for tags."""
        texts = self._texts(session)
        return "".join(text + END_OF_ITEM for text in (self.address.name, *texts)) + END_OF_FILE

    def changes(self, data: str) -> list[CommandApdu]:
        """The commands that write *data* (pWriteData); WriteDataError, and nothing is sent."""
        texts = _texts_to_write(self.address, data, len(self.slots) or 1)
        try:
            if isinstance(self.file, TransparentFile):
                return _binary_changes(self.file, texts[0])
            if self.file.structure is Structure.CYCLIC:
                group = item_text.record_value(self.file.holds, texts[0])
                return [commands.append_record(to_bytes(group))]
            return [self._change(*pair) for pair in zip(self.slots, texts, strict=True)]
        except ItemError as error:
            raise WriteDataError(str(error)) from error

    def _texts(self, session: CardSession) -> list[str]:
        if isinstance(self.file, TransparentFile):
            content = session.read_binary(self.application, self.file)
            return ["" if is_blank(content) else content.rstrip(b"\x00").hex().upper()]
        records = session.read_records(self.application, self.file)
        if self.address.record is not None:
            record = records[self.address.record - 1 : self.address.record]
            bounds = items_of(self.file.holds)
            return [item_text.record_text(bounds, record[0]) if record else ""]
        return [_slot_text(slot, records) for slot in self.slots]

    def _change(self, slot: RecordSlot | None, text: str) -> CommandApdu:
        if slot is None:
            raise WriteDataError("this kind of card has no room for an item asked for")
        if (self.application.name, self.file.fid, slot.tag) in NEVER_WRITTEN:
            raise WriteDataError(f"{slot.bound.name} says which card this is: it is not changed")
        value = encode_value(slot, item_text.value_of(slot.bound, text))
        return commands.update_record(slot.number, encode_record(slot.tag, value))


def _slots(file: RecordFile, address: FileAddress) -> tuple[RecordSlot | None, ...]:
    if address.record is not None:
        raise FileAddressError("only a cyclic file has numbered records", address.position)
    if not address.items:
        raise FileAddressError("items expected after the file", address.position)
    if len({(item.tag, item.index) for item in address.items}) < len(address.items):
        raise FileAddressError("an item stands twice", address.position)
    declared = [slot.tag for slot in record_slots(file.holds)]
    found = []
    for item in address.items:
        if declared.count(item.tag) < item.index:
            raise FileAddressError(f"no such item in {address.name}", item.position)
        here = [slot for slot in file.slots if slot.tag == item.tag]
        found.append(here[item.index - 1] if item.index <= len(here) else None)
    return tuple(found)


def _require_whole(file: RecordFile | TransparentFile, address: FileAddress) -> None:
    if isinstance(file, TransparentFile):
        if address.record is not None or len(address.items) > 1:
            raise FileAddressError("this file has no items: name it alone", address.position)
    elif address.items or address.record is None or address.record > file.record_count:
        raise FileAddressError(
            f"the number of a record expected, 01 to {file.record_count:02X}", address.position
        )


def _slot_text(slot: RecordSlot | None, records: Sequence[bytes]) -> str:
    if slot is None or slot.number > len(records):
        return ""
    record = records[slot.number - 1]
    if not record:
        raise AccessRefusedError(SW.SECURITY_STATUS_NOT_SATISFIED)
    try:
        return item_text.text_of(slot.bound, parse_record(record)[1])
    except TlvError as error:
        raise MalformedAnswerError(f"record {slot.number}: {error}") from error


def _texts_to_write(address: FileAddress, data: str, count: int) -> list[str]:
    """The values of the first file in pWriteData, which may begin with the file's name."""
    if len(data) > MAX_WRITE_CHARACTERS:
        raise WriteDataError(f"longer than {MAX_WRITE_CHARACTERS} characters")
    values = data.partition(END_OF_FILE)[0].split(END_OF_ITEM)
    if values.pop():
        raise WriteDataError(f"{END_OF_ITEM} expected after the last value")
    if values and is_name_of(values[0], address):
        values = values[1:]
    if len(values) != count:
        raise WriteDataError(f"{len(values)} values, {count} expected")
    return values


def _binary_changes(file: TransparentFile, text: str) -> list[CommandApdu]:
    (bound,) = items_of(file.holds)
    content = to_bytes(file.holds(**{bound.name: item_text.value_of(bound, text)}))
    return [
        commands.update_binary(offset, content[offset : offset + WRITE_BLOCK])
        for offset in range(0, len(content), WRITE_BLOCK)
    ]
