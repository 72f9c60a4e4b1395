"""Challenges for chips to answer."""

from http import HTTPStatus

from flask import Blueprint
from flask.typing import ResponseReturnValue

from api.auth import require_client
from api.config import CHALLENGE_LIFETIME, service
from issuance import challenges

bp = Blueprint("challenges", __name__, url_prefix="/v1/challenges")
bp.before_request(require_client)


@bp.post("")
def issue() -> ResponseReturnValue:
    """A challenge that is accepted once, and soon."""
    at = service().now()
    with service().book.changing() as session:
        challenges.forget(session, before=at - CHALLENGE_LIFETIME)
        value = challenges.issue(
            session, random=service().random, at=at, lifetime=CHALLENGE_LIFETIME
        )
    answer = {"challenge": value.hex(), "expires_in": int(CHALLENGE_LIFETIME.total_seconds())}
    return answer, HTTPStatus.CREATED
