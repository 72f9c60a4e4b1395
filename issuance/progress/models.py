"""The table of chips that are being written: a row from the first answer to the finished card."""

from datetime import datetime

from sqlalchemy import JSON, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from issuance.book_columns import Base


class ChipProgress(Base):
    """See `issuance.progress.steps.Progress`. *chip* is maker and serial, as in `Card.blank`.

    The row is gone when the card is booked, and with it the record, which names its holder.
    """

    __tablename__ = "chip_progress"
    __table_args__ = ({"sqlite_with_rowid": False},)

    chip: Mapped[bytes] = mapped_column(LargeBinary(8), primary_key=True)
    number: Mapped[str] = mapped_column(String(9))
    content: Mapped[bytes] = mapped_column(LargeBinary(32))
    reached: Mapped[dict[str, int]] = mapped_column(JSON())
    chip_key: Mapped[bytes | None] = mapped_column(LargeBinary(65))
    record: Mapped[bytes | None]
    changed_at: Mapped[datetime]
