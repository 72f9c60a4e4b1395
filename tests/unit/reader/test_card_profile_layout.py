"""The declaration against the official layout, line by line."""

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from reader.card_profile.code_tables import CODE_TABLES
from reader.card_profile.codes_person import ETHNIC_GROUP
from reader.card_profile.files import NOTICE, FileClass, RecordFile, Structure
from reader.card_profile.profiles import APPLICATIONS, PROFILES
from reader.card_profile.table import Element, elements, page
from reader.data_items import Format, items_of

LAYOUT: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "vectors" / "card_layout_v2.json").read_text(encoding="utf-8")
)
OFFICIAL = PROFILES["v2.00"]
FILES = [pytest.param(file, id=f"{file['df']}-{file['ef']}") for file in LAYOUT["files"]]


def plain_name(name: str) -> str:
    """The name of an element without the note on its tags and its own number in a series."""
    return re.sub(r"[1-5]$", "", re.sub(r"\s*[（(]见标志.*[）)]$", "", name))


def test_the_layout_is_the_whole_notice() -> None:
    assert len(LAYOUT["files"]) == 37
    assert sum(len(file["elements"]) for file in LAYOUT["files"]) == 185
    assert len(LAYOUT["code_tables"]) == 41


@pytest.mark.parametrize("official", FILES)
def test_a_file_is_declared_as_the_notice_has_it(official: dict[str, Any]) -> None:
    file = OFFICIAL.application(official["df"]).file(int(official["ef"], 16))
    declared = {
        "name": file.zh,
        "sfi": f"{file.sfi:02X}",
        "structure": file.structure.value,
        "class": file.file_class.value,
        "read": str(file.read),
        "write": str(file.update),
    }
    assert declared == {key: official[key] for key in declared}


@pytest.mark.parametrize("official", FILES)
def test_its_elements_are_the_notices_in_order(official: dict[str, Any]) -> None:
    file = OFFICIAL.application(official["df"]).file(int(official["ef"], 16))
    declared = [
        (None if e.tag is None else f"{e.tag:02X}", plain_name(e.zh), e.fmt or None, e.size)
        for e in elements(file)
    ]
    assert declared == [
        (e["tag"], plain_name(e["name"]), e["type"], e["len"]) for e in official["elements"]
    ]


def test_nothing_is_declared_beyond_the_notice_but_what_says_so() -> None:
    official = {(file["df"], int(file["ef"], 16)) for file in LAYOUT["files"]}
    beyond = [(a.name, f) for a, f in OFFICIAL.files() if (a.name, f.fid) not in official]
    assert [(name, f"{file.fid:04X}") for name, file in beyond] == [
        ("SSSE", "EF0D"),
        ("DF0A", "EF0C"),
    ]
    assert all(f.file_class is FileClass.EXTENSION and f.source != NOTICE for _, f in beyond)


@pytest.mark.parametrize("official", FILES)
def test_records_are_numbered_in_the_notices_order(official: dict[str, Any]) -> None:
    file = OFFICIAL.application(official["df"]).file(int(official["ef"], 16))
    numbers = [e.number for e in elements(file) if e.number is not None]
    records = len(file.slots) if isinstance(file, RecordFile) else 0
    assert numbers == list(range(1, records + 1))


def test_cyclic_files_keep_the_least_number_of_records() -> None:
    declared = {
        f"{application.name}/EF{file.fid & 0xFF:02X}": file.record_count
        for application, file in OFFICIAL.files()
        if isinstance(file, RecordFile) and file.structure is Structure.CYCLIC
    }
    assert declared == LAYOUT["cyclic_minimum_records"]


def test_aids_and_names_are_the_notices() -> None:
    assert OFFICIAL.application("SSSE").aid.hex().upper() == LAYOUT["ssse"]["aid"]
    for official in LAYOUT["applications"]:
        application = OFFICIAL.application(official["df"])
        assert (application.aid.hex().upper(), application.zh) == (
            official["aid"],
            official["label"],
        )


def test_nested_items_fill_their_record() -> None:
    for _, file in OFFICIAL.files():
        for slot in file.slots if isinstance(file, RecordFile) else ():
            if slot.bound.item.fmt is Format.B_TLV:
                inner = items_of(slot.bound.kind)
                assert sum(2 + bound.item.size for bound in inner) == slot.size


@pytest.mark.parametrize("number", sorted(map(int, LAYOUT["code_tables"])))
def test_a_code_table_is_the_notices(number: int) -> None:
    table, official = CODE_TABLES[number], LAYOUT["code_tables"][str(number)]
    misprints = {"达翰尔族": "达斡尔族", "傈傈族": "傈僳族"}
    expected = {
        code: misprints.get(text, text).split(" (also")[0]
        for code, text in official["codes"].items()
        if code != "_note"
    }
    declared = {entry.code: entry.zh for entry in table.codes}
    if table is ETHNIC_GROUP:  # two codes that the field added
        del declared["57"], declared["58"]
    assert (table.zh, declared) == (official["title"], expected)
    assert all(entry.en and len(entry.code) == table.width for entry in table.codes)
    assert all(a.code < b.code for a, b in pairwise(table.codes))


def test_every_code_table_is_used_by_an_item() -> None:
    used = {t.number for _, file in OFFICIAL.files() for e in elements(file) for t in e.codes}
    assert used == set(CODE_TABLES)


def test_items_that_changed_their_meaning_since_version_1_know_their_old_form() -> None:
    expected = {}
    for line in LAYOUT["compatibility_with_1.0"]["tags"]:
        place, tag, form, size, hexadecimal = re.match(
            r"(\S+) (\w\w): (cn|an)(\w+?)(h?) ->", line
        ).groups()  # type: ignore[union-attr]
        bytes_ = int(size, 16 if hexadecimal or not size.isdigit() else 10)
        expected[place, int(tag, 16)] = f"{form}{bytes_}"
    declared = {
        (f"{application.name}/EF{file.fid & 0xFF:02X}", e.tag): e.v1
        for application, file in OFFICIAL.files()
        for e in elements(file)
        if e.v1
    }
    assert declared == expected


def test_json_names_are_unique_words() -> None:
    files = [file for application in APPLICATIONS for file in application.files]
    assert len({file.name for file in files}) == len(files)
    for file in files:
        names = [bound.name for bound in items_of(file.holds)]
        assert len(set(names)) == len(names)
        assert all(re.fullmatch(r"[a-z]+(_[a-z0-9]+)*", name) for name in [file.name, *names])


def test_the_page_in_the_docs_is_drawn_from_this_declaration() -> None:
    committed = (Path(__file__).parents[3] / "docs" / "data-items.md").read_text(encoding="utf-8")
    assert committed == page(), "python -m reader.card_profile.table > docs/data-items.md"


def test_an_element_of_a_template_shows_its_path() -> None:
    shown = list(elements(OFFICIAL.application("DF01").file(0xEF15)))
    assert [e.name for e in shown] == [
        "education_level",
        "degrees[0]",
        "degrees[1]",
        "degrees[2]",
        "degrees[].degree",
        "degrees[].field_of_study",
        "degrees[].school",
    ]
    assert shown[1] == Element(2, 0x40, "degrees[0]", "学位信息", 52, "B-TLV")
