"""The work of an office: what it has to decide and to review, what was handed to it, what it is
told of."""

from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api.config import service
from api.console import forms
from api.console.insurance.frame import me, now, office_name, own_office
from api.database import BookSession
from api.services.matters import acts, decision, history, work_list
from api.services.matters.models import Matter
from api.services.matters.states import STATE_NAMES, State
from api.services.matters.table import MATTERS
from api.services.matters.work_list import NAMES, Filters, Queue

ORDER: Final = (Queue.TO_DECIDE, Queue.TO_REVIEW, Queue.HANDED, Queue.TOLD, Queue.RECEIVED)

bp = Blueprint("work", __name__, url_prefix="/insurance")


@bp.get("")
def page() -> ResponseReturnValue:
    """A part of the list of the office where the clerk works."""
    queue = next((one for one in Queue if one.value == request.args.get("queue")), ORDER[0])
    filters = _filters()
    with service().book.reading() as session:
        found = work_list.page(
            session, me(), queue, filters, after=request.args.get("after") or None
        )
        return render_template(
            "insurance/work.html",
            office=own_office(session),
            queue=queue,
            queues=[(one, NAMES[one]) for one in ORDER],
            counts=work_list.counts(session, me(), Filters(below=filters.below)),
            filters=filters,
            chosen={
                "kind": filters.kind,
                "state": filters.state.value if filters.state else None,
                "below": "yes" if filters.below else None,
            },
            found=found,
            offices=_offices(session, [line.matter for line in found.lines]),
            rules=MATTERS,
            states=STATE_NAMES,
            acts=acts.NAMES,
        )


@bp.post("/read")
def read() -> ResponseReturnValue:
    """Somebody of the office looked at what it was told of a matter."""
    matter = forms.text("matter")
    with service().book.changing() as session:
        decision.get(session, matter, by=me())
        history.mark_read(session, own_office(session).code, matter, by=me(), at=now())
    target = url_for("console.insurance.work.page", queue=Queue.TOLD.value)
    return redirect(target, forms.STATUS)


def _filters() -> Filters:
    """What the address narrows the list to; what it names wrongly is passed over."""
    kind, state = request.args.get("kind", ""), request.args.get("state", "")
    return Filters(
        kind=kind if kind in MATTERS else None,
        state=next((one for one in State if one.value == state), None),
        below=request.args.get("below") == "yes",
    )


def _offices(session: BookSession, matters: list[Matter]) -> dict[str, str]:
    codes = {code for one in matters for code in (one.office, one.responsible)}
    return {code: office_name(session, code) for code in codes}
