"""Whether the book has the insurances: without them their places are hidden."""

from flask import g

from api.config import service
from api.services import book


def ready() -> bool:
    """Whether the insurance tables are there, in this program's form."""
    known: bool | None = g.get("insurance_ready")
    if known is None:
        known = g.insurance_ready = book.form(service().book.engine) == book.REVISION
    return known


def require() -> None:
    """Before a request: let it go on if the tables are there. Raises InsuranceFormError."""
    if not ready():
        book.require(service().book.engine)
