"""The stock of blanks: what lies where, the ledger, and every way in and out."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from api.config import service
from api.console import bureau_frame, forms, plots
from api.console.bureau_frame import STOCK
from api.console.bureau_words import name
from api.console.errors import FieldError
from api.console.language import say, words
from api.console.people import only
from api.console.plots import Bar, Words
from issuance import duties, lifecycle
from issuance.alarms import stock as stock_alarms
from issuance.people.command_roles import COMMAND_ROLES
from issuance.states import BlankState
from issuance.stock import blanks, destruction, ledger, lots, reports
from issuance.stock.serials import Run
from reader.card_profile.profiles import PROFILES

bp = Blueprint("stock", __name__, url_prefix="/stock")
bp.before_request(only(*STOCK))


@bp.get("/")
def page() -> ResponseReturnValue:
    """Blanks by state and profile, lots, and the forms of those who may use them."""
    with service().book.reading() as session:
        in_states = reports.in_states(session)
        told = {
            "profiles": stock_alarms.in_stock(session),
            "lots": list(reports.lots(session)),
            "alarms": [*stock_alarms.gaps(session), *stock_alarms.low(session)],
            "destructions": ledger.destructions(session, limit=10),
        }
    return render_template(
        "bureau/stock.html",
        picture=_picture(in_states),
        states=[(state, in_states.get(state.value, 0)) for state in BlankState],
        known=list(PROFILES),
        keeper=bureau_frame.is_one_of(*lifecycle.STOCK),
        rejecter=bureau_frame.is_one_of(*COMMAND_ROLES["stock reject"]),
        sampler=bureau_frame.is_one_of(*COMMAND_ROLES["stock sample"]),
        **told,
    )


@bp.get("/ranges")
def ranges() -> ResponseReturnValue:
    """Where blanks lie, by range."""
    given, batch = bureau_frame.chosen("state"), bureau_frame.chosen("batch", 24)
    state = BlankState(given) if given in {one.value for one in BlankState} else None
    with service().book.reading() as session:
        found = ledger.ranges(session, state=state, batch_id=batch, page=bureau_frame.page_number())
    return render_template(
        "bureau/ranges.html", found=found, given=given, batch=batch, states=list(BlankState)
    )


@bp.get("/movements")
def movements() -> ResponseReturnValue:
    """The ledger, newest first."""
    batch, until = bureau_frame.chosen("batch", 24), _day(bureau_frame.chosen("until", 10))
    with service().book.reading() as session:
        found = ledger.movements(
            session, batch_id=batch, until=until, page=bureau_frame.page_number()
        )
    return render_template("bureau/movements.html", found=found, batch=batch, until=until)


@bp.post("/receive")
def receive() -> ResponseReturnValue:
    """A lot comes in, before two people."""
    profile, note = forms.text("profile", limit=16), forms.text("note")
    if profile not in PROFILES:
        raise FieldError("profile", profile)
    if not note:
        raise FieldError("note", "")
    return _by_two(lots.receive, profile=profile, delivery_note=note)


@bp.post("/issue")
def issue() -> ResponseReturnValue:
    """Blanks go to a station for a batch; the second person takes them."""
    batch, station = forms.text("batch", limit=24), forms.text("station", limit=32)
    if not station:
        raise FieldError("station", "")

    def work(session: Any, run: Run, **people: Any) -> bool:
        return blanks.issue(session, batch, run, station=station, **people)

    return _by_two(work)


@bp.post("/return")
def give_back() -> ResponseReturnValue:
    """What a batch did not use comes back, before two people."""
    return _by_two(blanks.give_back)


@bp.post("/sample")
def sample() -> ResponseReturnValue:
    """Samples: out of the stock before two people, at a station by one."""

    def work(session: Any, run: Run, *, by: str, second: str | None, **more: Any) -> bool:
        roles = COMMAND_ROLES["stock sample"]
        duties.require_role(session, by, roles, doing=("taking of samples", "留样"))
        return blanks.sample(session, run, by=by, second=second, **more)

    return _by_two(work, reason=_reason())


@bp.post("/reject")
def reject() -> ResponseReturnValue:
    """Spoilt blanks, in the stock or at a station."""
    run, reason = Run.parse(forms.text("run")), _reason()

    def work(session: Any) -> bool:
        by, roles = bureau_frame.me(), COMMAND_ROLES["stock reject"]
        duties.require_role(session, by, roles, doing=("rejection of blanks", "空白卡报废"))
        return blanks.reject(session, run, reason=reason, by=by, at=bureau_frame.now())

    return bureau_frame.told(bureau_frame.change(work), "stock.page")


@bp.post("/destroy")
def destroy() -> ResponseReturnValue:
    """Rejected blanks and samples are destroyed, before two people."""
    runs = [Run.parse(line) for line in forms.text("runs", limit=4_000).split()]
    if not runs:
        raise FieldError("runs", "")
    count, reason = bureau_frame.amount("count"), _reason()

    def work(session: Any, second: str | None) -> str:
        return destruction.destroy(
            session,
            runs,
            count=count,
            reason=reason,
            by=bureau_frame.me(),
            second=second,
            at=bureau_frame.now(),
        )

    return bureau_frame.told(bureau_frame.change_by_two(work), "stock.page")


def _by_two(use_case: Callable[..., bool], **detail: Any) -> ResponseReturnValue:
    run = Run.parse(forms.text("run"))

    def work(session: Any, second: str | None) -> bool:
        by, at = bureau_frame.me(), bureau_frame.now()
        return use_case(session, run, by=by, second=second, at=at, **detail)

    return bureau_frame.told(bureau_frame.change_by_two(work), "stock.page")


def _reason() -> str:
    found = forms.text("reason")
    if not found:
        raise FieldError("reason", "")
    return found


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _picture(in_states: dict[str, int]) -> str:
    rows = [Bar(words(name(state)), (in_states.get(state.value, 0),)) for state in BlankState]
    told = ", ".join(f"{row.label} {plots.number(row.parts[0])}" for row in rows)
    title = say("Blanks by state", "空白卡状态")
    described = Words(name="blanks", title=title, description=told, x=say("blanks", "张"))
    return plots.bars(rows, described)
