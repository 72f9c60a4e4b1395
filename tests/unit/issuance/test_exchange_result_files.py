"""Result files (回盘) as return files: CSV of the field, signed or answered for."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from issuance.database import reading
from issuance.errors import IntakeError
from issuance.exchange.errors import ExchangeFileError, ReconciliationError
from issuance.exchange.faults import FaultKind
from issuance.exchange.return_csv import read_result_file
from issuance.result_file import HEADER
from issuance.states import CardState
from reader.card_profile.values import CardNumber
from tests.bureau import code
from tests.exchange import ATR, Exchange, exchange

Line = dict[str, str]


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Exchange]:
    with exchange(tmp_path) as opened:
        yield opened


def csv_file(
    lines: list[Line], *, encoding: str = "gb18030", header: list[str] | None = None
) -> bytes:
    stream = io.StringIO(newline="")
    columns = header or list(HEADER)
    writer = csv.DictWriter(stream, columns, restval="", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(lines)
    return stream.getvalue().encode(encoding)


def lines(post: Exchange, batch: str) -> list[Line]:
    """What a bureau and a bank of the field write about a batch."""
    with reading(post.desk.engine) as session:
        names = dict(
            session.execute(text("SELECT social_security_number, name FROM application")).all()
        )
    return [
        {
            "序号": str(place),
            "社保卡号": card.number,
            "社会保障号码": card.social_security_number,
            "姓名": names[card.social_security_number],
            "发卡日期": "20261101",
            "卡有效期": "20361031",
            "卡识别码": str(code(place)),
            "卡复位码": ATR[4:].hex().upper(),
            "服务银行": "95588",
            "银行卡号": f"621700000000000{place:04}",
            "个人账户": f"A{place}",
            "装箱位置": f"1-{place}",
        }
        for place, card in enumerate(post.desk.cards(batch), 1)
    ]


def sent(post: Exchange, count: int, *, size: int = 1_000) -> tuple[str, list[Line]]:
    batch = post.prepared(count)
    post.send(batch, size=size)
    return batch, lines(post, batch)


def test_a_signed_result_file_is_a_return_file(post: Exchange) -> None:
    batch, found = sent(post, 2)
    receipt = post.receive(post.seal(csv_file(found)))
    assert (receipt.good, receipt.waiting, receipt.signed) == (2, 0, True)
    assert [card.state for card in post.desk.cards(batch)] == [CardState.PERSONALIZED] * 2
    beginning = bytes.fromhex("3B 7D 18 00 00")  # of the ATR of a card of version 3.00
    assert post.desk.cards(batch)[0].atr == beginning + ATR[4:]


def test_the_bank_s_columns_and_the_box_are_kept(post: Exchange) -> None:
    _, found = sent(post, 1)
    post.receive(post.seal(csv_file(found)))
    with reading(post.desk.engine) as session:
        [row] = session.execute(
            text("SELECT bank_card_number, personal_account, box_position FROM return_detail")
        )
    assert tuple(row) == ("6217000000000000001", "A1", "1-1")


def test_without_a_signature_somebody_must_answer_for_it(post: Exchange) -> None:
    _, found = sent(post, 1)
    with pytest.raises(ExchangeFileError, match="nobody signed it"):
        post.receive(csv_file(found), name="result.csv")
    receipt = post.receive(csv_file(found), name="result.csv", unsigned=True)
    assert (receipt.good, receipt.signed) == (1, False)
    with reading(post.desk.engine) as session:
        noted = session.scalar(
            text("SELECT detail FROM audit_entry WHERE event = 'exchange.receive'")
        )
    assert '"signed_by":"nobody: taken unsigned"' in str(noted)


def test_one_result_file_may_answer_several_volumes(post: Exchange) -> None:
    _, found = sent(post, 3, size=2)
    receipt = post.receive(post.seal(csv_file(found)))
    assert (receipt.good, receipt.waiting, receipt.missing_volumes) == (3, 0, ())


def test_a_volume_must_come_back_whole(post: Exchange) -> None:
    _, found = sent(post, 3, size=2)
    with pytest.raises(ReconciliationError) as refused:
        post.receive(post.seal(csv_file(found[1:])))
    assert [(one.kind, one.card_number) for one in refused.value.faults] == [
        (FaultKind.MISSING, found[0]["社保卡号"])
    ]


def test_a_failure_of_the_bank_is_a_rejected_card(post: Exchange) -> None:
    batch, found = sent(post, 1)
    found[0] |= {"失败环节": "银行", "失败原因": "账户未开立", "卡识别码": "", "卡复位码": ""}
    assert post.receive(post.seal(csv_file(found))).rejected == 1
    assert post.desk.cards(batch)[0].failed_stage == "银行"


def test_a_shifted_line_is_noticed(post: Exchange) -> None:
    # In one country a shifted line once put wrong names on the cards of 14,000 people.
    _, found = sent(post, 3)
    names = [line["姓名"] for line in found]
    for line, name in zip(found, [*names[1:], names[0]], strict=True):
        line["姓名"] = name
    with pytest.raises(ReconciliationError) as refused:
        post.receive(post.seal(csv_file(found)))
    assert {one.why[0] for one in refused.value.faults} == {"its name is not that of the book"}


@pytest.mark.parametrize(
    ("column", "value"),
    [("社保卡号", "A00000001"), ("卡识别码", "XY"), ("卡复位码", "00" * 40), ("发卡日期", "2026")],
)
def test_a_row_that_cannot_be_read_is_named(post: Exchange, column: str, value: str) -> None:
    _, found = sent(post, 2)
    found[1][column] = value
    with pytest.raises(ReconciliationError) as refused:
        post.receive(post.seal(csv_file(found)))
    assert (refused.value.faults[-1].row or refused.value.faults[0].row) == 2
    assert FaultKind.MALFORMED in [one.kind for one in refused.value.faults]


def test_other_spellings_and_encodings_of_the_field_are_read(post: Exchange) -> None:
    _, found = sent(post, 1)
    header = [
        {"个人账户": "个人帐户", "失败环节": "失败环节(银行/制卡)"}.get(name, name)
        for name in HEADER
    ]
    found[0]["个人帐户"] = "A1"
    data = csv_file(found, encoding="utf-8-sig", header=header)
    assert post.receive(post.seal(data)).good == 1


def test_a_missing_column_is_named(post: Exchange) -> None:
    _, found = sent(post, 1)
    header = [name for name in HEADER if name != "卡识别码"]
    with pytest.raises(ExchangeFileError, match="it has no column 卡识别码"):
        post.receive(post.seal(csv_file(found, header=header)))


def test_cards_that_were_never_sent_are_told(post: Exchange) -> None:
    batch = post.prepared(1)
    with pytest.raises(ExchangeFileError, match="none of its cards is out"):
        post.receive(post.seal(csv_file(lines(post, batch))))


def test_a_result_file_read_twice_books_once(post: Exchange) -> None:
    _, found = sent(post, 1)
    data = csv_file(found)
    post.receive(data, unsigned=True)
    assert post.receive(data, unsigned=True).repeated


@given(st.binary(max_size=200))
def test_any_bytes_are_a_result_file_or_an_error_of_ours(data: bytes) -> None:
    start = csv_file([])
    for content in (data, start + data):
        try:
            found, faults = read_result_file(content, file="result.csv")
        except (IntakeError, ExchangeFileError):
            continue  # said in our words; anything else fails the test
        assert all(CardNumber(card.card_number) for card in found)
        assert all(fault.row for fault in faults)
