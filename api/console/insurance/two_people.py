"""Deciding from a page: alone, for a review later, or with a second person of the form."""

from collections.abc import Callable
from typing import Any

from flask import request

from api.config import service
from api.console import forms, second_person
from api.console.errors import NoConsoleError
from api.console.insurance.frame import me, now
from api.database import BookSession
from issuance import changes
from issuance.people.authentication import Proof

HOW, NOW = "how", "now"  # the button "both of us"


def decide(work: Callable[[BookSession, str | None], Any]) -> None:
    """Do *work* (of a session and the second person's name) as the form's button says.

    What is refused is told before the second person's code is used up. Raises what *work* raises,
    LoginError, LockedError, NoConsoleError.
    """
    if forms.text(HOW) != NOW:
        with service().book.changing() as session:
            work(session, None)
        return
    keys, name = service().keys, second_person.FIELD
    if keys is None:
        raise NoConsoleError
    changes.change_by_two(
        service().book.engine,
        keys,
        work,
        Proof(
            forms.text(name),
            request.form.get(f"{name}_password", ""),
            forms.text(f"{name}_code"),
        ),
        by=me(),
        at=now(),
        random=service().random,
    )
