"""The holder's injuries at work."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from api.services import http_edge
from api.services.work_injury import statement

bp = Blueprint("services_work_injury", __name__, url_prefix=http_edge.URL)
bp.before_request(http_edge.require_service)


@bp.get("/injuries")
def injuries() -> ResponseReturnValue:
    """Every injury, how it was determined and appraised."""
    with http_edge.holder("injuries at work") as read:
        body = statement.statement(read.session, read.person.number)
    return http_edge.kept(body)
