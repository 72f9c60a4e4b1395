"""Cards of version 1.00: what the notice of version 2.0 does not mark as new, in its old sizes."""

import json
import re
from pathlib import Path

import pytest

from reader.card_profile.df01 import Employer, Residence
from reader.card_profile.df02 import EmploymentStatus
from reader.card_profile.files import RecordFile, Structure
from reader.card_profile.profiles import PROFILES
from reader.card_profile.ssse import CardHolder
from reader.card_profile.values import RegionCode
from reader.data_items import ItemError, from_records, to_records

LAYOUT = json.loads(
    (Path(__file__).parents[2] / "vectors" / "card_layout_v2.json").read_text(encoding="utf-8")
)
V1 = PROFILES["v1.00"]
OLD_FORM = re.compile(r"(\w+)/(\w+) (\w\w): (?:cn|an)(\w+?)(h?) ->")


def old_sizes() -> dict[tuple[str, str, str], int]:
    found = {}
    for line in LAYOUT["compatibility_with_1.0"]["tags"]:
        df, ef, tag, size, hexadecimal = OLD_FORM.match(line).groups()  # type: ignore[union-attr]
        base = 16 if hexadecimal or not size.isdigit() else 10
        found[df, ef, tag] = int(size, base)
    return found


def expected_records(file: dict) -> list[tuple[int, int]]:
    """Tag and size of every record that is not new, from the notice's own marks."""
    kept = []
    sizes = old_sizes()
    for element in file["elements"]:
        changed = sizes.get((file["df"], file["ef"], element["tag"]))
        if element["new_in_2.0"] and changed is None:
            continue
        kept.append((int(element["tag"], 16), changed or element["len"]))
    return kept


# Whose templates the notice opens in the list of their elements: read off it by hand.
WITH_TEMPLATES = {
    ("DF01", "EF15"): [0x2A, 0x40, 0x40],
    ("DF02", "EF05"): [0x42, 0x43, 0x43],
    ("DF03", "EF06"): [0x67, 0x6B],
}
OLD_FILES = [file for file in LAYOUT["files"] if not file["added_in_2.0"]]


def test_it_has_the_files_that_version_2_did_not_add():
    found = {
        (application.name, f"EF{file.fid & 0xFF:02X}")
        for application, file in V1.files()
        if application.name != "DF0A" and file.fid != 0xEF0D  # not the notice's
    }
    assert found == {(file["df"], file["ef"]) for file in OLD_FILES}


@pytest.mark.parametrize("file", OLD_FILES, ids=lambda file: f"{file['df']}-{file['ef']}")
def test_its_records_are_those_that_are_not_new(file):
    declared = V1.application(file["df"]).file(0xEF00 | int(file["ef"][2:], 16))
    if not isinstance(declared, RecordFile) or declared.structure is Structure.CYCLIC:
        assert file["structure"] in ("透明", "循环")
        return
    found = [(slot.tag, slot.size) for slot in declared.slots]
    if (file["df"], file["ef"]) in WITH_TEMPLATES:
        assert [tag for tag, _ in found] == WITH_TEMPLATES[file["df"], file["ef"]]
        return
    assert found == expected_records(file)
    assert [slot.number for slot in declared.slots] == list(range(1, len(found) + 1))


def test_a_new_value_in_an_old_record_is_filled_with_ee():
    file = V1.application("DF02").file(0xEF06)
    assert isinstance(file, RecordFile)
    group = EmploymentStatus(employment_registration_region=RegionCode("430200"))
    written = {record[0]: record for record in to_records(group, file.slots)}
    assert written[0x4D] == bytes.fromhex("4D 04 43 02 00 EE")
    assert from_records(EmploymentStatus, list(written.values()), file.slots) == group


def test_an_old_value_is_not_taken_for_a_new_one():
    file = V1.application("DF02").file(0xEF06)
    assert isinstance(file, RecordFile)
    records = to_records(EmploymentStatus(), file.slots)
    number = next(slot.number for slot in file.slots if slot.tag == 0x4D)
    records[number - 1] = bytes.fromhex("4D 04 20 09 12 31")
    found = from_records(EmploymentStatus, records, file.slots)
    assert found.employment_registration_region is None


def test_a_value_too_long_for_the_old_record_is_told():
    file = V1.application("DF01").file(0xEF09)
    assert isinstance(file, RecordFile)
    assert to_records(Employer(person_category="11"), file.slots)[-1] == b"\x32\x0311\xee"
    status = V1.application("DF02").file(0xEF06)
    assert isinstance(status, RecordFile)
    with pytest.raises(ItemError, match="this kind of card has 4"):
        to_records(EmploymentStatus(employment_type_and_form="10101"), status.slots)


def test_a_long_name_has_no_place_and_nothing_is_cut():
    file = V1.record_file(V1.application("SSSE").file(0xEF06))  # type: ignore[arg-type]
    with pytest.raises(ItemError, match="name_extension"):
        to_records(CardHolder(name="张三", name_extension="续"), file.slots)


def test_what_the_card_only_repeats_is_left_out_where_it_has_no_room():
    residence = Residence(address="人民街道16弄8号", telephone="13800000000")
    assert V1.as_kept(residence) == Residence(telephone="13800000000")
    assert PROFILES["v2.00"].as_kept(residence) == residence
