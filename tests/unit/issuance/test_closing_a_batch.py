"""A batch closes in balance only, and leaves a certificate that is verified without the book."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import text

from crypto.trust import TrustList
from issuance import audit, batches
from issuance.book_errors import ConflictError, DutyError, LifecycleError, NotFoundError
from issuance.database import reading, transaction
from issuance.states import BatchState
from issuance.stock import certificate, certified_list, closing
from issuance.stock.certificate import BatchCertificate
from issuance.stock.errors import CertificateError, UnbalancedError
from issuance.stock.kinds import Kind
from tests.bureau import CHIEF, CLERK, MAKER, NOW
from tests.signer import MemorySigner
from tests.stockroom import COUNTER, P1, Q1, Stockroom, figures, run, stockroom

SIGNER = MemorySigner()
TRUST = SIGNER.trust()


@pytest.fixture
def stock() -> Iterator[Stockroom]:
    with stockroom() as made:
        yield made


def _close(stock: Stockroom, batch: str, *, by: str = COUNTER) -> bytes:
    with transaction(stock.engine) as session:
        return closing.close(session, batch, by=by, at=NOW, signer=SIGNER)


def test_a_balanced_batch_closes(stock: Stockroom) -> None:
    batch = stock.counted_batch()
    _close(stock, batch)
    with reading(stock.engine) as session:
        found = batches.get(session, batch)
        assert (found.state, found.closed_by, found.closed_at) == (BatchState.CLOSED, COUNTER, NOW)
        audit.verify(session)


def test_closing_twice_gives_the_same_certificate(stock: Stockroom) -> None:
    batch = stock.counted_batch()
    first = _close(stock, batch)
    assert _close(stock, batch) == first
    with reading(stock.engine) as session:
        assert closing.content(session, batch) == first


def test_nobody_closes_what_he_made(stock: Stockroom) -> None:
    batch = stock.counted_batch()
    with pytest.raises(DutyError):
        _close(stock, batch, by=MAKER)


def test_nobody_closes_a_batch_at_whose_stations_he_worked(stock: Stockroom) -> None:
    batch = stock.batch(1, spare=0)
    (number,) = stock.numbers(batch)
    stock.make(number, 0, by="Wu")
    stock.look_at(number)
    for station, kind in ((P1, Kind.BLANK), (P1, Kind.CARD), (Q1, Kind.CARD)):
        stock.count(batch, station, kind, figures(received=1, good=1))
    with pytest.raises(DutyError):
        _close(stock, batch, by="wu")


def test_cards_that_wait_keep_a_batch_open(stock: Stockroom) -> None:
    with pytest.raises(LifecycleError):
        _close(stock, stock.batch())


def test_a_difference_keeps_a_batch_open_and_is_told(stock: Stockroom) -> None:
    batch = stock.batch(1, spare=1)
    (number,) = stock.numbers(batch)
    stock.make(number, 0)
    stock.look_at(number)
    stock.count(batch, P1, Kind.CARD, figures(received=1, good=1))
    stock.count(batch, P1, Kind.BLANK, figures(received=2, good=1, carried_out=1))
    with pytest.raises(UnbalancedError) as refused:
        _close(stock, batch)
    assert [(one.kind, one.station, one.what) for one in refused.value.differences] == [
        ("blank", "", "left"),
        ("blank", P1, "carried_out"),
        ("card", Q1, "open"),
    ]
    with reading(stock.engine) as session:
        assert batches.get(session, batch).state is BatchState.PRODUCED


def test_cards_that_were_not_inspected_keep_a_batch_open(stock: Stockroom) -> None:
    batch = stock.batch(1, spare=0)
    stock.make(stock.numbers(batch)[0], 0)
    for kind in Kind:
        stock.count(batch, P1, kind, figures(received=1, good=1))
    assert stock.differences(batch) == [("card", "", "unfinished")]


# What a program of another kind, or a hand, could try on the tables themselves.
LIES = (
    "UPDATE card SET state = 'rejected' WHERE number = (SELECT min(number) FROM card)",
    "UPDATE card SET inspected_at = NULL WHERE number = (SELECT min(number) FROM card)",
    "UPDATE card SET personalized_at = NULL WHERE number = (SELECT min(number) FROM card)",
    "UPDATE card SET state = 'personalized' WHERE number = (SELECT min(number) FROM card)",
    "UPDATE blank_range SET state = 'rejected' WHERE state = 'used'",
    "UPDATE blank_range SET batch_id = NULL, state = 'in_stock'",
    "DELETE FROM blank_range WHERE state = 'used'",
    "DELETE FROM card WHERE number = (SELECT min(number) FROM card)",
)


@pytest.mark.parametrize("lie", LIES)
def test_the_database_lets_no_lie_close(stock: Stockroom, lie: str) -> None:
    stock.counted_batch()
    with transaction(stock.engine) as session:
        session.execute(text(lie))
    with (
        pytest.raises(ConflictError, match="does not balance"),
        transaction(stock.engine) as session,
    ):
        session.execute(text("UPDATE batch SET state = 'closed'"))


@pytest.mark.parametrize(
    "lie",
    [
        "UPDATE batch SET state = 'produced'",
        "UPDATE card SET state = 'rejected'",
        "UPDATE batch_certificate SET content = x'00'",
        "DELETE FROM batch_certificate",
        "INSERT INTO station_count SELECT region, batch_id, 'P9', kind, number, work, opened_at, 0,"
        " 0, 0, 0, 0, 0, 0, NULL, NULL FROM station_count",
    ],
)
def test_a_closed_batch_stays_as_it_is(stock: Stockroom, lie: str) -> None:
    _close(stock, stock.counted_batch())
    with (
        pytest.raises(ConflictError, match=r"closed|never changed"),
        transaction(stock.engine) as session,
    ):
        session.execute(text(lie))


def test_no_card_of_a_closed_batch_is_made_again(stock: Stockroom) -> None:
    batch = stock.counted_batch()
    _close(stock, batch)
    with pytest.raises(LifecycleError):
        stock.spoil(stock.numbers(batch)[0])


def test_the_certificate_says_what_was_made_and_by_whom(stock: Stockroom) -> None:
    batch = stock.counted_batch()
    numbers = stock.numbers(batch)
    found = certificate.check(_close(stock, batch), trust=TRUST)
    assert (found.batch_id, found.cards, found.blanks) == (batch, {"inspected": 3}, {"used": 3})
    assert (found.first_card, found.last_card) == (numbers[0], numbers[2])
    assert found.figures["personalize blank"] == (5, 0, 3, 0, 0, 2, 0)
    people = {step: name for step, (name, _) in found.people.items()}
    assert people == {"request": CLERK, "approve": CHIEF, "produce": MAKER, "close": COUNTER}


def test_the_certificate_is_tied_to_the_trail(stock: Stockroom) -> None:
    batch = stock.counted_batch()
    chain, length, head = certificate.check(_close(stock, batch), trust=TRUST).audit
    with reading(stock.engine) as session:
        audit.verify(session, kept=[audit.Head(chain, length, head)])


def test_the_roots_stand_for_every_card_and_blank(stock: Stockroom) -> None:
    batch = stock.counted_batch()
    content = _close(stock, batch)
    with reading(stock.engine) as session:
        lines = closing.card_lines(session, batch), closing.blank_lines(session, batch)
        listed = certified_list.dumps(*lines)
    cards, blanks = certified_list.loads(listed)
    assert certificate.check(content, trust=TRUST, cards=cards, blanks=blanks)
    other = [replace(cards[0], state="cancelled"), *cards[1:]]
    with pytest.raises(CertificateError, match="list"):
        certificate.check(content, trust=TRUST, cards=other)


def test_a_certificate_of_another_key_is_refused(stock: Stockroom) -> None:
    content = _close(stock, stock.counted_batch())
    with pytest.raises(CertificateError, match="No trusted key"):
        certificate.check(content, trust=TrustList())


def test_a_changed_certificate_is_refused(stock: Stockroom) -> None:
    content = _close(stock, stock.counted_batch())
    place = content.index(b"371700")
    changed = content[:place] + b"110000" + content[place + 6 :]
    with pytest.raises(CertificateError):
        certificate.check(changed, trust=TRUST)


def test_a_certificate_travels_as_a_line_of_text(stock: Stockroom) -> None:
    content = _close(stock, stock.counted_batch())
    written = certificate.to_text(content).encode()
    assert certificate.from_file(written) == certificate.from_file(content) == content


@pytest.mark.parametrize("data", [b"", b"\xd2\x84", b"no base64!", b"0oRA"])
def test_other_bytes_are_no_certificate(data: bytes) -> None:
    with pytest.raises(CertificateError):
        certificate.check(certificate.from_file(data), trust=TRUST)


def test_a_card_record_is_no_certificate() -> None:
    claims = {2: "A00000003", 6: 1}
    with pytest.raises(CertificateError):
        BatchCertificate.of_claims(claims)


def test_an_open_batch_has_no_certificate(stock: Stockroom) -> None:
    batch = stock.batch()
    with pytest.raises(NotFoundError), reading(stock.engine) as session:
        closing.content(session, batch)


def test_a_batch_with_spoilt_cards_and_samples_closes(stock: Stockroom) -> None:
    batch = stock.batch(2, spare=2)
    first, second = stock.numbers(batch)
    stock.make(first, 0)
    stock.make(second, 1)
    remake = stock.spoil(second).number
    stock.make(remake, 2)
    for number in (first, remake):
        stock.look_at(number)
    stock.give_back(run(3))
    blank = figures(received=4, good=2, rejected=1, returned=1)
    assert stock.count(batch, P1, Kind.BLANK, blank) == []
    assert stock.count(batch, P1, Kind.CARD, figures(received=3, good=2, rejected=1)) == []
    assert stock.count(batch, Q1, Kind.CARD, figures(received=2, good=2)) == []
    found = certificate.check(_close(stock, batch), trust=TRUST)
    assert (found.cards, found.blanks) == (
        {"inspected": 2, "rejected": 1},
        {"used": 2, "rejected": 1},
    )
