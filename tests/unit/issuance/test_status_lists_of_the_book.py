"""Places in status lists, and what the lists of a book say of its cards."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from issuance import cards, status_list
from issuance.book_errors import NotFoundError
from issuance.database import reading, transaction
from issuance.states import CardState
from issuance.status_source import book_source, status_source
from onecard.settings import Settings
from reader.authenticity import CardStatus
from reader.card_profile.values import CardNumber, SocialSecurityNumber
from reader.card_record import CardRecord, StatusReference
from reader.status_list import SIZE, StatusList
from tests.bureau import CLERK, NOW, Bureau, bureau, chance, code, rows
from tests.signer import MemorySigner


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Bureau]:
    with bureau(tmp_path) as opened:
        yield opened


def _allocate(desk: Bureau, region: str, count: int) -> list[status_list.StatusReference]:
    with transaction(desk.engine) as session:
        return status_list.allocate(session, region, count, random=desk.random)


def test_places_are_given_once_and_fill_whole_lists(desk: Bureau) -> None:
    places = [place for count in (5, SIZE, SIZE - 5) for place in _allocate(desk, "371700", count)]
    assert len(set(places)) == 2 * SIZE
    assert {place.list_id for place in places} == {0, 1}
    assert {place.index for place in places} == set(range(SIZE))


def test_each_region_has_its_own_lists(desk: Bureau) -> None:
    here, there = _allocate(desk, "371700", 3), _allocate(desk, "110101", 3)
    assert {place.list_id for place in here}.isdisjoint({place.list_id for place in there})


def test_the_order_of_places_is_that_of_the_list_s_secret() -> None:
    one, other = status_list.order(bytes(32)), status_list.order(b"\x01" + bytes(31))
    assert sorted(one) == sorted(other) == list(range(SIZE))
    assert one != other
    # Few neighbours stay neighbours: by chance about two of 8,191.
    assert sum(abs(a - b) == 1 for a, b in pairwise(one)) < 20


def test_the_order_never_changes() -> None:
    # A list that is half given must go on as it began, in every later release.
    assert status_list.order(bytes(32))[:6] == (5585, 3809, 4730, 5178, 4503, 647)


def test_every_state_of_a_card_has_its_status() -> None:
    assert set(status_list.TOKEN_STATUS) == set(CardState)


def test_the_list_says_what_the_book_says(desk: Bureau) -> None:
    signer = MemorySigner()
    numbers = desk.active(4)
    with transaction(desk.engine) as session:
        cards.report_loss(session, numbers[1], loss=cards.Loss.TEMPORARY, by=CLERK, at=NOW)
        cards.report_loss(session, numbers[2], loss=cards.Loss.FINAL, by=CLERK, at=NOW)
        cards.cancel(session, numbers[3], reason="moved", by=CLERK, at=NOW)
    with reading(desk.engine) as session:
        [data] = status_list.build_all(session, signer, at=NOW)
        places = [cards.get(session, number).status_index for number in numbers]
    one = StatusList.parse(data)
    one.verify(signer.trust(), now=NOW + timedelta(hours=23))
    assert [one.status(place) for place in places] == [
        CardStatus.VALID, CardStatus.SUSPENDED, CardStatus.INVALID, CardStatus.INVALID,
    ]  # fmt: skip


def test_a_card_that_was_not_handed_over_is_inactive(desk: Bureau) -> None:
    [card] = desk.cards(desk.prepared(rows(1)))
    with reading(desk.engine) as session:
        data = status_list.build(session, card.status_list, MemorySigner(), at=NOW)
    assert StatusList.parse(data).status(card.status_index) is CardStatus.INACTIVE


def test_an_unknown_list_is_told(desk: Bureau) -> None:
    with reading(desk.engine) as session, pytest.raises(NotFoundError):
        status_list.build(session, 9, MemorySigner(), at=NOW)


def test_an_empty_book_has_no_lists(desk: Bureau) -> None:
    with reading(desk.engine) as session:
        assert list(status_list.build_all(session, MemorySigner(), at=NOW)) == []


CHIP_KEY = b"\x04" + bytes(64)  # as the test bureau's chips have it


def _record(number: str, *, chip_key: bytes = CHIP_KEY) -> CardRecord:
    return CardRecord(
        card_number=CardNumber(number),
        social_security_number=SocialSecurityNumber("11010519491231002X"),
        name="张三",
        sex="2",
        identification_code=code(1),
        data_digest=bytes(16),
        issued_at=NOW,
        expires_at=NOW,
        status=StatusReference(0, 0),
        chip_key=chip_key,
    )


def test_the_book_itself_answers_for_its_cards(desk: Bureau) -> None:
    [number] = desk.active()
    ask = book_source(desk.engine)
    assert ask(_record(number)) is CardStatus.VALID
    # A record that was signed for a key pair which the chip has no more.
    assert ask(_record(number, chip_key=b"\x04" + bytes(63) + b"\x01")) is CardStatus.UNKNOWN
    with transaction(desk.engine) as session:
        cards.report_loss(session, number, loss=cards.Loss.TEMPORARY, by=CLERK, at=NOW)
    assert ask(_record(number)) is CardStatus.SUSPENDED
    assert ask(_record("A00000011")) is CardStatus.UNKNOWN


def test_a_machine_without_a_book_has_no_source(tmp_path: Path) -> None:
    assert status_source(Settings(database=str(tmp_path / "book.sqlite3"))) is None
    assert list(tmp_path.iterdir()) == []


def test_secrets_of_lists_come_from_the_given_chance(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with bureau(tmp_path / "a") as one, bureau(tmp_path / "b") as other:
        other.random = chance(1)
        assert _allocate(one, "371700", 5) != _allocate(other, "371700", 5)
