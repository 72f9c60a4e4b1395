"""The console's cookies. None of them can be read by a script, none goes to another site."""

import hashlib
from collections.abc import Callable
from typing import Final

from flask import Response, request

SESSION: Final = "onecard-session"  # the token of `issuance.people.sessions`
BROWSER: Final = "onecard-browser"  # binds a session to the browser it began in
LANGUAGE: Final = "onecard-language"
TYPE: Final = "onecard-type"

PATH: Final = "/console"
BROWSER_SIZE: Final = 32
YEAR: Final = 365 * 24 * 3600
LOOPBACK: Final = ("127.0.0.1", "[::1]", "localhost")


def put(answer: Response, name: str, value: str, *, lasts: int | None = None) -> None:
    """Give the browser a cookie; without *lasts* (seconds) it ends with the browser."""
    answer.set_cookie(
        name,
        value,
        max_age=lasts,
        path=PATH,
        secure=not on_loopback(),
        httponly=True,
        samesite="Strict",
    )


def drop(answer: Response, name: str) -> None:
    """Take a cookie from the browser."""
    answer.delete_cookie(
        name, path=PATH, secure=not on_loopback(), httponly=True, samesite="Strict"
    )


def on_loopback() -> bool:
    """Whether the browser speaks to its own machine, where nobody listens between them."""
    host = request.host
    return (host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host) in LOOPBACK


def browser(random: Callable[[int], bytes]) -> str:
    """The value of this browser, a new one where it has none."""
    known = request.cookies.get(BROWSER, "")
    if len(known) == 2 * BROWSER_SIZE and known.isascii() and known.isalnum():
        return known
    return random(BROWSER_SIZE).hex()


def machine() -> str:
    """This browser as the book knows it: a hash, for the value itself opens a login's form."""
    return hashlib.sha256(request.cookies.get(BROWSER, "").encode()).hexdigest()
