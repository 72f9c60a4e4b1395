"""The page of the data that decided matters put onto the card that lies on the reader.

It shows what waits, begins to write it, and tells how each group ended; while one is still to be
done, the desk's script does it and asks again. What the card holds is compared in the browser: it
never reaches the server.
"""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from api.config import service
from api.console import forms, visit_view
from api.console.failures import explain
from api.console.insurance.card_data_view import expected_rows, waiting_groups
from api.console.insurance.frame import me, now
from api.console.visit_view import Shown
from api.database import BookSession
from api.services.card_data import writing
from api.services.card_data.fitting import group_label
from api.services.matters import sight
from api.services.people.models import InsuredPerson
from issuance import cards
from issuance.counter import tickets
from issuance.counter.errors import CardNotShownError

bp = Blueprint("card_data", __name__, url_prefix="/visits/<visit>/cards/<number>/card-data")


@bp.get("")
def page(visit: str, number: str) -> ResponseReturnValue:
    """What waits for the card, what is being written, what was."""
    with service().book.reading() as session:
        shown = _with_card(session, visit, number)
        return render_template(
            "insurance/card_data.html",
            shown=shown,
            waiting=waiting_groups(session, cards.get(session, number)),
            next=writing.next_open(session, visit, at=now()),
            ended=[(tickets.ended(one), one) for one in writing.ended_in(session, visit)],
            label_of=group_label,
            explain=explain,
            ticket=tickets.new_id(service().random),
        )


@bp.post("")
def begin(visit: str, number: str) -> ResponseReturnValue:
    """Begin to write everything that waits; sent twice, it is begun once."""
    with service().book.changing() as session:
        _with_card(session, visit, number)
        writing.begin_all(session, forms.text("ticket"), visit=visit, at=now())
    return redirect(url_for(".page", visit=visit, number=number), forms.STATUS)


@bp.get("/compared")
def compared(visit: str, number: str) -> ResponseReturnValue:
    """What the book expects on the card, with places for what the card holds."""
    with service().book.reading() as session:
        shown = _with_card(session, visit, number)
        groups = expected_rows(session, cards.get(session, number))
        return render_template("insurance/card_data_compared.html", shown=shown, groups=groups)


def _with_card(session: BookSession, visit: str, number: str) -> Shown:
    """The clerk's own visit in which this card was shown, as long as he may see the holder.

    Raises NotFoundError, CardNotShownError, PersonOutOfSightError.
    """
    found = visit_view.own_visit(session, visit)
    if found.shown_at is None or found.card_number != number:
        raise CardNotShownError
    holder = session.get(InsuredPerson, cards.get(session, number).social_security_number)
    if holder is not None:  # of nobody else is anything decided
        sight.basis_of(session, me(), holder, visit, at=now())
    return visit_view.without_card(session, visit, number)
