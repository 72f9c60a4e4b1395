"""Text on the card by the table of GB 18030-2022."""

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.card_profile.ssse import CardHolder, split_name
from reader.data_items import ItemError, from_records, to_records
from reader.gb18030 import decode_text, encode_text

NAMES: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "vectors" / "names_gb18030.json").read_text(encoding="utf-8")
)
CHANGES = NAMES["gb18030_2022_changes"]["pairs"]
CHARACTERS = NAMES["rare_chars"] + NAMES["std_table_2013_non_URO"]
PRIVATE_USE_OF_2005 = {int(pair["python_codec_decodes_to"][2:], 16) for pair in CHANGES}
texts = st.text(
    st.characters(exclude_categories=("Cs",)).filter(lambda c: ord(c) not in PRIVATE_USE_OF_2005)
)


@pytest.mark.parametrize("pair", CHANGES, ids=lambda pair: pair["bytes"])
def test_the_codes_that_2022_gave_their_characters(pair: dict[str, str]) -> None:
    character = chr(int(pair["gb18030_2022"][2:], 16))
    assert decode_text(bytes.fromhex(pair["bytes"])) == character
    assert encode_text(character).hex().upper() == pair["bytes"]
    # Software of the 2005 edition wrote it with four bytes.
    assert decode_text(bytes.fromhex(pair["python_encodes_2022_char_as"])) == character


@pytest.mark.parametrize("entry", CHARACTERS, ids=lambda entry: entry["u"])
def test_rare_characters(entry: dict[str, Any]) -> None:
    assert encode_text(entry["char"]).hex().upper() == entry["gb18030"]
    assert decode_text(bytes.fromhex(entry["gb18030"])) == entry["char"]


@pytest.mark.parametrize("sample", NAMES["sample_names"], ids=lambda sample: sample["name"])
def test_names_are_written_and_read(sample: dict[str, Any]) -> None:
    head, tail = split_name(sample["name"])
    records = to_records(CardHolder(name=head, name_extension=tail))
    assert records[1] == b"\x09\x1e" + bytes.fromhex(sample["gb18030"]).ljust(30, b"\x00")
    assert from_records(CardHolder, records).full_name == sample["name"]


@given(text=texts)
def test_every_text_comes_back(text: str) -> None:
    assert decode_text(encode_text(text)) == text


@given(data=st.binary())
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    with contextlib.suppress(ValueError):
        assert isinstance(decode_text(data), str)


def test_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(ValueError, match="character 2 cannot"):
        encode_text("王\ud800")


def test_a_long_name_is_cut_between_characters() -> None:
    # 1 + 15 × 2 bytes: the fifteenth character would straddle byte 30.
    assert split_name("A" + "王" * 15) == ("A" + "王" * 14, "王")
    assert split_name("王" * 25) == ("王" * 15, "王" * 10)
    assert split_name("王") == ("王", None)


@pytest.mark.parametrize(
    "name", ["王" * 26, "𰻝" * 13, "A" + "王" * 24 + "A", "王" * 14 + "𰻝" + "王" * 9, "王\ud800"]
)
def test_a_name_that_does_not_fit_is_refused(name: str) -> None:
    with pytest.raises(ItemError) as refused:
        split_name(name)
    assert refused.value.item == "name"


@given(name=texts)
def test_any_name_is_split_whole_or_refused(name: str) -> None:
    try:
        head, tail = split_name(name)
    except ItemError:
        return
    assert head + (tail or "") == name
    assert len(encode_text(head)) <= 30
    assert len(encode_text(tail or "")) <= 20
