"""What the issuer's book says of a card."""

from collections.abc import Mapping
from types import MappingProxyType

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from api.auth import require_client
from api.config import service
from api.request_fields import card_number, past_moment
from issuance import card_past, cards
from issuance.states import CardState

bp = Blueprint("cards", __name__, url_prefix="/v1/cards")
bp.before_request(require_client)

# What a service system needs to know; how the bureau got there is not its business.
STATUS: Mapping[CardState, str] = MappingProxyType(
    {
        CardState.NUMBERED: "inactive",
        CardState.PREPARED: "inactive",
        CardState.PERSONALIZED: "inactive",
        CardState.INSPECTED: "inactive",
        CardState.SHIPPED: "inactive",
        CardState.AT_OUTLET: "inactive",
        CardState.HANDED_OVER: "inactive",
        CardState.ACTIVE: "valid",
        CardState.SUSPENDED: "suspended",
        CardState.LOST: "revoked",
        CardState.REJECTED: "revoked",
        CardState.CANCELLED: "revoked",
        CardState.REPLACED: "revoked",
        CardState.EXPIRED: "expired",
    }
)


@bp.get("/<number>/status")
def status(number: str) -> ResponseReturnValue:
    """The card's status now, or at an earlier moment; 304 where the asker knows it already."""
    wanted, at = card_number(number), service().now()
    past = request.args.get("at")
    with service().book.reading() as session:
        if past is None:
            state = cards.status(session, wanted, at=at).state
        else:
            at = past_moment(past, now=at)
            state = card_past.state_at(session, wanted, at=at)
    found = STATUS[state]
    answer = jsonify(number=wanted, status=found, as_of=at.isoformat(timespec="seconds"))
    answer.headers["Cache-Control"] = "private, no-cache"  # to be kept, but asked for anew
    answer.set_etag(found, weak=True)
    return answer.make_conditional(request)
