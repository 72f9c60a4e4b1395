"""Calculations: made without being kept, and the explanation of one that was."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from api.errors import MediaTypeError
from api.services import http_edge
from api.services.determination import statement
from api.services.errors import UnknownError
from api.services.fields import read_object
from api.services.subjects import SUBJECTS

bp = Blueprint("services_calculations", __name__, url_prefix=f"{http_edge.URL}/calculations")
bp.before_request(http_edge.require_service)


@bp.post("/<name>")
def calculate(name: str) -> ResponseReturnValue:
    """Compute the subject *name* from the body, as `onecard services calculate` does."""
    if name not in SUBJECTS:
        raise UnknownError("subject", name)
    if request.mimetype != "application/json":
        raise MediaTypeError
    calculation = SUBJECTS[name](read_object(request.get_data()))
    return {"subject": name, **calculation.as_json()}


@bp.get("/<name>")
def explanation(name: str) -> ResponseReturnValue:
    """The calculation of that name, if it is the holder's."""
    with http_edge.holder("calculation") as read:
        body = statement.statement(read.session, name, read.person.number)
    return http_edge.kept(body)
