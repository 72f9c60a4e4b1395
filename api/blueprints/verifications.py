"""Is this record, and the card it came from, genuine?"""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from api.auth import require_client
from api.config import service
from api.online_verification import VerificationRequest, verify_online
from api.request_fields import json_object

bp = Blueprint("verifications", __name__, url_prefix="/v1/verifications")
bp.before_request(require_client)


@bp.post("")
def verify() -> ResponseReturnValue:
    """Judge one record."""
    asked = VerificationRequest.from_json(json_object(request))
    return verify_online(service(), asked).to_json()
