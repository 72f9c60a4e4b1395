"""Mandates of a holder: who acts for him, in what, until when; granting one and ending one."""

from datetime import datetime, time

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api.config import service
from api.console import forms, visit_view
from api.console.desk import CLERKS
from api.console.people import only, who
from issuance.counter import mandates, tickets
from issuance.counter.errors import ParameterError
from issuance.instants import CHINA, local_day
from issuance.people import rules
from issuance.people.rules import Rule

bp = Blueprint("mandates", __name__, url_prefix="/visits/<visit>/cards/<number>/mandates")
bp.before_request(only(*CLERKS))


@bp.get("")
def page(visit: str, number: str) -> ResponseReturnValue:
    """The holder's mandates, and the form for another."""
    with service().book.reading() as session:
        shown = visit_view.without_card(session, visit, number)
        holder = shown.sheet.holder.social_security_number if shown.sheet else ""
        return render_template(
            "mandates.html",
            shown=shown,
            known=mandates.of_holder(session, holder),
            valid={one.id for one in shown.mandates},
            mandate=tickets.new_id(service().random),
            actions=[(name, mandates.LABELS[name]) for name in mandates.BY_MANDATE],
            labels=mandates.LABELS,
            today=local_day(service().now()).isoformat(),
            days=rules.value(session, Rule.MANDATE_DAYS),
        )


@bp.post("")
def grant(visit: str, number: str) -> ResponseReturnValue:
    """Let somebody act for the holder."""
    wanted = set(request.form.getlist("actions"))
    with service().book.changing() as session:
        shown = visit_view.without_card(session, visit, number)
        mandates.grant(
            session,
            forms.text("mandate"),
            holder_number=shown.sheet.holder.social_security_number if shown.sheet else "",
            agent_name=forms.text("agent_name"),
            agent_number=forms.text("agent_number").upper(),
            relation=forms.text("relation"),
            actions=[name for name in mandates.BY_MANDATE if name in wanted],
            until_at=_end_of_day(forms.text("until")),
            clerk=who().name,
            at=service().now(),
        )
    return redirect(url_for(".page", visit=visit, number=number), forms.STATUS)


@bp.post("/<mandate>/revoke")
def revoke(visit: str, number: str, mandate: str) -> ResponseReturnValue:
    """End a mandate now."""
    with service().book.changing() as session:
        visit_view.own_visit(session, visit)
        mandates.revoke(session, mandate, clerk=who().name, at=service().now())
    return redirect(url_for(".page", visit=visit, number=number), forms.STATUS)


def _end_of_day(text: str) -> datetime:
    try:
        day = datetime.strptime(text, "%Y-%m-%d")  # noqa: DTZ007  # a day of the calendar
    except ValueError as error:
        raise ParameterError("until_at", "a day is wanted", "请填写日期") from error
    return datetime.combine(day.date(), time(23, 59, 59), CHINA)
