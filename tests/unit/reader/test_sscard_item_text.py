"""Items of a card as text: what is on it is told, and cannot be mistaken for a separator."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware_sim.card.card import Card
from reader.card_profile.df01 import Education
from reader.card_profile.df04 import MedicalInsurance, MedicalTransaction, OfflineSettlement
from reader.card_profile.ssse import CardHolder, CardIssuer
from reader.data_items import items_of
from reader.item import ItemError
from reader.sscard import item_text
from reader.sscard.debit import parse_pay_info
from reader.sscard.errors import PayInfoError
from tests.counter_driver import Counter, SecurityModule
from tests.desk import counter_bytes
from tests.fixed_card import fixed_card

CODE = "430100D156000005456789ABDEADBEEF"
GROUPS = (CardIssuer, CardHolder, Education, MedicalInsurance, OfflineSettlement)
BOUNDS = [bound for group in GROUPS for bound in items_of(group)]


def bound(name):
    return next(bound for bound in BOUNDS if bound.name == name)


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        ("name", "D5C5C8FD" + "00" * 26, "张三"),
        ("name", "D5C5C8FD" + "20" * 26, "张三"),
        ("name_extension", "FF" * 20, ""),
        ("birth_date", "19491231", "19491231"),
        ("birth_date", "3139343931323331", "19491231"),
        ("birth_date", "FFFFFFFF", ""),
        ("ethnic_group", "01", "01"),
        ("birthplace", "110105", "110105"),
        ("social_security_number", "313130313035313934393132333130303258", "11010519491231002X"),
        ("identification_code", CODE, CODE),
        ("initialising_institution", "915600000243010043010001", "915600000243010043010001"),
        ("total_amount", "00001234", "1234"),
        ("total_amount", "00000000", "0"),
        ("total_count", "3132", "12"),
        ("degrees", "5703" + "00" * 50, ""),
        ("degrees", "58030102FF57033038315928B3A4" + "00" * 38, "081,0102,长,"),
    ],
)  # fmt: skip
def test_bytes_of_the_field_as_text(name, content, text):
    assert item_text.text_of(bound(name), bytes.fromhex(content)) == text


def test_a_name_cannot_end_its_field():
    content = "张|三$,\n".encode("gb18030").ljust(30, b"\x00")
    assert item_text.text_of(bound("name"), content) == "张｜三＄,"


def test_a_card_cannot_move_the_fields_of_the_basics():
    persistent = fixed_card("v2.00")
    key = ("SSSE", 0xEF06)
    records = list(persistent.records[key])
    records[1] = bytes.fromhex("091E") + b"A|B$|".ljust(30, b"\x00")
    card = Card(
        replace(persistent, records={**persistent.records, key: tuple(records)}),
        random=counter_bytes(),
    )
    counter = Counter(card)
    step1 = counter.driver.iReadCardBas_HSM_Step1(3)[1]
    code, out = counter.driver.iReadCardBas_HSM_Step2(SecurityModule("v2.00").basics(step1))
    assert code == 0
    assert (out.count("|"), out.split("|")[4]) == (11, "A｜B＄｜")


@settings(deadline=None)
@given(st.sampled_from(BOUNDS), st.binary(max_size=80))
def test_any_bytes_are_text_without_separators(which, content):
    text = item_text.text_of(which, content)
    assert not {"|", "$", "\n"} & set(text)
    text.encode("gb18030")


@settings(deadline=None)
@given(st.binary(min_size=28, max_size=28))
def test_any_record_of_the_log_is_text(content):
    text = item_text.record_text(items_of(MedicalTransaction), content)
    assert text == "" or text.count(",") == 7


@settings(deadline=None)
@given(st.sampled_from(BOUNDS), st.text(max_size=40))
def test_any_text_is_a_value_or_an_error_of_ours(which, text):
    try:
        value = item_text.value_of(which, text)
    except ItemError:
        return
    assert (value is None) is (text == "")


@pytest.mark.parametrize(
    ("text", "fen", "time"),
    [
        ("0.1|0.2|20151118185001|", (0, 10, 20), "20151118185001"),
        ("1|0|20260101000000|", (0, 100, 0), "20260101000000"),
        ("3.05|0.00|12345678.9|20261231235959|", (305, 0, 1234567890), "20261231235959"),
    ],
)
def test_what_is_to_be_paid(text, fen, time):
    payment = parse_pay_info(text)
    assert (payment.paid.account, payment.paid.personal, payment.paid.fund) == fen
    assert payment.time.hex() == time


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1|2|",
        "1|2|20260101000000",
        "1|2|20260231000000|",
        "1|2|2026010100000|",
        "1|2|３０260101000000|",
        "-1|2|20260101000000|",
        "1.001|2|20260101000000|",
        "1e3|2|20260101000000|",
        " 1|2|20260101000000|",
        "99999999|2|20260101000000|",
        "1|2|3|4|20260101000000|",
        "1" * 100,
    ],
)
def test_a_payment_that_is_none(text):
    with pytest.raises(PayInfoError):
        parse_pay_info(text)
