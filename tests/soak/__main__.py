"""``python -m tests.soak [NAME …]``: the long runs, one JSON object a line; see RUNS."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.soak import accounting, crashes, insurance, psam_tearing, readers, tearing

KILLS = 300


def cut_everything() -> bool:
    """Every scenario on every profile, and the PSAM's, cut at every write."""
    total = 0
    for name, profile in tearing.scenarios():
        cuts = tearing.cuts_of(name, profile)
        total += cuts
        _tell_cuts(name, profile, cuts)
    for profile in psam_tearing.PROFILES:
        cuts = psam_tearing.cuts_of(profile)
        total += cuts
        _tell_cuts("psam", profile, cuts)
    print(json.dumps({"soak": "tearing", "scenario": "all", "cuts": total}), flush=True)
    return True


def _tell_cuts(scenario: str, profile: str, cuts: int) -> None:
    figure = {"soak": "tearing", "scenario": scenario, "profile": profile, "cuts": cuts}
    print(json.dumps(figure), flush=True)


def fuzz() -> bool:
    """In a process of its own: the fuzzer has no other end than its process's."""
    command = [sys.executable, "-m", "tests.soak.fuzz"]
    return subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode == 0


def crash() -> bool:
    """Writer, workers and server killed over and over, on either database."""
    sound = True
    for name, open_place in (("sqlite", _sqlite), ("postgresql", _postgresql)):
        with tempfile.TemporaryDirectory() as folder, open_place(Path(folder)) as (place, kill):
            figures = crashes.run(place, Path(folder), kills=KILLS, seed=1, kill_server=kill)
        print(json.dumps({"soak": "crash", "book": name, **figures}), flush=True)
        sound = sound and not figures["faults"]
    return sound


def account() -> bool:
    """Random schedules of the floor; what breaks the accounts ends the run."""
    for figure in accounting.figures():
        print(json.dumps(figure), flush=True)
    return True


@contextmanager
def _sqlite(folder: Path) -> Iterator[tuple[str, None]]:
    yield str(folder / "book.sqlite3"), None


@contextmanager
def _postgresql(_folder: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    from tests.postgresql import private_postgres  # its driver is an extra

    with private_postgres() as server:

        def kill() -> None:
            server.kill()
            server.start()

        yield server.new_book(), kill


def disturb_readers() -> bool:
    """Cards and readers that come and go, pcscd killed and frozen, with the watch beside it."""
    sound = True
    for figure in readers.figures():
        print(json.dumps(figure), flush=True)
        sound = sound and figure["longest_seconds"] <= figure["published_seconds"]
    return sound


def insure() -> bool:
    """Months of the insurances: random schedules, and the monthly run killed on either database."""
    figure = {"soak": "insurance", "part": "schedules", **insurance.schedules()}
    print(json.dumps(figure), flush=True)
    for name, open_place in (("sqlite", _sqlite), ("postgresql", _postgresql)):
        with tempfile.TemporaryDirectory() as folder, open_place(Path(folder)) as (place, _):
            figure = {"soak": "insurance", "part": "kills", "book": name, **insurance.kills(place)}
        print(json.dumps(figure), flush=True)
    return True


RUNS = {
    "tearing": cut_everything,
    "fuzz": fuzz,
    "crash": crash,
    "accounting": account,
    "readers": disturb_readers,
    "insurance": insure,
}


def main(wanted: list[str]) -> None:
    if unknown := set(wanted) - RUNS.keys():
        sys.exit(f"no long run {', '.join(sorted(unknown))}; there are: {', '.join(RUNS)}")
    outcomes = [RUNS[name]() for name in wanted or RUNS]
    sys.exit(not all(outcomes))


if __name__ == "__main__":
    main(sys.argv[1:])
