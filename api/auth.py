"""Who asks: service systems and desks, by a client key (RFC 6750, 2.1: `Authorization: Bearer`)."""

from flask import g, request

from api.config import service
from api.errors import WrongClientError
from issuance import clients
from issuance.book_errors import ClientKeyError
from issuance.clients import ClientKind
from issuance.counter.errors import NotADeskError


def require_client() -> None:
    """Before a request: note the client in `g.client`. Raises ClientKeyError."""
    credentials = request.authorization
    if credentials is None or credentials.type != "bearer" or not credentials.token:
        raise ClientKeyError
    with service().book.reading() as session:
        g.client = clients.authenticate(session, credentials.token)


def require_desk() -> None:
    """The same for a counter's desk. Raises ClientKeyError, NotADeskError."""
    require_client()
    if g.client.kind is not ClientKind.DESK:
        raise NotADeskError


def require_kind(kind: ClientKind) -> None:
    """The same for a client of another kind. Raises ClientKeyError, WrongClientError."""
    require_client()
    if g.client.kind is not kind:
        raise WrongClientError


def this_client() -> str:
    """The name of the client that asks."""
    return str(g.client.name)


def this_desk() -> str:
    """The name of the desk that asks."""
    return this_client()
