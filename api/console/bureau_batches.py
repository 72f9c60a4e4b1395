"""Batches: the list, one batch with its people and steps, and what may be done to it now."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api.config import service
from api.console import batch_drawing, bureau_frame, forms
from api.console.batch_offers import offers
from api.console.bureau_frame import BUREAU, PERSONAL
from api.console.people import only
from issuance import audit, batch_listing, batches, bureau_queues, key_use, waiting
from issuance.application_review import masked_name
from issuance.instants import local_day
from issuance.intake.reasons import SENTENCES, Reason
from issuance.states import BatchState
from issuance.stock import accounting

bp = Blueprint("batches", __name__, url_prefix="/batches")
bp.before_request(only(*BUREAU))


@bp.get("/")
def page() -> ResponseReturnValue:
    """The list, with its filters in the address."""
    given = bureau_frame.chosen("state")
    state = BatchState(given) if given in {one.value for one in BatchState} else None
    region = bureau_frame.chosen("region", 6)
    overdue = given == "overdue"
    today = local_day(bureau_frame.now())
    with service().book.reading() as session:
        found = batch_listing.search(
            session,
            state=state,
            still_open=given == "open",
            region=region,
            overdue_on=today if overdue else None,
            page=bureau_frame.page_number(),
        )
        regions = batch_listing.regions(session)
    return render_template(
        "bureau/batches.html",
        found=found,
        regions=regions,
        region=region,
        given=given,
        states=list(BatchState),
        since=bureau_queues.since,
        today=today,
    )


@bp.get("/<batch_id>")
def show(batch_id: str) -> ResponseReturnValue:
    """One batch. Raises NotFoundError."""
    me = bureau_frame.me()
    with service().book.reading() as session:
        status = batches.status(session, batch_id)
        batch = status.batch
        task = waiting.task(session, batch, asks=me)
        done = waiting.steps_done(session, batch_id)
        kept = accounting.is_kept(session, batch_id)
        refused = batch_listing.refused_count(session, batch)
        offered = offers(session, batch, by=me, done=done)
    return render_template(
        "bureau/batch.html",
        batch=batch,
        status=status,
        task=task,
        done=done,
        kept=kept,
        refused=refused,
        offered=offered,
        drawing=batch_drawing.life(batch.state),
        today=local_day(bureau_frame.now()),
        personal=bureau_frame.is_one_of(*PERSONAL),
    )


@bp.get("/<batch_id>/applications")
def applications(batch_id: str) -> ResponseReturnValue:
    """The applications of a batch, in pages; names and numbers are masked here."""
    with service().book.reading() as session:
        batch = batches.get(session, batch_id)
        found = batch_listing.applications(session, batch, page=bureau_frame.page_number())
    return render_template(
        "bureau/batch_applications.html",
        batch=batch,
        found=found,
        masked=audit.masked,
        masked_name=masked_name,
        personal=bureau_frame.is_one_of(*PERSONAL),
    )


@bp.get("/<batch_id>/refused")
def refused(batch_id: str) -> ResponseReturnValue:
    """The rows of its file that were refused, each with its reasons."""
    with service().book.reading() as session:
        batch = batches.get(session, batch_id)
        found = batch_listing.refused(session, batch, page=bureau_frame.page_number())
    return render_template(
        "bureau/batch_refused.html",
        batch=batch,
        found=found,
        sentence=lambda reason: SENTENCES[Reason(reason)],
    )


@bp.post("/<batch_id>/approve")
def approve(batch_id: str) -> ResponseReturnValue:
    """Release the batch; with a second approver where the rules of the book ask for one."""

    def work(session: Any, second: str | None) -> bool:
        return batches.approve(
            session, batch_id, by=bureau_frame.me(), second=second, at=bureau_frame.now()
        )

    done = bureau_frame.change_by_two(work)
    return bureau_frame.told(done, "batches.show", batch_id=batch_id)


@bp.post("/<batch_id>/end")
def end(batch_id: str) -> ResponseReturnValue:
    """Reject or withdraw the batch, with a reason."""
    reason = forms.text("reason")
    use_case = batches.reject if request.form.get("event") == "reject" else batches.cancel
    if not reason:
        return redirect(url_for(".show", batch_id=batch_id, said="reason-missing"), forms.STATUS)
    done = bureau_frame.change(
        lambda session: use_case(
            session, batch_id, reason=reason, by=bureau_frame.me(), at=bureau_frame.now()
        )
    )
    return bureau_frame.told(done, "batches.show", batch_id=batch_id)


@bp.post("/<batch_id>/keys")
def enable_keys(batch_id: str) -> ResponseReturnValue:
    """Let the issuer's keys be used for the batch: two custodians."""

    def work(session: Any, second: str | None) -> bool:
        return key_use.enable_keys(
            session, batch_id, by=bureau_frame.me(), second=second, at=bureau_frame.now()
        )

    done = bureau_frame.change_by_two(work)
    return bureau_frame.told(done, "batches.show", batch_id=batch_id)
