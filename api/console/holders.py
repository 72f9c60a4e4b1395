"""Without a card: find somebody's cards by a number, above all to report a loss by telephone."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from api.config import service
from api.console import forms
from api.console.desk import CLERKS
from api.console.people import only, who
from api.console.purposes import WITHOUT_CARD
from issuance.counter import holder_search, tickets, visits
from issuance.counter.holder_search import Search

bp = Blueprint("holders", __name__, url_prefix="/holders")
bp.before_request(only(*CLERKS))


@bp.get("")
def page() -> ResponseReturnValue:
    """The form."""
    return _page(tickets.new_id(service().random))


@bp.post("")
def search() -> ResponseReturnValue:
    """The cards that were found; the search is noted, whatever it finds."""
    ticket, purpose = forms.text("ticket"), forms.text("purpose")
    wanted, at = Search(forms.text("number"), forms.text("name")), service().now()
    with service().book.changing() as session:
        visits.open(session, ticket, purpose=purpose, clerk=who().name, at=at)
        found = holder_search.find(
            session, wanted, ticket=ticket, purpose=purpose, by=who().name, at=at
        )
        return _page(ticket, purpose=purpose, wanted=wanted, found=found)


def _page(ticket: str, **more: object) -> str:
    return render_template("holders.html", ticket=ticket, purposes=WITHOUT_CARD, **more)
