"""The holder's annuity plans."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from api.services import http_edge
from api.services.annuity import statement

bp = Blueprint("services_annuity", __name__, url_prefix=http_edge.URL)
bp.before_request(http_edge.require_service)


@bp.get("/annuity")
def annuity() -> ResponseReturnValue:
    """The plans of his employers."""
    with http_edge.holder("annuity") as read:
        body = statement.statement(read.session, read.person.number)
    return http_edge.kept(body)
