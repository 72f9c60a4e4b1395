"""Return files come in: held against what was sent, booked whole, once."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from issuance import audit, cards
from issuance.book_errors import DutyError
from issuance.database import reading, transaction
from issuance.exchange import dispatch
from issuance.exchange.errors import (
    ExchangeFileError,
    ReconciliationError,
    ReplayError,
)
from issuance.exchange.faults import FaultKind
from issuance.exchange.return_file import ReturnedCard
from issuance.states import CardState
from tests.bureau import CHIEF, MAKER, NOW, code, rows
from tests.exchange import ATR, Exchange, exchange, good, number, rejected

Cards = list[ReturnedCard]


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Exchange]:
    with exchange(tmp_path) as opened:
        yield opened


def states(post: Exchange, batch: str) -> list[CardState]:
    return [card.state for card in post.desk.cards(batch)]


def events(post: Exchange) -> list[str]:
    with reading(post.desk.engine) as session:
        audit.verify(session)
        return list(session.scalars(text("SELECT event FROM audit_entry ORDER BY number")))


def test_a_volume_that_came_back_well_makes_personalized_cards(post: Exchange) -> None:
    batch = post.prepared(2)
    [volume] = post.send(batch)
    receipt = post.receive(post.all_good(volume.name))
    assert (receipt.good, receipt.rejected, receipt.waiting, receipt.signed) == (2, 0, 0, True)
    assert states(post, batch) == [CardState.PERSONALIZED] * 2
    assert [card.identification_code for card in post.desk.cards(batch)] == [
        code(100_001),
        code(100_002),
    ]


def test_a_rejected_card_keeps_why_and_can_be_sent_again(post: Exchange) -> None:
    batch = post.prepared(2)
    [volume] = post.send(batch)
    header, (first, second) = post.answer_of(volume.name)
    receipt = post.receive(post.sealed(header, [good(1, first), rejected(2, second)]))
    assert (receipt.good, receipt.rejected) == (1, 1)
    card = post.desk.cards(batch)[1]
    assert (card.state, card.failed_stage, card.failed_reason) == (
        CardState.PREPARED, "制卡", "芯片无应答",
    )  # fmt: skip
    [again] = post.send(batch)
    assert [entry.card_number for entry in post.read(again.name)[1]] == [second]


def test_every_card_has_its_entry_in_the_audit_trail(post: Exchange) -> None:
    [volume] = post.sent(2)
    header, (first, second) = post.answer_of(volume.name)
    post.receive(post.sealed(header, [good(1, first), rejected(2, second)]))
    assert {"card.personalize", "card.fail", "exchange.receive"} <= set(events(post))


def test_a_file_that_is_read_again_books_nothing(post: Exchange) -> None:
    [volume] = post.sent(2)
    data = post.all_good(volume.name)
    first, entries = post.receive(data), events(post)
    second = post.receive(data)
    assert second == replace(first, repeated=True)
    assert events(post) == entries


Change = Callable[[Exchange, Cards], Cards]
OTHER_CARD = number(77)


@pytest.mark.parametrize(
    ("change", "kind", "row", "why"),
    [
        (lambda _, c: c[:2], FaultKind.MISSING, None, "did not come back"),
        (lambda _, c: [*c, good(4, OTHER_CARD)], FaultKind.UNKNOWN, 4, "was not sent"),
        (lambda _, c: [*c, replace(c[0], row=4)], FaultKind.DOUBLED, 1, "came back twice"),
        (
            lambda _, c: [c[0], replace(c[1], identification_code=c[0].identification_code), c[2]],
            FaultKind.CONTRADICTORY, 1, "twice",
        ),
        (
            lambda _, c: [replace(one, blank_serial="B1") for one in c],
            FaultKind.CONTRADICTORY, 1, "blank B1 twice",
        ),
        (
            lambda _, c: [*c[:2], replace(c[2], identification_code=bytes(code(3, "110000")))],
            FaultKind.CONTRADICTORY, 3, "of region 110000",
        ),
        (
            lambda _, c: [*c[:2], replace(c[2], atr=None)],
            FaultKind.MALFORMED, 3, "without identification code",
        ),
        (lambda _, c: [*c[:2], replace(c[2], atr=b"\x3b")], FaultKind.MALFORMED, 3, "reset"),
        (
            lambda _, c: [*c[:2], replace(rejected(3, c[2].card_number), reason=None)],
            FaultKind.MALFORMED, 3, "without a reason",
        ),
        (
            lambda _, c: [*c[:2], replace(c[2], chip_public_key=b"\x04" + bytes(64))],
            FaultKind.MALFORMED, 3, "public key",
        ),
    ],
)  # fmt: skip
def test_each_card_that_disagrees_is_named(
    post: Exchange, change: Change, kind: FaultKind, row: int | None, why: str
) -> None:
    [volume] = post.sent(3)
    header, numbers = post.answer_of(volume.name)
    returned = change(post, [good(row, card) for row, card in enumerate(numbers, 1)])
    with pytest.raises(ReconciliationError) as refused:
        post.receive(post.sealed(header, returned))
    first = refused.value.faults[0]
    assert (first.kind, first.row) == (kind, row)
    assert why in first.why[0]


def test_a_chip_that_another_card_has_is_refused(post: Exchange) -> None:
    [first] = post.sent(1)
    post.receive(post.all_good(first.name))
    [second] = post.send(post.desk.prepared(rows(1, seed=5), file="b.csv"))
    header, (card,) = post.answer_of(second.name)
    with pytest.raises(ReconciliationError, match="is on card A00000003 already"):
        post.receive(post.sealed(header, [good(1, card, 100_001)]))


def test_a_card_that_was_given_up_meanwhile_is_told(post: Exchange) -> None:
    [volume] = post.sent(1)
    header, (card,) = post.answer_of(volume.name)
    with transaction(post.desk.engine) as session:
        cards.cancel(session, card, reason="died", by=CHIEF, at=NOW)
    with pytest.raises(ReconciliationError, match="it is cancelled in the book"):
        post.receive(post.sealed(header, [good(1, card)]))


def test_nothing_is_booked_of_a_file_with_a_fault(post: Exchange) -> None:
    batch = post.prepared(3)
    [volume] = post.send(batch)
    header, numbers = post.answer_of(volume.name)
    before = events(post)
    with pytest.raises(ReconciliationError):
        post.receive(post.sealed(header, [good(1, numbers[0]), good(2, numbers[1])]))
    assert states(post, batch) == [CardState.PREPARED] * 3
    assert events(post) == before


def test_on_demand_the_cards_without_a_fault_are_booked(post: Exchange) -> None:
    batch = post.prepared(3)
    [volume] = post.send(batch)
    header, numbers = post.answer_of(volume.name)
    receipt = post.receive(
        post.sealed(header, [good(1, numbers[0]), good(2, OTHER_CARD)]), partial=True
    )
    assert (receipt.good, receipt.waiting) == (1, 2)
    assert [fault.kind.value for fault in receipt.faults] == ["unknown", "missing", "missing"]
    assert states(post, batch) == [CardState.PERSONALIZED, CardState.PREPARED, CardState.PREPARED]


def test_what_is_left_of_a_volume_may_come_in_another_file(post: Exchange) -> None:
    [volume] = post.sent(2)
    header, numbers = post.answer_of(volume.name)
    post.receive(post.sealed(header, [good(1, numbers[0])]), partial=True)
    header, _ = post.answer_of(volume.name)
    whole = [good(1, numbers[0]), good(2, numbers[1])]
    receipt = post.receive(post.sealed(header, whole))
    assert (receipt.good, receipt.waiting, receipt.faults) == (1, 0, ())


def test_a_card_that_comes_back_twice_and_otherwise_is_refused(post: Exchange) -> None:
    [volume] = post.sent(1)
    post.receive(post.all_good(volume.name))
    header, (card,) = post.answer_of(volume.name)
    with pytest.raises(ReconciliationError, match="came back before as good, and otherwise"):
        post.receive(post.sealed(header, [good(1, card, 55)]))


def test_a_number_is_taken_once(post: Exchange) -> None:
    first, second = post.sent(2, size=1)
    post.receive(post.all_good(first.name))
    with pytest.raises(ReplayError, match="sequence number 1"):
        post.receive(post.all_good(second.name, sequence=1))


def test_a_one_time_id_is_taken_once(post: Exchange) -> None:
    first, second = post.sent(2, size=1)
    post.receive(post.all_good(first.name, file_id=bytes(16)))
    with pytest.raises(ReplayError, match="one-time id 0000"):
        post.receive(post.all_good(second.name, file_id=bytes(16)))


def test_missing_volumes_and_files_are_told(post: Exchange) -> None:
    volumes = post.sent(3, size=1)
    receipt = post.receive(post.all_good(volumes[1].name, sequence=3))
    assert receipt.missing_volumes == (1, 3)
    assert receipt.missing_sequences == (1, 2)
    status = post.status(receipt.batch)
    assert [(one.volume, one.out) for one in status.sent] == [(1, 1), (2, 0), (3, 1)]
    assert status.missing_sequences == {"Bureau A": (1, 2)}


def test_the_answer_to_another_volume_does_not_fit(post: Exchange) -> None:
    first, second = post.sent(2, size=1)
    header, _ = post.answer_of(first.name)
    _, numbers = post.answer_of(second.name)
    with pytest.raises(ReconciliationError, match="was not sent"):
        post.receive(post.sealed(header, [good(1, numbers[0])]))
    with pytest.raises(ExchangeFileError, match="it says volume 2, and what it answers was 1"):
        post.receive(post.all_good(first.name, volume=2))


def test_an_answer_to_nothing_is_refused(post: Exchange) -> None:
    [volume] = post.sent(1)
    with pytest.raises(ExchangeFileError, match="which was never sent"):
        post.receive(post.all_good(volume.name, answers=bytes(16)))


def test_the_answer_to_a_recalled_file_is_refused(post: Exchange) -> None:
    [volume] = post.sent(1)
    batch = post.read(volume.name)[0].batch
    with transaction(post.desk.engine) as session:
        dispatch.recall(session, batch, 1, reason="lost", by=MAKER, at=NOW)
    with pytest.raises(ExchangeFileError, match="which was recalled"):
        post.receive(post.all_good(volume.name))


def test_whoever_sent_the_cards_does_not_reconcile_them(post: Exchange) -> None:
    [volume] = post.sent(1)
    with pytest.raises(DutyError):
        post.receive(post.all_good(volume.name), by=MAKER)


def test_a_batch_whose_last_card_came_back_is_produced(post: Exchange) -> None:
    batch = post.prepared(2)
    for volume in post.send(batch, size=1):
        post.receive(post.all_good(volume.name))
    with reading(post.desk.engine) as session:
        state = session.scalar(text("SELECT state FROM batch"))
    assert (state, [one.returned_at for one in post.status(batch).sent]) == (
        "produced", [NOW, NOW],
    )  # fmt: skip


FAST = bytes.fromhex("3B 7D 18 00 00")  # how a card of version 3.00 begins its answer to reset


def test_the_atr_is_kept_whole(post: Exchange) -> None:
    batch = post.prepared(1)
    [volume] = post.send(batch)
    header, (card,) = post.answer_of(volume.name)
    post.receive(post.sealed(header, [replace(good(1, card), atr=ATR[4:])]))
    assert post.desk.cards(batch)[0].atr == FAST + ATR[4:]
