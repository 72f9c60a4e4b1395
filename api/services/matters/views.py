"""The holder's matters."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from api.services import http_edge
from api.services.matters import statement

bp = Blueprint("services_matters", __name__, url_prefix=http_edge.URL)
bp.before_request(http_edge.require_service)


@bp.get("/matters")
def matters() -> ResponseReturnValue:
    """Where each matter stands, and which data wait for the card."""
    with http_edge.holder("matters") as read:
        body = statement.statement(read.session, read.person.number, read.card)
    return http_edge.kept(body)
