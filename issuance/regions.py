"""Conditions that name the region: without it a divided table is asked in each of its parts."""

from sqlalchemy import ColumnElement, and_

from issuance.models import Application, Card


def in_batch(table: type[Application] | type[Card], batch_id: str) -> ColumnElement[bool]:
    """The rows of a batch; its name begins with its region (`issuance.batches`)."""
    return and_(table.region == batch_id.partition("-")[0], table.batch_id == batch_id)


def with_code(code: bytes) -> ColumnElement[bool]:
    """The card on the chip with this identification code, which begins with its region."""
    return and_(Card.region == region_of_code(code), Card.identification_code == code)


def region_of_code(code: bytes) -> str:
    """The region in an identification code (人社信息函〔2012〕37号, 8.1.1.1)."""
    return code[:3].hex()
