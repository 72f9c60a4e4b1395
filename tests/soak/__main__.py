"""``python -m tests.soak [tearing | fuzz …]``: the long runs, one JSON object a line."""

import json
import subprocess
import sys

from tests.soak import tearing


def cut_everything() -> bool:
    """Every scenario on every profile, cut at every write."""
    total = 0
    for name, profile in tearing.scenarios():
        cuts = tearing.cuts_of(name, profile)
        total += cuts
        figure = {"soak": "tearing", "scenario": name, "profile": profile, "cuts": cuts}
        print(json.dumps(figure), flush=True)
    print(json.dumps({"soak": "tearing", "scenario": "all", "cuts": total}), flush=True)
    return True


def fuzz() -> bool:
    """In a process of its own: the fuzzer has no other end than its process's."""
    command = [sys.executable, "-m", "tests.soak.fuzz"]
    return subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode == 0


RUNS = {"tearing": cut_everything, "fuzz": fuzz}


def main(wanted: list[str]) -> None:
    if unknown := set(wanted) - RUNS.keys():
        sys.exit(f"no long run {', '.join(sorted(unknown))}; there are: {', '.join(RUNS)}")
    outcomes = [RUNS[name]() for name in wanted or RUNS]
    sys.exit(not all(outcomes))


if __name__ == "__main__":
    main(sys.argv[1:])
