"""The rules for a row: each fault alone gives its reason alone, and what lies on the border."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from issuance.intake.bureau_file import Booked, Known, check_file, nothing_booked
from issuance.intake.columns import HEADERS, ApplicantRow
from issuance.intake.faults import REASONS as FAULTS
from issuance.intake.faults import fault
from issuance.intake.reasons import SENTENCES, Reason
from tests.people import SPOIL, csv_bytes, identity_number, people, spoiled

ON = date(2026, 11, 1)
GOOD = next(people(1, seed=1, on=ON))
REGION = GOOD[HEADERS.index("出生地")]


@dataclass
class Outcome:
    """What came out of a file of some rows."""

    accepted: list[ApplicantRow]
    reasons: dict[int, list[str]]


Check = Callable[..., Outcome]


@pytest.fixture
def outcome(tmp_path: Path) -> Check:
    def check(*rows: Sequence[str], on: date = ON, known: Known = nothing_booked) -> Outcome:
        file = tmp_path / "people.csv"
        file.write_bytes(csv_bytes(rows, encoding="utf-8"))
        with check_file(file, on=on, known=known) as report:
            return Outcome(
                accepted=[row for rows in report.accepted_rows() for row in rows],
                reasons={row.row: [*row.reasons] for row in report.refused_rows},
            )

    return check


def changed(row: Sequence[str] = GOOD, /, **fields: str) -> tuple[str, ...]:
    return tuple({**dict(zip(HEADERS, row, strict=True)), **fields}.values())


def born(day: date, **fields: str) -> tuple[str, ...]:
    number = identity_number(REGION, day, 1)
    return changed(
        **{"社会保障号码": number, "出生日期": f"{day:%Y%m%d}", "性别": "1", "出生地": REGION},
        **{"监护人姓名": "", "监护人号码": "", **fields},
    )


def test_good_rows_are_accepted(outcome: Check) -> None:
    rows = list(people(300, seed=2, on=ON))
    result = outcome(*rows)
    assert result.reasons == {}
    assert [row[1:] for row in result.accepted] == [row[1:] for row in rows]


@pytest.mark.parametrize("reason", SPOIL)
def test_a_fault_alone_gives_its_reason_alone(outcome: Check, reason: Reason) -> None:
    rows = [spoiled(row, reason) for row in people(20, seed=3, on=ON)]
    reasons = outcome(*rows).reasons
    assert reasons == {place: [reason.value] for place in range(1, 21)}


def test_several_faults_are_listed_in_order(outcome: Check) -> None:
    row = changed(spoiled(GOOD, Reason.ID_REGION), 联系手机="12345", 民族="88", 姓名="")
    assert outcome(row).reasons == {1: ["id_region", "name_missing", "ethnic_group", "phone"]}


def test_a_wrong_check_character_hides_what_the_number_says(outcome: Check) -> None:
    row = changed(spoiled(GOOD, Reason.ID_CHECKSUM), 出生日期="19000101", 性别="9")
    assert outcome(row).reasons == {1: ["id_checksum"]}


@pytest.mark.parametrize("number", ["", "1", "11010519491231002x", "１" * 18, "1" * 19, "٣" * 18])
def test_what_is_no_number_fails_its_check(outcome: Check, number: str) -> None:
    assert outcome(changed(社会保障号码=number)).reasons == {1: ["id_checksum"]}


@pytest.mark.parametrize("extra", [-1, 1])
def test_a_row_with_too_few_or_too_many_fields_has_no_other_reason(
    outcome: Check, extra: int
) -> None:
    row = (*GOOD, "")[: len(GOOD) + extra]
    assert outcome(row, GOOD).reasons == {1: ["column_count"]}


@pytest.mark.parametrize(
    ("day", "reasons"),
    [
        (date(2010, 11, 1), []),  # sixteen on this day
        (date(2010, 11, 2), ["guardian_missing"]),
        (date(2026, 11, 1), ["guardian_missing"]),  # born on this day
        (date(2026, 11, 2), ["born_in_future"]),
        (date(1880, 1, 1), []),
        (date(1799, 12, 31), ["id_birth_date"]),
    ],
)
def test_ages_at_the_border(outcome: Check, day: date, reasons: list[str]) -> None:
    assert outcome(born(day)).reasons.get(1, []) == reasons


def test_the_29th_of_february_is_a_day_of_leap_years_only(outcome: Check) -> None:
    leap = born(date(2000, 2, 29))
    body = REGION + "19000229" + "001"
    number = body + check_character(body)
    assert outcome(leap, changed(leap, 社会保障号码=number, 出生日期="19000229")).reasons == {
        2: ["id_birth_date"]
    }


def check_character(body: str) -> str:
    """GB 11643, 4.1.2, written out: the character that makes the weighted sum 1 modulo 11."""
    weights = [2 ** (17 - place) % 11 for place in range(17)]
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return next(c for c in "0123456789X" if (total + "0123456789X".index(c)) % 11 == 1)


@pytest.mark.parametrize("region", ["810000", "820000", "830000", "653228", "110103"])
def test_residence_permits_and_young_and_withdrawn_regions_are_regions(
    outcome: Check, region: str
) -> None:
    number = identity_number(region, date(1990, 5, 1), 1)
    row = changed(born(date(1990, 5, 1)), 社会保障号码=number)
    assert outcome(row).reasons == {}


def test_sex_not_stated_fits_every_number(outcome: Check) -> None:
    assert outcome(changed(性别="9")).reasons == {}


@pytest.mark.parametrize("sex", ["", "0", "3", "男"])
def test_a_sex_outside_the_codes_is_refused(outcome: Check, sex: str) -> None:
    assert outcome(changed(性别=sex)).reasons == {1: ["sex_mismatch"]}


@pytest.mark.parametrize("code", ["00", "59", "1", "", "０１"])
def test_ethnic_groups_outside_the_codes_are_refused(outcome: Check, code: str) -> None:
    assert outcome(changed(民族=code)).reasons == {1: ["ethnic_group"]}


@pytest.mark.parametrize(
    "phone", ["", "1380013800", "138001380000", "１３８００１３８０００", " 1380013800"]
)
def test_what_is_no_mobile_number_is_refused(outcome: Check, phone: str) -> None:
    assert outcome(changed(联系手机=phone)).reasons == {1: ["phone"]}


def test_an_office_of_twelve_digits_may_stand_for_a_region(outcome: Check) -> None:
    row = changed(常住地区划="110101001002", 参保地="110101001002")
    assert outcome(row).reasons == {}
    assert outcome(changed(出生地="110101001002")).reasons == {1: ["region_code"]}


@pytest.mark.parametrize("number", ["", "A0000000", "a00000000", "A0000000 ", "A000000000"])
def test_a_replacement_needs_a_whole_card_number(outcome: Check, number: str) -> None:
    row = changed(申请类型="1", 补换原因="2", 原卡号=number)
    assert outcome(row).reasons == {1: ["card_number"]}


def test_what_does_not_apply_is_dropped(outcome: Check) -> None:
    row = born(
        date(1980, 1, 1), 监护人姓名="某人", 监护人号码="1", 申请类型="0", 原卡号="旧卡号很长很长"
    )
    (accepted,) = outcome(row).accepted
    assert (accepted.guardian_name, accepted.guardian_number) == ("", "")
    assert (accepted.replacement_reason, accepted.old_card_number) == ("", "")


@pytest.mark.parametrize(
    ("name", "number"),
    [("王安", ""), ("", "G12345678"), (" ", "G12345678"), ("王1", "G12345678"), ("王安", "1" * 19)],
)
def test_a_guardian_has_a_name_and_a_number(outcome: Check, name: str, number: str) -> None:
    row = born(date(2020, 1, 1), 监护人姓名=name, 监护人号码=number)
    assert outcome(row).reasons == {1: ["guardian_missing"]}


def test_a_number_that_came_earlier_is_a_duplicate_even_of_a_refused_row(outcome: Check) -> None:
    assert outcome(GOOD, GOOD).reasons == {2: ["duplicate"]}
    assert outcome(changed(联系手机=""), GOOD).reasons == {1: ["phone"], 2: ["duplicate"]}


def test_what_the_book_knows_is_a_duplicate(outcome: Check) -> None:
    first = changed(GOOD, 申请类型="0", 补换原因="", 原卡号="")
    replacement = changed(GOOD, 申请类型="1", 补换原因="1", 原卡号="A18955596")
    number = GOOD[1]

    def has_card(numbers: Sequence[str]) -> Booked:
        return Booked({number} & set(numbers), cards_in_making=(), open_applications=())

    def card_is_made(numbers: Sequence[str]) -> Booked:
        found = {number} & set(numbers)
        return Booked(found, cards_in_making=found, open_applications=())

    def has_application(numbers: Sequence[str]) -> Booked:
        return Booked((), cards_in_making=(), open_applications={number} & set(numbers))

    assert outcome(first, known=has_card).reasons == {1: ["duplicate"]}
    # Whoever asks for a new card in the place of the old one has a card.
    assert outcome(replacement, known=has_card).reasons == {}
    assert outcome(first, known=card_is_made).reasons == {1: ["duplicate"]}
    assert outcome(replacement, known=card_is_made).reasons == {1: ["duplicate"]}
    assert outcome(replacement, known=has_application).reasons == {1: ["duplicate"]}


def test_a_look_alike_dot_is_replaced_and_noted(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes(csv_bytes([GOOD, born(date(1990, 1, 1), 姓名="Anna．Li")]))
    with check_file(file, on=ON) as report:
        (rows,) = report.accepted_rows()
        assert report.separator_replaced == [2]
    assert rows[1].name == "Anna·Li"


@pytest.mark.parametrize("typed", ["1 Road\nTown", "1 Road\r\nTown\t", "\x0b1 Road\x85Town"])
def test_an_address_is_booked_in_one_line(tmp_path: Path, typed: str) -> None:
    # A card takes no control characters, and sheets have line breaks in their cells.
    file = tmp_path / "people.csv"
    file.write_bytes(csv_bytes([changed(户籍地址=typed, 常住地址=typed)]))
    with check_file(file, on=ON) as report:
        ((row,),) = report.accepted_rows()
    assert (row.registered_address, row.residence_address) == ("1 Road Town", "1 Road Town")


def test_every_reason_and_every_fault_has_its_sentences() -> None:
    assert set(SENTENCES) == set(Reason)
    facts = {"why": "x", "offset": 1, "limit": 1, "encoding": "UTF-8"}
    for reason in FAULTS:
        error = fault(reason, Path("people.csv"), row=1, field="姓名", **facts)
        assert all(error.cause)
        assert all(error.remedy)
        assert not any("{" in sentence for sentence in error.cause)
