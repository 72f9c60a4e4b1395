"""Transcripts: commands and answers that a person can read against the standard.

``# text`` is a comment; ``= profile`` names the card; ``> bytes`` is a command, ``< bytes``
the answer to it; ``!`` resets the card. ``..`` in an answer stands for any one byte.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "transcripts"
RESET = b""


@dataclass(frozen=True)
class Exchange:
    """One command (RESET for none) and the answer expected, in pairs of hex digits or '..'."""

    line: int
    command: bytes
    expected: tuple[str, ...]

    def matches(self, answer: bytes) -> bool:
        given = [f"{byte:02X}" for byte in answer]
        return len(given) == len(self.expected) and all(
            want in ("..", have) for want, have in zip(self.expected, given, strict=True)
        )


def transcripts() -> list[Path]:
    return sorted(FOLDER.glob("*.apdu"))


def profile_of(path: Path) -> str:
    """The card that a transcript is for."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("="):
            return line[1:].strip()
    raise AssertionError(f"{path.name} names no profile")


def exchanges(path: Path) -> Iterator[Exchange]:
    command: bytes | None = None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        match line[:1]:
            case "!":
                yield Exchange(number, RESET, ())
            case ">":
                command = bytes.fromhex(line[1:])
            case "<":
                assert command is not None, f"{path.name}:{number}: an answer without a command"
                digits = line[1:].replace(" ", "").upper()
                pairs = tuple(digits[i : i + 2] for i in range(0, len(digits), 2))
                yield Exchange(number, command, pairs)
                command = None


def play(path: Path, transmit: Callable[[bytes], bytes], reset: Callable[[], None]) -> list[bytes]:
    """Every answer of the card, each compared with the transcript."""
    answers = []
    for exchange in exchanges(path):
        if exchange.command == RESET:
            reset()
            continue
        answer = transmit(exchange.command)
        shown = " ".join(exchange.expected)
        assert exchange.matches(answer), (
            f"{path.name}:{exchange.line}: {answer.hex(' ').upper()} instead of {shown}"
        )
        answers.append(answer)
    return answers
