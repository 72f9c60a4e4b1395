"""What to do at the console, where the command line's remedy would name a command."""

from collections.abc import Mapping
from typing import Final

from api.errors import ApiError
from issuance.book_errors import DutyError, NotFoundError
from issuance.errors import IssuanceError

Sentence = tuple[str, str]

# By the error's code.
_REMEDIES: Final[Mapping[str, Sentence]] = {
    "keys-not-enabled": (
        "Two key custodians enable the keys on the batch's page.",
        "请两名密钥管理员在批次页面启用密钥。",
    ),
    "stock": ("Look at the blanks on the stock page.", "请在库存页面查看空白卡。"),
    "station-stopped": (
        "Look for the cause; then another person releases the station on the overview.",
        "请查明原因；再由另一人在总览页面放行。",
    ),
    "unbalanced": (
        "The accounts of the batch show where it does not balance.",
        "请在批次账目页面查看不符之处。",
    ),
    "lifecycle": (
        "Somebody else may have been faster: open the page again.",
        "可能已由他人办理：请重新打开页面。",
    ),
}
_DUTIES: Final[Mapping[str, Sentence]] = {
    "apart": (
        "Another person logs in and does it; the page says who may.",
        "请由另一人登录办理；页面列明可办理的人员。",
    ),
    "alone": (
        "The second person stands here: name, password and code go into the form.",
        "第二人须在场：请在表单中填写其姓名、口令和动态码。",
    ),
    "role": (
        "Somebody who has that role logs in and does it.",
        "请由具有该角色的人员登录办理。",
    ),
    "stranger": ("An administrator adds the operator first.", "请先由管理员增加该操作员。"),
}


def of(error: ApiError | IssuanceError) -> Sentence:
    """What the person at the console can do."""
    if isinstance(error, DutyError):
        return _DUTIES.get(error.rule, error.remedy)
    if isinstance(error, NotFoundError):
        return ("Look for it on the page that lists it.", "请在相应列表页面查找。")
    return _REMEDIES.get(error.code, error.remedy)
