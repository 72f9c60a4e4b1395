"""Transcripts whose commands carry proofs: the chip's chance is known, openssl gave the bytes."""

import pytest

from hardware_sim.card.card import Card
from tests import transcript
from tests.desk import counter_bytes
from tests.fixed_card import fixed_card

FOLDER = transcript.FOLDER / "known_chance"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.apdu")), ids=lambda path: path.stem)
def test_the_card_answers_as_the_transcript_says(path):
    card = Card(fixed_card(transcript.profile_of(path)), random=counter_bytes())
    assert transcript.play(path, card.transmit, card.reset)
