"""The Flask application factory, and what every answer carries."""

import os
import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask, Response, g, request
from flask.json.provider import DefaultJSONProvider

from api import problems
from api.blueprints import (
    cards,
    challenges,
    desk,
    health,
    presences,
    relay,
    trust,
    verifications,
)
from api.config import MAX_BODY, Service
from api.console import console
from api.services import views
from onecard.settings import Settings

REQUEST_ID = "X-Request-ID"
_REQUEST_ID_FORM = re.compile(r"[A-Za-z0-9._-]{1,64}")

Clock = Callable[[], datetime]


def _utc_now() -> datetime:
    return datetime.now(UTC)


def create_app(
    settings: Settings,
    *,
    now: Clock = _utc_now,
    random: Callable[[int], bytes] = os.urandom,
) -> Flask:
    """The service over the book, the trust list and the keys that *settings* name.

    Raises TrustUnavailableError, StorageError, KeyStoreError.
    """
    app = Flask("api", static_folder=None)
    app.json = _Json(app)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    Service.open(settings, now=now, random=random).install(app)
    for subject in (verifications, presences, challenges, cards, desk, relay, trust, health):
        app.register_blueprint(subject.bp)
    for blueprint in views.BLUEPRINTS:
        app.register_blueprint(blueprint)
    console.register(app)
    problems.register(app)
    app.before_request(_name_request)
    app.after_request(_finish)
    return app


class _Json(DefaultJSONProvider):
    """Answers in UTF-8: a name is legible in them (RFC 8259, 8.1)."""

    ensure_ascii = False


def _name_request() -> None:
    """The asker's own number of the request, where it has a sound one."""
    given = request.headers.get(REQUEST_ID, "")
    g.request_id = given if _REQUEST_ID_FORM.fullmatch(given) else secrets.token_hex(8)


def _finish(response: Response) -> Response:
    response.headers[REQUEST_ID] = g.request_id
    response.headers["X-Content-Type-Options"] = "nosniff"
    # Most answers tell of a person or a moment: what may be kept says so itself.
    response.headers.setdefault("Cache-Control", "no-store")
    return response
