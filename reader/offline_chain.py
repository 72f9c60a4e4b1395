"""The lines of a desk's offline log: what was verified without the server, in a chain.

A line is a JSON object. Its ``before`` is the ``hash`` of the line before it (64 zeros in the
first); ``hash`` is SHA-256 over the canonical text of all else, so that a changed, removed,
inserted or exchanged line breaks the chain. An end that was cut off, or a whole log written anew,
still looks whole: the hash of the last line, kept elsewhere, shows that too. No name and no citizen
number of a holder is in it.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Self

from reader.card_record import StatusReference
from reader.list_age import OfflineVerification

START: Final = "0" * 64
GENUINE: Final = "genuine"
NOT_AN_ENTRY: Final = "not-an-entry"
ALTERED: Final = "altered"
NOT_LINKED: Final = "not-linked"
BREAKS: Final[Mapping[str, tuple[str, str]]] = {
    NOT_AN_ENTRY: ("is no entry of such a log", "不是离线日志的条目"),
    ALTERED: ("was changed after it was written", "写入后被改动"),
    NOT_LINKED: (
        "does not follow the line before it: lines were removed, inserted or exchanged",
        "与上一行不衔接：其间有行被删除、插入或调换",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One verification: when and where, of which card, with what verdict and by which list."""

    at: datetime
    desk: str
    clerk: str | None
    card_number: str | None
    identification_code: str | None
    verdict: str
    checks: tuple[str, ...]
    status: StatusReference | None
    list_issued_at: datetime | None
    list_age_hours: float | None

    @classmethod
    def of(
        cls,
        judged: OfflineVerification,
        *,
        at: datetime,
        desk: str,
        clerk: str | None,
        chip: str | None = None,
    ) -> Self:
        """The entry of a verification; *chip* is the identification code that a card gave."""
        record = judged.found.record
        return cls(
            at=at.astimezone(UTC).replace(microsecond=0),
            desk=desk,
            clerk=clerk,
            card_number=str(record.card_number) if record else None,
            identification_code=chip or (str(record.identification_code) if record else None),
            verdict=judged.verdict,
            checks=judged.found.checks,
            status=record.status if record else None,
            list_issued_at=judged.age.issued_at,
            list_age_hours=judged.age.hours,
        )

    @property
    def genuine(self) -> bool:
        """Whether the clerk was told yes."""
        return self.verdict == GENUINE

    def to_json(self) -> dict[str, Any]:
        """As it stands in the log, but for what chains it."""
        issued = self.list_issued_at
        return {
            "at": self.at.isoformat(),
            "desk": self.desk,
            "clerk": self.clerk,
            "card_number": self.card_number,
            "identification_code": self.identification_code,
            "verdict": self.verdict,
            "checks": list(self.checks),
            "status": [self.status.list_id, self.status.index] if self.status else None,
            "list_issued_at": issued.isoformat() if issued else None,
            "list_age_hours": self.list_age_hours,
        }

    @classmethod
    def from_json(cls, line: Mapping[str, Any]) -> Self:
        """The entry again. Raises LookupError, TypeError, ValueError."""
        issued, status, checks = line["list_issued_at"], line["status"], line["checks"]
        texts = ("desk", "verdict")
        maybe = ("clerk", "card_number", "identification_code")
        if not all(isinstance(line[name], str) for name in texts):
            raise ValueError("text")
        if not all(isinstance(line[name], str | None) for name in maybe):
            raise ValueError("text")
        if not isinstance(line["list_age_hours"], int | float | None):
            raise ValueError("list_age_hours")
        if not isinstance(checks, list) or not all(isinstance(one, str) for one in checks):
            raise ValueError("checks")
        return cls(
            at=_moment(line["at"]),
            **{name: line[name] for name in (*texts, *maybe, "list_age_hours")},
            checks=tuple(checks),
            status=None if status is None else _reference(status),
            list_issued_at=None if issued is None else _moment(issued),
        )


@dataclass(frozen=True, slots=True)
class Line:
    """An entry with its number in the file, from 1, and the hash that stands there."""

    number: int
    entry: Entry
    hash: str


@dataclass(frozen=True, slots=True)
class Break:
    """Where the chain does not hold; *reason* is one of `BREAKS`."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLog:
    """What a log holds: *torn* bytes at its end were never a whole line."""

    lines: Sequence[Line]
    breaks: Sequence[Break]
    torn: int

    @property
    def head(self) -> str:
        """The hash of the last line, to be kept elsewhere."""
        return self.lines[-1].hash if self.lines else START

    @property
    def clock_set_back(self) -> list[int]:
        """Lines that are earlier than the one before them: an old list may have looked new."""
        return [
            line.number
            for before, line in zip(self.lines, self.lines[1:], strict=False)
            if line.entry.at < before.entry.at
        ]


def chained(entry: Entry, before: str, *, torn: int = 0) -> bytes:
    """The line of *entry*, its end included; *torn* is how much of a torn line it took away."""
    content = entry.to_json() | {"torn": torn, "before": before}
    line = content | {"hash": _hash(content)}
    return _canonical(line).encode() + b"\n"


def read_log(data: bytes) -> ReadLog:
    """Every line of the log; what does not hold is told, never raised."""
    *whole, tail = data.split(b"\n")
    lines: list[Line] = []
    breaks: list[Break] = []
    before: str | None = START
    if tail and (parsed := parse_line(tail)) and sound(parsed):
        whole, tail = [*whole, tail], b""  # whole but for its end
    for number, text in enumerate(whole, start=1):
        parsed = parse_line(text)
        if parsed is None:
            breaks.append(Break(number, NOT_AN_ENTRY))
            before = None  # what follows an unreadable line cannot be held against it
            continue
        if not sound(parsed):
            breaks.append(Break(number, ALTERED))
        elif before not in {None, parsed["before"]}:
            breaks.append(Break(number, NOT_LINKED))
        before = parsed["hash"]
        lines.append(Line(number, Entry.from_json(parsed), parsed["hash"]))
    return ReadLog(lines=lines, breaks=breaks, torn=len(tail))


def parse_line(text: bytes) -> Mapping[str, Any] | None:
    """The object of a line if it has the form of an entry; else None."""
    try:
        line = json.loads(text)
        Entry.from_json(line)
        hashes = all(isinstance(line[name], str) for name in ("before", "hash"))
    except (LookupError, TypeError, ValueError, RecursionError, OverflowError):
        return None
    return line if hashes else None


def sound(line: Mapping[str, Any]) -> bool:
    """Whether the hash of a line is that of its content."""
    content = {name: value for name, value in line.items() if name != "hash"}
    return bool(line["hash"] == _hash(content))


def _hash(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(_canonical(content).encode("utf-8", "surrogatepass")).hexdigest()


def _canonical(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return at


def _reference(place: Any) -> StatusReference:
    number, index = place
    if not (isinstance(number, int) and isinstance(index, int)):
        raise ValueError("status")
    return StatusReference(number, index)
