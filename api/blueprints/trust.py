"""What a verifier needs who will have no network: trusted keys and signed status lists."""

from datetime import timedelta

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from api.config import service
from api.errors import NotServedError

bp = Blueprint("trust", __name__, url_prefix="/v1")

STATUS_LIST = "application/statuslist+cwt"  # draft-ietf-oauth-status-list-17, 8.2
TRUST_LIFETIME = timedelta(minutes=5)


@bp.get("/trust")
def trusted_keys() -> ResponseReturnValue:
    """The public keys, in the form of the trust list's file."""
    content = service().trust.current().dumps().encode()
    return _public(content, "application/json", TRUST_LIFETIME)


@bp.get("/status-lists/<int(max=999999):number>")
def status_list(number: int) -> ResponseReturnValue:
    """One signed status list."""
    lists = service().lists
    if lists is None:
        raise NotServedError
    found = lists.get(number)
    return _public(found.content, STATUS_LIST, found.lifetime(service().now()))


def _public(content: bytes, media_type: str, lifetime: timedelta) -> ResponseReturnValue:
    """An answer that anyone may keep; 304 where the asker has it already."""
    answer = Response(content, content_type=media_type)
    answer.cache_control.public = True
    answer.cache_control.max_age = int(lifetime.total_seconds())
    answer.add_etag()
    return answer.make_conditional(request)
