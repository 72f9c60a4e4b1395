"""What happens to a card after it was numbered: personalization, handover, loss, end."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from issuance import audit, cards
from issuance.book_errors import ConflictError, LifecycleError, NotFoundError
from issuance.cards import Loss
from issuance.database import reading, transaction
from issuance.models import AuditEntry
from issuance.states import CardState
from reader.authenticity import CardStatus
from tests.bureau import CLERK, MAKER, NOW, Bureau, bureau, code, rows

LATER = NOW + timedelta(days=1)
AFTER_TEN_YEARS = datetime(2036, 10, 31, 16, 0, tzinfo=UTC)  # midnight of 2036-11-01 in China


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Bureau]:
    with bureau(tmp_path) as opened:
        yield opened


def _do(desk: Bureau, step: Callable[..., bool], number: str, **facts: object) -> bool:
    with transaction(desk.engine) as session:
        return step(session, number, **{"by": CLERK, "at": LATER, **facts})


def _state(desk: Bureau, number: str, at: datetime = LATER) -> CardState:
    with reading(desk.engine) as session:
        return cards.status(session, number, at=at).state


def _events(session: Session, number: str) -> list[str]:
    return list(
        session.scalars(
            select(AuditEntry.event)
            .where(AuditEntry.subject == f"card {number}")
            .order_by(AuditEntry.number)
        )
    )


def test_the_life_of_a_card_is_in_the_book_and_in_the_trail(desk: Bureau) -> None:
    [number] = desk.active()
    _do(desk, cards.report_loss, number, loss=Loss.TEMPORARY)
    assert _state(desk, number) is CardState.SUSPENDED
    _do(desk, cards.lift, number)
    assert _state(desk, number) is CardState.ACTIVE
    _do(desk, cards.report_loss, number, loss=Loss.FINAL)
    assert _state(desk, number) is CardState.LOST
    _do(desk, cards.cancel, number, reason="found broken")
    assert _state(desk, number) is CardState.CANCELLED
    with reading(desk.engine) as session:
        audit.verify(session)
        assert _events(session, number) == [
            f"card.{event}"
            for event in (
                "prepare", "personalize", "inspect", "hand_over", "activate", "suspend", "lift",
                "lose", "cancel",
            )
        ]  # fmt: skip


def test_personalization_binds_the_card_to_its_chip(desk: Bureau) -> None:
    [card] = desk.cards(desk.prepared(rows(1)))
    assert desk.personalize(card.number, 7, record=b"signed")
    with reading(desk.engine) as session:
        found = cards.get(session, card.number)
    assert (found.identification_code, found.record) == (code(7), b"signed")
    assert (found.state, found.personalized_at) == (CardState.PERSONALIZED, NOW)


def test_marking_the_same_personalization_twice_changes_nothing(desk: Bureau) -> None:
    [card] = desk.cards(desk.prepared(rows(1)))
    desk.personalize(card.number, 7)
    assert not desk.personalize(card.number, 7)
    with reading(desk.engine) as session:
        assert _events(session, card.number).count("card.personalize") == 1


def test_a_card_is_not_personalized_onto_two_chips(desk: Bureau) -> None:
    [card] = desk.cards(desk.prepared(rows(1)))
    desk.personalize(card.number, 7)
    with pytest.raises(LifecycleError):
        desk.personalize(card.number, 8)


def test_a_chip_carries_one_card(desk: Bureau) -> None:
    first, second = desk.cards(desk.prepared(rows(2)))
    desk.personalize(first.number, 7)
    with pytest.raises(ConflictError, match=first.number):
        desk.personalize(second.number, 7)


def test_a_failure_is_kept_until_the_card_is_made(desk: Bureau) -> None:
    [card] = desk.cards(desk.prepared(rows(1)))
    with transaction(desk.engine) as session:
        cards.note_failure(session, card.number, stage="制卡", reason="read back", by=MAKER, at=NOW)
    assert desk.cards(card.batch_id)[0].failed_reason == "read back"
    assert _state(desk, card.number) is CardState.PREPARED
    desk.personalize(card.number, 7)
    assert desk.cards(card.batch_id)[0].failed_reason is None


@pytest.mark.parametrize(
    ("step", "facts"),
    [
        (cards.activate, {}),
        (cards.report_loss, {"loss": Loss.TEMPORARY}),
        (cards.report_loss, {"loss": Loss.FINAL}),
        (cards.cancel, {"reason": "asked for"}),
    ],
)
def test_a_double_click_does_no_harm(
    desk: Bureau, step: Callable[..., bool], facts: dict[str, object]
) -> None:
    [number] = desk.active()
    _do(desk, step, number, **facts)
    with reading(desk.engine) as session:
        before = len(_events(session, number))
    assert not _do(desk, step, number, **facts)
    with reading(desk.engine) as session:
        assert len(_events(session, number)) == before


def test_a_card_in_the_making_is_not_handed_over(desk: Bureau) -> None:
    [card] = desk.cards(desk.prepared(rows(1)))
    with pytest.raises(LifecycleError):
        _do(desk, cards.activate, card.number)


def test_a_lost_card_cannot_be_lifted(desk: Bureau) -> None:
    [number] = desk.active()
    _do(desk, cards.report_loss, number, loss=Loss.FINAL)
    with pytest.raises(LifecycleError):
        _do(desk, cards.lift, number)


def test_an_unknown_card_is_told(desk: Bureau) -> None:
    with pytest.raises(NotFoundError):
        _do(desk, cards.lift, "A00000003")
    with reading(desk.engine) as session:
        assert cards.find(session, "A00000003") is None


def test_a_card_expires_after_its_last_day_in_china(desk: Bureau) -> None:
    [number] = desk.active()
    assert _state(desk, number, AFTER_TEN_YEARS - timedelta(seconds=1)) is CardState.ACTIVE
    assert _state(desk, number, AFTER_TEN_YEARS) is CardState.EXPIRED


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (CardState.NUMBERED, CardStatus.INACTIVE),
        (CardState.PREPARED, CardStatus.INACTIVE),
        (CardState.PERSONALIZED, CardStatus.INACTIVE),
        (CardState.INSPECTED, CardStatus.INACTIVE),
        (CardState.SHIPPED, CardStatus.INACTIVE),
        (CardState.AT_OUTLET, CardStatus.INACTIVE),
        (CardState.HANDED_OVER, CardStatus.INACTIVE),
        (CardState.ACTIVE, CardStatus.VALID),
        (CardState.SUSPENDED, CardStatus.SUSPENDED),
        (CardState.LOST, CardStatus.INVALID),
        (CardState.REJECTED, CardStatus.INVALID),
        (CardState.CANCELLED, CardStatus.INVALID),
        (CardState.REPLACED, CardStatus.INVALID),
        (CardState.EXPIRED, CardStatus.VALID),  # its dates say so themselves
    ],
)
def test_only_a_card_in_use_is_valid_for_a_verifier(state: CardState, status: CardStatus) -> None:
    day = NOW.date()
    standing = cards.CardStanding(
        number="A00000003", state=state, issued_on=day, expires_on=day, since=NOW
    )
    assert standing.status is status


def _replacement(desk: Bureau, old: str) -> str:
    """The number of a card that replaces *old*, made and inspected."""
    [row] = rows(1)
    batch = desk.prepared([(*row[:14], "1", "2", old, *row[17:])], file="replacement.csv")
    [card] = desk.cards(batch)
    desk.personalize(card.number, 99)
    desk.inspect(card.number)
    return card.number


@pytest.mark.parametrize("loss", [None, Loss.TEMPORARY])
def test_a_replacement_ends_the_old_card_when_it_is_handed_over(
    desk: Bureau, loss: Loss | None
) -> None:
    [old] = desk.active()
    if loss:
        _do(desk, cards.report_loss, old, loss=loss)
    new = _replacement(desk, old)
    assert _state(desk, old) is (CardState.SUSPENDED if loss else CardState.ACTIVE)
    _do(desk, cards.activate, new)
    assert (_state(desk, old), _state(desk, new)) == (CardState.REPLACED, CardState.ACTIVE)


def test_an_expired_card_makes_room_for_its_successor(desk: Bureau) -> None:
    [old] = desk.active()
    new = _replacement(desk, "A9999999X")  # the number of another card was given
    _do(desk, cards.activate, new, at=AFTER_TEN_YEARS)
    assert _state(desk, old) is CardState.EXPIRED


def test_nobody_has_two_cards_in_use(desk: Bureau) -> None:
    [old] = desk.active()
    new = _replacement(desk, "A9999999X")
    with pytest.raises(ConflictError, match=old):
        _do(desk, cards.activate, new)
    assert (_state(desk, old), _state(desk, new)) == (CardState.ACTIVE, CardState.INSPECTED)
