"""Who is at the console: the operator of the session, and whether the page is for him.

The session is looked up at the first question of a request, and goes on with it. What a page asks
by itself, without anybody at it, names itself with the header `X-Background` and lengthens nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask import g, request

from api.config import service
from api.console import cookies
from issuance.book_errors import DutyError
from issuance.people import operators, sessions
from issuance.people.errors import SessionError
from issuance.people.names import person_key
from issuance.roles import Role

BACKGROUND = "X-Background"
_PAGE = "page", "页面"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """An operator, his name as it is shown, and what he is."""

    name: str
    display_name: str
    roles: frozenset[Role]


def who() -> SignedIn:
    """The operator who asks. Raises SessionError."""
    known = signed_in()
    if known is None:
        known = g.signed_in = _resume()
    return known


def signed_in() -> SignedIn | None:
    """The operator who asks, if that was found out; never raises."""
    known: SignedIn | None = g.get("signed_in")
    return known


def only(*roles: Role) -> Callable[[], None]:
    """Before a request: let those in who have one of *roles*. Raises SessionError, DutyError."""

    def check() -> None:
        person = who()
        if person.roles.isdisjoint(roles):
            raise DutyError.role(_PAGE, by=person.name, roles=roles)

    return check


def anybody() -> None:
    """Before a request: let everybody in who is logged in. Raises SessionError."""
    who()


def _resume() -> SignedIn:
    token = request.cookies.get(cookies.SESSION)
    if not token:
        raise SessionError("none")
    # A script's timer lengthens no login and writes nothing: it would meet whoever writes now.
    background, book = BACKGROUND in request.headers, service().book
    known = sessions.look if background else sessions.resume
    with book.reading() if background else book.changing() as session:
        name = known(session, token, machine=cookies.machine(), at=service().now())
        operator = operators.get(session, name)
        roles = operators.roles(session, [person_key(name)]).get(operator.key, set())
        return SignedIn(operator.name, operator.display_name, frozenset(roles))
