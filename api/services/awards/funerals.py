"""Of several funeral benefits for one death the family gets one (社会保险法 第四十九条第二款)."""

from sqlalchemy.orm import Session

from api.services.awards import grants
from api.services.errors import RefusedError

FUNERAL = "funeral"  # the names of funeral benefits end so


def require_first(session: Session, insured: str) -> None:
    """Raise RefusedError where a funeral benefit was granted for somebody's death already."""
    for award in grants.of_insured(session, insured):
        if award.benefit.endswith(FUNERAL) and award.until_month == award.from_month:
            raise RefusedError(
                ("A funeral benefit was granted already.", "已核定过丧葬补助金。"),
                (
                    "Of the funeral benefits of several insurances only one is due.",
                    "同时符合多项丧葬补助金条件的，只能选择领取其中一项。",
                ),
            )
