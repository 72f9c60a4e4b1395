"""Tables of the issuer's book (SQLAlchemy 2, typed).

The row is not the card: it keeps what is searched and counted; what the chip holds follows from
the application and the card profile. No table takes its key from a sequence that every writer
shares: applications are named by file and row, batches by region and day, cards by numbers from
blocks of their region, so that the large tables can be divided by issuing region.
"""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from issuance.book_columns import Base, Range, one_of, unique_while
from issuance.lifecycle import IN_MAKING, IN_USE, OPEN_APPLICATION
from issuance.states import ApplicationState, BatchState, CardState, Signing

ONE_BY_ONE = "event <> 'card.prepare'"  # events of an audit entry that do not come by the thousand


class IntakeFile(Base):
    """A bureau file that was booked. The same bytes are booked once, unless withdrawn."""

    __tablename__ = "intake_file"
    __table_args__ = (
        Index(
            "uq_intake_file_sha256",
            "sha256",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    name: Mapped[str]
    encoding: Mapped[str] = mapped_column(String(16))
    header: Mapped[list[str]]
    dated: Mapped[date]
    region: Mapped[str] = mapped_column(String(6))
    rows: Mapped[int]
    refused: Mapped[int]
    received_at: Mapped[datetime]
    received_by: Mapped[str]
    withdrawn_at: Mapped[datetime | None]


class RefusedRow(Base):
    """A row that was refused, as it was written, with its reasons."""

    __tablename__ = "refused_row"
    __table_args__ = ({"sqlite_with_rowid": False},)

    intake_id: Mapped[int] = mapped_column(ForeignKey("intake_file.id"), primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    fields: Mapped[list[str]]
    reasons: Mapped[list[str]]


class Batch(Base):
    """Applications of one issuing region that are approved and made together."""

    __tablename__ = "batch"

    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    region: Mapped[str] = mapped_column(String(6), index=True)
    profile: Mapped[str] = mapped_column(String(16))
    intake_id: Mapped[int | None] = mapped_column(ForeignKey("intake_file.id"), unique=True)
    signing: Mapped[Signing]
    state: Mapped[BatchState]
    size: Mapped[int]
    due_on: Mapped[date | None]  # by when its cards are promised
    requested_at: Mapped[datetime]
    requested_by: Mapped[str]
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[str | None]
    started_at: Mapped[datetime | None]
    started_by: Mapped[str | None]
    produced_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]
    ended_at: Mapped[datetime | None]  # rejected or cancelled
    ended_by: Mapped[str | None]
    end_reason: Mapped[str | None]


class Application(Base):
    """One person's request for a card: the columns of the bureau file, as text, in its order."""

    __tablename__ = "application"
    __table_args__ = (
        # Without the state, which changes for every row of a batch.
        Index("ix_application_batch_id_row", "batch_id", "row"),
        unique_while("uq_application_open", "social_security_number", OPEN_APPLICATION),
        CheckConstraint(one_of(ApplicationState), name="application_state"),
        {"sqlite_with_rowid": False},
    )

    region: Mapped[str] = mapped_column(String(6), primary_key=True)
    intake_id: Mapped[int] = mapped_column(ForeignKey("intake_file.id"), primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    social_security_number: Mapped[str] = mapped_column(String(18))
    name: Mapped[str] = mapped_column(String(25))
    sex: Mapped[str] = mapped_column(String(1))
    ethnic_group: Mapped[str] = mapped_column(String(2))
    birth_date: Mapped[str] = mapped_column(String(8))
    birthplace: Mapped[str] = mapped_column(String(6))
    document_type: Mapped[str] = mapped_column(String(1))
    mobile: Mapped[str] = mapped_column(String(11))
    registered_address: Mapped[str]
    residence_region: Mapped[str] = mapped_column(String(12))
    residence_address: Mapped[str]
    insurance_region: Mapped[str] = mapped_column(String(12))
    person_category: Mapped[str] = mapped_column(String(2))
    application_type: Mapped[str] = mapped_column(String(1))
    replacement_reason: Mapped[str] = mapped_column(String(1))
    old_card_number: Mapped[str] = mapped_column(String(9))
    bank: Mapped[str] = mapped_column(String(5))
    guardian_name: Mapped[str] = mapped_column(String(25))
    guardian_number: Mapped[str] = mapped_column(String(18))
    photo: Mapped[str]
    batch_id: Mapped[str | None] = mapped_column(ForeignKey("batch.id"))
    state: Mapped[ApplicationState]


class Card(Base):
    """One card. A number, an identification code and a place in a status list are never reused."""

    __tablename__ = "card"
    __table_args__ = (
        ForeignKeyConstraint(
            ["region", "intake_id", "row"],
            ["application.region", "application.intake_id", "application.row"],
        ),
        UniqueConstraint("region", "status_list", "status_index"),
        Index(
            "uq_card_identification_code",
            "region",
            "identification_code",
            unique=True,
            sqlite_where=text("identification_code IS NOT NULL"),
            postgresql_where=text("identification_code IS NOT NULL"),
        ),
        UniqueConstraint("region", "blank"),
        Index("ix_card_batch_id_state_row", "batch_id", "state", "row"),
        Index("ix_card_social_security_number", "social_security_number"),
        unique_while("uq_card_in_making", "social_security_number", IN_MAKING),
        unique_while("uq_card_in_use", "social_security_number", IN_USE),
        CheckConstraint("expires_on > issued_on", name="dates"),
        CheckConstraint(one_of(CardState), name="card_state"),
        {"sqlite_with_rowid": False},
    )

    region: Mapped[str] = mapped_column(String(6), primary_key=True)
    number: Mapped[str] = mapped_column(String(9), primary_key=True)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batch.id"))
    intake_id: Mapped[int]
    row: Mapped[int]
    social_security_number: Mapped[str] = mapped_column(String(18))
    replaces: Mapped[str | None] = mapped_column(String(9))  # the holder's card until now
    remakes: Mapped[str | None] = mapped_column(String(9))  # a card spoilt in the making
    state: Mapped[CardState]
    status_list: Mapped[int] = mapped_column(ForeignKey("status_list.id"))
    status_index: Mapped[int]
    issued_on: Mapped[date]
    expires_on: Mapped[date]
    chunk: Mapped[int | None]  # where its prepared data lie, and its place there from 0
    place: Mapped[int | None]
    blank: Mapped[bytes | None] = mapped_column(LargeBinary(8))  # maker and serial of its chip
    prepared_at: Mapped[datetime | None]
    identification_code: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    atr: Mapped[bytes | None] = mapped_column(LargeBinary(33))
    chip_public_key: Mapped[bytes | None] = mapped_column(LargeBinary(65))
    record: Mapped[bytes | None]
    personalized_at: Mapped[datetime | None]
    inspected_at: Mapped[datetime | None]
    shipped_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    outlet: Mapped[str | None]  # where it went to
    handed_over_at: Mapped[datetime | None]
    activated_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]
    failed_stage: Mapped[str | None]
    failed_reason: Mapped[str | None]


class Chunk(Base):
    """Some thousand cards of a batch that are prepared together, in one transaction.

    What they will be called is settled when the chunk is planned (ranges of [block, first, count],
    [status list, first, count] and [first blank, count]), so that a second attempt gives no number
    twice. *content* is what `issuance.preparation.content` packs; *root* is that of the Merkle tree
    over its cards.
    """

    __tablename__ = "chunk"

    region: Mapped[str] = mapped_column(String(6), primary_key=True)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batch.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    first_row: Mapped[int | None]  # None: cards made again, numbered already
    last_row: Mapped[int | None]
    size: Mapped[int]
    issued_on: Mapped[date]
    numbers: Mapped[list[Range]]
    places: Mapped[list[Range]]
    blanks: Mapped[list[Range]]
    planned_at: Mapped[datetime]
    prepared_at: Mapped[datetime | None]
    prepared_by: Mapped[str | None]
    root: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    content: Mapped[bytes | None]
    erased_at: Mapped[datetime | None]  # personal data are not kept longer than needed


class NumberBlock(Base):
    """A block of card numbers given to a region; `taken` of them are used."""

    __tablename__ = "number_block"
    __table_args__ = (Index("ix_number_block_region", "region", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    region: Mapped[str] = mapped_column(String(6))
    taken: Mapped[int]


class StatusListRow(Base):
    """A status list of a region; `taken` of its places are used, in a secret order."""

    __tablename__ = "status_list"
    __table_args__ = (Index("ix_status_list_region", "region", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    region: Mapped[str] = mapped_column(String(6))
    secret: Mapped[bytes] = mapped_column(LargeBinary(32))
    taken: Mapped[int]


class AuditChain(Base):
    """The end of a chain of audit entries."""

    __tablename__ = "audit_chain"

    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    length: Mapped[int]
    head: Mapped[bytes] = mapped_column(LargeBinary(32))


class AuditEntry(Base):
    """Who did what, when, to what; each entry holds the hash of the one before it."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        # What happened to one card; without the entry that all get when they are prepared.
        Index(
            "ix_audit_entry_subject_number",
            "subject",
            "number",
            sqlite_where=text(ONE_BY_ONE),
            postgresql_where=text(ONE_BY_ONE),
        ),
        {"sqlite_with_rowid": False},
    )

    chain: Mapped[str] = mapped_column(ForeignKey("audit_chain.name"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[str] = mapped_column(String(32))  # text: the very characters that are hashed
    by: Mapped[str]
    event: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str]
    detail: Mapped[str]
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class ApiClient(Base):
    """A service system or a counter's desk that may ask; its key is kept as a hash only."""

    __tablename__ = "api_client"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None]
    kind: Mapped[str] = mapped_column(String(8), server_default="service")


class Challenge(Base):
    """A random challenge that a chip signs, accepted once."""

    __tablename__ = "challenge"

    value: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
