"""The places of the console, and whose they are: a person sees the ones that he may enter."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from api.console.insurance import access
from api.console.people import SignedIn
from issuance.roles import Role


@dataclass(frozen=True, slots=True)
class Place:
    """A page that is reached from everywhere; *endpoint* is Flask's name of its view."""

    endpoint: str
    names: tuple[str, str]
    about: tuple[str, str]
    roles: tuple[Role, ...]
    is_there: Callable[[], bool] = lambda: True


PLACES: Final[tuple[Place, ...]] = (
    Place(
        "console.desk.page",
        ("Desk", "窗口"),
        ("Read a card and serve its holder", "读卡并为持卡人办理业务"),
        (Role.COUNTER_CLERK,),
    ),
    Place(
        "console.holders.page",
        ("Without a card", "无卡办理"),
        ("Find somebody's cards, report a loss by telephone", "查询持卡人，电话挂失"),
        (Role.COUNTER_CLERK,),
    ),
    Place(
        "console.insurance.work.page",
        ("Insurance work", "业务待办"),
        ("What the office has to decide, to review, to know", "本机构待办理、待复核、待阅知业务"),
        (Role.COUNTER_CLERK,),
        access.ready,
    ),
    Place(
        "console.bureau.overview.page",
        ("Bureau", "制卡中心"),
        ("Batches, approvals, stock, accounts, alarms", "批次、审批、库存、账目、告警"),
        tuple(role for role in Role if role is not Role.COUNTER_CLERK),
    ),
)


def places(person: SignedIn | None) -> list[Place]:
    """The places of this person."""
    if person is None:
        return []
    return [
        place for place in PLACES if not person.roles.isdisjoint(place.roles) and place.is_there()
    ]
