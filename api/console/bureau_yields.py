"""Good and spoilt cards by station, operator and blank lot, as bars and as numbers."""

from collections.abc import Sequence

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from api.config import service
from api.console import bureau_frame, plots
from api.console.bureau_frame import STOCK
from api.console.language import say, words
from api.console.people import only
from api.console.plots import Bar, Words
from issuance import batches
from issuance.stock import yields
from issuance.stock.kinds import Work
from issuance.stock.yields import Yield

bp = Blueprint("yields", __name__, url_prefix="/yields")
bp.before_request(only(*STOCK))

_TITLES = {
    "stations": ("Personalization, by station", "个人化，按工位"),
    "inspection": ("Inspection, by station", "质检，按工位"),
    "operators": ("Personalization, by operator", "个人化，按操作员"),
    "lots": ("Blanks, by lot", "空白卡，按批号"),
}


@bp.get("/")
def page() -> ResponseReturnValue:
    """Of one batch, or of the newest ones together. Raises NotFoundError."""
    batch = bureau_frame.chosen("batch", 24)
    with service().book.reading() as session:
        some = [batches.get(session, batch).id] if batch else yields.newest(session)
        found = {
            "stations": yields.by_station(session, some, Work.PERSONALIZE),
            "inspection": yields.by_station(session, some, Work.INSPECT),
            "operators": yields.by_operator(session, some, Work.PERSONALIZE),
            "lots": yields.by_lot(session, some),
        }
        rejects = yields.rejects(session, batch) if batch else []
    return render_template(
        "bureau/yields.html",
        batch=batch,
        some=some,
        rejects=rejects,
        parts=[
            (name, words(_TITLES[name]), rows, _picture(name, rows)) for name, rows in found.items()
        ],
    )


def _picture(name: str, rows: Sequence[Yield]) -> str:
    told = "; ".join(
        say(
            "{name}: {good} good, {bad} spoilt",
            "{name}：合格 {good}，废品 {bad}",
            name=one.name,
            good=one.good,
            bad=one.rejected,
        )
        for one in rows
    )
    described = Words(
        name=f"yield-{name}",
        title=words(_TITLES[name]),
        description=told or say("Nothing yet.", "尚无数据。"),
        x=say("blanks", "张") if name == "lots" else say("cards", "张"),
        series=(say("good", "合格"), say("spoilt", "废品")),
    )
    return plots.bars([Bar(one.name, (one.good, one.rejected)) for one in rows], described)
