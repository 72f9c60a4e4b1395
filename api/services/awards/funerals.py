"""Of several funeral benefits for one death the family gets one (社会保险法 第四十九条第二款)."""

from typing import Final

from sqlalchemy.orm import Session

from api.services.awards import grants
from api.services.awards.models import Award
from api.services.errors import RefusedError

FUNERAL: Final = "funeral"  # the names of funeral benefits end so
ONLY_ONE: Final = (
    "Of the funeral benefits of several insurances only one is due.",
    "同时符合多项丧葬补助金条件的，只能选择领取其中一项。",
)


def granted(session: Session, insured: str) -> Award | None:
    """The funeral benefit that was granted for somebody's death, if any.

    What else another insurance owes the family goes on: the law lets them choose of the funeral
    benefits alone.
    """
    return next(
        (
            award
            for award in grants.of_insured(session, insured)
            if award.benefit.endswith(FUNERAL) and award.until_month == award.from_month
        ),
        None,
    )


def require_first(session: Session, insured: str) -> None:
    """Raise RefusedError where a funeral benefit was granted for somebody's death already."""
    if granted(session, insured) is not None:
        raise RefusedError(
            ("A funeral benefit was granted already.", "已核定过丧葬补助金。"), ONLY_ONE
        )
