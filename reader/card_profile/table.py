"""The page `docs/data-items.md`, drawn from the declaration.

`python -m reader.card_profile.table > docs/data-items.md`
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, is_dataclass
from enum import Enum
from typing import Any

from reader.card_profile.access import Access
from reader.card_profile.assumptions import ASSUMPTIONS
from reader.card_profile.code_tables import CODE_TABLES
from reader.card_profile.files import Application, RecordFile, Structure, TransparentFile
from reader.card_profile.profiles import APPLICATIONS, PROFILES
from reader.code_table import CodeTable
from reader.data_items import BoundItem, items_of

INTRODUCTION = """# Data items of the card

This page is drawn from the declaration in `reader/card_profile/` by
`python -m reader.card_profile.table > docs/data-items.md`; a test compares the two. Source:
人社信息函〔2012〕37号 (file structure and data items, V2.0) unless a file or application says
otherwise. The names in code type are the JSON names: file, then item.

Formats: `cn` packed BCD, left aligned, filled with F; `an` text in GB 18030, left aligned, filled
with 00; `b` bytes or a big-endian number; `B-TLV` items of its own inside. Sizes are bytes of the
value. An item that is all 00 or all FF is blank: JSON null (a number that is all 00 is zero).
An item with a 1.00 form meant something else on cards of version 1.00; there the new value is
filled up with EE."""


@dataclass(frozen=True, slots=True)
class Element:
    """One line of the notice's tables: a record, an item inside one, or a cyclic record."""

    number: int | None  # record number, None for what lies inside a record
    tag: int | None
    name: str
    zh: str
    size: int
    fmt: str  # empty for a cyclic record as a whole
    codes: tuple[CodeTable, ...] = ()
    v1: str = ""  # form on a card of version 1.00, where it meant something else


def elements(file: RecordFile | TransparentFile) -> Iterator[Element]:
    """The file's content as the notice lists it: records, each kind of template once, opened."""
    if isinstance(file, TransparentFile):
        yield from (_element(None, bound) for bound in items_of(file.holds))
        return
    if file.structure is Structure.CYCLIC:
        yield Element(None, None, "", file.record_zh, file.record_size, "")
        yield from (_element(None, bound) for bound in items_of(file.holds))
        return
    for slot, following in zip(file.slots, (*file.slots[1:], None), strict=True):
        yield _element(slot.number, slot.bound, slot.index)
        if is_dataclass(slot.bound.kind) and (following is None or following.tag != slot.tag):
            path = f"{slot.bound.name}[]." if slot.bound.repeated else "*."
            for inner in items_of(slot.bound.kind):
                yield _element(None, inner, prefix=path)


def page() -> str:
    """The whole page."""
    parts: list[str] = [INTRODUCTION, _profiles()]
    for application in APPLICATIONS:
        parts.append(_application(application))
        parts.extend(_file(application, file) for file in application.files)
    parts += [_keys(), _code_tables(), _assumptions()]
    return "\n\n".join(parts) + "\n"


def main() -> None:
    """Print the page."""
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(page())


def _element(number: int | None, bound: BoundItem, index: int = 0, *, prefix: str = "") -> Element:
    item = bound.item
    name = f"{prefix}{bound.name}[{index}]" if bound.repeated else prefix + bound.name
    return Element(number, item.tag, name, item.zh, item.size, item.fmt.value, item.codes, item.v1)


def _profiles() -> str:
    rows = [
        (
            f"`{profile.name}`",
            profile.version,
            profile.suite.name,
            profile.authentication.name,
            profile.diversification.name,
            profile.chip_proof.value,
            f"T={profile.protocol}",
            _access(profile.application("SSSE").file(0xEF06).read),
        )
        for profile in PROFILES.values()
    ]
    head = (
        "profile",
        "version",
        "suite",
        "authentication",
        "diversification",
        "chip proof",
        "protocol",
        "holder's data read by",
    )
    return "## Profiles\n\n" + _table(head, rows)


def _application(application: Application) -> str:
    return (
        f"## {application.name} {application.zh}: {application.en}\n\n"
        f"FID {application.fid:04X}, AID {application.aid.hex(' ').upper()}. "
        f"Source: {application.source}."
    )


def _file(application: Application, file: RecordFile | TransparentFile) -> str:
    facts = [f"SFI {file.sfi:02X}"]
    facts += [f"{_words(kind)} ({kind.value})" for kind in (file.structure, file.file_class)]
    if isinstance(file, RecordFile) and file.cycle:
        facts.append(f"at least {file.cycle} records")
    facts += [f"read: {_access(file.read)}", f"update: {_access(file.update)}"]
    if file.source != application.source:
        facts.append(f"source: {file.source}")
    rows = [
        (
            "" if element.number is None else str(element.number),
            "" if element.tag is None else f"{element.tag:02X}",
            f"`{element.name}`" if element.name else "",
            element.zh,
            element.fmt,
            str(element.size),
            ", ".join(f"[{t.number}](#table-{t.number})" for t in element.codes),
            element.v1,
        )
        for element in elements(file)
    ]
    head = ("record", "tag", "name", "Chinese name", "format", "size", "codes", "1.00 form")
    title = f"### {application.name}/EF{file.fid & 0xFF:02X} {file.zh}: `{file.name}`"
    return f"{title}\n\n{'; '.join(facts)}.\n\n{_table(head, rows)}"


def _words(member: Enum) -> str:
    return member.name.lower().replace("_", " ")


def _access(access: Access) -> str:
    """`PIN_OR_KEY` with RK1DF01 reads: PIN or RK1DF01."""
    words = _words(access.rule).replace("pin", "PIN")
    return words if access.key_name is None else words.replace("key", access.key_name)


def _keys() -> str:
    rows = [
        (
            key.name,
            key.application,
            key.role.value,
            f"{key.kid:02X}",
            key.level.name.lower(),
            f"{key.psam_usage:02X} {key.psam_id:02X}",
        )
        for application in APPLICATIONS
        for key in application.keys
    ]
    head = ("key", "application", "for", "kid", "level", "PSAM usage, number")
    return "## Keys\n\n" + _table(head, rows)


def _code_tables() -> str:
    parts = ["## Code tables"]
    for table in CODE_TABLES.values():
        rows = [(code.code, code.zh, code.en) for code in table.codes]
        title = f'### <a id="table-{table.number}"></a>{table.number} {table.zh}: {table.en}'
        parts.append(title + "\n\n" + _table(("code", "Chinese", "English"), rows))
    return "\n\n".join(parts)


def _assumptions() -> str:
    rows = [(each.where, each.taken, each.why) for each in ASSUMPTIONS]
    return "## Assumptions\n\n" + _table(("where", "taken for true", "why"), rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    main()
