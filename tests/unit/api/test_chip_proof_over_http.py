"""Simulated chips answer the service's challenge: by signature, or by the key they share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware_sim.card.card import Card as Chip
from issuance import cards, delivery
from issuance.database import transaction
from reader.card_record import to_text
from reader.session import CardSession
from tests.bureau import CHECKER, CLERK, MAKER, NOW
from tests.desk import Counting, Desk
from tests.office import Office, office


@pytest.fixture(name="third", params=["v3.00", "international"])
def _third(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Office]:
    with office(tmp_path, profile=request.param) as opened:
        yield opened


@pytest.fixture(name="second")
def _second(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path, profile="v2.00") as opened:
        yield opened


@pytest.fixture(name="second_without_keys")
def _second_without_keys(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path, profile="v2.00", with_keys=False) as opened:
        yield opened


def make(office: Office, count: int = 1) -> list[tuple[Chip, str]]:
    """Cards on chips, booked and in use, each with the text of its record."""
    desk = Desk(office.store, office.profile)
    made = []
    for place, row in enumerate(office.batch(count)):
        chip = desk.blank(place + 1)
        card = desk.make(chip, desk.job(place))
        with transaction(office.bureau.engine) as session:
            cards.mark_personalized(
                session,
                row.number,
                identification_code=card.identification_code,
                atr=card.atr,
                chip_public_key=card.chip_public_key,
                record=card.record,
                by=MAKER,
                at=NOW,
            )
            delivery.inspect(session, row.number, by=CHECKER, at=NOW)
            cards.activate(session, row.number, by=CLERK, at=NOW)
        made.append((chip, to_text(card.record)))
    return made


def signature(chip: Chip, challenge: bytes) -> bytes:
    return CardSession(Counting(chip)).prove_chip(challenge)


def cryptogram(chip: Chip, challenge: bytes) -> bytes:
    session = CardSession(Counting(chip))
    key = session.profile.key("IRK")
    return session.internal_authenticate(key, challenge[:8], challenge[8:16])


def test_a_chip_with_a_key_pair_signs(third: Office) -> None:
    ((chip, text),) = make(third)
    challenge = third.challenge()
    found = third.verify(text, challenge=challenge, response=signature(chip, challenge))
    assert (found["verdict"], found["checks"][-1]) == ("genuine", "chip")


def test_a_chip_with_a_shared_key_computes(second: Office) -> None:
    ((chip, text),) = make(second)
    challenge = second.challenge()
    found = second.verify(text, challenge=challenge, response=cryptogram(chip, challenge))
    assert (found["verdict"], found["checks"][-1]) == ("genuine", "chip")


def test_another_chip_with_a_shared_key_is_a_copy(second: Office) -> None:
    (_, text), (thief, _) = make(second, 2)
    challenge = second.challenge()
    found = second.verify(text, challenge=challenge, response=cryptogram(thief, challenge))
    assert found["verdict"] == "copied"


def test_a_service_without_the_keys_does_not_claim_the_chip(second_without_keys: Office) -> None:
    ((chip, text),) = make(second_without_keys)
    challenge = second_without_keys.challenge()
    response = cryptogram(chip, challenge)
    found = second_without_keys.verify(text, challenge=challenge, response=response)
    assert (found["verdict"], found["checks"]) == ("genuine", ["signature", "validity", "status"])
    again = second_without_keys.verify(text, challenge=challenge, response=response)
    assert again["verdict"] == "replayed"
