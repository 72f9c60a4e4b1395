"""Accounts move between regions of one book whole; their months stay where they were paid."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.services.enrolment import transfers
from api.services.enrolment.errors import TransferStateError
from api.services.enrolment.models import Transfer
from api.services.errors import RefusedError
from api.services.months import Month
from tests.insurance import CLERK, STRANGER
from tests.insurance_counter import InsuranceCounter
from tests.insurance_enrolment import enrolment_counter, held
from tests.insurance_transfers import BIRTH, ask, balance, begun_here, book, moved, send


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[InsuranceCounter]:
    with enrolment_counter(tmp_path) as opened:
        yield opened


def test_in_one_book_a_transfer_moves_the_account_once_and_changes_no_month(
    counter: InsuranceCounter,
) -> None:
    person = counter.person(BIRTH)
    moved(counter, person, Month.of(2025, 1), Month.of(2025, 12))
    begun_here(counter, person, "2026-11")
    before = balance(counter, person)
    transfer = ask(counter, person)
    with pytest.raises(TransferStateError, match="under way"):
        ask(counter, person, keep="there")
    with pytest.raises(TransferStateError):
        send(counter, transfer, by=CLERK)  # not for the office that asked
    with pytest.raises(TransferStateError, match="not sent"):
        book(counter, transfer)
    sent = send(counter, transfer)
    # 12 months of 5,000 yuan at 12 %
    assert (sent.months, sent.fund, sent.account) == (12, 720_000, before)
    assert send(counter, transfer).sent_at == sent.sent_at
    for _ in range(2):
        done = book(counter, transfer)
        assert (done.state, done.doubled, done.refund) == ("booked", [], 0)
    assert (len(held(counter, person)), balance(counter, person)) == (12, before)


def test_there_and_back_the_same_months_move(counter: InsuranceCounter) -> None:
    rows = [("510104", "430102"), ("430102", "510104")]
    booked = [Transfer(from_region=left, to_region=reached) for left, reached in rows]
    assert transfers.kept_at(booked[:1]) == {"510000": "430000"}
    assert transfers.kept_at(booked) == {"510000": "510000", "430000": "510000"}


def test_within_a_province_nothing_has_to_move(counter: InsuranceCounter) -> None:
    person = counter.person(BIRTH)
    begun_here(counter, person, "2026-11")
    matter = counter.receive("enrolment.transfer", person, from_region="430200", keep="here")
    with pytest.raises(RefusedError, match="Within a province"):
        counter.propose(matter)


def test_a_transfer_is_listed_sent_and_booked_from_the_command_line(
    counter: InsuranceCounter, tmp_path: Path
) -> None:
    person = counter.person(BIRTH)
    moved(counter, person, Month.of(2025, 1), Month.of(2025, 12))
    begun_here(counter, person, "2026-11")
    transfer = ask(counter, person)
    sheet = tmp_path / "sheet.json"
    (listed,) = counter.json("transfers", "list", "--state", "asked")["transfers"]
    assert listed["transfer"] == transfer
    sent = counter.json("transfers", "send", transfer, "--out", str(sheet), by=STRANGER)
    done = counter.json("transfers", "book", transfer, "--sheet", str(sheet))
    assert (sent["state"], done["state"], done["fund"]) == ("sent", "booked", "7200.00")
    years = counter.json("contributions", "show", person)["years"]
    # 5,000 over 8,000 yuan
    assert next((year["year"], year["months"], year["index"]) for year in years) == (
        2025,
        12,
        "0.625",
    )
    shown = counter.json("accounts", "close", "2025")
    assert (shown["closed"], counter.json("accounts", "show", person)["years"][0]["year"]) == (
        1,
        2025,
    )
