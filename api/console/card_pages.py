"""A card within a visit: its sheet without the card, and its history."""

from typing import Final

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from api.config import service
from api.console import content_form, visit_view
from api.console.desk import CLERKS
from api.console.people import only
from issuance.counter import history as card_history
from issuance.counter.errors import CardNotShownError

HISTORY: Final = 60  # entries, the newest first

bp = Blueprint("cards", __name__, url_prefix="/visits/<visit>/cards/<number>")
bp.before_request(only(*CLERKS))


@bp.get("")
def sheet(visit: str, number: str) -> ResponseReturnValue:
    """A card that is not on the reader, and what can be done for its holder."""
    with service().book.reading() as session:
        shown = visit_view.without_card(session, visit, number)
        return render_template("card.html", shown=shown)


@bp.get("/history")
def history(visit: str, number: str) -> ResponseReturnValue:
    """What happened to the card, and who looked at it."""
    with service().book.reading() as session:
        visit_view.own_visit(session, visit)
        found = card_history.of_card(session, number, most=HISTORY)
        return render_template(
            "history.html",
            visit=visit,
            number=number,
            entries=found.events,
            more=len(found.events) == HISTORY,
        )


@bp.get("/content")
def content(visit: str, number: str) -> ResponseReturnValue:
    """The places for what the chip says; only with the card on the reader."""
    with service().book.reading() as session:
        found = visit_view.own_visit(session, visit)
        if found.shown_at is None or found.card_number != number:
            raise CardNotShownError
        shown = visit_view.without_card(session, visit, number)
        profile = shown.sheet.profile if shown.sheet else ""
        return render_template("content.html", shown=shown, groups=content_form.groups(profile))
