"""The second person of a form, who stands here and proves who he is."""

from typing import Final

from flask import request

from api.config import service
from api.console import forms
from api.console.errors import NoConsoleError
from issuance.people import authentication
from issuance.people.authentication import Proof

FIELD: Final = "second"


def confirmed() -> str:
    """His name, once name, password and code are right. Raises LoginError, LockedError,
    NoConsoleError."""
    keys = service().keys
    if keys is None:
        raise NoConsoleError
    return authentication.confirm(
        service().book.engine,
        keys,
        Proof(
            forms.text(FIELD),
            request.form.get(f"{FIELD}_password", ""),
            forms.text(f"{FIELD}_code"),
        ),
        at=service().now(),
        random=service().random,
        cost=service().password_cost,
    )
