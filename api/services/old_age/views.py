"""When the holder may retire."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from api.services import http_edge
from api.services.old_age import statement

bp = Blueprint("services_old_age", __name__, url_prefix=http_edge.URL)
bp.before_request(http_edge.require_service)


@bp.get("/old-age")
def old_age() -> ResponseReturnValue:
    """The month by law, the choice around it, the months that count."""
    with http_edge.holder("old age") as read:
        body = statement.statement(read.session, read.person, at=read.at)
    return http_edge.kept(body)
