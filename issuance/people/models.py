"""Tables of the people: operators, their roles and sessions, what they did, rules of the book."""

from datetime import datetime

from sqlalchemy import Enum, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from issuance.book_columns import Base
from issuance.roles import Role


class Operator(Base):
    """A person who may act in the book. Never removed: the trail speaks of him."""

    __tablename__ = "operator"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)  # names.person_key of the name
    name: Mapped[str] = mapped_column(String(64))
    display_name: Mapped[str] = mapped_column(String(64))
    password_hash: Mapped[str]
    totp_secret: Mapped[bytes]  # sealed under a key of the key store
    totp_last_step: Mapped[int | None]
    failed_tries: Mapped[int]
    locked_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    disabled_at: Mapped[datetime | None]
    disabled_by: Mapped[str | None]


class OperatorRole(Base):
    """A role that an operator has."""

    __tablename__ = "operator_role"

    operator_key: Mapped[str] = mapped_column(ForeignKey("operator.key"), primary_key=True)
    role: Mapped[Role] = mapped_column(
        Enum(
            Role,
            native_enum=False,
            length=16,
            create_constraint=True,
            name="role",
            values_callable=lambda members: [one.value for one in members],
        ),
        primary_key=True,
    )


class OperatorSession(Base):
    """An operator logged in at a machine; the token itself is with him only."""

    __tablename__ = "operator_session"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    operator_key: Mapped[str] = mapped_column(ForeignKey("operator.key"), index=True)
    machine: Mapped[str] = mapped_column(String(64))
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class Duty(Base):
    """Who did which step on what: the memory of the separation of duties."""

    __tablename__ = "duty"

    subject: Mapped[str] = mapped_column(String(100), primary_key=True)
    step: Mapped[str] = mapped_column(String(24), primary_key=True)
    person_key: Mapped[str] = mapped_column(primary_key=True)  # a trusted name may be long
    at: Mapped[datetime]


class BookRule(Base):
    """A rule of the book that two administrators set otherwise than it is by default."""

    __tablename__ = "book_rule"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[int]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
