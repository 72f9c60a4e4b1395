"""The page of a holder's insurances, in a visit."""

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api.config import service
from api.console import forms, visit_view
from api.console.insurance.first_choices import first_choices
from api.console.insurance.frame import me, now
from api.console.insurance.holder_view import CATEGORY_WORDS, holder_shown
from api.console.visit_view import Shown
from api.database import BookSession
from api.services.matters import sight
from api.services.matters.states import STATE_NAMES
from api.services.matters.table import MATTERS
from api.services.people import changes, registry
from api.services.people.errors import WomansCategoryError
from api.services.people.models import InsuredPerson

bp = Blueprint("holder", __name__, url_prefix="/visits/<visit>/cards/<number>/insurance")


@dataclass(frozen=True, slots=True)
class Served:
    """A visit and the person whose card it is about; *with_card*: the card was shown in it."""

    shown: Shown
    person: InsuredPerson
    with_card: bool


@bp.get("")
def page(visit: str, number: str) -> ResponseReturnValue:
    """Where the holder is insured, what he paid and draws, and what can be begun."""
    look(visit, number)
    with service().book.reading() as session:
        found = served(session, visit, number)
        return render_template(
            "insurance/holder.html",
            shown=found.shown,
            with_card=found.with_card,
            holder=holder_shown(session, found.person, card=number, with_card=found.with_card),
            first=first_choices(with_card=found.with_card),
            matters=MATTERS,
            categories=CATEGORY_WORDS,
            states=STATE_NAMES,
        )


@bp.post("/first-visit")
def first_visit(visit: str, number: str) -> ResponseReturnValue:
    """Register a woman from her card, with the answer to the one question that it leaves open."""
    look(visit, number, category=forms.text("category"))
    return redirect(url_for(".page", visit=visit, number=number), forms.STATUS)


def ask_category(_error: WomansCategoryError) -> ResponseReturnValue:
    """The question, in place of any page of a woman who comes for the first time."""
    place = request.view_args or {}
    with service().book.reading() as session:
        shown = visit_view.without_card(session, place["visit"], place["number"])
        return render_template("insurance/first_visit.html", shown=shown, categories=CATEGORY_WORDS)


@bp.post("/category")
def category(visit: str, number: str) -> ResponseReturnValue:
    """By which age a woman retires: the card does not say which post she holds."""
    with service().book.changing() as session:
        changes.change_category(
            session,
            served(session, visit, number).person.number,
            forms.text("category"),
            reason=forms.text("reason"),
            by=me(),
            at=now(),
        )
    return redirect(url_for(".page", visit=visit, number=number), forms.STATUS)


def look(visit: str, number: str, *, category: str | None = None) -> None:
    """Note the look at the holder's record; who comes for the first time is registered.

    The page of a person who is not there yet could only say so; he came, and has a card. Raises
    PersonOutOfSightError, WomansCategoryError.
    """
    with service().book.changing() as session:
        shown = visit_view.without_card(session, visit, number)
        person = registry.from_card(session, number, category=category, by=me(), at=now())
        purpose = shown.visit.purpose
        sight.require_sight(session, me(), person.number, visit, purpose=purpose, at=now())


def served(session: BookSession, visit: str, number: str) -> Served:
    """The visit, if it is this clerk's, with the person, if he may be seen by this clerk.

    Raises NotFoundError, UnknownError, PersonOutOfSightError.
    """
    shown = visit_view.without_card(session, visit, number)
    holder = shown.sheet.holder.social_security_number if shown.sheet else ""
    with_card = shown.visit.shown_at is not None and shown.visit.card_number == number
    person = registry.get(session, holder)
    sight.basis_of(session, me(), person, visit, at=now())
    return Served(shown, person, with_card)
