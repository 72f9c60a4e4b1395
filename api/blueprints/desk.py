"""What a counter's desk asks the server: uses of keys, a card that is shown, work and outcomes.

docs/counter-server.md shows each with an example.
"""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from api.auth import require_desk, this_desk
from api.card_at_desk import ShownCard, show_card
from api.config import service
from api.desk_fields import card_field, done_field, steps_field, ticket_field
from api.request_fields import json_object, known_fields
from issuance.counter import actions, key_steps

bp = Blueprint("desk", __name__, url_prefix="/v1/desk")
bp.before_request(require_desk)


@bp.post("/key-steps")
def use_keys() -> ResponseReturnValue:
    """What the card's keys make of each step."""
    body = json_object(request)
    known_fields(body, ("card", "steps", "ticket"))
    card, steps, ticket = card_field(body), steps_field(body), ticket_field(body)
    at = service().now()
    with service().book.changing() as session:
        key_steps.forget(session, at=at)
        results = key_steps.use(
            session, service().keys, card, steps, desk=this_desk(), ticket=ticket, at=at
        )
    return {"results": [result.hex() for result in results]}


@bp.post("/visits/<ticket>/card")
def show(ticket: str) -> ResponseReturnValue:
    """Judge the card on the desk's reader, and note that it was there."""
    shown = ShownCard.from_json(json_object(request))
    found, token = show_card(service(), ticket, shown, desk=this_desk())
    return {"verification": found.to_json(), "token": token}


@bp.get("/work/<ticket>")
def work(ticket: str) -> ResponseReturnValue:
    """What to do on the card."""
    with service().book.changing() as session:
        wanted = actions.work(session, ticket, desk=this_desk(), at=service().now())
    code = wanted.identification_code
    return {
        "ticket": wanted.ticket,
        "action": wanted.action,
        "identification_code": None if code is None else str(code),
        "parameters": dict(wanted.parameters),
    }


@bp.post("/work/<ticket>/outcome")
def report(ticket: str) -> ResponseReturnValue:
    """How the work on the card ended."""
    body = json_object(request)
    known_fields(body, ("done", "code"))
    done, code = done_field(body)
    with service().book.changing() as session:
        ended = actions.report(
            session, ticket, desk=this_desk(), done=done, code=code, at=service().now()
        )
    return {"audit": ended.audit}
