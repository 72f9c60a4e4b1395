"""Table of the parameters: what regions set, by month, each change a version of its own."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from api.services.months import Month
from api.services.tables import Base


class Parameter(Base):
    """What *name* is in *region* from a month on; the highest version holds, none is changed.

    *value* is text, as it was entered ("8462", "0.08"); "" ends it: from that month on the region
    has none of its own. Region 000000 is the nation.
    """

    __tablename__ = "parameter"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    region: Mapped[str] = mapped_column(String(6), primary_key=True)
    from_month: Mapped[Month] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[str]
    source: Mapped[str]  # the document that sets it
    entered_at: Mapped[datetime]
    entered_by: Mapped[str]
    confirmed_by: Mapped[str]
