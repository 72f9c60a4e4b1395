"""A card that is made at the desk while its holder waits: blank, print, scan, done.

What the page shows is the book's word; the agent only carries the server's orders to the card.
"""

from dataclasses import dataclass

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api.config import service
from api.console import forms, visit_view
from api.console.desk import CLERKS
from api.console.error_pages import is_fragment
from api.console.people import only, who
from api.console.visit_view import Shown
from api.database import BookSession
from issuance import print_data
from issuance.book_errors import NotFoundError
from issuance.counter import spot_replacement, tickets
from issuance.counter.action_table import ACTIONS, Action
from issuance.counter.models import CounterTicket
from issuance.counter.spot_replacement import SCANNED
from issuance.counter.tickets import Ended

PRINTED = "-print.pdf"

bp = Blueprint("making", __name__, url_prefix="/tickets/<ticket>")
bp.before_request(only(*CLERKS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """How far a card is: *number* once it is written, *ended* once it is in use."""

    ticket: CounterTicket
    shown: Shown
    number: str | None
    scanned: bool
    over: bool
    ended: Ended | None

    @property
    def step(self) -> str:
        """What comes next: blank, print, finish; or done, over."""
        if self.ended:
            return "done"
        if self.over:
            return "over"
        if self.number is None:
            return "blank"
        return "finish" if self.scanned else "print"


@bp.get("/making")
def page(ticket: str) -> ResponseReturnValue:
    """What is to be done now; for the page's script the inner part alone."""
    with service().book.reading() as session:
        template = "making_step.html" if is_fragment() else "making.html"
        return render_template(template, making=_making(session, ticket))


@bp.post("/scan")
def scan(ticket: str) -> ResponseReturnValue:
    """What somebody's scanner read from the card that was printed."""
    text = request.form.get("code", "")
    with service().book.changing() as session:
        _own(session, ticket)
        spot_replacement.note_scan(session, ticket, text, at=service().now())
    return redirect(url_for(".page", ticket=ticket), forms.STATUS)


@bp.get("/print.pdf")
def pdf(ticket: str) -> ResponseReturnValue:
    """The printer's page of the new card, until it is in use."""
    with service().book.reading() as session:
        found = _own(session, ticket)
        if tickets.ended(found) or spot_replacement.made_under(found) is None:
            raise NotFoundError("ticket", ticket)
        content = print_data.printer_files(spot_replacement.face(session, found))[PRINTED]
    answer = Response(content, content_type="application/pdf")
    answer.headers["Content-Disposition"] = 'inline; filename="card-print.pdf"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _own(session: BookSession, ticket: str) -> CounterTicket:
    """The ticket, if it is one of this clerk's, for a card that is made. Raises NotFoundError."""
    found = tickets.get(session, ticket)
    made = [action.value for action in Action if ACTIONS[action].relayed]
    if found.clerk != who().name or found.action not in made:
        raise NotFoundError("ticket", ticket)
    return found


def _making(session: BookSession, ticket: str) -> Making:
    found = _own(session, ticket)
    parent, old = found.parent or "", found.card_number or ""
    return Making(
        ticket=found,
        shown=visit_view.without_card(session, parent, old),
        number=spot_replacement.made_under(found),
        scanned=SCANNED in found.parameters,
        over=service().now() >= found.expires_at,
        ended=tickets.ended(found),
    )
