"""What an issuer's desk changes on a card that has a holder: data, and whether the card works.

The keys of the card are used where they are (`reader.desk_keys`): in a key store or in a PSAM.
Whatever stops in the middle leaves whole records: each is one command.
"""

from collections.abc import Container
from functools import partial

from reader.card_profile.files import (
    Application,
    ElementaryFile,
    RecordFile,
    Structure,
    TransparentFile,
)
from reader.card_profile.keys import CardKey, KeyRole
from reader.card_profile.ssse import SSSE
from reader.data_items import to_bytes, to_records
from reader.desk_errors import NotWritableError
from reader.desk_keys import DeskKeys
from reader.errors import AccessRefusedError
from reader.iso7816 import commands
from reader.iso7816.apdu import CommandApdu
from reader.session import CardSession

WRITE_BLOCK = 0x70  # bytes of an UPDATE BINARY, as programs of the field write


def write_group(
    desk: DeskKeys,
    session: CardSession,
    group: object,
    *,
    with_mac: bool = False,
    items: Container[str] | None = None,
) -> int:
    """Write a data group into its file: the number of commands that it took.

    Records that hold what they should are left alone; a cyclic file gets the group as its newest
    record. *items* names the items to write, by default all: records of others stay as they are,
    known or not. *with_mac* secures every command with the maintenance key of the application,
    beside the file's own key. NotWritableError if the card alone writes the file.
    """
    application, file = session.profile.file_of(type(group))
    if file.update.key_name is None:
        raise NotWritableError(f"{file.name} is written by the card alone")
    found = _records(session, application, file)
    desk.authenticate(session, session.profile.key(file.update.key_name))
    session.select_file(application, file)
    changes = _changes(file, group, found, items)
    for command in changes:
        if with_mac:
            send_secured(desk, session, application, command)
        else:
            session.exchange(application, command)
    return len(changes)


def block_application(
    desk: DeskKeys, session: CardSession, application: Application, *, for_ever: bool = False
) -> None:
    """APPLICATION BLOCK; only one that is not for ever can be undone."""
    _locked(desk, session, application, commands.application_block(for_ever=for_ever))


def unblock_application(desk: DeskKeys, session: CardSession, application: Application) -> None:
    """APPLICATION UNBLOCK."""
    _locked(desk, session, application, commands.application_unblock())


def block_card(desk: DeskKeys, session: CardSession) -> None:
    """CARD BLOCK: the card does nothing any more, and nothing undoes it."""
    _locked(desk, session, session.profile.application(SSSE.name), commands.card_block())


def maintenance_key(application: Application) -> CardKey:
    """The STK of an application; LookupError if it has none."""
    for key in application.keys:
        if key.role is KeyRole.MAINTENANCE:
            return key
    raise LookupError(f"{application.name} has no maintenance key")


def send_secured(
    desk: DeskKeys, session: CardSession, application: Application, command: CommandApdu
) -> None:
    """A command with its MAC under the maintenance key of the application."""
    seal = partial(desk.keys.mac, maintenance_key(application))
    session.exchange_secured(application, command, seal)


def _locked(
    desk: DeskKeys, session: CardSession, application: Application, command: CommandApdu
) -> None:
    """A command that the lock key allows, secured."""
    lock_key = session.profile.key(session.profile.lock_key(application))
    desk.authenticate(session, lock_key, even_blocked=True)
    send_secured(desk, session, application, command)
    session.leave()  # whoever selects it next is told how it stands


def _records(session: CardSession, application: Application, file: ElementaryFile) -> list[bytes]:
    """The records as they are, as far as they are shown here; none for other files."""
    if not isinstance(file, RecordFile) or file.structure is Structure.CYCLIC:
        return []
    try:
        return session.read_records(application, file)
    except AccessRefusedError:
        return []


def _changes(
    file: RecordFile | TransparentFile,
    group: object,
    found: list[bytes],
    items: Container[str] | None,
) -> list[CommandApdu]:
    """The commands that make of the selected file what it should be."""
    if file.structure is Structure.CYCLIC:
        return [commands.append_record(to_bytes(group))]
    if isinstance(file, TransparentFile):
        content = to_bytes(group)
        return [
            commands.update_binary(offset, content[offset : offset + WRITE_BLOCK])
            for offset in range(0, len(content), WRITE_BLOCK)
        ]
    return [
        commands.update_record(slot.number, record)
        for slot, record in zip(file.slots, to_records(group, file.slots), strict=True)
        if items is None or slot.bound.name in items
        if found[slot.number - 1 : slot.number] != [record]
    ]
