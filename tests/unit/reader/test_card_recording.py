"""Service data written to a card, with the power cut after every command in turn."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from hardware_sim.card.card import Card
from hardware_sim.faults import CutAfterCommand, PowerCut
from reader.card_recording import Recording, record
from reader.desk_keys import DeskKeys
from reader.session import CardSession
from tests.desk import PIN, Counting, Desk, counter_bytes

APPRAISAL = {"matter": "10", "disability_grade": "05", "self_care_grade": "4"}
PERIOD = {"occupation": "4990000", "start_date": "2026-10-01", "employer_name": "乙公司"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    folder: Path = tmp_path_factory.mktemp("issuer")
    return Desk.open(folder)


@pytest.mark.parametrize(
    ("group", "items"),
    [("DF03.work_capacity_appraisal", APPRAISAL), ("DF02.employment_history", PERIOD)],
    ids=["records", "cyclic"],
)
def test_cut_off_anywhere_and_done_again_it_is_there_once(
    desk: Desk, group: str, items: dict[str, Any]
) -> None:
    made = desk.blank()
    desk.make(made)
    commands = cut = 0
    while cut == commands:  # until it went through
        commands += 1
        chip = Card(deepcopy(made.persistent), random=counter_bytes(9))
        try:
            write(desk, CutAfterCommand(chip, commands), group, items)
        except PowerCut:
            cut += 1
        chip.reset()
        write(desk, chip, group, items)
        assert write(desk, chip, group, items) == 0
        assert held(chip, group, items) == [items]
    assert cut > 8  # selection, keys, and each record


def write(desk: Desk, chip: Any, group: str, items: dict[str, Any]) -> int:
    """The desk's part; how many records it wrote."""
    session = CardSession(Counting(chip))
    keys = DeskKeys.of(session, desk.store, chip.atr, random=counter_bytes(3))
    return record(keys, session, Recording.of(session.profile, group, items))


def held(chip: Card, group: str, items: dict[str, Any]) -> list[dict[str, Any]]:
    """Each record of a cyclic file, or the one group, as far as it has these items."""
    chip.reset()
    session = CardSession(Counting(chip))
    session.verify_pin(PIN)
    recording = Recording.of(session.profile, group, items)
    records = session.read_records(recording.application, recording.file)
    lacking = recording.lacking(records)
    written = [one for one in records if any(one == c.data for c in recording.commands)]
    assert len(written) == len(recording.commands)
    return [] if lacking else [items]
