"""Numbers that check themselves, by the examples of their standards."""

import contextlib
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.card_profile.values import (
    CardNumber,
    IdentificationCode,
    InitialisingInstitution,
    RegionCode,
    SocialSecurityNumber,
)

VECTORS = Path(__file__).parents[2] / "vectors"
LAYOUT: dict[str, Any] = json.loads((VECTORS / "card_layout_v2.json").read_text(encoding="utf-8"))
CITIZENS: dict[str, Any] = json.loads((VECTORS / "id_numbers.json").read_text(encoding="utf-8"))
CARD_NUMBERS = LAYOUT["card_number"]
# 15-digit numbers of before 1999 and region codes never in force are judged elsewhere.
CITIZEN_NUMBERS = [
    (v["id_number"], v.get("valid", v.get("checksum_and_date_ok")))
    for v in CITIZENS["vectors"]
    if "id_number" in v and len(v["id_number"]) != 15
]


@pytest.mark.parametrize("example", CARD_NUMBERS["examples"], ids=lambda e: e["full"])
def test_card_numbers_of_the_notice_and_the_field(example: dict[str, Any]) -> None:
    assert CardNumber(example["full"]) == CardNumber.of(example["body"]) == example["full"]


@pytest.mark.parametrize(
    "example", CARD_NUMBERS["one_example_per_remainder (computed)"], ids=lambda e: e["body"]
)
def test_check_character_for_each_remainder(example: dict[str, Any]) -> None:
    assert CardNumber.check_character(example["body"]) == example["check"]


def test_check_value_eleven_is_written_zero() -> None:
    # "当MOD函数值为0（即C9=11）时，校验码仍用0表示": not the X that 11 - 1 gives.
    assert CardNumber("A00000070")
    with pytest.raises(ValueError, match="check character"):
        CardNumber("A0000007X")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "D2143569",
        "D2143569XX",
        "D21435690",
        "d2143569X",
        "22143569X",
        "Ｄ2143569X",
        "D214 569X",
    ],
)
def test_no_card_numbers(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        CardNumber(text)


@pytest.mark.parametrize(("number", "valid"), CITIZEN_NUMBERS)
def test_citizen_numbers(number: str, valid: bool) -> None:
    if valid:
        assert SocialSecurityNumber(number) == number
    else:
        with pytest.raises(ValueError, match=r".+"):
            SocialSecurityNumber(number)


def test_what_a_citizen_number_says() -> None:
    # GB 11643-1999, annex A.
    woman = SocialSecurityNumber("11010519491231002X")
    man = SocialSecurityNumber("440524188001010014")
    assert (woman.region, woman.birth_date, woman.sex) == ("110105", date(1949, 12, 31), "2")
    assert (man.region, man.birth_date, man.sex) == ("440524", date(1880, 1, 1), "1")
    assert (woman.region.province, woman.region.city) == ("110000", "110100")


@pytest.mark.parametrize("official", ["11010519491231002X", "440524188001010014"])
@given(place=st.integers(0, 16), digit=st.sampled_from("0123456789"))
def test_a_changed_digit_is_found(official: str, place: int, digit: str) -> None:
    changed = official[:place] + digit + official[place + 1 :]
    if changed != official:
        with pytest.raises(ValueError, match=r".+"):
            SocialSecurityNumber(changed)


@pytest.mark.parametrize("official", ["11010519491231002X", "440524188001010014"])
@pytest.mark.parametrize("place", range(16))
def test_swapped_neighbours_are_found(official: str, place: int) -> None:
    swapped = official[:place] + official[place + 1] + official[place] + official[place + 2 :]
    if swapped != official:
        with pytest.raises(ValueError, match=r".+"):
            SocialSecurityNumber(swapped)


def test_parts_of_an_identification_code() -> None:
    code = IdentificationCode.of(
        region=RegionCode("430200"),
        serial=bytes.fromhex("00001234"),
        authentication_code=bytes.fromhex("FFFFFFFF"),
    )
    assert str(code) == "430200D15600000500001234FFFFFFFF"
    assert code.region == "430200"
    assert code.serial == bytes.fromhex("00001234")
    assert code.authentication_code == bytes.fromhex("FFFFFFFF")


@pytest.mark.parametrize(
    "code",
    [
        "",
        "430200D1560000050000123400",  # short
        "430200D15600000600001234FFFFFFFF",  # another RID
        "4302A0D15600000500001234FFFFFFFF",  # region not BCD
    ],
)
def test_no_identification_codes(code: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        IdentificationCode(bytes.fromhex(code))


def test_an_initialising_institution_is_put_together_as_the_notice_does() -> None:
    beijing = InitialisingInstitution.of(
        region=RegionCode("110000"), seat=RegionCode("110100"), number=2
    )
    assert str(beijing) == LAYOUT["initialising_institution"]["official_example"]["Beijing"]


@pytest.mark.parametrize("text", ["", "11010", "1101050", "11010X", "１１０１０５"])
def test_no_region_codes(text: str) -> None:
    with pytest.raises(ValueError, match="six digits"):
        RegionCode(text)


@pytest.mark.parametrize("kind", [SocialSecurityNumber, CardNumber, RegionCode])
@given(text=st.text(max_size=20))
def test_any_text_is_a_number_or_refused(kind: type[str], text: str) -> None:
    with contextlib.suppress(ValueError):
        assert kind(text) == text
