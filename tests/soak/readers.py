"""Readers disturbed for a long time: see `tests.reader_script`. A seed that fails can be run again:
``python -m tests.soak.readers SEED [EVENTS]``."""

import json
import os
import secrets
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from hardware_sim.readers.private_pcscd import PrivatePcscd
from hardware_sim.readers.world import World

READERS = 4
EVENTS = 300
RANDOM_SEEDS = 3


def figures(seeds: Sequence[int] = (), events: int = EVENTS) -> Iterator[dict[str, Any]]:
    """One object a seed: a fixed one and random ones, or those given. Raises StaleError."""
    with (
        tempfile.TemporaryDirectory(prefix="onecard-soak-") as place,
        PrivatePcscd(Path(place), readers=READERS) as daemon,
    ):
        os.environ.update(daemon.environment)  # before libpcsclite reads it, once
        for seed in seeds or (1, *(secrets.randbits(32) for _ in range(RANDOM_SEEDS))):
            print(f"readers: seed {seed}", file=sys.stderr, flush=True)
            yield {"soak": "readers", "seed": seed, **_disturbed(daemon, seed, events)}


def _disturbed(daemon: PrivatePcscd, seed: int, events: int) -> dict[str, Any]:
    from reader.watch import RECOVERY_SECONDS
    from tests.reader_script import run_script  # pyscard is an extra

    with (
        tempfile.TemporaryDirectory() as folder,
        World(daemon.readers, daemon=daemon) as world,
    ):
        frozen = ("pcscd frozen",)
        found = run_script(world, daemon, Path(folder), seed=seed, events=events, also=frozen)
    return {**found, "published_seconds": RECOVERY_SECONDS}


if __name__ == "__main__":
    wanted = [int(word) for word in sys.argv[1:]]
    for figure in figures(wanted[:1], *wanted[1:]):
        print(json.dumps(figure), flush=True)
