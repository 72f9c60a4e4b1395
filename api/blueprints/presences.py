"""Presence tokens that others cite: was this card at a desk, and may one still act on it?"""

from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from api.auth import require_client
from api.config import service
from api.request_fields import json_object, known_fields, text_field
from reader.presence import PresenceError, PresenceToken, verify_presence

bp = Blueprint("presences", __name__, url_prefix="/v1/presence")
bp.before_request(require_client)

VALID = ("The card was at the desk in that minute.", "该卡在该时刻于柜台在场。")


@bp.post("/verifications")
def verify() -> ResponseReturnValue:
    """Judge one token; one that may no longer be used is told of all the same."""
    body = json_object(request)
    known_fields(body, ("token",))
    token, trust = text_field(body, "token"), service().trust.current()
    try:
        found = verify_presence(token, trust=trust, now=service().now())
    except PresenceError as refused:
        try:
            known = verify_presence(token, trust=trust, now=None)
        except PresenceError:
            return _answer(refused.code, refused.cause, None)
        return _answer(refused.code, refused.cause, known)
    return _answer("valid", VALID, found)


def _answer(verdict: str, reason: tuple[str, str], token: PresenceToken | None) -> dict[str, Any]:
    return {
        "verdict": verdict,
        "valid": verdict == "valid",
        "reason": reason[0],
        "reason_zh": reason[1],
        "issuer": token.key.name if token and token.key else None,
        "presence": token.to_json() if token else None,
    }
