"""What the service says of itself."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from api.config import service
from api.openapi import document

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def alive() -> ResponseReturnValue:
    """The process answers."""
    return {"status": "ok"}


@bp.get("/readyz")
def ready() -> ResponseReturnValue:
    """The book and the trust list are there: send requests."""
    service().book.ping()
    service().trust.current()
    return {"status": "ready"}


@bp.get("/v1/openapi.json")
def description() -> ResponseReturnValue:
    """The description of this interface."""
    return jsonify(document())
