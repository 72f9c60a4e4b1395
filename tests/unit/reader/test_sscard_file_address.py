"""pFileAddr: what programs write, and where a wrong one is wrong."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.card_profile.profiles import PROFILES
from reader.sscard.card_files import CardFile
from reader.sscard.errors import FileAddressError
from reader.sscard.file_address import is_name_of, parse_file_addresses


def short(text: str) -> list[object]:
    return [
        (f.application, f"{f.fid:04X}", f.record, [(i.tag, i.index) for i in f.items])
        for f in parse_file_addresses(text)
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SSSEEF06|09|$", [("SSSE", "EF06", None, [(0x09, 1)])]),
        ("MFEF05|06|$", [("SSSE", "EF05", None, [(0x06, 1)])]),
        ("3F00EF06|4E|0a|$", [("SSSE", "EF06", None, [(0x4E, 1), (0x0A, 1)])]),
        (
            "DF01EF15|40:01|40:02|2A|$DF01EF15|40:03|$",
            [
                ("DF01", "EF15", None, [(0x40, 1), (0x40, 2), (0x2A, 1)]),
                ("DF01", "EF15", None, [(0x40, 3)]),
            ],
        ),
        ("DF02EF07:01$DF04EF08:0A$", [("DF02", "EF07", 1, []), ("DF04", "EF08", 10, [])]),
        ("SSSEEF08|$SSSEEF07$", [("SSSE", "EF08", None, []), ("SSSE", "EF07", None, [])]),
        ("df01ef0a|37|$", [("DF01", "EF0A", None, [(0x37, 1)])]),
    ],
)
def test_files_and_items(text, found):
    assert short(text) == found


@pytest.mark.parametrize(
    ("text", "position", "reason"),
    [
        ("", 1, "file name"),
        ("SSSEEF06", 9, "$ expected"),
        ("SSSEEF06|09|", 13, "$ expected"),
        ("SSSEEF06|09$", 12, "| expected"),
        ("SSSEEF06|9|$", 10, "tag"),
        ("SSSEEF06|09||$", 13, "tag"),
        ("SSSEEF06|0G|$", 10, "tag"),
        ("SSSEEF06|09:00|$", 13, "record number"),
        ("SSSEEF06|09:1|$", 13, "record number"),
        ("DF02EF07:|$", 10, "record number"),
        ("DF02EF07:01|55|$", 13, "no items"),
        ("DF1EF05|20|$", 1, "file name"),
        ("SSSEEF06|09|$ DF01EF05|20|$", 14, "file name"),
        ("$", 1, "file name"),
        ("SSSEEF0６|09|$", 1, "file name"),
        ("张三", 3, "$ expected"),
        ("x" * 5000, 4097, "4096"),
        ("SSSEEF06|" + "09|" * 300 + "$", 1, "256"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_what_is_wrong_and_where(text, position, reason):
    with pytest.raises(FileAddressError, match=re.escape(reason)) as caught:
        parse_file_addresses(text)
    assert caught.value.position == position


@pytest.mark.parametrize(
    ("profile", "text", "position"),
    [
        ("v2.00", "DF06EF05|C0|$", 1),
        ("v1.00", "SSSEEF06|09|$DF07EF05|F0|$", 14),
        ("v2.00", "SSSEEF0C|01|$", 1),
        ("v2.00", "SSSEEF06|09|77|$", 13),
        ("v2.00", "DF01EF15|40:04|$", 10),
        ("v2.00", "SSSEEF06|$", 1),
        ("v2.00", "SSSEEF06:01$", 1),
        ("v2.00", "SSSEEF06|09|09|$", 1),
        ("v2.00", "DF02EF07|55|$", 1),
        ("v2.00", "DF02EF07:05$", 1),
        ("v2.00", "SSSEEF08|01|02|$", 1),
        ("v1.00", "SSSEEF08|$", 1),
    ],
)
def test_what_a_kind_of_card_has_not(profile, text, position):
    addresses = parse_file_addresses(text)
    with pytest.raises(FileAddressError) as caught:
        _ = [CardFile.of(PROFILES[profile], address) for address in addresses]
    assert caught.value.position == position


def test_a_name_is_a_files_in_any_spelling():
    (address,) = parse_file_addresses("SSSEEF06|09|$")
    for name in ("SSSEEF06", "mfef06", "3F00EF06", "DDF1EF06"):
        assert is_name_of(name, address)
    for name in ("SSSEEF05", "DF01EF06", "李四", ""):
        assert not is_name_of(name, address)


items = st.tuples(st.integers(0, 255), st.one_of(st.none(), st.integers(1, 255)))
files = st.one_of(
    st.tuples(st.sampled_from(["SSSE", "MF", "3F00", "DF01", "DF7A"]), st.integers(0, 255),
              st.none(), st.lists(items, max_size=5)),
    st.tuples(st.sampled_from(["DF02"]), st.integers(0, 255), st.integers(1, 255), st.just([])),
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(files, min_size=1, max_size=6))
def test_every_well_formed_address_is_read_as_it_is_written(wanted):
    def text_of(tag: int, index: int | None) -> str:
        return f"{tag:02X}|" if index is None else f"{tag:02X}:{index:02X}|"

    text = "".join(
        f"{df}EF{number:02X}"
        + (f":{record:02X}" if record else "|")
        + "".join(text_of(*item) for item in inner)
        + "$"
        for df, number, record, inner in wanted
    )
    found = parse_file_addresses(text)
    assert [(f.fid & 0xFF, f.record) for f in found] == [(n, r) for _, n, r, _ in wanted]
    assert [[(i.tag, i.index) for i in f.items] for f in found] == [
        [(tag, index or 1) for tag, index in inner] for *_, inner in wanted
    ]
    for file in found:
        assert text[file.position - 1 :].startswith(file.name)
        for item in file.items:
            assert text[item.position - 1 :].startswith(f"{item.tag:02X}")


@settings(deadline=None)
@given(st.text(st.sampled_from("SDMEF0123|:$Xé \x00"), max_size=60))
def test_any_text_is_an_address_or_wrong_at_a_place_of_it(text):
    try:
        place = parse_file_addresses(text)[-1].position
    except FileAddressError as error:
        place = error.position
    assert 1 <= place <= len(text) + 1
