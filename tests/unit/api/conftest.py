"""The issuer whose service the tests ask."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from issuance.database import open_book
from tests.counter_world import CounterWorld, served_world
from tests.desk import Desk
from tests.office import Office, office


@pytest.fixture(scope="session")
def new_issuer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys and an empty book, made once."""
    folder = tmp_path_factory.mktemp("issuer")
    Desk.open(folder)
    open_book(folder / "book.sqlite3").dispose()
    return folder


@pytest.fixture(name="office")
def _office(new_issuer: Path, tmp_path: Path) -> Iterator[Office]:
    shutil.copytree(new_issuer, tmp_path, dirs_exist_ok=True)
    with office(tmp_path) as opened:
        yield opened


@pytest.fixture(name="world")
def _world(tmp_path: Path) -> Iterator[CounterWorld]:
    with served_world(tmp_path, "v3.00") as opened:
        yield opened


@pytest.fixture(name="shared", scope="module")
def _shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CounterWorld]:
    """For what is refused, or minds nothing that happened before."""
    with served_world(tmp_path_factory.mktemp("shared"), "v3.00") as opened:
        yield opened
