"""pFileAddr: which files of a card, and which data items in them.

    SSSEEF06|08|09|$DF01EF05|20|$      items by their tags, '|' after each, '$' after each file
    DF01EF15|2A|40:02|$                the second record with a tag that stands in several
    DF02EF07:01$                       a record of a cyclic file, 01 the newest
    SSSEEF08|$                         a file without tags, whole

The environment is SSSE in the field's documents; programs also write MF, 3F00 and DDF1 for it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from reader.card_profile.ssse import SSSE
from reader.sscard.errors import FileAddressError

MAX_CHARACTERS = 4096
MAX_ITEMS = 256  # of all files together
END_OF_ITEM, END_OF_FILE, NUMBER = "|", "$", ":"
ENVIRONMENT_NAMES = ("SSSE", "DDF1", "3F00", "MF")
_HEX = frozenset("0123456789ABCDEFabcdef")


@dataclass(frozen=True, slots=True)
class ItemAddress:
    """A data item: its tag, and which of the records with this tag, from 1."""

    tag: int
    index: int
    position: int  # of its first character in pFileAddr, from 1


@dataclass(frozen=True, slots=True)
class FileAddress:
    """A file, *name* as it was written; *record* of a cyclic file, else items, none for all."""

    name: str
    application: str
    fid: int
    record: int | None
    items: tuple[ItemAddress, ...]
    position: int


def parse_file_addresses(text: str) -> tuple[FileAddress, ...]:
    """The files of pFileAddr in their order; FileAddressError says what is wrong where."""
    if len(text) > MAX_CHARACTERS:
        raise FileAddressError(f"longer than {MAX_CHARACTERS} characters", MAX_CHARACTERS + 1)
    if not text:
        raise FileAddressError("a file name expected", 1)
    files = tuple(_files(text))
    if sum(len(file.items) for file in files) > MAX_ITEMS:
        raise FileAddressError(f"more than {MAX_ITEMS} items", 1)
    return files


def is_name_of(text: str, file: FileAddress) -> bool:
    """Whether *text* is the file's name in one of its spellings."""
    try:
        return _place(text, 1) == (file.application, file.fid)
    except FileAddressError:
        return False


def _files(text: str) -> Iterator[FileAddress]:
    start = 0
    while start < len(text):
        end = text.find(END_OF_FILE, start)
        if end < 0:
            raise FileAddressError(f"{END_OF_FILE} expected after the file", len(text) + 1)
        yield _file(text[start:end], start + 1)
        start = end + 1


def _file(text: str, position: int) -> FileAddress:
    name, separator, rest = text.partition(END_OF_ITEM)
    items = _items(rest, position + len(name) + 1) if separator else ()
    name, numbered, number = name.partition(NUMBER)
    application, fid = _place(name, position)
    record = None
    if numbered:
        record = _number(number, position + len(name) + 1)
        if items:
            raise FileAddressError("a record of a cyclic file has no items", items[0].position)
    return FileAddress(name, application, fid, record, items, position)


def _place(name: str, position: int) -> tuple[str, int]:
    """Application and FID in a name such as DF01EF05."""
    upper = name.upper()
    for spelling, application in _spellings(upper[:4]):
        number = upper.removeprefix(f"{spelling}EF")
        if number != upper and len(number) == 2 and _HEX.issuperset(number):
            return application, 0xEF00 | int(number, 16)
    raise FileAddressError("a file name such as SSSEEF06 or DF01EF05 expected", position)


def _spellings(first: str) -> Iterator[tuple[str, str]]:
    """How the directory can be written, and the name that the card profile has for it."""
    for spelling in ENVIRONMENT_NAMES:
        yield spelling, SSSE.name
    if first.startswith("DF") and len(first) == 4 and _HEX.issuperset(first[2:]):
        yield first, first


def _items(text: str, position: int) -> tuple[ItemAddress, ...]:
    if text and not text.endswith(END_OF_ITEM):
        raise FileAddressError(f"{END_OF_ITEM} expected after the item", position + len(text))
    found = []
    for item in text.split(END_OF_ITEM)[:-1]:
        tag, numbered, number = item.partition(NUMBER)
        if len(tag) != 2 or not _HEX.issuperset(tag):
            raise FileAddressError("a tag of two hexadecimal digits expected", position)
        index = _number(number, position + 3) if numbered else 1
        found.append(ItemAddress(int(tag, 16), index, position))
        position += len(item) + 1
    return tuple(found)


def _number(text: str, position: int) -> int:
    """A number of a record, two hexadecimal digits from 01."""
    if len(text) != 2 or not _HEX.issuperset(text) or not int(text, 16):
        raise FileAddressError("a record number from 01 expected", position)
    return int(text, 16)
