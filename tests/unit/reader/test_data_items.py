"""Data groups as records, bytes and JSON: wire bytes written by hand.

The records of EF05 and EF06 are those that writers of real cards send: '06 05 04 YYYYMMDD',
'0B 07 09 …', '20 09 1E' name padded with '00', '16 4E 14' extension padded with 'FF'.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from reader.card_profile.df01 import Degree, Education, Employer, Nationality
from reader.card_profile.df02 import EmploymentPeriod, EmploymentStatus
from reader.card_profile.df03 import (
    DependantSupport,
    InsuranceCertificate,
    InsuranceCertificates,
)
from reader.card_profile.df04 import MedicalTransaction, OfflineSettlement
from reader.card_profile.ssse import CardHolder, CardIssuer, LocalIdentity
from reader.card_profile.values import (
    CardNumber,
    IdentificationCode,
    InitialisingInstitution,
    RegionCode,
    SocialSecurityNumber,
)
from reader.data_items import (
    ItemError,
    from_bytes,
    from_records,
    to_bytes,
    to_records,
)
from reader.data_items_json import from_json, to_json

hexa = bytes.fromhex

ISSUER = CardIssuer(
    identification_code=IdentificationCode(hexa("430200 D156000005 00001234 A1B2C3D4")),
    card_class="3",
    specification_version="2.00",
    initialising_institution=InitialisingInstitution(hexa("915600000211000011010002")),
    issue_date=date(2026, 11, 1),
    expiry_date=date(2036, 10, 31),
    card_number=CardNumber("D2143569X"),
)
ISSUER_RECORDS = [
    hexa("01 10 430200 D156000005 00001234 A1B2C3D4"),
    hexa("02 01 33"),
    hexa("03 04 322E3030"),
    hexa("04 0C 915600000211000011010002"),
    hexa("05 04 20261101"),
    hexa("06 04 20361031"),
    hexa("07 09 443231343335363958"),
]
HOLDER = CardHolder(
    social_security_number=SocialSecurityNumber("11010519491231002X"),
    name="刘䶮",
    sex="2",
    ethnic_group="01",
    birthplace=RegionCode("110105"),
    birth_date=date(1949, 12, 31),
)
HOLDER_RECORDS = [
    hexa("08 12 313130313035313934393132333130303258"),
    hexa("09 1E C1F5FE9F") + bytes(26),
    hexa("4E 14") + bytes(20),
    hexa("0A 01 32"),
    hexa("0B 01 01"),
    hexa("0C 03 110105"),
    hexa("0D 04 19491231"),
]
BEIJING_TIME = timezone(timedelta(hours=8))


# --- written by hand ---------------------------------------------------------------------------


@pytest.mark.parametrize(("group", "records"), [(ISSUER, ISSUER_RECORDS), (HOLDER, HOLDER_RECORDS)])
def test_the_basic_files_as_writers_in_the_field_write_them(
    group: object, records: list[bytes]
) -> None:
    assert to_records(group) == records
    assert from_records(type(group), records) == group


def test_version_3_reads_from_the_record_seen_in_the_field() -> None:
    read = from_records(CardIssuer, [hexa("03 04 33 2E 30 30")])
    assert read == CardIssuer(specification_version="3.00")


def test_an_institution_number_of_a_real_card_is_not_quite_bcd() -> None:
    read = from_records(CardIssuer, {0x04: hexa("9156000002430200430100D5")})
    assert str(read.initialising_institution) == "9156000002430200430100D5"


def test_local_items() -> None:
    records = [hexa("EA 0C") + b"123456789012", hexa("EB 03 430200"), hexa("EC 01 00")]
    assert from_records(LocalIdentity, records) == LocalIdentity(
        personal_identifier="123456789012", place_of_first_application=RegionCode("430200")
    )


def test_degrees_are_records_of_one_tag_with_items_inside() -> None:
    education = Education(
        education_level="21",
        degrees=(Degree(degree="404", field_of_study="080901", school="清华大学"),),
    )
    records = to_records(education)
    assert records[:2] == [
        hexa("2A 01 21"),
        hexa("40 34 5703343034 5803080901 5928 C7E5BBAAB4F3D1A7") + bytes(32),
    ]
    assert records[2] == records[3] == hexa("40 34 5703000000 5803FFFFFF 5928") + bytes(40)
    assert from_records(Education, records) == education


@pytest.mark.parametrize("blank", [bytes(52), b"\xff" * 52], ids=["00", "FF"])
def test_a_blank_record_between_degrees_is_passed_over(blank: bytes) -> None:
    degree = Degree(school="清华大学")
    records = to_records(Education(degrees=(degree,)))
    moved = [records[0], b"\x40\x34" + blank, records[2], records[1]]
    assert from_records(Education, moved).degrees == (degree,)


def test_insurance_certificates_are_told_apart_by_their_places() -> None:
    medical = InsuranceCertificate(
        insurance_type="310",
        insured_region=RegionCode("430200"),
        start_date=date(2010, 1, 1),
        contributions_paid=12_345_678,
        contribution_months=192,
    )
    records = to_records(InsuranceCertificates(medical=medical))
    assert records[1] == hexa(
        "79 27 1803333130 1903430200 1A0420100101 1B04FFFFFFFF 1C0412345678 1D03313932 1E04FFFFFFFF"
    )
    assert from_records(InsuranceCertificates, records).medical == medical
    # Records that the card keeps to itself come as empty ones.
    unread = [b"", records[1], b"", b""]
    assert from_records(InsuranceCertificates, unread) == InsuranceCertificates(medical=medical)


def test_a_medical_transaction_is_28_bytes_without_tags() -> None:
    transaction = MedicalTransaction(
        sequence_number=7,
        transaction_type="2",
        terminal_number="430200000001",
        time=datetime(2026, 11, 1, 9, 30, 5, tzinfo=BEIJING_TIME),
        account_amount=12_050,
        personal_amount=0,
        fund_amount=30_000,
    )
    wire = hexa("0007 32 430200000001 20261101093005 00002F12 00000000 00007530")
    assert to_bytes(transaction) == wire
    assert from_bytes(MedicalTransaction, wire) == transaction
    assert to_bytes(replace(transaction, time=datetime(2026, 11, 1, 1, 30, 5, tzinfo=UTC))) == wire


def test_an_employment_period_is_85_bytes() -> None:
    period = EmploymentPeriod(start_date=date(2020, 1, 1), employer_name="长沙市一中")
    wire = bytes(7) + hexa("20200101 FFFFFFFF B3A4C9B3CAD0D2BBD6D0") + bytes(60)
    assert to_bytes(period) == wire
    assert from_bytes(EmploymentPeriod, wire) == period


def test_an_odd_number_of_digits_is_filled_with_f() -> None:
    assert to_records(DependantSupport(relationship="1"))[2] == hexa("76 01 1F")
    assert from_records(DependantSupport, {0x76: b"\x1f"}).relationship == "1"


# --- tolerance in reading ------------------------------------------------------------------------


@pytest.mark.parametrize("filling", [b"\x00", b"\xff", b" ", b"\x00 \xff"])
def test_text_is_read_under_every_filling_seen(filling: bytes) -> None:
    value = ("欧阳𬭚".encode("gb18030") + filling * 30)[:30]
    assert from_records(CardHolder, {0x09: value}).name == "欧阳𬭚"


@pytest.mark.parametrize("value", [b"", bytes(4), b"\xff" * 4])
def test_a_blank_date_is_none(value: bytes) -> None:
    assert from_records(CardHolder, {0x0D: value}).birth_date is None


def test_digits_written_as_text_are_read() -> None:
    assert from_records(CardHolder, {0x0D: b"19491231"}).birth_date == date(1949, 12, 31)


def test_a_zero_amount_is_not_blank() -> None:
    assert from_records(OfflineSettlement, {0x92: bytes(4)}).total_amount == 0
    assert from_records(OfflineSettlement, {0x92: b"\xff" * 4}).total_amount is None


def test_new_values_on_a_card_of_version_1_end_in_ee() -> None:
    # 人社信息函〔2012〕37号, appendix C: DF01/EF09 32 was an3, EF0A 37 and 38 and DF02 4D were cn4.
    assert from_records(Employer, {0x32: hexa("3131EE")}).person_category == "11"
    nationality = from_records(Nationality, {0x37: b"CHN\xee", 0x38: hexa("3133EEEE")})
    assert nationality == Nationality(nationality="CHN", political_affiliation="13")
    status = from_records(EmploymentStatus, {0x4D: hexa("430200EE")})
    assert status.employment_registration_region == "430200"


def test_the_old_meaning_of_such_a_tag_is_refused() -> None:
    with pytest.raises(ItemError) as refused:
        from_records(EmploymentStatus, {0x4D: hexa("20091231")})
    assert refused.value.item == "employment_registration_region"


def test_ee_that_is_part_of_a_character_stays() -> None:
    # 铑 is EEEE in GB 18030; only items with another meaning in version 1.00 end in the mark.
    assert from_records(CardHolder, {0x09: hexa("EEEE")}).name == "铑"


def test_tags_not_declared_and_records_not_read_are_passed_over() -> None:
    assert from_records(CardIssuer, [b"", hexa("9F 01 00"), hexa("02 01 33")]) == CardIssuer(
        card_class="3"
    )


# --- JSON ----------------------------------------------------------------------------------------


def test_issuer_and_holder_in_json() -> None:
    assert to_json(ISSUER) == {
        "identification_code": "430200D15600000500001234A1B2C3D4",
        "card_class": "3",
        "specification_version": "2.00",
        "initialising_institution": "915600000211000011010002",
        "issue_date": "2026-11-01",
        "expiry_date": "2036-10-31",
        "card_number": "D2143569X",
    }
    assert to_json(HOLDER) == {
        "social_security_number": "11010519491231002X",
        "name": "刘䶮",
        "name_extension": None,
        "sex": "2",
        "ethnic_group": "01",
        "birthplace": "110105",
        "birth_date": "1949-12-31",
    }
    assert all(type(value) in (str, type(None)) for value in to_json(HOLDER).values())


def test_several_codes_in_one_item_may_end_early() -> None:
    status = from_json(EmploymentStatus, {"unemployment_type_and_reasons": "1020"})
    assert to_records(status)[4] == hexa("4F 06 313032300000")
