"""Service data on a card: a data group of DF01 to DF04 gets items that the issuer's services found.

The same commands are worked out twice: by the server, which lends the card's keys for these alone,
and by the desk, which sends them. Doing it again is safe: what the card holds already is left
alone, so that work which was cut off is simply done once more.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from reader.card_maintenance import send_secured
from reader.card_profile.access import Rule
from reader.card_profile.files import Application, RecordFile, Structure
from reader.card_profile.profiles import CardProfile
from reader.data_items import to_bytes, to_records
from reader.data_items_json import from_json
from reader.desk_errors import NotHeldError
from reader.desk_keys import DeskKeys
from reader.iso7816 import commands
from reader.iso7816.apdu import CommandApdu
from reader.session import CardSession

APPLICATIONS: Final = frozenset({"DF01", "DF02", "DF03", "DF04"})
# Of a file that is read with the PIN as well, nobody at a desk can see what it holds.
READABLE: Final = frozenset({Rule.FREE, Rule.KEY, Rule.PIN_OR_KEY})


def places(profile: CardProfile) -> Iterator[tuple[Application, RecordFile]]:
    """The files that can take service data on this kind of card: written and read by keys alone."""
    for application, file in profile.files():
        if (
            application.name in APPLICATIONS
            and isinstance(file, RecordFile)
            and file.update.key_name is not None
            and file.read.rule in READABLE
        ):
            yield application, file


def name_of(application: Application, file: RecordFile) -> str:
    """A data group with its application, as everything on a card is named: DF01.residence."""
    return f"{application.name}.{file.name}"


@dataclass(frozen=True, slots=True)
class Recording:
    """Items of a data group, as this kind of card takes them; of a cyclic file one new record."""

    application: Application
    file: RecordFile
    group: object
    items: frozenset[str]

    @classmethod
    def of(cls, profile: CardProfile, name: str, given: Mapping[str, Any]) -> Self:
        """The items *given* (as JSON) for the group of this name.

        LookupError if this kind of card has no such place, ItemError for a value that is none.
        """
        for application, file in places(profile):
            if name == name_of(application, file):
                return cls(application, file, from_json(file.holds, given), frozenset(given))
        raise LookupError(f"profile {profile.name} has no place {name}")

    @property
    def commands(self) -> tuple[CommandApdu, ...]:
        """One for each record, before it is secured; ItemError for what the card has no room for.

        A record is written whole or not at all: nothing lies between two commands.
        """
        if self.file.structure is Structure.CYCLIC:
            return (commands.append_record(to_bytes(self.group)),)
        slots = self.file.slots
        return tuple(
            commands.update_record(slot.number, record)
            for slot, record in zip(slots, to_records(self.group, slots), strict=True)
            if slot.bound.name in self.items
        )

    def lacking(self, records: Sequence[bytes]) -> list[CommandApdu]:
        """The commands that a card with these records still needs."""
        if self.file.structure is Structure.CYCLIC:
            return [one for one in self.commands if one.data not in records]
        return [one for one in self.commands if list(records[one.p1 - 1 : one.p1]) != [one.data]]


def record(desk: DeskKeys, session: CardSession, recording: Recording) -> int:
    """Write what the card lacks, each command under the maintenance key; how many it took.

    A cyclic file gets the record as its newest, unless one of its records is the same. What was
    written is read back: NotHeldError if the card does not hold it.
    """
    application, file = recording.application, recording.file
    desk.open_for_reading(session, file)
    lacking = recording.lacking(session.read_records(application, file))
    if not lacking:
        return 0
    desk.authenticate(session, session.profile.key(file.update.key_name or ""))
    session.select_file(application, file)
    for command in lacking:
        send_secured(desk, session, application, command)
    if recording.lacking(session.read_records(application, file)):
        raise NotHeldError(name_of(application, file))
    return len(lacking)
