"""Tables of the counter: tickets, who was present, who acts for whom, uses of keys by a desk."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from issuance.book_columns import Base


class Mandate(Base):
    """Somebody acts for a holder at counters, in some things and for some time (代办)."""

    __tablename__ = "mandate"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    holder_number: Mapped[str] = mapped_column(String(18), index=True)
    agent_name: Mapped[str] = mapped_column(String(64))
    agent_number: Mapped[str] = mapped_column(String(18))
    relation: Mapped[str] = mapped_column(String(32))
    actions: Mapped[list[str]]
    from_at: Mapped[datetime]
    until_at: Mapped[datetime]
    granted_at: Mapped[datetime]
    granted_by: Mapped[str]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None]


class CounterTicket(Base):
    """What a clerk began: a visit (action "visit"), or one action within it.

    It ends once, with one entry of the audit trail. *desk* and card of a visit are those that
    showed up first; a card's number may also come from the clerk, of a card that is not there.
    """

    __tablename__ = "counter_ticket"
    __table_args__ = (
        Index("ix_counter_ticket_region_card_number", "region", "card_number"),
        UniqueConstraint("audit_chain", "audit_number"),
        CheckConstraint(
            "(outcome IS NULL) = (audit_number IS NULL) AND (outcome IS NULL) = (done_at IS NULL)",
            name="ends_once",
        ),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    action: Mapped[str] = mapped_column(String(24))
    parent: Mapped[str | None] = mapped_column(ForeignKey("counter_ticket.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(64))
    clerk: Mapped[str]
    desk: Mapped[str | None] = mapped_column(String(64))
    region: Mapped[str | None] = mapped_column(String(6))
    card_number: Mapped[str | None] = mapped_column(String(9))
    identification_code: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    parameters: Mapped[dict[str, Any]] = mapped_column(JSON())
    mandate: Mapped[str | None] = mapped_column(ForeignKey("mandate.id"))
    opened_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    shown_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(8))
    code: Mapped[str | None] = mapped_column(String(40))  # of the error, where it failed
    audit_chain: Mapped[str | None] = mapped_column(String(16))
    audit_number: Mapped[int | None]


class Presence(Base):
    """A card was at a desk; *token* is what the server signed about it (`reader.presence`)."""

    __tablename__ = "presence"
    __table_args__ = (Index("ix_presence_region_card_number", "region", "card_number"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    region: Mapped[str] = mapped_column(String(6))
    card_number: Mapped[str] = mapped_column(String(9))
    identification_code: Mapped[bytes] = mapped_column(LargeBinary(16))
    desk: Mapped[str] = mapped_column(String(64))
    clerk: Mapped[str]
    purpose: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    ticket: Mapped[str] = mapped_column(ForeignKey("counter_ticket.id"), index=True)
    token: Mapped[str]


class DeskKeyUse(Base):
    """A desk used a key of a card; a card's random number serves once for each key."""

    __tablename__ = "desk_key_use"
    __table_args__ = (Index("ix_desk_key_use_desk_at", "desk", "at"),)

    identification_code: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    key: Mapped[str] = mapped_column(String(16), primary_key=True)
    random: Mapped[bytes] = mapped_column(LargeBinary(8), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    desk: Mapped[str] = mapped_column(String(64))
    ticket: Mapped[str | None] = mapped_column(String(32))
    at: Mapped[datetime] = mapped_column(index=True)
