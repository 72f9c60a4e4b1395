"""The bureau at a glance: what waits and for whom, the clock of promises, alarms."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from api.config import service
from api.console import bureau_frame, forms
from api.console.bureau_frame import BUREAU
from api.console.people import only
from issuance import bureau_queues, lifecycle, waiting
from issuance.alarms import kinds, present
from issuance.instants import local_day
from issuance.states import ApplicationState, BatchState
from issuance.stock import watch

bp = Blueprint("overview", __name__)
bp.before_request(only(*BUREAU))


@bp.get("/")
def page() -> ResponseReturnValue:
    """The overview."""
    at, me = bureau_frame.now(), bureau_frame.me()
    trust = service().trust.current()
    with service().book.reading() as session:
        found = waiting.tasks(session, asks=me)
        alarms = present.all_of(session, trust=trust, at=at)
        told = {
            "applications": [
                (queue, ApplicationState(queue.state))
                for queue in bureau_queues.applications(session)
            ],
            "batches": [
                (queue, BatchState(queue.state)) for queue in bureau_queues.batches(session)
            ],
            "promise": bureau_queues.promise(session, on=local_day(at)),
        }
    return render_template(
        "bureau/overview.html",
        mine=[task for task in found if task.mine],
        others=[task for task in found if not task.mine],
        alarms=alarms,
        levels={level.value: count for level, count in kinds.counted(alarms).items()},
        today=local_day(at),
        may_release=bureau_frame.is_one_of(*lifecycle.SPOILING),
        **told,
    )


@bp.post("/stations/release")
def release() -> ResponseReturnValue:
    """Let a stopped station go on. Raises DutyError."""
    station = forms.text("station", limit=32)
    done = bureau_frame.change(
        lambda session: watch.release(session, station, by=bureau_frame.me(), at=bureau_frame.now())
    )
    return bureau_frame.told(done, "overview.page")
