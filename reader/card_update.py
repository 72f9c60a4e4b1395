"""What a data group on a card would become, item by item, before anything is written.

The declaration (`reader.card_profile`) names the groups, their items and their rules. A group under
the issuer's signature is not for a desk to change: the card would be called altered.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from crypto.errors import UnknownKeyError
from reader import card_maintenance
from reader.card_check import read_record
from reader.card_profile.df0a import DF0A, EF0C
from reader.card_profile.files import Application, RecordFile, Structure, TransparentFile
from reader.card_profile.profiles import CardProfile
from reader.card_profile.ssse import CardHolder, CardIssuer
from reader.data_items import BoundItem, items_of, to_bytes, to_records
from reader.data_items_json import from_json, to_json
from reader.desk_errors import NoSuchGroupError, NotWritableError, RefusedItemError, SignedDataError
from reader.desk_keys import DeskKeys
from reader.errors import AccessRefusedError, CardRefusedError, PsamKeyMissingError
from reader.iso7816.status import SW
from reader.item import ItemError
from reader.session import CardSession

Place = tuple[Application, RecordFile | TransparentFile]


@dataclass(frozen=True, slots=True)
class ItemChange:
    """One item, its values as JSON; *known* says whether the card showed the old one."""

    item: BoundItem
    before: Any
    after: Any
    known: bool

    def to_json(self) -> dict[str, Any]:
        """For a program."""
        return {
            "item": self.item.name,
            "before": self.before,
            "known": self.known,
            "after": self.after,
        }


@dataclass(frozen=True, slots=True)
class GroupUpdate:
    """A data group as it is to be, and what changes by that."""

    place: Place
    group: Any
    changes: tuple[ItemChange, ...]

    @property
    def name(self) -> str:
        """As `card read --json` names it."""
        application, file = self.place
        return f"{application.name}.{file.name}"


def place_named(profile: CardProfile, name: str) -> Place:
    """The data group of this name, alone or behind its application's: residence, DF01.residence.

    NoSuchGroupError if the card has none; NotWritableError if the card alone writes it.
    """
    for application, file in profile.files():
        if name in (file.name, f"{application.name}.{file.name}"):
            if file.update.key_name is None:
                raise NotWritableError(name)
            return application, file
    raise NoSuchGroupError(name)


def plan_update(
    desk: DeskKeys, session: CardSession, place: Place, given: Mapping[str, Any]
) -> GroupUpdate:
    """What the items *given* (as JSON) make of the group at *place*; the others stay.

    RefusedItemError names the item and its rule; SignedDataError.
    """
    _, file = place
    wanted = _parsed(file.holds, given)
    _require_unsigned(desk, session, file)
    present = None if file.structure is Structure.CYCLIC else _present(desk, session, file)
    after = replace(present or file.holds(), **{name: getattr(wanted, name) for name in given})
    _require_room(file, after)
    if present is None and isinstance(file, TransparentFile):
        missing = [bound.name for bound in items_of(file.holds) if bound.name not in given]
        if missing:
            raise AccessRefusedError(SW.SECURITY_STATUS_NOT_SATISFIED, file.name)
    return GroupUpdate(place, after, tuple(_changes(file, present, after, given)))


def carry_out(
    desk: DeskKeys, session: CardSession, update: GroupUpdate, *, with_mac: bool = False
) -> int:
    """Write what changes: the number of commands. See `reader.card_maintenance.write_group`."""
    names = frozenset(change.item.name for change in update.changes)
    if not names:
        return 0
    return card_maintenance.write_group(desk, session, update.group, with_mac=with_mac, items=names)


def rule_of(bound: BoundItem) -> tuple[str, str]:
    """What a value of the item must be, in English and Chinese."""
    item = bound.item
    tables = "、".join(str(table.number) for table in item.codes)
    several = f" x {item.count}" if bound.repeated else ""
    en = f"{item.fmt.value}, {item.size} bytes{several}"
    zh = f"{item.fmt.value}，{item.size} 字节{several}"
    if tables:
        return f"{en}, code table {tables}", f"{zh}，代码表 {tables}"
    return en, zh


def _parsed(group: type[Any], given: Mapping[str, Any]) -> Any:
    try:
        return from_json(group, given)
    except ItemError as error:
        raise _refused(group, error) from error


def _require_room(file: RecordFile | TransparentFile, group: Any) -> None:
    """RefusedItemError for what this kind of card has no place for."""
    try:
        if isinstance(file, RecordFile) and file.structure is not Structure.CYCLIC:
            to_records(group, file.slots)
        else:
            to_bytes(group)
    except ItemError as error:
        raise _refused(type(group), error) from error


def _refused(group: type[Any], error: ItemError) -> RefusedItemError:
    bounds = {bound.name: bound for bound in items_of(group)}
    bound = bounds.get(error.item.partition(".")[0])
    if bound is None:
        names = ", ".join(bounds)
        return RefusedItemError(error.item, error.reason, (f"one of {names}", f"可用名称 {names}"))
    return RefusedItemError(error.item, error.reason, rule_of(bound))


def _require_unsigned(
    desk: DeskKeys, session: CardSession, file: RecordFile | TransparentFile
) -> None:
    if file.fid == EF0C.fid and file.name == EF0C.name:
        raise SignedDataError(file.name)
    if file.holds in (CardIssuer, CardHolder) and _has_record(desk, session):
        raise SignedDataError(file.name)


def _has_record(desk: DeskKeys, session: CardSession) -> bool:
    """Whether a record on the chip covers EF05 and EF06; yes where that cannot be seen."""
    try:
        file = session.profile.application(DF0A.name).file(EF0C.fid)
        desk.open_for_reading(session, file)
        return bool(read_record(session))
    except CardRefusedError as error:
        return error.sw != SW.FILE_NOT_FOUND  # cards of other makers have no DF0A


def _present(
    desk: DeskKeys, session: CardSession, file: RecordFile | TransparentFile
) -> Any | None:
    """The group as it is, as far as the card shows it here; None where it shows nothing."""
    # Whoever may write a file need not be able to read it.
    with suppress(AccessRefusedError, UnknownKeyError, PsamKeyMissingError):
        desk.open_for_reading(session, file)
    try:
        return session.read(file.holds)
    except (AccessRefusedError, ItemError):  # what makes no sense is to be written anew
        return None


def _changes(
    file: RecordFile | TransparentFile, present: Any | None, after: Any, given: Mapping[str, Any]
) -> list[ItemChange]:
    before = to_json(present) if present is not None else {}
    shown = to_json(after)
    found = []
    for bound in items_of(file.holds):
        if bound.name not in given:
            continue
        change = ItemChange(
            bound, before.get(bound.name), shown[bound.name], known=present is not None
        )
        if not change.known or change.before != change.after:
            found.append(change)
    return found
