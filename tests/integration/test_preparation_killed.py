"""The preparation of a batch killed at random moments: a small measure of `make soak RUN=crash`."""

from pathlib import Path

from tests.soak import crashes


def test_no_card_is_lost_or_doubled_by_kill_9(tmp_path: Path) -> None:
    figures = crashes.run(str(tmp_path / "book.sqlite3"), tmp_path, kills=3, seed=3)
    assert figures["faults"] == []
    assert figures["kills"] == 3
    assert figures["cards"]
