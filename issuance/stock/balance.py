"""Where a batch does not balance: the database's own view of it, in words."""

from typing import NamedTuple

from sqlalchemy import column, select, table
from sqlalchemy.orm import Session

from issuance import batches

# Made by the migration (issuance/migrations/stock_rules.py), which the closing trigger reads too.
_VIEW = table(
    "batch_difference",
    *map(column, ("batch_id", "kind", "station", "number", "what", "found", "wanted")),
)
_KIND_ZH = {"card": "卡", "blank": "空白卡"}
_WHAT_ZH = {
    "open": "未清点",
    "received": "收到",
    "carried_in": "上班结转",
    "good": "合格",
    "rejected": "废品",
    "samples": "样品",
    "returned": "退回",
    "carried_out": "结转下班",
    "unfinished": "未完成",
    "personalized": "制卡不符",
    "inspected": "质检不符",
    "unknown": "不属于本批次",
    "good and rejected": "合格与废品",
    "left": "未退回",
    "used": "已用",
    "cards": "已制卡",
    "all": "合计",
}


class Difference(NamedTuple):
    """One place where a batch does not balance: what is there, and what should be.

    *station* and *number* name a count; without a station it is the batch as a whole.
    """

    kind: str
    station: str
    number: int
    what: str
    found: int
    wanted: int

    def text(self) -> tuple[str, str]:
        """In a few words, English and Chinese."""
        figures = f"{self.found}/{self.wanted}"
        where = f" at {self.station}, count {self.number}" if self.station else ""
        wo = f"{self.station} 第 {self.number} 次" if self.station else ""
        what = _WHAT_ZH.get(self.what, self.what)
        return (
            f"{self.kind}s{where}: {self.what} {figures}",
            f"{wo}{_KIND_ZH[self.kind]}{what} {figures}",
        )


def differences(session: Session, batch_id: str) -> list[Difference]:
    """Every difference of the batch; none means it may close. Raises NotFoundError."""
    batches.get(session, batch_id)
    session.flush()
    lines = (
        select(*list(_VIEW.c)[1:])
        .where(_VIEW.c.batch_id == batch_id)
        .order_by(_VIEW.c.kind, _VIEW.c.station, _VIEW.c.number, _VIEW.c.what)
    )
    return [
        Difference(
            row.kind, row.station, int(row.number), row.what, int(row.found), int(row.wanted)
        )
        for row in session.execute(lines)
    ]
