"""The card that foreign software judges."""

from pathlib import Path

import pytest

from tests.served_card import blank_card


@pytest.fixture
def card(tmp_path: Path) -> Path:
    """The file of a blank whose transport keys are GlobalPlatform's public test keys."""
    return blank_card(tmp_path / "card.json")
