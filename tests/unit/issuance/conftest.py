"""A book with a counter: a new one (`book`), or one that a module shares (`shared`)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.counter_book import CounterBook, counter_book


@pytest.fixture(name="book")
def _book(tmp_path: Path) -> Iterator[CounterBook]:
    with counter_book(tmp_path) as opened:
        yield opened


@pytest.fixture(name="shared", scope="module")
def _shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CounterBook]:
    """For what is refused and changes nothing, or does not mind what happened before."""
    with counter_book(tmp_path_factory.mktemp("counter")) as opened:
        yield opened
