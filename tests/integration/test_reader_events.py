"""A counter's bad day at a real pcscd: whatever happens, what is seen is what is there.

`make soak RUN=readers` has the long one: hundreds of events, random seeds, pcscd frozen as well.
"""

import pytest

from hardware_sim.readers.private_pcscd import PrivatePcscd
from hardware_sim.readers.world import World

pytest.importorskip("reader.pcsc", reason="needs pyscard")
pytestmark = pytest.mark.pcsc

EVENTS, SEED = 30, 7  # each kind at least once


def test_what_is_seen_is_what_is_there_after_every_event(
    world: World, private_pcscd: PrivatePcscd, tmp_path
) -> None:
    from tests.reader_script import run_script

    figures = run_script(world, private_pcscd, tmp_path, seed=SEED, events=EVENTS)
    assert figures["events"] >= EVENTS
    assert figures["reads"] > 0
    for kind in ("insert", "remove", "swap", "pcscd killed", "reader gone", "slow card"):
        assert figures["kinds"][kind]
