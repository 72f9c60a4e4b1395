"""The reference card, as transcripts and unit tests use it."""

from pathlib import Path

from hardware_sim.card.state import Persistent
from hardware_sim.reference_card import KEY as KEY
from hardware_sim.reference_card import KEY_TRIES as TRIES
from hardware_sim.reference_card import SERIAL as SERIAL
from hardware_sim.reference_card import reference_card
from hardware_sim.storage import CardFile
from reader.card_profile.profiles import PROFILES

__all__ = ["KEY", "SERIAL", "TRIES", "fixed_card", "fixed_card_file"]


def fixed_card(profile: str = "v2.00") -> Persistent:
    """A personalized card: PIN 123456, every application key `KEY`, three tries each."""
    return reference_card(PROFILES[profile])


def fixed_card_file(folder: Path, profile: str = "v2.00") -> Path:
    """The same card in a file."""
    path = folder / "card.json"
    CardFile(path).create(fixed_card(profile))
    return path
