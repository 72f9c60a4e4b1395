"""A card at a desk, worked by this server: the desk asks for one order after the other."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from api.auth import require_desk, this_desk
from api.card_making_at_desk import begin
from api.config import service
from api.desk_fields import answer_field
from api.request_fields import json_object, known_fields
from reader.relay import Order

bp = Blueprint("relay", __name__, url_prefix="/v1/desk/relay")
bp.before_request(require_desk)


@bp.post("/<ticket>")
def exchange(ticket: str) -> ResponseReturnValue:
    """Take an answer, give the next order; the first request of a ticket begins its work."""
    body = json_object(request)
    known_fields(body, ("number", "data", "error"))
    answer = answer_field(body)
    relay = begin(service(), ticket, desk=this_desk()) if answer is None else None
    found = relay or service().relays.of(ticket, this_desk())
    return _json(found.exchange(answer))


def _json(order: Order) -> dict[str, object]:
    return {
        "number": order.number,
        "kind": order.kind.value,
        "command": order.command.hex(),
        "result": dict(order.result),
    }
