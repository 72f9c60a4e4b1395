"""Forms that only our own pages can send (against cross-site request forgery).

Each form carries a token that follows from what the browser alone has: its session or, before
there is one, its own value. A script sends it as a header. What the browser says of the sender's
site is looked at as well.
"""

import hmac
from http import HTTPStatus
from typing import Final

from flask import g, request

from api.config import service
from api.console import cookies
from api.console.errors import FormError
from issuance.people.errors import SessionError

FIELD: Final = "form_token"
HEADER: Final = "X-Form-Token"
LOGIN: Final = "console.login.enter"
_SAFE: Final = ("GET", "HEAD", "OPTIONS")
_PURPOSE: Final = b"onecard console form"


def token() -> str:
    """The token for a form of the page that is being made."""
    secret = request.cookies.get(cookies.SESSION) or g.get("browser")
    if secret is None:
        secret = g.browser = cookies.browser(service().random)
    return hmac.new(secret.encode(), _PURPOSE, "sha256").hexdigest()


def check() -> None:
    """Before a request: refuse a change that no form of ours asks for. Raises FormError."""
    if request.method in _SAFE:
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise FormError
    session = request.cookies.get(cookies.SESSION)
    secret = session or request.cookies.get(cookies.BROWSER, "")
    given = request.headers.get(HEADER) or request.form.get(FIELD, "")
    wanted = hmac.new(secret.encode(), _PURPOSE, "sha256").hexdigest()
    if secret and hmac.compare_digest(wanted.encode(), given.encode()):
        return
    if session is None and request.endpoint != LOGIN:
        raise SessionError("none")  # the page is of a login that the browser has forgotten
    raise FormError


def text(name: str, *, limit: int = 200) -> str:
    """A field of the form, without spaces around it; empty where there is none."""
    return request.form.get(name, "").strip()[:limit]


STATUS: Final = HTTPStatus.SEE_OTHER  # after a form: the browser asks for the page that tells
