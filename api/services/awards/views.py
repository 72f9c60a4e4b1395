"""The holder's awards and payments; what is payable, for a ledger."""

from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from api.auth import this_client
from api.config import service
from api.errors import InvalidFieldError
from api.request_fields import JsonObject, json_object, known_fields, text_field
from api.services import http_edge
from api.services.awards import ledger, statement
from api.services.awards.ledger import MAX_REFERENCE, PAGE, Due, ItemKey
from api.services.insurances import Insurance
from api.services.months import Month
from reader.card_profile.values import RegionCode

bp = Blueprint("services_awards", __name__, url_prefix=http_edge.URL)
bp.before_request(http_edge.require_service)
ledger_bp = Blueprint("services_payables", __name__, url_prefix=f"{http_edge.URL}/payables")
ledger_bp.before_request(http_edge.require_ledger)


@bp.get("/awards")
def awards() -> ResponseReturnValue:
    """What the holder draws or drew, and every payment."""
    with http_edge.holder("awards and payments") as read:
        body = statement.statement(read.session, read.person.number)
    return http_edge.kept(body)


@ledger_bp.get("")
def payables() -> ResponseReturnValue:
    """Items that nobody took yet, in pages; `next` is the `after` of the next page."""
    region, month = _region(), _month()
    insurance = Insurance(http_edge.asked("insurance", tuple(Insurance)) or _missing("insurance"))
    after = request.args.get("after")
    with service().book.changing() as session:
        found = ledger.page(
            session,
            region=region,
            insurance=insurance,
            month=month,
            after=None if after is None else _key("after", after),
            by=this_client(),
            at=service().now(),
        )
        items = [_due(one) for one in found]
    return {"items": items, "next": items[-1]["key"] if len(items) == PAGE else None}


@ledger_bp.post("/taken")
def taken() -> ResponseReturnValue:
    """Mark items as taken up; the same again changes nothing."""
    body = json_object(request)
    known_fields(body, ("reference", "items"))
    reference, keys = _reference(body), _keys(body)
    with service().book.changing() as session:
        fresh = ledger.take(
            session, keys, reference=reference, by=this_client(), at=service().now()
        )
    return {"taken": fresh, "before": len(set(keys)) - fresh}


def _due(one: Due) -> dict[str, Any]:
    return {
        "key": str(one.key),
        "award": one.award.id,
        "benefit": one.award.benefit,
        "person": one.award.person,
        "month": str(one.item.month),
        "fen": one.item.amount,
        "run": one.item.run,
        "made_at": one.item.made_at.isoformat(timespec="seconds"),
    }


def _region() -> str:
    try:
        return RegionCode(request.args.get("region", ""))
    except ValueError as error:
        raise InvalidFieldError("region", str(error), "须为六位行政区划代码") from error


def _month() -> Month:
    try:
        return Month.parse(request.args.get("month", ""))
    except ValueError as error:
        raise InvalidFieldError(
            "month", "a month like 2026-11 is wanted", "须为 2026-11 形式的月份"
        ) from error


def _reference(body: JsonObject) -> str:
    reference = text_field(body, "reference").strip()
    if len(reference) > MAX_REFERENCE or not reference.isprintable():
        raise InvalidFieldError(
            "reference",
            f"at most {MAX_REFERENCE} printable characters are wanted",
            f"须为不超过 {MAX_REFERENCE} 个字符",
        )
    return reference


def _keys(body: JsonObject) -> list[ItemKey]:
    items = body.get("items")
    if not isinstance(items, list) or not 0 < len(items) <= PAGE:
        raise InvalidFieldError(
            "items", f"a list of 1 to {PAGE} is wanted", f"须为 1 至 {PAGE} 项的列表"
        )
    return [_key(f"items[{place}]", str(one)) for place, one in enumerate(items)]


def _key(field: str, text: str) -> ItemKey:
    try:
        return ItemKey.parse(text)
    except ValueError as error:
        raise InvalidFieldError(field, "not the key of an item", "不是待发项目的编号") from error


def _missing(name: str) -> str:
    raise InvalidFieldError(name, "missing", "缺少该字段")
