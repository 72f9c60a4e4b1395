"""Tables of the matters: what was brought, where it lies, how it was decided, who was told."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from api.services.tables import Base


class Bundle(Base):
    """One matter of life that several services belong to ("one matter", 一件事)."""

    __tablename__ = "bundle"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    person: Mapped[str] = mapped_column(ForeignKey("insured_person.number"), index=True)
    office: Mapped[str] = mapped_column(ForeignKey("office.code"))
    visit: Mapped[str | None] = mapped_column(String(32))
    opened_at: Mapped[datetime]
    opened_by: Mapped[str]


class Matter(Base):
    """A service that somebody asked for.

    *received_at_office* took it in, *responsible* is the office whose it is, *office* where it lies
    now. *given* is what was filled in. *proposal* is the digest of what was decided on.
    """

    __tablename__ = "matter"
    __table_args__ = (
        CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name="decided"),
        # A work list: of an office, in a state, by the time it came.
        Index("ix_matter_office_state", "office", "state", "received_at", "id"),
        Index("ix_matter_responsible_state", "responsible", "state", "received_at", "id"),
        Index("ix_matter_received_at_office", "received_at_office", "received_at", "id"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    person: Mapped[str] = mapped_column(ForeignKey("insured_person.number"), index=True)
    bundle: Mapped[str | None] = mapped_column(ForeignKey("bundle.id"), index=True)
    state: Mapped[str] = mapped_column(String(16))
    region: Mapped[str] = mapped_column(String(6))  # whose parameters and fund
    received_at_office: Mapped[str] = mapped_column(ForeignKey("office.code"))
    responsible: Mapped[str] = mapped_column(ForeignKey("office.code"))
    office: Mapped[str] = mapped_column(ForeignKey("office.code"))
    given: Mapped[dict[str, Any]]
    visit: Mapped[str | None] = mapped_column(String(32))
    presence: Mapped[str | None] = mapped_column(String(32))
    mandate: Mapped[str | None] = mapped_column(String(32))
    received_at: Mapped[datetime]
    received_by: Mapped[str]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    reviewed_by: Mapped[str | None]
    reason: Mapped[str | None]  # of a refusal or withdrawal
    proposal: Mapped[str | None] = mapped_column(String(64))
    calculation: Mapped[str | None] = mapped_column(ForeignKey("calculation.id"))
    card_data: Mapped[list[Any]]  # what belongs on the card now: group and items
    # The sentences of the decision, [English, Chinese] each.
    says: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))


class MatterEvent(Base):
    """What happened to a matter, in order."""

    __tablename__ = "matter_event"
    __table_args__ = ({"sqlite_with_rowid": False},)

    matter: Mapped[str] = mapped_column(ForeignKey("matter.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    event: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    by: Mapped[str]
    from_office: Mapped[str | None] = mapped_column(String(12))
    to_office: Mapped[str | None] = mapped_column(String(12))
    note: Mapped[str] = mapped_column(String(200))


class OfficeNotice(Base):
    """An office is told of a matter that another one received or decided for it."""

    __tablename__ = "office_notice"
    __table_args__ = (Index("ix_office_notice_office_read_at", "office", "read_at"),)

    office: Mapped[str] = mapped_column(ForeignKey("office.code"), primary_key=True)
    matter: Mapped[str] = mapped_column(ForeignKey("matter.id"), primary_key=True)
    event: Mapped[str] = mapped_column(String(16), primary_key=True)
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    read_by: Mapped[str | None]
