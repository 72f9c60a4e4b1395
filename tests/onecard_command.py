"""The command ``onecard`` as tests type it: in their own process, or in one where that matters."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from click.testing import CliRunner

from hardware_sim.readers.vpcd import VirtualReader
from onecard.command import root

ONECARD = Path(sys.executable).with_name("onecard")

Done = subprocess.CompletedProcess[str]


def onecard(*arguments: str | Path, **variables: str) -> Done:
    """Runs the command to its end, as one typed it, and asserts nothing about it.

    It runs in the tests' own process: to start one would cost more than most commands do.
    """
    told = CliRunner().invoke(
        root, [*map(str, arguments)], prog_name="onecard", env=variables, catch_exceptions=False
    )
    return Done(arguments, told.exit_code, told.stdout, told.stderr)


def onecard_process(*arguments: str | Path, **variables: str) -> Done:
    """The same in a process of its own."""
    return subprocess.run(
        [ONECARD, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        stdin=subprocess.DEVNULL,
        env=os.environ | variables,
    )


@contextmanager
def inserted_by_command(card: Path, reader: VirtualReader) -> Iterator[None]:
    """The card of the file *card* in a virtual reader, served by a process that is killed."""
    process = subprocess.Popen(
        [ONECARD, "sim", "serve", card, "--vpcd", f"127.0.0.1:{reader.port}"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line.startswith("inserted "), line
        yield
    finally:
        process.kill()
        process.communicate()
