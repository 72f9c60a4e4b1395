"""The console as one blueprint under /console: its subjects, and what all its pages share."""

from flask import Blueprint, Flask, abort
from flask.typing import ResponseReturnValue

from api.console import (
    bureau,
    error_pages,
    forms,
    headers,
    home,
    language,
    login,
    messages,
    navigation,
)
from api.console.people import signed_in

PREFIX = "/console"
SUBJECTS = (login.bp, home.bp, bureau.bp)


def register(app: Flask) -> None:
    """Serve the console from *app*."""
    app.register_blueprint(_console())


def _console() -> Blueprint:
    root = Blueprint(
        "console",
        __name__,
        url_prefix=PREFIX,
        template_folder="templates",
        static_folder="static",
    )
    root.before_request(forms.check)
    root.after_request(headers.add)
    root.context_processor(_shared)
    error_pages.register(root)
    for subject in SUBJECTS:
        root.register_blueprint(subject)
    root.add_url_rule("/<path:rest>", "nothing", _nothing)
    return root


def _shared() -> dict[str, object]:
    """What every template may use."""
    person = signed_in()
    return {
        "say": language.say,
        "words": language.words,
        "language": language.current(),
        "large_type": language.large_type(),
        "form_token": forms.token,
        "person": person,
        "places": navigation.places(person),
        "message": messages.present(),
    }


def _nothing(rest: str) -> ResponseReturnValue:
    """An address of the console where there is nothing: a page says so."""
    abort(404)
