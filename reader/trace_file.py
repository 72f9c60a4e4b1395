"""A trace: what went between this desk and a card, in a file that can be sent and played again.

One JSON object a line. A line with ``trace`` begins a conversation with one card; the lines with
its number are commands and answers in hexadecimal, with the microsecond they began at and took.
``hidden`` names the halves that are not as they were (`reader.trace_masking`).
"""

import json
import platform
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any, TextIO

from reader.errors import ReaderError
from reader.trace_masking import Masking
from reader.transport import Transport

FORMAT = 1
COMMAND, ANSWER = "command", "answer"


class TraceFormatError(ReaderError):
    """The file is no trace."""

    code = "trace-format"
    cause = ("The file is no trace of a card.", "该文件不是读卡跟踪文件。")
    remedy = (
        "Name a file that was written with --trace, whole and unchanged.",
        "请指定由 --trace 写出的完整文件。",
    )


@dataclass(frozen=True, slots=True)
class TracedExchange:
    """One command and its answer; *hidden* names the halves that were replaced."""

    command: bytes
    answer: bytes
    took: int = 0  # microseconds
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conversation:
    """What went to one card; *about* is the line that began it."""

    about: Mapping[str, Any]
    atr: bytes
    exchanges: tuple[TracedExchange, ...]


class TraceFile:
    """Writes conversations to *out*; *now* and *microseconds* are the machine's clocks."""

    def __init__(
        self,
        out: TextIO,
        *,
        now: Callable[[], datetime],
        microseconds: Callable[[], int],
        with_person: bool = False,
    ) -> None:
        self._out, self._now, self.microseconds = out, now, microseconds
        self.with_person = with_person
        self._conversations = 0

    def begin(self, reader: str, atr: bytes) -> int:
        """A new conversation's number."""
        self._conversations += 1
        self.write(
            {
                "trace": FORMAT,
                "conversation": self._conversations,
                "onecard": _version(),
                "python": platform.python_version(),
                "system": platform.platform(),
                "time": self._now().isoformat(timespec="seconds"),
                "reader": reader,
                "atr": atr.hex().upper(),
                "with_person": self.with_person,
            }
        )
        return self._conversations

    def write(self, line: Mapping[str, Any]) -> None:
        """One line, there at once: the next command may be the program's last."""
        self._out.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._out.flush()


class Recorded:
    """A transport whose exchanges go into a trace."""

    def __init__(self, inner: Transport, trace: TraceFile, *, reader: str, atr: bytes) -> None:
        self._inner, self._trace = inner, trace
        self._conversation = trace.begin(reader, atr)
        self._begun = trace.microseconds()
        self._masking = Masking(with_person=trace.with_person)

    def transmit(self, command: bytes) -> bytes:
        """The inner answer, written down; a line that fails is written down as such."""
        at = self._trace.microseconds()
        try:
            answer = self._inner.transmit(command)
        except ReaderError as error:
            self._write(at, command, b"", {"error": error.code})
            raise
        self._write(at, command, answer, {})
        return answer

    def _write(self, at: int, command: bytes, answer: bytes, more: Mapping[str, Any]) -> None:
        took = self._trace.microseconds() - at
        masked = self._masking.mask(command, answer)
        halves = ((COMMAND, masked.hidden_command), (ANSWER, masked.hidden_answer))
        hidden = [half for half, is_hidden in halves if is_hidden]
        self._trace.write(
            {
                "conversation": self._conversation,
                "at": at - self._begun,
                "took": took,
                COMMAND: masked.command.hex().upper(),
                ANSWER: masked.answer.hex().upper(),
                **({"hidden": hidden} if hidden else {}),
                **more,
            }
        )


_current: ContextVar[TraceFile | None] = ContextVar("trace", default=None)


@contextmanager
def tracing(trace: TraceFile) -> Iterator[None]:
    """Every connection that is opened inside is recorded in *trace*."""
    token = _current.set(trace)
    try:
        yield
    finally:
        _current.reset(token)


def recorded(transport: Transport, *, reader: str, atr: bytes) -> Transport:
    """*transport*, recorded if a trace is wanted."""
    trace = _current.get()
    return transport if trace is None else Recorded(transport, trace, reader=reader, atr=atr)


def load(text: str) -> list[Conversation]:
    """The conversations of a trace; TraceFormatError if it is none."""
    heads: dict[int, Mapping[str, Any]] = {}
    exchanges: dict[int, list[TracedExchange]] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            entry = json.loads(line)
            where = int(entry["conversation"])
            if "trace" in entry:
                if entry["trace"] != FORMAT:
                    raise TraceFormatError(f"line {number}: format {entry['trace']}")
                heads[where], exchanges[where] = entry, []
                bytes.fromhex(entry["atr"])
            elif entry[ANSWER]:
                exchanges[where].append(
                    TracedExchange(
                        bytes.fromhex(entry[COMMAND]),
                        bytes.fromhex(entry[ANSWER]),
                        int(entry["took"]),
                        tuple(entry.get("hidden", ())),
                    )
                )
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            if isinstance(error, ReaderError):
                raise
            raise TraceFormatError(f"line {number}") from error
    if not heads:
        raise TraceFormatError("empty")
    return [
        Conversation(head, bytes.fromhex(head["atr"]), tuple(exchanges[number]))
        for number, head in heads.items()
    ]


def _version() -> str:
    try:
        return version("onecard")
    except PackageNotFoundError:
        return "unknown"
