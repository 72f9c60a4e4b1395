"""Print, chip and book of a card: each disagreement is told, and the card stays out."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from hardware_sim.card.card import Card
from issuance import batches, cards, inspection, print_data, result_file
from issuance.book_errors import DutyError, LifecycleError
from issuance.card_source import job_of
from issuance.database import reading, transaction
from issuance.inspection import Finding
from issuance.inspection_faults import Fault, InspectionError
from issuance.models import Card as BookedCard
from issuance.printed_codes import Codes, on_pictures, scanned
from issuance.states import CardState
from issuance.station import Station
from reader.card_record import to_text
from reader.errors import NoCardError
from reader.global_platform import GpIns
from tests.bureau import CHECKER, MAKER, NOW
from tests.desk import counter_bytes, with_group
from tests.workshop import Cut, Line, Workshop, slot, workshop


def inspect(
    shop: Workshop, *looked_at: tuple[Card, Codes], batch: str = "", by: str = CHECKER
) -> list[Finding]:
    """`onecard bureau inspect` of these cards, with what is printed on each."""
    return list(
        inspection.inspect(
            shop.office.engine,
            batch or shop.batch,
            [(slot(Line(chip)), codes) for chip, codes in looked_at],
            store=shop.desk.store,
            by=by,
            clock=lambda: NOW,
            random=counter_bytes(8),
        )
    )


def faults(findings: Sequence[Finding]) -> list[Fault | None]:
    return [
        finding.error.fault if isinstance(finding.error, InspectionError) else None
        for finding in findings
    ]


def states(shop: Workshop) -> set[CardState]:
    return {card.state for card in shop.cards()}


@pytest.mark.parametrize("profile", ["v3.00", "v2.00", "international"])
def test_cards_that_agree_with_their_print_are_good(profile: str, tmp_path: Path) -> None:
    with workshop(tmp_path, profile, 2) as shop:
        chips = shop.finished(2)
        found = inspect(shop, *((chip, scanned(shop.printed(chip) + "\r\n")) for chip in chips))
        assert [finding.error for finding in found] == [None, None]
        assert states(shop) == {CardState.INSPECTED}


def test_a_second_look_at_a_good_card_changes_nothing(tmp_path: Path) -> None:
    with workshop(tmp_path, "international", 1) as shop:
        (chip,) = shop.finished(1)
        (first,) = inspect(shop, (chip, scanned(shop.printed(chip))))
        (again,) = inspect(shop, (chip, scanned(shop.printed(chip))))
        assert (first.before, again.before, again.error) == (False, True, None)


def test_a_print_file_shifted_by_one_line_lets_no_card_out(tmp_path: Path) -> None:
    """Canada, 2015: a shifted line, and 14,000 people got cards with others' names."""
    with workshop(tmp_path, "international", 3) as shop:
        chips = shop.finished(3)
        texts = [shop.printed(chip) for chip in chips]
        numbers = [row.number for chip in chips if (row := shop.booked(chip))]
        shifted = texts[1:] + texts[:1]
        found = inspect(
            shop, *((chip, scanned(text)) for chip, text in zip(chips, shifted, strict=True))
        )
        assert faults(found) == [Fault.QR_OTHER_CARD] * 3
        assert [finding.number for finding in found] == numbers
        for finding, other in zip(found, numbers[1:] + numbers[:1], strict=True):
            assert other in str(finding.error)
        assert states(shop) == {CardState.PERSONALIZED}
        with reading(shop.office.engine) as session:
            result = result_file.result_file(session, shop.batch).decode("gb18030")
        assert result.count("质检,qr-other-card") == 3


def test_a_wrongly_encoded_card_does_not_go_out_though_it_is_signed(tmp_path: Path) -> None:
    """Canada, 2003: 4,619 cards went out wrongly encoded. Chip, record and print agree here."""
    with workshop(tmp_path, "international", 1) as shop:
        chip = shop.desk.blank()
        (card,) = shop.cards()
        with reading(shop.office.engine) as session:
            wrong = with_group(job_of(session, card), sex="9")
        station = Station(shop.desk.store, random=counter_bytes(2), clock=lambda: NOW)
        written = station.personalize(Line(chip), chip.atr, wrong)
        with transaction(shop.office.engine) as session:
            cards.mark_personalized(
                session,
                card.number,
                identification_code=bytes(written.identification_code),
                atr=written.atr,
                chip_public_key=written.chip_public_key,
                record=written.record,
                by=MAKER,
                at=NOW,
            )
        found = inspect(shop, (chip, scanned(shop.printed(chip))))
        assert faults(found) == [Fault.CHIP_DATA]
        assert "SSSE/EF06" in str(found[0].error)
        assert states(shop) == {CardState.PERSONALIZED}


def test_a_card_put_right_is_good_and_its_fault_is_gone(tmp_path: Path) -> None:
    with workshop(tmp_path, "international", 1) as shop:
        (chip,) = shop.finished(1)
        assert faults(inspect(shop, (chip, lambda number: []))) == [Fault.QR_MISSING]
        assert shop.cards()[0].failed_reason == "qr-missing"
        inspect(shop, (chip, scanned(shop.printed(chip))))
        assert [(card.state, card.failed_reason) for card in shop.cards()] == [
            (CardState.INSPECTED, None)
        ]


def test_a_code_that_is_no_record_is_told(tmp_path: Path) -> None:
    told = {
        "": Fault.QR_MISSING,
        "https://example.org": Fault.QR_UNREADABLE,
        "OC1:!": Fault.QR_UNREADABLE,
        to_text(b"\xd2\x84"): Fault.QR_UNREADABLE,
    }
    with workshop(tmp_path, "international", 1) as shop:
        (chip,) = shop.finished(1)
        found = inspect(shop, *((chip, scanned(text)) for text in told))
        assert faults(found) == [*told.values()]


def test_a_code_of_an_earlier_attempt_at_the_same_card_is_told(tmp_path: Path) -> None:
    with workshop(tmp_path, "international", 1) as shop:
        spoilt = shop.desk.blank(9)
        with reading(shop.office.engine) as session:
            job = job_of(session, shop.cards()[0])
        station = Station(shop.desk.store, random=counter_bytes(2), clock=lambda: NOW)
        earlier = to_text(station.personalize(Line(spoilt), spoilt.atr, job).record)
        (chip,) = shop.finished(1)
        assert faults(inspect(shop, (chip, scanned(earlier)))) == [Fault.QR_NOT_THE_BOOK]


def other_key(shop: Workshop, chip: Card) -> Card:
    """All files copied to a chip that has not the key."""
    scalar = shop.desk.profile.suite.signature.generate_key().scalar()
    return Card(replace(chip.persistent, chip_key=scalar), random=counter_bytes(4))


def other_record(shop: Workshop, chip: Card) -> Card:
    """The book has another record than the chip."""
    with transaction(shop.office.engine) as session:
        session.execute(update(BookedCard).values(record=b"\xd2another"))
    return chip


def unknown(shop: Workshop, chip: Card) -> Card:
    """The book has lost the chip."""
    with transaction(shop.office.engine) as session:
        session.execute(update(BookedCard).values(identification_code=bytes(16)))
    return chip


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (other_key, Fault.CHIP_PROOF),
        (other_record, Fault.CHIP_RECORD),
        (unknown, Fault.CHIP_UNKNOWN),
    ],
)
def test_a_chip_that_is_not_the_books_is_told(
    change: Callable[[Workshop, Card], Card], fault: Fault, tmp_path: Path
) -> None:
    with workshop(tmp_path, "international", 1) as shop:
        (chip,) = shop.finished(1)
        text = shop.printed(chip)
        assert faults(inspect(shop, (change(shop, chip), scanned(text)))) == [fault]
        assert states(shop) == {CardState.PERSONALIZED}


def test_a_chip_that_is_booked_and_still_open_is_told(tmp_path: Path) -> None:
    with workshop(tmp_path, "international", 1) as shop:
        chip = shop.desk.blank()
        shop.run(Line(chip, Cut(0, GpIns.SET_STATUS)))
        assert faults(inspect(shop, (chip, scanned(shop.printed(chip))))) == [Fault.CHIP_OPEN]
        shop.run(Line(chip))
        assert faults(inspect(shop, (chip, scanned(shop.printed(chip))))) == [None]


def test_a_card_of_another_batch_is_told(tmp_path: Path) -> None:
    with workshop(tmp_path, "international", 1) as shop:
        (chip,) = shop.finished(1)
        other = shop.batch[:-4] + "0009"
        with transaction(shop.office.engine) as session:
            batch = batches.get(session, shop.batch)
            facts = {column.name: getattr(batch, column.name) for column in batch.__table__.columns}
            session.add(type(batch)(**{**facts, "id": other, "intake_id": None}))
        found = inspect(shop, (chip, scanned(shop.printed(chip))), batch=other)
        assert faults(found) == [Fault.OTHER_BATCH]


def test_nobody_inspects_what_he_made(tmp_path: Path) -> None:
    with workshop(tmp_path, "international", 1) as shop:
        (chip,) = shop.finished(1)
        with pytest.raises(DutyError):
            inspect(shop, (chip, scanned(shop.printed(chip))), by=MAKER)
        assert states(shop) == {CardState.PERSONALIZED}


def test_a_card_that_may_not_be_inspected_any_more_is_told(tmp_path: Path) -> None:
    with workshop(tmp_path, "international", 1) as shop:
        (chip,) = shop.finished(1)
        with transaction(shop.office.engine) as session:
            cards.cancel(session, shop.cards()[0].number, reason="moved", by=MAKER, at=NOW)
        (found,) = inspect(shop, (chip, scanned(shop.printed(chip))))
        assert isinstance(found.error, LifecycleError)


def test_an_empty_reader_does_not_stop_the_next_card(tmp_path: Path) -> None:
    with workshop(tmp_path, "international", 1) as shop:
        (chip,) = shop.finished(1)

        def empty() -> Line:
            raise NoCardError

        first, second = inspection.inspect(
            shop.office.engine,
            shop.batch,
            [(empty, scanned("")), (slot(Line(chip)), scanned(shop.printed(chip)))],  # type: ignore[list-item]
            store=shop.desk.store,
            by=CHECKER,
            clock=lambda: NOW,
            random=counter_bytes(8),
        )
        assert isinstance(first.error, NoCardError)
        assert second.error is None


def test_codes_are_read_from_pictures_named_by_card(tmp_path: Path) -> None:
    with workshop(tmp_path, "international", 2) as shop:
        chips = shop.finished(2)
        folder = tmp_path / "pictures"
        folder.mkdir()
        for chip in chips:
            row = shop.booked(chip)
            assert row is not None
            with reading(shop.office.engine) as session:
                code = print_data.card_qr_code(session, row.number)
            (folder / f"{row.number}.png").write_bytes(code.png(3))
            assert on_pictures(folder)(row.number) == [shop.printed(chip)]
        (folder / f"{row.number}-back.png").write_bytes(b"no picture")
        found = inspect(shop, *((chip, on_pictures(folder)) for chip in chips))
        assert [finding.error for finding in found] == [None, None]


def test_a_card_without_a_picture_was_not_seen(tmp_path: Path) -> None:
    with workshop(tmp_path, "international", 1) as shop:
        (chip,) = shop.finished(1)
        assert faults(inspect(shop, (chip, on_pictures(tmp_path)))) == [Fault.QR_MISSING]
