"""The holder's private pension account."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from api.services import http_edge
from api.services.private_pension import statement

bp = Blueprint("services_private_pension", __name__, url_prefix=http_edge.URL)
bp.before_request(http_edge.require_service)


@bp.get("/private-pension")
def private_pension() -> ResponseReturnValue:
    """The account, its balance, every movement."""
    with http_edge.holder("private pension") as read:
        body = statement.statement(read.session, read.person.number)
    return http_edge.kept(body)
