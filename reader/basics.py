"""Who issued the card and whose it is, in the fewest commands, and the holder's photo.

A card of version 1 or 2 takes three commands: SELECT of the SSSE, EF05 and EF06 whole. One of
version 3 says first who it is, and gives the rest after one proof of the reading key, or after the
PIN.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reader.card_profile.files import TransparentFile
from reader.card_profile.ssse import EF05, EF06, EF08, SSSE, CardHolder, CardIssuer
from reader.card_version import Note
from reader.data_items_json import to_json
from reader.desk_keys import DeskKeys
from reader.errors import CardRefusedError, MalformedAnswerError
from reader.file_content import FileContent, Opener, Reason, fetch_file
from reader.file_reading import BINARY_BLOCK
from reader.file_selection import NOT_THERE
from reader.photo_form import Image, find_image, is_whole
from reader.session import CardSession
from reader.stored_items import problems_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Basics:
    """What the first look at a card gives.

    *issuer* and *holder* have None for what the card does not give or what cannot be understood;
    *files* say why, and *stored* is EF05 and EF06 byte for byte, for `reader.card_check`.
    """

    profile: str
    version: str
    identification_code: str | None
    issuer: CardIssuer
    holder: CardHolder
    files: tuple[FileContent, FileContent]
    notes: tuple[Note, ...]

    @property
    def stored(self) -> tuple[bytes, bytes]:
        """EF05 and EF06 as stored."""
        return self.files[0].stored, self.files[1].stored

    @property
    def refused(self) -> Mapping[str, Reason]:
        """Why a file, or a part of it, is missing, by the file's place."""
        return {one.place: one.refused for one in self.files if one.refused is not None}

    def text(self, item: str) -> str:
        """An item for people or an interface string: its value, else what stands there; or ""."""
        for group in (self.issuer, self.holder):
            if getattr(group, item, None) is not None:
                return str(to_json(group)[item])
        for one in self.files:
            for problem in one.problems:
                if problem.item == item:
                    return problem.stored
        return ""

    def to_json(self) -> dict[str, Any]:
        """One flat object: every item of both groups by its name, and what is missing and why."""
        return {
            **to_json(self.issuer),
            **to_json(self.holder),
            "name": self.holder.full_name,
            "identification_code": self.identification_code,
            "version": self.version,
            "profile": self.profile,
            "refused": list(self._refused_json()),
            "notes": [{"en": en, "zh": zh} for en, zh in self.notes],
        }

    def _refused_json(self) -> Iterator[Mapping[str, Any]]:
        for place, (en, zh) in self.refused.items():
            yield {"file": place, "reason": {"en": en, "zh": zh}}
        for one in self.files:
            yield from problems_json(one.place, one.problems)


def read_basics(session: CardSession, *, keys: DeskKeys | None = None) -> Basics:
    """Read EF05 and EF06; *keys* open them once, where the card wants that.

    What the card keeps back or has in no form known is told in the answer. ReaderError only where
    the line to the card fails.
    """
    return basics_of(session, Opener(session, keys))


def basics_of(session: CardSession, opener: Opener) -> Basics:
    """The same, for whoever reads on with the same keys."""
    application = session.profile.application(SSSE.name)
    issuer = fetch_file(session, application, session.profile.record_file(EF05), opener)
    holder = fetch_file(session, application, session.profile.record_file(EF06), opener)
    issuer.understand()
    holder.understand()
    try:
        code: str | None = str(session.identification_code)
    except MalformedAnswerError:
        code = None
    return Basics(
        profile=session.profile.name,
        version=session.version,
        identification_code=code,
        issuer=issuer.group or CardIssuer(),
        holder=holder.group or CardHolder(),
        files=(issuer, holder),
        notes=tuple(session.notes),
    )


def read_photo(session: CardSession, *, keys: DeskKeys | None = None) -> Image | None:
    """The holder's photo as the image file that it is; None where the card has none.

    Read to the image's end and no further. AccessRefusedError without the key that opens it.
    """
    application = session.profile.application(SSSE.name)
    try:
        file = application.file(EF08.fid)
        if not isinstance(file, TransparentFile):
            return None
        Opener(session, keys).open(file)
        content = session.read_binary(application, file, size=BINARY_BLOCK)
        while not is_whole(content) and len(content) < file.size:
            end = min(len(content) + BINARY_BLOCK, file.size)
            if not (more := session.read_on(file, len(content), end)):
                break
            content += more
    except LookupError:
        return None  # cards of the first version have no such file
    except CardRefusedError as refused:
        if refused.sw not in NOT_THERE:
            raise
        return None
    return find_image(content)
