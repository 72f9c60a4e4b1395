"""Everything that a card gives, file by file, and why it keeps the rest to itself."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from crypto.errors import UnknownKeyError
from reader.card_profile.files import Application, RecordFile, Structure, TransparentFile
from reader.card_profile.ssse import SSSE
from reader.data_items import from_bytes, from_records, items_of
from reader.data_items_json import to_json
from reader.desk_keys import DeskKeys
from reader.errors import AccessRefusedError, CardRefusedError, PsamKeyMissingError
from reader.iso7816.status import SW
from reader.item_codecs import is_blank
from reader.refusals import ApplicationBlockedError
from reader.server_errors import ServerRefusedError
from reader.session import CardSession

BASICS = ("issuer", "holder")


@dataclass(slots=True)
class CardContent:
    """What was read: data groups by file name, the SSSE's first; and what was refused, why."""

    profile: str
    groups: dict[str, dict[str, Any]] = field(default_factory=dict)
    refused: dict[str, tuple[str, str]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The SSSE's files by name, the other applications' under their name."""
        refused = [
            {"file": place, "reason": {"en": why[0], "zh": why[1]}}
            for place, why in self.refused.items()
        ]
        basics = {name: self.groups.get(SSSE.name, {}).get(name) for name in BASICS}
        rest = {
            (name if owner == SSSE.name else f"{owner}.{name}"): group
            for owner, groups in self.groups.items()
            for name, group in groups.items()
            if name not in BASICS or owner != SSSE.name
        }
        return {
            "profile": self.profile,
            **{name: _group_json(group) for name, group in {**basics, **rest}.items()},
            "refused": refused,
        }

    def lines(self, *, chinese: bool) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        """For people: a title for each data group, and its items that are not blank."""
        for owner, groups in self.groups.items():
            for name, group in groups.items():
                for one in group if isinstance(group, list) else [group]:
                    shown = to_json(one)
                    items = [
                        (bound.item.zh if chinese else bound.en, str(shown[bound.name]))
                        for bound in items_of(type(one))
                        if shown[bound.name] not in (None, [])
                    ]
                    if items:
                        yield f"{owner} {name.replace('_', ' ')}", items


def read_card(
    session: CardSession, *, keys: DeskKeys | None = None, everything: bool = False
) -> CardContent:
    """Read issuer and holder, or every file; *keys* open what needs one."""
    content = CardContent(session.profile.name)
    for application, file in session.profile.files():
        basic = application.name == SSSE.name and file.name in BASICS
        if basic or (everything and file.name != "signed_record"):
            _read_file(session, application, file, keys, content)
    return content


def _read_file(
    session: CardSession,
    application: Application,
    file: RecordFile | TransparentFile,
    keys: DeskKeys | None,
    content: CardContent,
) -> None:
    place = f"{application.name}/EF{file.fid & 0xFF:02X}"
    try:
        if keys is not None:
            keys.open_for_reading(session, file)
        group = _group(session, application, file)
    except (AccessRefusedError, ApplicationBlockedError) as error:
        content.refused[place] = error.cause
    except UnknownKeyError as error:
        content.refused[place] = (f"{error}.", f"{error.zh}。")
    except (PsamKeyMissingError, ServerRefusedError) as error:
        content.refused[place] = error.cause
    except CardRefusedError as error:
        if error.sw not in {SW.FILE_NOT_FOUND, SW.RECORD_NOT_FOUND}:
            raise
        content.refused[place] = ("The card has no such file.", "卡内没有该文件。")
    else:
        content.groups.setdefault(application.name, {})[file.name] = group
        if isinstance(file, RecordFile) and any(
            getattr(group, slot.bound.name, None) is None and slot.number in file.restricted
            for slot in file.slots
        ):
            content.refused.setdefault(place, AccessRefusedError.cause)


def _group(
    session: CardSession, application: Application, file: RecordFile | TransparentFile
) -> Any:
    if isinstance(file, TransparentFile):
        return from_bytes(file.holds, session.read_binary(application, file))
    records = session.read_records(application, file)
    if file.structure is Structure.CYCLIC:
        return [from_bytes(file.holds, record) for record in records if not is_blank(record)]
    return from_records(file.holds, records, file.slots)


def _group_json(group: Any) -> Any:
    if group is None:
        return None
    return [to_json(one) for one in group] if isinstance(group, list) else to_json(group)
