"""The holder's statement of contributions and account."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from api.services import http_edge
from api.services.enrolment import statement
from api.services.insurances import Insurance

bp = Blueprint("services_enrolment", __name__, url_prefix=http_edge.URL)
bp.before_request(http_edge.require_service)


@bp.get("/contributions")
def contributions() -> ResponseReturnValue:
    """Enrolments, contributions, arrears and accounts; of one insurance where it is named."""
    named = http_edge.asked("insurance", tuple(Insurance))
    insurance = Insurance(named) if named else None
    with http_edge.holder("contributions and account") as read:
        body = statement.statement(
            read.session, read.person.number, at=read.at, insurance=insurance
        )
    return http_edge.kept(body)
