"""What does not fit a data item is refused by its name: in writing, in reading, in JSON."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from reader.card_profile.df01 import Degree, Education
from reader.card_profile.df03 import (
    UnemploymentInsurance,
)
from reader.card_profile.df04 import MedicalInsurance, MedicalTransaction, OfflineSettlement
from reader.card_profile.ssse import CardHolder, CardIssuer, Fingerprint
from reader.card_profile.values import (
    RegionCode,
)
from reader.data_items import (
    ItemError,
    from_records,
    items_of,
    to_bytes,
    to_records,
)
from reader.data_items_json import from_json

hexa = bytes.fromhex


@pytest.mark.parametrize(
    ("group", "item"),
    [
        (CardHolder(name="王" * 16), "name"),
        (CardHolder(name="王\n"), "name"),
        (CardHolder(name="\ud800"), "name"),
        (CardHolder(name=5), "name"),  # type: ignore[arg-type]
        (CardHolder(ethnic_group="1A"), "ethnic_group"),
        (CardHolder(ethnic_group="001"), "ethnic_group"),
        (CardHolder(ethnic_group="00"), "ethnic_group"),  # would read as blank
        (CardHolder(birthplace=RegionCode("000000")), "birthplace"),
        (CardHolder(birth_date="19491231"), "birth_date"),  # type: ignore[arg-type]
        (CardHolder(social_security_number="11010519491231002X"), "social_security_number"),  # type: ignore[arg-type]
        (Fingerprint(template=bytes(769)), "template"),
        (OfflineSettlement(total_amount=100_000_000), "total_amount"),
        (OfflineSettlement(total_amount=-1), "total_amount"),
        (OfflineSettlement(total_count=100), "total_count"),
        (MedicalTransaction(sequence_number=0xFFFF), "sequence_number"),
        (MedicalTransaction(time=datetime(2026, 11, 1)), "time"),  # noqa: DTZ001
        (MedicalTransaction(time=datetime.max.replace(tzinfo=UTC)), "time"),
        (Education(degrees=(Degree(),) * 4), "degrees"),
        (Education(degrees=(Degree(school="学" * 21),)), "degrees.school"),
        (Education(degrees=Degree()), "degrees"),  # type: ignore[arg-type]
    ],
)
def test_a_value_that_does_not_fit_names_its_item(group: object, item: str) -> None:
    has_tags = items_of(type(group))[0].item.tag is not None
    write: Callable[[object], object] = to_records if has_tags else to_bytes
    with pytest.raises(ItemError) as refused:
        write(group)
    assert refused.value.item == item
    assert refused.value.reason


@pytest.mark.parametrize(
    ("group", "tag", "value", "item"),
    [
        (CardIssuer, 0x01, bytes(15) + b"\x01", "identification_code"),
        (CardIssuer, 0x05, "20260230", "issue_date"),
        (CardIssuer, 0x05, "202611", "issue_date"),
        (CardIssuer, 0x05, "2026110A", "issue_date"),
        (CardIssuer, 0x05, "2026110100", "issue_date"),
        (CardIssuer, 0x07, b"D21435690", "card_number"),
        (CardHolder, 0x08, b"110105194912310020", "social_security_number"),
        (CardHolder, 0x09, "C1F5FE", "name"),
        (CardHolder, 0x09, b"A\x07", "name"),
        (CardHolder, 0x0C, "1101", "birthplace"),
        (UnemploymentInsurance, 0x65, b"x", "benefit_months_due"),
        (Education, 0x40, "5703", "degrees.record 1"),
        (Education, 0x40, "57", "degrees.record 1"),
        (Education, 0x40, "5801AB", "degrees.field_of_study"),
    ],
)
def test_a_value_read_that_makes_no_sense_names_its_item(
    group: type[Any], tag: int, value: bytes | str, item: str
) -> None:
    with pytest.raises(ItemError) as refused:
        from_records(group, {tag: value if isinstance(value, bytes) else hexa(value)})
    assert refused.value.item == item


@pytest.mark.parametrize("record", ["01", "0102", "0101 00 00", "01 10 00"])
def test_a_record_cut_short_is_named_by_its_number(record: str) -> None:
    with pytest.raises(ItemError, match="record 2"):
        from_records(CardIssuer, [b"", hexa(record)])


@pytest.mark.parametrize(
    ("group", "obj", "item"),
    [
        (CardHolder, [], "CardHolder"),
        (CardHolder, {"surname": "王"}, "surname"),
        (CardHolder, {"sex": "3"}, "sex"),
        (CardHolder, {"sex": 1}, "sex"),
        (CardHolder, {"birth_date": "1949-02-30"}, "birth_date"),
        (CardHolder, {"name": "王" * 16}, "name"),
        (CardHolder, {"birthplace": "11010"}, "birthplace"),
        (CardIssuer, {"identification_code": "xyz"}, "identification_code"),
        (OfflineSettlement, {"total_amount": True}, "total_amount"),
        (OfflineSettlement, {"total_amount": "1"}, "total_amount"),
        (MedicalInsurance, {"scheme_and_marks": "31002"}, "scheme_and_marks"),
        (MedicalInsurance, {"scheme_and_marks": "3101111111"}, "scheme_and_marks"),
        (MedicalTransaction, {"time": "2026-11-01T09:30:05"}, "time"),
        (Education, {"degrees": {}}, "degrees"),
        (Education, {"degrees": [None]}, "degrees.Degree"),
        (Education, {"degrees": [{}] * 4}, "degrees"),
        (Education, {"degrees": [{"level": "1"}]}, "degrees.level"),
    ],
)
def test_json_that_does_not_fit_names_its_item(group: type[Any], obj: Any, item: str) -> None:
    with pytest.raises(ItemError) as refused:
        from_json(group, obj)
    assert refused.value.item == item
