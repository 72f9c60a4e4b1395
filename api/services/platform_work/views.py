"""The holder's work for platforms."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from api.services import http_edge
from api.services.platform_work import statement

bp = Blueprint("services_platform_work", __name__, url_prefix=http_edge.URL)
bp.before_request(http_edge.require_service)


@bp.get("/platform-work")
def platform_work() -> ResponseReturnValue:
    """Every month with orders."""
    with http_edge.holder("platform work") as read:
        body = statement.statement(read.session, read.person.number)
    return http_edge.kept(body)
