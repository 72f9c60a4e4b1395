"""``python -m tests.benchmarks [NAME …]``: runs the benchmarks, one JSON object a line.

A benchmark is a module beside this one that prints its figures when run (``python -m
tests.benchmarks.NAME``). Standard output carries figures and nothing else; all other words go to
standard error.
"""

import json
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

from tests.benchmarks.figure import Figure

# Parts of another benchmark, in files of their own.
PARTS = {"counter_recovery", "services_book", "services_month"}
KEYS = {field.name for field in fields(Figure)}


def names() -> list[str]:
    """Every benchmark there is."""
    files = Path(__file__).parent.glob("*.py")
    return sorted({file.stem for file in files} - {"__init__", "__main__", "figure"} - PARTS)


def run(name: str) -> bool:
    """Passes one benchmark's figures on; False if it failed or printed something else."""
    command = [sys.executable, "-m", f"tests.benchmarks.{name}"]
    clean = True
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        assert process.stdout is not None
        for line in process.stdout:
            if is_figure(line):
                print(line, end="", flush=True)
            else:
                clean = False
                print(f"{name} printed what is no figure: {line}", end="", file=sys.stderr)
    if process.returncode:
        print(f"{name} failed with exit code {process.returncode}", file=sys.stderr)
    return clean and process.returncode == 0


def is_figure(line: str) -> bool:
    """Whether a line is one JSON object with a figure's keys."""
    try:
        figure = json.loads(line)
    except json.JSONDecodeError:
        return False
    return isinstance(figure, dict) and figure.keys() == KEYS


def main(wanted: list[str]) -> None:
    if unknown := set(wanted) - set(names()):
        sys.exit(f"no benchmark {', '.join(sorted(unknown))}; there are: {', '.join(names())}")
    # Each in a process of its own, so that no benchmark warms or burdens the next.
    outcomes = [run(name) for name in wanted or names()]
    sys.exit(not all(outcomes))


if __name__ == "__main__":
    main(sys.argv[1:])
