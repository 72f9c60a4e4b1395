"""Doing something for a holder: the form of an action, the doing, and how it ended.

The form carries the name of the ticket that it begins. Sent twice it begins one, and shows the same
result twice.
"""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api.config import service
from api.console import action_form, forms, visit_view
from api.console.card_words import STATES
from api.console.desk import CLERKS
from api.console.failures import explain
from api.console.people import only, who
from api.console.receipts import has_receipt
from issuance.book_errors import NotFoundError
from issuance.counter import actions, tickets
from issuance.counter.action_table import ACTIONS, Action

bp = Blueprint("actions", __name__)
bp.before_request(only(*CLERKS))


@bp.get("/visits/<visit>/cards/<number>/actions/<name>")
def form(visit: str, number: str, name: str) -> ResponseReturnValue:
    """What the action asks for, and no more."""
    action = _action(name)
    with service().book.reading() as session:
        shown = visit_view.without_card(session, visit, number)
        return render_template(
            "action.html",
            shown=shown,
            action=action,
            rule=ACTIONS[action],
            ticket=tickets.new_id(service().random),
            mandates=[one for one in shown.mandates if action.value in one.actions],
            fields=action_form.asked(action, shown, chosen=request.args),
        )


@bp.post("/visits/<visit>/cards/<number>/actions/<name>")
def begin(visit: str, number: str, name: str) -> ResponseReturnValue:
    """Begin the action; what happens in the book alone is done at once."""
    action = _action(name)
    with service().book.changing() as session:
        visit_view.own_visit(session, visit)
        begun = actions.begin(
            session,
            forms.text("ticket"),
            action,
            visit=visit,
            number=number,
            at=service().now(),
            given=action_form.given(action, request.form),
            identity_checked=forms.text("identity") == "yes",
            mandate=forms.text("mandate") or None,
        )
        if not ACTIONS[action].on_card:
            actions.carry_out(session, begun.id, at=service().now())
        ticket = begun.id
    return redirect(url_for(".outcome", ticket=ticket), forms.STATUS)


@bp.get("/tickets/<ticket>")
def outcome(ticket: str) -> ResponseReturnValue:
    """How it ended, or that the desk has to do it on the card now."""
    with service().book.reading() as session:
        found = tickets.get(session, ticket)
        if found.clerk != who().name or found.card_number is None or found.parent is None:
            raise NotFoundError("ticket", ticket)
        ended = tickets.ended(found)
        shown = visit_view.without_card(session, found.parent, found.card_number)
        return render_template(
            "outcome.html",
            ticket=found,
            action=_action(found.action),
            ended=ended,
            shown=shown,
            state=STATES[shown.sheet.state] if shown.sheet else ("", ""),
            why=explain(ended.code) if ended and ended.code else None,
            receipt=has_receipt(found),
        )


def _action(name: str) -> Action:
    for action in Action:
        if action.value == name:
            return action
    raise NotFoundError("action", name[:40])
