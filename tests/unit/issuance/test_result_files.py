"""The result file (回盘) that goes back to the bureau."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from issuance import cards, result_file
from issuance.book_errors import NotFoundError
from issuance.database import reading, transaction
from tests.bureau import MAKER, NOW, Bureau, bureau, code, rows

# The exchange format's own columns, in its order.
HEADER = (
    "序号,社保卡号,社会保障号码,姓名,发卡日期,卡有效期,卡识别码,卡复位码,服务银行,银行卡号,个人账户,"
    "装箱位置,失败环节,失败原因"
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Bureau]:
    with bureau(tmp_path) as opened:
        yield opened


def _lines(desk: Bureau, batch: str) -> list[list[str]]:
    with reading(desk.engine) as session:
        content = result_file.result_file(session, batch)
    assert content.count(b"\n") == content.count(b"\r\n")  # RFC 4180
    return list(csv.reader(io.StringIO(content.decode("gb18030"), newline="")))


def test_a_finished_card_is_one_line(desk: Bureau) -> None:
    [row] = rows(1)
    batch = desk.prepared([row])
    desk.personalize("A00000003", 7)
    header, line = _lines(desk, batch)
    assert ",".join(header) == HEADER
    assert line == [
        "1", "A00000003", row[1], row[2], "20261101", "20361031", code(7).hex().upper(),
        "00812B02868660371700001234", row[17], "", "", "", "", "",
    ]  # fmt: skip


def test_rare_names_survive_the_encoding(desk: Bureau) -> None:
    [row] = rows(1)
    batch = desk.prepared([(*row[:2], "𬭊䶮·〇", *row[3:])])
    assert _lines(desk, batch)[1][3] == "𬭊䶮·〇"


def test_a_failure_names_its_step_and_a_reason_within_fifty_bytes(desk: Bureau) -> None:
    batch = desk.prepared(rows(1))
    with transaction(desk.engine) as session:
        cards.note_failure(session, "A00000003", stage="制卡", reason="读" * 40, by=MAKER, at=NOW)
    assert _lines(desk, batch)[1][-2:] == ["制卡", "读" * 25]


def test_applications_without_a_card_have_empty_columns(desk: Bureau) -> None:
    batch = desk.request(rows(2))
    assert [line[1] for line in _lines(desk, batch)[1:]] == ["", ""]


def test_lines_are_in_the_order_of_the_file(desk: Bureau) -> None:
    batch = desk.prepared(rows(30))
    assert [line[0] for line in _lines(desk, batch)[1:]] == [str(n) for n in range(1, 31)]


def test_an_unknown_batch_is_told(desk: Bureau) -> None:
    with pytest.raises(NotFoundError):
        _lines(desk, "371700-20261101-0099")
