"""Every file of a card as it stands, and what is made of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reader.card_profile.files import Structure, TransparentFile
from reader.card_version import Note
from reader.data_items_json import to_json
from reader.desk_keys import DeskKeys
from reader.file_content import FileContent, Opener, read_file
from reader.record_answers import RECORD_HEADER_SIZE
from reader.session import CardSession
from reader.stored_items import problems_json


@dataclass(frozen=True, slots=True)
class DumpedFile:
    """One file: its records or bytes as stored, what they mean, and what is missing."""

    content: FileContent

    @property
    def raw(self) -> list[bytes]:
        """Records one by one; a transparent file as one piece; nothing if nothing was given."""
        file, stored = self.content.file, self.content.stored
        if not stored or isinstance(file, TransparentFile):
            return [stored] if stored else []
        if file.structure is Structure.CYCLIC:
            size = file.record_size
            return [stored[i : i + size] for i in range(0, len(stored), size)]
        return list(_records(stored))

    @property
    def decoded(self) -> Any:
        """The data group as JSON, a list of a cyclic file's; None where there is none."""
        group = self.content.group
        if group is None:
            return None
        return [to_json(one) for one in group] if isinstance(group, list) else to_json(group)

    def to_json(self) -> dict[str, Any]:
        """For a program."""
        content, refused = self.content, self.content.refused
        return {
            "file": content.place,
            "name": content.file.name,
            "raw": [one.hex().upper() for one in self.raw],
            "decoded": self.decoded,
            "refused": None if refused is None else {"en": refused[0], "zh": refused[1]},
            "problems": list(problems_json(content.place, content.problems)),
        }


@dataclass(frozen=True, slots=True)
class Dump:
    """A card, whole."""

    profile: str
    version: str
    notes: tuple[Note, ...]
    files: tuple[DumpedFile, ...]

    def to_json(self) -> dict[str, Any]:
        """For a program."""
        return {
            "profile": self.profile,
            "version": self.version,
            "notes": [{"en": en, "zh": zh} for en, zh in self.notes],
            "files": [one.to_json() for one in self.files],
        }


def dump_card(session: CardSession, *, keys: DeskKeys | None = None) -> Dump:
    """Read every file of the card's profile; *keys* open what needs one."""
    opener = Opener(session, keys)
    files = tuple(
        DumpedFile(read_file(session, application, file, opener))
        for application, file in session.profile.files()
    )
    return Dump(session.profile.name, session.version, tuple(session.notes), files)


def _records(stored: bytes) -> Iterator[bytes]:
    offset = 0
    while offset < len(stored):
        size = RECORD_HEADER_SIZE + (stored[offset + 1] if offset + 1 < len(stored) else 0)
        yield stored[offset : offset + size]
        offset += size
