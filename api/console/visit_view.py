"""A visit as its pages show it: the card, the sign over it, what may be done, who may act."""

from dataclasses import dataclass

from api.config import service
from api.console.people import who
from api.console.signs import Sign, sign_of
from api.database import BookSession
from issuance.book_errors import NotFoundError
from issuance.counter import card_sheet, mandates, replacement, visits
from issuance.counter.action_table import ACTIONS, Action, ActionRule, offered
from issuance.counter.card_sheet import CardSheet
from issuance.counter.models import CounterTicket, Mandate

Sentence = tuple[str, str]

# Alt and a letter; none that a browser keeps for itself (D, E, F).
ACCESS_KEYS = {
    Action.LOSS_TEMPORARY: "t",
    Action.LOSS_FINAL: "o",
    Action.LIFT: "l",
    Action.CANCEL: "c",
    Action.HAND_OVER: "v",
    Action.ACTIVATE: "i",
    Action.PIN_CHANGE: "p",
    Action.PIN_RELOAD: "n",
    Action.PIN_UNBLOCK: "u",
    Action.UPDATE: "w",
    Action.BLOCK_APPLICATION: "b",
    Action.UNBLOCK_APPLICATION: "k",
    Action.BLOCK_CARD: "x",
}


# As a clerk looks for them; what a card does not offer now is left out.
GROUPS: tuple[tuple[Sentence, tuple[Action, ...]], ...] = (
    (
        ("Card", "卡片"),
        (
            Action.HAND_OVER,
            Action.ACTIVATE,
            Action.LIFT,
            Action.LOSS_TEMPORARY,
            Action.LOSS_FINAL,
            Action.CANCEL,
        ),
    ),
    (("PIN", "密码"), (Action.PIN_CHANGE, Action.PIN_RELOAD, Action.PIN_UNBLOCK)),
    (
        ("On the chip", "卡内"),
        (
            Action.UPDATE,
            Action.BLOCK_APPLICATION,
            Action.UNBLOCK_APPLICATION,
            Action.BLOCK_CARD,
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Offer:
    """An action that may be begun now."""

    action: Action
    rule: ActionRule
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a page of a visit shows. *sheet* is None where the book does not know the card."""

    visit: CounterTicket
    sign: Sign | None
    sheet: CardSheet | None
    offers: list[tuple[Sentence, list[Offer]]]
    replaceable: bool
    mandates: list[Mandate]


def own_visit(session: BookSession, visit: str, *, lock: bool = False) -> CounterTicket:
    """The visit, if the person who asks began it. Raises NotFoundError."""
    found = visits.get(session, visit, lock=lock)
    if found.clerk != who().name:
        raise NotFoundError("ticket", visit)
    return found


def at_desk(session: BookSession, visit: str, *, reported: str) -> Shown:
    """With the card on the reader; *reported* is the verdict that the desk got for it."""
    found = own_visit(session, visit)
    proved = found.shown_at is not None and found.card_number is not None
    sheet = _sheet(session, found.card_number) if proved and found.card_number else None
    sign = sign_of(sheet.state if sheet else None, reported)
    return _shown(session, found, sheet, sign, with_card=proved)


def without_card(session: BookSession, visit: str, number: str) -> Shown:
    """Of a card that is elsewhere."""
    return _shown(
        session, own_visit(session, visit), _sheet(session, number), None, with_card=False
    )


def valid_mandates(session: BookSession, holder_number: str) -> list[Mandate]:
    """The mandates that hold now."""
    at = service().now()
    return [
        one
        for one in mandates.of_holder(session, holder_number)
        if one.revoked_at is None and one.from_at <= at < one.until_at
    ]


def _sheet(session: BookSession, number: str) -> CardSheet:
    return card_sheet.card_sheet(session, number, at=service().now())


def _shown(
    session: BookSession,
    visit: CounterTicket,
    sheet: CardSheet | None,
    sign: Sign | None,
    *,
    with_card: bool,
) -> Shown:
    if sheet is None:
        return Shown(visit=visit, sign=sign, sheet=None, offers=[], replaceable=False, mandates=[])
    possible = offered(sheet.state)
    offers = [
        (
            label,
            [
                Offer(action, ACTIONS[action], ACCESS_KEYS[action])
                for action in group
                if action in possible and (with_card or not _wants_card(ACTIONS[action]))
            ],
        )
        for label, group in GROUPS
    ]
    return Shown(
        visit=visit,
        sign=sign,
        sheet=sheet,
        offers=[(label, group) for label, group in offers if group],
        replaceable=sheet.state in replacement.REPLACEABLE,
        mandates=valid_mandates(session, sheet.holder.social_security_number),
    )


def _wants_card(rule: ActionRule) -> bool:
    return rule.needs_card or rule.on_card
