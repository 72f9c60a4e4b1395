"""One application taken out of its batch, and a row that no card can hold."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from issuance import application_review, audit, batches
from issuance.cli import bureau as command
from issuance.database import reading, transaction
from issuance.preparation import chunk_rows, completion
from issuance.preparation.chunk_preparation import prepare
from issuance.preparation.start import begin
from issuance.states import ApplicationState, BatchState, Signing
from issuance.storage_errors import CrossedError
from onecard.console import Exit
from onecard.settings import Settings
from tests.bureau import CHIEF, CLERK, MAKER, NOW, Bureau, bureau, chance, rows
from tests.desk import PASSPHRASE, Desk

FIRST_BLANK = int.from_bytes(bytes.fromhex("8660 000000001000"), "big")
ADDRESS = 9  # the registered address in a row as it is booked


class Office:
    """A book with one released batch, and its commands."""

    def __init__(self, desk: Bureau, folder: Path) -> None:
        self.desk, self.folder = desk, folder
        self.store = Desk.open(folder).store

    def released(self, wanted: list[Any], signing: Signing = Signing.CARD) -> str:
        booking = self.desk.book(wanted)
        with transaction(self.desk.engine) as session:
            batch = batches.request(
                session,
                intake_id=booking.intake_id,
                profile="v3.00",
                signing=signing,
                by=CLERK,
                at=NOW,
            ).id
        self.desk.approve(batch)
        return batch

    def begun(self, batch: str) -> chunk_rows.ChunkKey:
        """Its first planned chunk."""
        with transaction(self.desk.engine) as session:
            begin(
                session,
                batch,
                by=MAKER,
                at=NOW,
                random=chance(),
                allot=lambda _session, _batch, size: [[FIRST_BLANK, size]],
            )
        with reading(self.desk.engine) as session:
            return chunk_rows.waiting(session, batches.get(session, batch))[0]

    def run(self, *arguments: object) -> Result:
        settings = Settings(
            database=str(self.folder / "book.sqlite3"),
            keys=self.folder / "keys.json",
            keys_passphrase=PASSPHRASE,
            language="en",
        )
        return CliRunner().invoke(command, [*map(str, arguments)], obj=settings)

    def applications(self, batch: str) -> dict[ApplicationState, int]:
        with reading(self.desk.engine) as session:
            audit.verify(session)
            return batches.status(session, batch).applications


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with bureau(tmp_path) as desk:
        yield Office(desk, tmp_path)


def test_a_row_that_no_card_holds_is_named_and_the_others_are_made_without_it(
    office: Office,
) -> None:
    good, bad, other = rows(3)
    # The intake makes one line of an address; an older book may have such a row.
    batch = office.released([good, (*bad[:ADDRESS], "1 Road\nTown", *bad[ADDRESS + 1 :]), other])
    office.begun(batch)
    told = office.run("produce", batch, "--workers", 1, "--operator", MAKER)
    assert told.exit_code == Exit.STATE
    assert f"{batch}, row 2: the card cannot hold this: address: control" in told.stderr
    assert "onecard bureau refuse BATCH ROW" in told.stderr
    refused = office.run("refuse", batch, 2, "--reason", "address", "--operator", CHIEF)
    assert refused.exit_code == Exit.OK, refused.stderr
    made = office.run("produce", batch, "--workers", 1, "--operator", MAKER)
    assert "Cards numbered and prepared: 2" in made.stderr
    assert office.applications(batch) == {ApplicationState.CARDED: 2, ApplicationState.CANCELLED: 1}


def test_an_application_cancelled_while_its_card_is_prepared_gets_none(office: Office) -> None:
    batch = office.released(rows(3))
    key = office.begun(batch)

    def computed() -> completion.FinishedChunk:
        with reading(office.desk.engine) as session:
            work = chunk_rows.work_of(session, key)
        return completion.finished(work, prepare(work.task, office.store, random=chance()))

    done = computed()
    assert office.run("refuse", batch, 2, "--reason", "x", "--operator", CHIEF).exit_code == Exit.OK
    with pytest.raises(CrossedError), transaction(office.desk.engine) as session:
        completion.complete(session, done, by=MAKER, at=NOW)
    assert office.desk.cards(batch) == []
    with transaction(office.desk.engine) as session:
        assert completion.complete(session, computed(), by=MAKER, at=NOW) == 2
    assert [card.row for card in office.desk.cards(batch)] == [1, 3]


def test_who_requested_the_batch_takes_nothing_out_of_it(office: Office) -> None:
    batch = office.released(rows(2))
    told = office.run("refuse", batch, 1, "--reason", "x", "--operator", CLERK)
    assert told.exit_code == Exit.STATE
    assert "the same person did the request" in told.stderr


def test_the_second_time_it_changes_nothing(office: Office) -> None:
    batch = office.released(rows(3))
    refuse = ("refuse", batch, 1, "--reason", "x", "--operator", CHIEF)
    assert "is refused" in office.run(*refuse).stderr
    assert "was refused before" in office.run(*refuse).stderr
    with reading(office.desk.engine) as session:
        assert batches.get(session, batch).size == 2


@pytest.mark.parametrize(("row", "code"), [(9, Exit.NOT_FOUND), (0, Exit.USAGE)])
def test_a_row_that_is_not_there_is_told(office: Office, row: int, code: Exit) -> None:
    batch = office.released(rows(2))
    told = office.run("refuse", batch, row, "--reason", "x", "--operator", CHIEF)
    assert told.exit_code == code


def test_the_last_one_ends_with_its_batch(office: Office) -> None:
    batch = office.released(rows(1))
    refuse = ("refuse", batch, 1, "--reason", "x", "--operator", CHIEF)
    assert "reject the batch, or withdraw it" in office.run(*refuse).stderr
    # In production a batch is not withdrawn any more: it is done without a card.
    office.begun(batch)
    assert office.run(*refuse).exit_code == Exit.OK
    with reading(office.desk.engine) as session:
        assert batches.get(session, batch).state is BatchState.PRODUCED


def test_who_has_a_card_is_not_refused(office: Office) -> None:
    batch = office.desk.prepared(rows(1))
    told = office.run("refuse", batch, 1, "--reason", "x", "--operator", CHIEF)
    assert told.exit_code == Exit.STATE
    assert "carded" in told.stderr


def test_the_trail_says_why(office: Office) -> None:
    batch = office.released(rows(2))
    office.run("refuse", batch, 1, "--reason", "another person's photo", "--operator", CHIEF)
    with transaction(office.desk.engine) as session:
        key = application_review.key_in(session, batch, 1)
        found = application_review.case(session, key, by=CHIEF, at=NOW).history
    assert [(one.event, one.by) for one in found][-1] == ("application.cancel", CHIEF)
    assert found[-1].detail["reason"] == "another person's photo"
