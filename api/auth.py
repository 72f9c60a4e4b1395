"""Who asks: service systems with a client key (RFC 6750, 2.1: `Authorization: Bearer <key>`)."""

from flask import g, request

from api.config import service
from issuance import clients
from issuance.book_errors import ClientKeyError


def require_client() -> None:
    """Before a request: note the client in `g.client`. Raises ClientKeyError."""
    credentials = request.authorization
    if credentials is None or credentials.type != "bearer" or not credentials.token:
        raise ClientKeyError
    with service().book.reading() as session:
        g.client = clients.authenticate(session, credentials.token)
