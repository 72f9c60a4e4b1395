"""Record files go out: volumes, numbers used once, runs that were cut off."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crypto.cms_errors import CmsError
from issuance import audit, cards
from issuance.book_errors import ConflictError, DutyError, NotFoundError
from issuance.database import reading, transaction
from issuance.exchange import dispatch
from issuance.exchange.errors import NothingToSendError
from tests.bureau import CHIEF, MAKER, NOW, rows
from tests.certificates import house
from tests.exchange import Exchange, exchange


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Exchange]:
    with exchange(tmp_path) as opened:
        yield opened


def test_a_batch_goes_out_in_volumes_that_say_how_many_there_are(post: Exchange) -> None:
    sent = post.sent(5, size=2)
    headers = [post.read(volume.name)[0] for volume in sent]
    assert [(one.volume, one.volumes, one.count, one.sequence) for one in headers] == [
        (1, 3, 2, 1),
        (2, 3, 2, 2),
        (3, 3, 1, 3),
    ]


def test_the_volumes_hold_every_card_once_in_the_order_of_the_batch(post: Exchange) -> None:
    batch = post.prepared(5)
    found = [
        entry.card_number
        for volume in post.send(batch, size=2)
        for entry in post.read(volume.name)[1]
    ]
    assert found == [card.number for card in post.desk.cards(batch)]


def test_an_entry_has_what_is_printed_and_what_the_chip_holds(post: Exchange) -> None:
    [row] = rows(1)
    batch = post.desk.prepared([row])
    [volume] = post.send(batch)
    [entry] = post.read(volume.name)[1]
    assert entry.print_data["name"] == row[2]
    assert entry.print_data["social_security_number"] == row[1]
    assert str(row[1]).encode() in entry.chip_data


def test_only_the_bureau_opens_its_files(post: Exchange) -> None:
    [volume] = post.sent(1)
    post.bureau = house("Bureau B")
    with pytest.raises(CmsError):
        post.read(volume.name)


def test_what_is_out_is_not_sent_again(post: Exchange) -> None:
    batch = post.prepared(1)
    post.send(batch)
    with pytest.raises(NothingToSendError, match=f"No card of batch {batch} waits"):
        post.send(batch)


def test_numbers_to_one_bureau_go_on_from_batch_to_batch(post: Exchange) -> None:
    numbers = [
        volume.sequence
        for file in ("a.csv", "b.csv")
        for volume in post.send(
            post.desk.prepared(rows(1, seed=len(file) + ord(file[0])), file=file)
        )
    ]
    assert numbers == [1, 2]


def test_numbers_to_another_bureau_are_its_own(post: Exchange) -> None:
    post.sent(1)
    other = post.desk.prepared(rows(1, seed=5), file="b.csv")
    assert [volume.sequence for volume in post.send(other, name="Bureau B")] == [1]


def test_a_run_that_was_cut_off_goes_on_with_the_volumes_that_are_left(post: Exchange) -> None:
    batch = post.prepared(5)

    class PostBox(dict[str, bytes]):
        def __setitem__(self, name: str, data: bytes) -> None:
            if len(self) == 1:
                raise OSError(28, "No space left on device")
            super().__setitem__(name, data)

    post.post = PostBox()
    with pytest.raises(OSError, match="No space"):
        post.send(batch, size=2)
    post.post = dict(post.post)
    assert [volume.volume for volume in post.send(batch, size=1)] == [2, 3]
    assert sorted(post.read(name)[0].volume for name in post.post) == [1, 2, 3]


def test_a_half_sent_dispatch_does_not_go_to_another_bureau(post: Exchange) -> None:
    batch = post.prepared(2)
    with transaction(post.desk.engine) as session:
        dispatch.plan(
            session, batch, bureau="Bureau A", size=1, by=MAKER, at=NOW, random=post.desk.random
        )
    with pytest.raises(ConflictError, match="on their way to Bureau A"):
        post.send(batch, name="Bureau B")


def test_a_card_that_was_given_up_after_the_planning_is_left_out(post: Exchange) -> None:
    batch = post.prepared(3)
    with transaction(post.desk.engine) as session:
        dispatch.plan(
            session, batch, bureau="Bureau A", size=9, by=MAKER, at=NOW, random=post.desk.random
        )
        gone = post.desk.cards(batch)[1].number
        cards.cancel(session, gone, reason="died", by=CHIEF, at=NOW)
    [volume] = post.send(batch)
    header, entries = post.read(volume.name)
    assert header.count == volume.cards == 2
    assert gone not in [entry.card_number for entry in entries]


def test_a_recalled_dispatch_can_be_sent_again(post: Exchange) -> None:
    batch = post.prepared(3)
    post.send(batch, size=2)
    with transaction(post.desk.engine) as session:
        assert dispatch.recall(session, batch, 1, reason="disk lost", by=MAKER, at=NOW) == 3
    again = post.send(batch)
    assert [(one.dispatch, one.volume, one.cards, one.sequence) for one in again] == [(2, 1, 3, 3)]


def test_whoever_approved_a_batch_does_not_send_it(post: Exchange) -> None:
    batch = post.prepared(1)
    with transaction(post.desk.engine) as session, pytest.raises(DutyError):
        dispatch.plan(
            session, batch, bureau="Bureau A", size=9, by=CHIEF, at=NOW, random=post.desk.random
        )


def test_an_unknown_batch_is_told(post: Exchange) -> None:
    with pytest.raises(NotFoundError):
        post.send("371700-20261101-0099")


def test_every_file_has_its_entry_in_the_audit_trail(post: Exchange) -> None:
    post.sent(3, size=2)
    with reading(post.desk.engine) as session:
        audit.verify(session)
        events = session.connection().exec_driver_sql(
            "SELECT detail FROM audit_entry WHERE event = 'exchange.send' ORDER BY number"
        )
        assert ['"volume":1' in row[0] for row in events] == [True, False]
