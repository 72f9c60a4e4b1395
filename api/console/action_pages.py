"""Doing something for a holder: the form of an action, the doing, and how it ended.

The form carries the name of the ticket that it begins. Sent twice it begins one, and shows the same
result twice.
"""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api.config import service
from api.console import (
    action_form,
    error_pages,
    forms,
    holder_photo,
    second_person,
    visit_view,
)
from api.console.card_words import STATES
from api.console.desk import CLERKS
from api.console.failures import explain
from api.console.people import only, who
from api.console.receipts import has_receipt
from api.console.visit_view import Shown
from issuance.book_errors import NotFoundError
from issuance.counter import actions, spot_duties, tickets
from issuance.counter.action_table import ACTIONS, Action
from issuance.counter.errors import ParameterError
from issuance.instant_issue import REGION_SIZE
from issuance.people.errors import LoginError

bp = Blueprint("actions", __name__)
bp.before_request(only(*CLERKS))


@bp.get("/visits/<visit>/cards/<number>/actions/<name>")
def form(visit: str, number: str, name: str) -> ResponseReturnValue:
    """What the action asks for, and no more."""
    return _form(visit, number, _by_form(name), ticket=tickets.new_id(service().random))


@bp.post("/visits/<visit>/cards/<number>/actions/<name>")
def begin(visit: str, number: str, name: str) -> ResponseReturnValue:
    """Begin the action; what happens in the book alone is done at once."""
    action = _by_form(name)
    if ACTIONS[action].relayed:
        return _begin_on_the_spot(visit, number, action)
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
        if ACTIONS[_action(found.action)].relayed:
            return redirect(url_for("console.making.page", ticket=ticket))
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


@bp.errorhandler(LoginError)
@bp.errorhandler(ParameterError)
def refused(error: LoginError | ParameterError) -> ResponseReturnValue:
    """The form of two people again, with what was wrong; nothing was begun."""
    given = request.view_args or {}
    action = next((one for one in Action if one.value == given.get("name")), None)
    if request.method != "POST" or action is None or not ACTIONS[action].relayed:
        return error_pages.known(error)
    status = 422 if isinstance(error, ParameterError) else 403
    ticket = forms.text("ticket") or tickets.new_id(service().random)
    return _form(given["visit"], given["number"], action, ticket=ticket, error=error), status


def _form(visit: str, number: str, action: Action, *, ticket: str, error: Any = None) -> str:
    with service().book.reading() as session:
        shown = visit_view.without_card(session, visit, number)
        return render_template(
            "action.html",
            shown=shown,
            action=action,
            rule=ACTIONS[action],
            ticket=ticket,
            mandates=[one for one in shown.mandates if action.value in one.actions],
            fields=action_form.asked(action, shown, chosen=request.values),
            error=error,
        )


def _begin_on_the_spot(visit: str, number: str, action: Action) -> ResponseReturnValue:
    """Begin what two people answer for: the second one proves himself in this form.

    A form that is sent again begins nothing and asks for no second proof.
    """
    ticket, clerk, at = forms.text("ticket"), who().name, service().now()
    with service().book.reading() as session:
        shown = visit_view.without_card(session, visit, number)
        before = actions.begun(session, ticket, action, clerk=clerk)
        if not before:
            spot_duties.require_clerk(session, clerk, region=_region(shown), at=at)
    if not before:
        photo = holder_photo.photo_of(request.files.get(holder_photo.FIELD))
        given = action_form.given(action, request.form) | {holder_photo.FIELD: photo}
        given[second_person.FIELD] = second = second_person.confirmed()
        with service().book.changing() as session:
            spot_duties.require_second(session, second, clerk=clerk)
            actions.begin(
                session,
                ticket,
                action,
                visit=visit,
                number=number,
                at=at,
                given=given,
                identity_checked=forms.text("identity") == "yes",
            )
    target = url_for("console.making.page", ticket=ticket)
    if error_pages.is_fragment():
        return render_template("go.html", target=target)
    return redirect(target, forms.STATUS)


def _region(shown: Shown) -> str:
    """Where the new card is issued: the region that insures its holder, in 6 digits."""
    return shown.sheet.holder.insurance_region[:REGION_SIZE] if shown.sheet else ""


def _by_form(name: str) -> Action:
    """An action that a clerk may begin by himself."""
    action = _action(name)
    if ACTIONS[action].by_services:
        raise NotFoundError("action", name)
    return action


def _action(name: str) -> Action:
    for action in Action:
        if action.value == name:
            return action
    raise NotFoundError("action", name[:40])
