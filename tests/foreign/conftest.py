"""The card that foreign software judges."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware_sim.readers.private_pcscd import PrivatePcscd, missing_part
from hardware_sim.readers.vpcd import VirtualReader
from tests.foreign.piv_token import Token
from tests.served_card import blank_card, inserted


@pytest.fixture
def card(tmp_path: Path) -> Path:
    """The file of a blank whose transport keys are GlobalPlatform's public test keys."""
    return blank_card(tmp_path / "card.json")


@pytest.fixture(scope="module")
def lonely_reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, VirtualReader]]:
    """A pcscd with a single reader, and its socket."""
    if missing := missing_part():
        pytest.skip(f"needs {missing}")
    with (
        tempfile.TemporaryDirectory(prefix="onecard-piv-") as folder,
        PrivatePcscd(Path(folder), readers=1) as daemon,
    ):
        yield daemon.socket_path, daemon.readers[0]


@pytest.fixture(params=["international", "v3.00"])
def token(
    request: pytest.FixtureRequest, tmp_path: Path, lonely_reader: tuple[Path, VirtualReader]
) -> Iterator[Token]:
    """A card ready for use."""
    socket_path, reader = lonely_reader
    card = blank_card(tmp_path / "card.json", "--profile", request.param)
    with inserted(card, reader, contactless=request.param == "v3.00"):
        yield Token(reader, tmp_path, socket_path).prepare()
