"""What applications on a card are made of: elementary files and keys (LD/T 32.3)."""

from collections.abc import Container, Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from enum import Enum, unique
from types import MappingProxyType
from typing import Any

from reader.card_profile.access import Access
from reader.card_profile.keys import CardKey
from reader.data_items import RecordSlot, record_slots, size_of

NOTICE = "人社信息函〔2012〕37号"
IN_THE_FIELD = "programs that read and write cards in the field"
OWN = "this system's own extension"


@unique
class Structure(Enum):
    """How a file keeps its data; the values are the notice's words."""

    VARIABLE = "变长记录"
    FIXED = "定长记录"
    CYCLIC = "循环"
    TRANSPARENT = "透明"


@unique
class FileClass(Enum):
    """Whether a card carries the file; the values are the notice's words, except the last."""

    IN_USE = "启用"  # on every card
    PRESET = "预设"  # created, used where the issuer needs it
    RESERVED = "预留"  # created, without meaning yet
    EXTENSION = "扩展"  # not in the notice; its extension rules leave room for it


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementaryFile:
    """What all files of a card have."""

    fid: int
    name: str  # English, and the name of the file's object in JSON
    zh: str
    holds: type[Any]  # the data group: of the whole file, or of each record of a cyclic file
    read: Access
    update: Access
    file_class: FileClass = FileClass.IN_USE
    source: str = NOTICE

    @property
    def sfi(self) -> int:
        """The short file identifier: the low five bits of the FID throughout."""
        return self.fid & 0x1F

    @property
    def reading_keys(self) -> frozenset[str]:
        """Names of the keys that open the file, or a part of it, for reading."""
        return frozenset(() if self.read.key_name is None else (self.read.key_name,))


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFile(ElementaryFile):
    """A file of records."""

    structure: Structure = Structure.VARIABLE
    cycle: int = 0  # least number of records of a cyclic file
    # A card of version 1.00: records in the sizes they had, and the numbers of those it lacks.
    first_version: bool = False
    absent: frozenset[int] = frozenset()
    record_zh: str = ""  # what one record of a cyclic file is called
    # Records whose reading is guarded otherwise than the file's, by record number.
    restricted: Mapping[int, Access] = field(
        default_factory=lambda: MappingProxyType({}), hash=False
    )

    @property
    def slots(self) -> tuple[RecordSlot, ...]:
        """Tagged records in order, empty for a cyclic file."""
        if self.structure is Structure.CYCLIC:
            return ()
        declared = record_slots(self.holds)
        if not self.first_version:
            return declared
        kept = (slot for slot in declared if slot.number not in self.absent)
        return tuple(
            replace(slot, number=number, room=slot.bound.item.first_size)
            for number, slot in enumerate(kept, start=1)
        )

    @property
    def record_count(self) -> int:
        """Records the file is created with."""
        return self.cycle or len(self.slots)

    @property
    def record_size(self) -> int:
        """Bytes of a record of a cyclic file."""
        return size_of(self.holds)

    @property
    def reading_keys(self) -> frozenset[str]:
        """Names of the keys that open the file, or some of its records, for reading."""
        conditions = (self.read, *self.restricted.values())
        return frozenset(one.key_name for one in conditions if one.key_name is not None)

    def read_access(self, number: int) -> Access:
        """Who may read record *number*, counted from 1."""
        return self.restricted.get(number, self.read)

    def numbers_of(self, tag: int) -> tuple[int, ...]:
        """The record numbers under which a tag is found."""
        return tuple(slot.number for slot in self.slots if slot.tag == tag)


@dataclass(frozen=True, slots=True, kw_only=True)
class TransparentFile(ElementaryFile):
    """A file of plain bytes."""

    @property
    def structure(self) -> Structure:
        """Always transparent."""
        return Structure.TRANSPARENT

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return size_of(self.holds)


@dataclass(frozen=True, slots=True)
class Application:
    """A directory of the card with an AID, its files and its own keys."""

    name: str
    _: KW_ONLY
    fid: int
    aid: bytes
    zh: str
    en: str
    files: tuple[RecordFile | TransparentFile, ...]
    keys: tuple[CardKey, ...]
    source: str = NOTICE

    def file(self, fid: int) -> RecordFile | TransparentFile:
        """The file with this FID; LookupError if there is none."""
        return self._find("fid", fid)

    def file_by_sfi(self, sfi: int) -> RecordFile | TransparentFile:
        """The file with this short identifier; LookupError if there is none."""
        return self._find("sfi", sfi)

    def file_named(self, name: str) -> RecordFile | TransparentFile:
        """The file with this English name; LookupError if there is none."""
        return self._find("name", name)

    def key(self, name: str) -> CardKey:
        """The key with this name; LookupError if it is not one of this application."""
        for key in self.keys:
            if key.name == name:
                return key
        raise LookupError(f"{self.name} has no key {name}")

    def changing(self, fid: int, **changes: Any) -> "Application":
        """This application with one of its files changed."""
        changed = replace(self.file(fid), **changes)
        return replace(self, files=tuple(changed if f.fid == fid else f for f in self.files))

    def without(self, fids: Container[int]) -> "Application":
        """This application without some of its files."""
        return replace(self, files=tuple(file for file in self.files if file.fid not in fids))

    def _find(self, attribute: str, value: object) -> RecordFile | TransparentFile:
        for file in self.files:
            if getattr(file, attribute) == value:
                return file
        shown = f"{value:04X}" if isinstance(value, int) else value
        raise LookupError(f"{self.name} has no file with {attribute} {shown}")
