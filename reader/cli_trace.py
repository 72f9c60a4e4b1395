"""``--trace FILE`` for every command that talks to a card."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click

from onecard.console import Exit, fail, say
from reader.trace_file import TraceFile, tracing

OWNER_ONLY = 0o600  # where a system has such rights


def trace_options(command: Callable[..., None]) -> Callable[..., None]:
    """Adds --trace and --with-person; every connection of the command is then recorded."""

    @click.option(
        "--trace",
        "trace_path",
        metavar="FILE",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Write what goes to the card and back into FILE; PINs, keys and persons masked.",
    )
    @click.option("--with-person", is_flag=True, help="Leave the holder's data in the trace.")
    @wraps(command)
    def run(trace_path: Path | None, with_person: bool, **others: Any) -> None:
        if trace_path is None:
            command(**others)
            return
        with _recording(trace_path, with_person=with_person):
            command(**others)

    return run


@contextmanager
def _recording(path: Path, *, with_person: bool) -> Iterator[None]:
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        fail(Exit.BAD_INPUT, f"{path}: {reason}.", f"{path}：{reason}。")
    with os.fdopen(number, "w", encoding="utf-8", newline="\n") as file:
        trace = TraceFile(
            file,
            now=lambda: datetime.now(UTC),
            microseconds=lambda: time.perf_counter_ns() // 1000,
            with_person=with_person,
        )
        if with_person:
            say(
                "The trace names the holder: show it to nobody who may not know.",
                "跟踪文件含持卡人信息，请勿交给无权知悉的人员。",
            )
        with tracing(trace):
            yield
