"""The result file (回盘) of a batch: one line a card, as it goes back to the bureau.

CSV (RFC 4180) in GB18030. The bank's own columns stay empty: the bank fills them in its step.
"""

import csv
import io
from collections.abc import Iterator
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuance import batches
from issuance.models import Application, Card
from issuance.regions import in_batch
from reader.card_profile.atr import historical_bytes_of

ENCODING = "gb18030"
HEADER = (
    "序号",
    "社保卡号",
    "社会保障号码",
    "姓名",
    "发卡日期",
    "卡有效期",
    "卡识别码",
    "卡复位码",
    "服务银行",
    "银行卡号",
    "个人账户",
    "装箱位置",
    "失败环节",
    "失败原因",
)
REASON_SIZE = 50  # bytes of 失败原因


def result_file(session: Session, batch_id: str) -> bytes:
    """The whole file. Raises NotFoundError."""
    batches.get(session, batch_id)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADER)
    writer.writerows(_lines(session, batch_id))
    return text.getvalue().encode(ENCODING)


def _lines(session: Session, batch_id: str) -> Iterator[tuple[object, ...]]:
    rows = session.execute(
        select(Application, Card)
        .outerjoin(
            Card,
            in_batch(Card, batch_id)
            & (Card.intake_id == Application.intake_id)
            & (Card.row == Application.row),
        )
        .where(in_batch(Application, batch_id))
        .order_by(Application.intake_id, Application.row, Card.number)
        .execution_options(yield_per=1_000)
    )
    for application, card in rows:
        yield (
            application.row,
            card.number if card else "",
            application.social_security_number,
            application.name,
            _day(card.issued_on) if card else "",
            _day(card.expires_on) if card else "",
            _hex(card.identification_code if card else None),
            _hex(historical_bytes_of(card.atr) if card and card.atr else None),
            application.bank,
            "",
            "",
            "",
            (card.failed_stage if card else None) or "",
            _cut((card.failed_reason if card else None) or ""),
        )


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"


def _hex(data: bytes | None) -> str:
    return data.hex().upper() if data else ""


def _cut(text: str) -> str:
    """As much of *text* as fits the column, cut between two characters."""
    return text.encode(ENCODING)[:REASON_SIZE].decode(ENCODING, "ignore")
