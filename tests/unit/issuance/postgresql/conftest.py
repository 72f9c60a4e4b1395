"""Bureaus whose book is on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bureau import Bureau, bureau, rows
from tests.postgresql import PrivatePostgres


@pytest.fixture
def desk(tmp_path: Path, postgres_book: str) -> Iterator[Bureau]:
    with bureau(tmp_path, postgres_book) as opened:
        yield opened


@pytest.fixture(scope="module")
def settled(
    postgres: PrivatePostgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Bureau]:
    """A book with one prepared card, for what is refused and leaves it as it is."""
    with bureau(tmp_path_factory.mktemp("settled"), postgres.new_book()) as opened:
        opened.prepared(rows(1))
        yield opened
