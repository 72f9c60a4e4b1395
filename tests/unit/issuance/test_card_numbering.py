"""Card numbers: well formed, never given twice, whoever asks."""

import multiprocessing
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, insert, update

from issuance import database, numbering
from issuance.book_errors import NumbersExhaustedError
from issuance.models import NumberBlock
from reader.card_profile.values import CardNumber
from tests.empty_book import lay_book


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Engine]:
    engine = database.open_book(lay_book(tmp_path / "book.sqlite3"))
    yield engine
    engine.dispose()


def _allocate(engine: Engine, region: str, count: int) -> list[CardNumber]:
    with database.transaction(engine) as session:
        return numbering.allocate(session, region, count)


def _allocate_often(place: str, region: str, times: int, count: int) -> list[str]:
    engine = database.open_book(place)
    try:
        return [n for _ in range(times) for n in _allocate(engine, region, count)]
    finally:
        engine.dispose()


def test_the_first_numbers_follow_each_other(book: Engine) -> None:
    # Check characters by hand, GB 11714: A=10 weighs 3, the last place 2.
    assert _allocate(book, "371700", 3) == ["A00000003", "A00000011", "A0000002X"]


def test_each_region_numbers_from_its_own_block(book: Engine) -> None:
    here, there = _allocate(book, "371700", 2), _allocate(book, "110101", 2)
    assert {number[:4] for number in here} == {"A000"}
    assert {number[:4] for number in there} == {"A001"}


def test_a_full_block_is_followed_by_a_new_one(book: Engine) -> None:
    _allocate(book, "371700", 1)
    _allocate(book, "110101", 1)
    with database.transaction(book) as session:
        session.execute(
            update(NumberBlock)
            .where(NumberBlock.region == "371700")
            .values(taken=numbering.BLOCK_SIZE - 1)
        )
    assert [n[:8] for n in _allocate(book, "371700", 3)] == ["A000ZZZZ", "A0020000", "A0020001"]


def test_what_is_rolled_back_was_not_given(book: Engine) -> None:
    def stumble() -> None:
        with database.transaction(book) as session:
            numbering.allocate(session, "371700", 5)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        stumble()
    assert _allocate(book, "371700", 1) == ["A00000003"]


def test_no_number_is_left_after_the_last_block(book: Engine) -> None:
    with database.transaction(book) as session:
        full = numbering.BLOCK_SIZE
        session.execute(
            insert(NumberBlock).values(id=numbering.BLOCKS - 1, region="659000", taken=full)
        )
    with pytest.raises(NumbersExhaustedError):
        _allocate(book, "371700", 1)


def test_threads_and_processes_never_get_the_same_number(tmp_path: Path) -> None:
    place = str(tmp_path / "book.sqlite3")
    database.open_book(place).dispose()
    given_here: list[list[str]] = []

    def in_a_thread() -> None:
        given_here.append(_allocate_often(place, "371700", 25, 7))

    threads = [threading.Thread(target=in_a_thread) for _ in range(2)]
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        elsewhere = pool.starmap_async(_allocate_often, [(place, "371700", 25, 7)] * 2)
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        everything = [number for part in [*given_here, *elsewhere.get(60)] for number in part]
    assert len(set(everything)) == len(everything) == 4 * 25 * 7


@given(
    st.integers(0, numbering.BLOCKS - 1),
    st.integers(0, numbering.BLOCK_SIZE - 1),
)
def test_every_place_has_a_well_formed_number(block: int, place: int) -> None:
    assert CardNumber(numbering.card_number(block, place))


@given(
    st.tuples(st.integers(0, numbering.BLOCKS - 1), st.integers(0, numbering.BLOCK_SIZE - 1)),
    st.tuples(st.integers(0, numbering.BLOCKS - 1), st.integers(0, numbering.BLOCK_SIZE - 1)),
)
def test_numbers_sort_as_their_places(one: tuple[int, int], other: tuple[int, int]) -> None:
    body, next_body = numbering.card_number(*one)[:8], numbering.card_number(*other)[:8]
    assert (one < other) == (body < next_body)
