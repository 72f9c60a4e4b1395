"""The console as one blueprint under /console: its subjects, and what all its pages share."""

from flask import Blueprint, Flask, abort
from flask.typing import ResponseReturnValue

from api.console import (
    action_pages,
    bureau,
    card_pages,
    card_words,
    desk,
    error_pages,
    forms,
    headers,
    holders,
    home,
    language,
    login,
    making_pages,
    mandate_pages,
    messages,
    navigation,
    purposes,
    receipts,
    replacement_pages,
)
from api.console.insurance import access, pages
from api.console.people import signed_in
from issuance import audit

PREFIX = "/console"
SUBJECTS = (
    login.bp,
    home.bp,
    desk.bp,
    holders.bp,
    card_pages.bp,
    action_pages.bp,
    mandate_pages.bp,
    replacement_pages.bp,
    making_pages.bp,
    receipts.bp,
    pages.bp,
    bureau.bp,
)


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
    root.add_app_template_filter(language.capitalized, "capitalize_first")
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
        "frame": "fragment.html" if error_pages.is_fragment() else "layout.html",
        "state_words": card_words.STATES,
        "event_words": card_words.event_words,
        "buttons": card_words.BUTTONS,
        "purpose_words": purposes.purpose_words,
        "masked": audit.masked,
        "insurance_ready": access.ready,
        "in_china": language.in_china,
    }


def _nothing(rest: str) -> ResponseReturnValue:
    """An address of the console where there is nothing: a page says so."""
    abort(404)
