"""The holder's unemployment: claims, months, job search."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from api.services import http_edge
from api.services.unemployment import statement

bp = Blueprint("services_unemployment", __name__, url_prefix=http_edge.URL)
bp.before_request(http_edge.require_service)


@bp.get("/unemployment")
def unemployment() -> ResponseReturnValue:
    """Every claim, and the record of the search for work."""
    with http_edge.holder("unemployment") as read:
        body = statement.statement(read.session, read.person.number)
    return http_edge.kept(body)
