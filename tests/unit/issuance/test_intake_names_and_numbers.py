"""Names and numbers by vectors with their sources."""

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuance.intake.names import LOOK_ALIKES, name_reasons, with_separator
from issuance.intake.number_rules import is_card_number, is_date, is_identity_number
from issuance.intake.regions import region_codes
from reader.card_profile.values import CardNumber, SocialSecurityNumber
from reader.gb18030 import encode_text

VECTORS = Path(__file__).parents[2] / "vectors"
NAMES: dict[str, Any] = json.loads((VECTORS / "names_gb18030.json").read_text(encoding="utf-8"))
NUMBERS: dict[str, Any] = json.loads((VECTORS / "id_numbers.json").read_text(encoding="utf-8"))

# A vector that says of itself that it holds only in "strict mode" compares the year of birth with
# the years of the region's code; the bureau file's rule takes any code that was ever in force.
JUDGED = [
    vector
    for vector in NUMBERS["vectors"]
    if len(vector.get("id_number", "")) == 18 and not vector.get("strict_mode")
]


@pytest.mark.parametrize("vector", JUDGED, ids=lambda vector: vector["id_number"])
def test_numbers_are_judged_as_their_source_says(vector: dict[str, Any]) -> None:
    number = vector["id_number"]
    judged = is_identity_number(number) and is_date(number[6:14]) and number[:6] in region_codes()
    assert judged == vector.get("expect", vector.get("valid"))


@given(st.from_regex(r"\d{17}[\dX]", fullmatch=True) | st.text(max_size=20))
def test_the_fast_check_agrees_with_the_value_type(text: str) -> None:
    whole = is_identity_number(text) and is_date(text[6:14])
    with contextlib.suppress(ValueError):
        SocialSecurityNumber(text)
        assert whole or text[6:10] < "1800"
        return
    assert not whole


@given(st.from_regex(r"[0-9]{17}", fullmatch=True), st.data())
def test_one_wrong_digit_or_two_exchanged_are_always_found(body: str, data: st.DataObject) -> None:
    number = body + SocialSecurityNumber.check_character(body)
    place = data.draw(st.integers(0, 15))
    wrong = data.draw(st.sampled_from("0123456789"))
    one_wrong = number[:place] + wrong + number[place + 1 :]
    exchanged = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert is_identity_number(number)
    assert is_identity_number(one_wrong) == (one_wrong == number)
    assert is_identity_number(exchanged) == (exchanged == number)


@given(st.from_regex(r"[A-Z][0-9A-Z]{7}", fullmatch=True), st.characters())
def test_a_card_number_has_one_check_character(body: str, character: str) -> None:
    number = CardNumber.of(body)
    assert is_card_number(number)
    assert is_card_number(body + character) == (character == number[8])


@pytest.mark.parametrize("sample", NAMES["sample_names"], ids=lambda sample: sample["name"])
def test_sample_names_may_be_on_a_card(sample: dict[str, Any]) -> None:
    assert name_reasons(sample["name"]) == []


@pytest.mark.parametrize(
    "character", NAMES["rare_chars"] + NAMES["std_table_2013_non_URO"], ids=lambda c: c["u"]
)
def test_rare_characters_may_stand_in_names(character: dict[str, str]) -> None:
    if character["char"] != "·":
        assert name_reasons("王" + character["char"]) == []


@pytest.mark.parametrize("pair", NAMES["gb18030_2022_changes"]["pairs"], ids=lambda p: p["bytes"])
def test_private_use_codes_of_the_older_table_are_no_letters(pair: dict[str, str]) -> None:
    private = chr(int(pair["python_codec_decodes_to"].removeprefix("U+"), 16))
    assert name_reasons("王" + private) == ["name_character"]


@pytest.mark.parametrize("dot", NAMES["rule_separator"]["confusables"], ids=lambda dot: dot["u"])
def test_look_alike_dots_become_the_separator(dot: dict[str, str]) -> None:
    assert with_separator(f"爱新觉罗{dot['char']}努尔哈赤") == "爱新觉罗\u00b7努尔哈赤"


@pytest.mark.parametrize(
    "name",
    [
        "·王",
        "王·",
        "王··安",
        "·",
        "王 安",
        "王\u200b安",
        "王\t安",
        "王1",
        "王?",
        "王＊",
        "王<",
        "Ｗang",
        "かな",
        "Иван",
        "王\ufe0f",
        "\U0002f800王",
        "⼀",
        "王\ud800",
        " 王安",
    ],
)
def test_other_characters_are_refused(name: str) -> None:
    assert name_reasons(name) == ["name_character"]


@pytest.mark.parametrize("name", ["", " ", "\u3000", "\t "])
def test_blank_names_are_missing(name: str) -> None:
    assert name_reasons(name) == ["name_missing"]


@pytest.mark.parametrize(
    ("name", "reasons"),
    [
        ("王" * 25, []),  # 25 characters, 50 bytes
        ("王" * 26, ["name_too_long"]),
        ("W" * 25, []),
        ("W" * 26, ["name_too_long"]),
        ("𰻝" * 12, []),  # 48 bytes
        ("𰻝" * 12 + "王", []),  # 50
        ("𰻝" * 12 + "王W", ["name_too_long"]),  # 51
        ("𰻝" * 12 + "王·", ["name_too_long", "name_character"]),
    ],
)
def test_lengths_at_the_border(name: str, reasons: list[str]) -> None:
    assert name_reasons(name) == reasons


@given(st.text())
def test_any_text_is_judged(text: str) -> None:
    name = with_separator(text)
    if not name_reasons(name):
        assert 1 <= len(name) <= 25
        assert len(encode_text(name)) <= 50
        assert not set(name) & set(LOOK_ALIKES)
