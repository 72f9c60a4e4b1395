"""What can go wrong with data for the card, beyond the errors of all services."""

from api.services.errors import RefusedError


class NothingWaitingError(RefusedError):
    """No decided matter has data of this group that the card lacks."""

    code = "card-data-none"
    cause = ("Nothing of this kind waits for this card.", "该卡没有待写入的此类业务信息。")
    remedy = (
        "Look again at what waits; somebody may have written it at another desk.",
        "请重新查看待写信息；可能已在其他窗口写入。",
    )
