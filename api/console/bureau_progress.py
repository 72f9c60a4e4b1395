"""How a batch is getting on: share done, pace, time left, and the pace over time.

The page stands alone; a script asks for the same numbers again while it is looked at.
"""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from api.config import service
from api.console import bureau_frame, plots
from api.console.bureau_frame import BUREAU
from api.console.bureau_words import name
from api.console.language import current, say, words
from api.console.people import only
from api.console.plots import Words
from issuance import batch_progress, batches
from issuance.batch_progress import Progress, Rate
from issuance.instants import CHINA
from issuance.states import BatchState

bp = Blueprint("progress", __name__, url_prefix="/batches")
bp.before_request(only(*BUREAU))
MOVING = (BatchState.APPROVED, BatchState.PRODUCING)


@bp.get("/<batch_id>/progress")
def page(batch_id: str) -> ResponseReturnValue:
    """The page, whole without its script. Raises NotFoundError."""
    with service().book.reading() as session:
        batch = batches.get(session, batch_id)
        found = batch_progress.progress(session, batch, at=bureau_frame.now())
        ahead = batch_progress.prepared_over_time(session, batch)
    return render_template(
        "bureau/progress.html",
        batch=batch,
        facts=facts(found),
        cards=found.cards,
        ahead=_rates(ahead, "ahead", _AHEAD) if ahead else "",
        moving=batch.state in MOVING,
    )


@bp.get("/<batch_id>/progress.json")
def numbers(batch_id: str) -> ResponseReturnValue:
    """The numbers and pictures; 304 where nothing has changed within this minute."""
    with service().book.reading() as session:
        batch = batches.get(session, batch_id)
        tag = _tag(batch_progress.version(session, batch))
        if request.if_none_match.contains(tag):
            answer = Response(status=HTTPStatus.NOT_MODIFIED)
        else:
            answer = jsonify(facts(batch_progress.progress(session, batch, at=bureau_frame.now())))
    answer.set_etag(tag)
    return answer


def facts(found: Progress) -> dict[str, Any]:
    """What the page shows, in its language."""
    return {
        "state": words(name(found.state)),
        "moving": found.state in MOVING,
        "made": found.made,
        "total": found.total,
        "share": _share(found.made, found.total, "made", _MADE),
        "prepared": found.prepared,
        "planned": found.planned,
        "prepared_share": _share(found.prepared, found.planned, "prepared", _PREPARED)
        if found.planned
        else "",
        "pace": say("{n} cards an hour", "每小时 {n} 张", n=plots.number(round(found.pace))),
        "left": duration(found.left),
        "rates": _rates(found.rates, "rate", _WRITTEN),
        "cards": {state.value: count for state, count in found.cards.items()},
        "at": bureau_frame.moment(bureau_frame.now(), seconds=True),
    }


def duration(seconds: float | None) -> str:
    """Hours and minutes that are left, as far as anybody can tell."""
    if seconds is None:
        return "–"
    minutes = max(round(seconds / 60), 1)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return say("{h} h {m} min", "{h} 小时 {m} 分钟", h=hours, m=minutes)
    return say("{m} min", "{m} 分钟", m=minutes)


_MADE = ("Cards written to their chips", "已个人化")
_PREPARED = ("Cards prepared ahead", "已备制")
_WRITTEN = ("Cards written, an hour", "个人化速度（张/小时）")
_AHEAD = ("Cards prepared ahead, an hour", "备制速度（张/小时）")


def _share(done: int, total: int, picture: str, title: tuple[str, str]) -> str:
    told = say("{done} of {total}.", "共 {total}，已完成 {done}。", done=done, total=total)
    return plots.share(done, total, Words(name=picture, title=words(title), description=told))


def _rates(rates: Sequence[Rate], picture: str, title: tuple[str, str]) -> str:
    ended = [rate for rate in rates if rate.ends <= bureau_frame.now()]
    rates = ended or rates  # a span that has not ended would look like a fall
    points = [(rate.begins.timestamp(), rate.an_hour) for rate in rates]
    top = max((y for _, y in points), default=0)
    told = say(
        "A line over {n} spans of time; its highest point is {top} cards an hour.",
        "共 {n} 个时段，最高每小时 {top} 张。",
        n=len(points),
        top=plots.number(round(top)),
    )
    described = Words(
        name=picture,
        title=words(title),
        description=told,
        x=say("time of day, China", "时间（北京）"),
        y=say("cards an hour", "张/小时"),
    )
    return plots.lines(points, described, _clocks(_spread(rates)))


def _spread(rates: Sequence[Rate], wanted: int = 5) -> list[Rate]:
    """Some of them, at equal distances, the first and the last among them."""
    if len(rates) <= 1:
        return list(rates)
    count = min(wanted, len(rates))
    return [rates[round(place * (len(rates) - 1) / (count - 1))] for place in range(count)]


def _clocks(some: Sequence[Rate]) -> list[str]:
    moments = [rate.begins.astimezone(CHINA) for rate in some]
    form = "%H:%M" if len({at.date() for at in moments}) == 1 else "%m-%d %H:%M"
    return [at.strftime(form) for at in moments]


def _tag(version: str) -> str:
    """The pace falls while nothing is made: what was told holds for a minute."""
    return f"{version}-{int(bureau_frame.now().timestamp()) // 60:x}-{current()}"
