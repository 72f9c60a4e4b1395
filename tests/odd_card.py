"""Cards of the field written down by hand, played to a reader that asks in its own order.

A file of ``tests/transcripts/odd`` is one card: ``> bytes`` and ``< bytes`` as in
`tests.transcript`, with ``..`` for any byte of a command. What stands behind a SELECT that worked
counts while that is selected; ``~ INS SW`` is the answer to every other command with this INS.
``= item value`` is what a reader is to make of it.
"""

from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parent / "transcripts" / "odd"
SELECT = "A4"
WORKED = ("90", "61")
NO_SUCH_INSTRUCTION = "6D00"


@dataclass
class OddCard:
    """Plays one file; *log* has the commands that came."""

    name: str
    exchanges: list[tuple[int, str, str]] = field(default_factory=list)  # section, command, answer
    defaults: dict[str, str] = field(default_factory=dict)
    expected: dict[str, str] = field(default_factory=dict)
    log: list[bytes] = field(default_factory=list)
    atr: bytes = bytes.fromhex("3B6D0000 00814F43108660 0123456789AB")
    _section: int = 0

    def transmit(self, command: bytes) -> bytes:
        self.log.append(command)
        given = command.hex().upper()
        for section, wanted, answer in self.exchanges:
            selects = wanted[2:4] == SELECT
            if not (selects or section == self._section) or not _matches(wanted, given):
                continue
            if (selects and answer.startswith(WORKED)) or (selects and answer.endswith("9000")):
                self._section = section
            return bytes.fromhex(answer)
        return bytes.fromhex(self.defaults.get(given[2:4], NO_SUCH_INSTRUCTION))


def odd_card(name: str) -> OddCard:
    card, section, command = OddCard(name), 0, ""
    for line in (FOLDER / f"{name}.apdu").read_text(encoding="utf-8").splitlines():
        digits = line[1:].replace(" ", "").upper()
        match line[:1]:
            case ">":
                command = digits
            case "<":
                if command[2:4] == SELECT:
                    section = len(card.exchanges)
                card.exchanges.append((section, command, digits))
            case "~":
                card.defaults[digits[:2]] = digits[2:]
            case "=":
                item, _, value = line[1:].strip().partition(" ")
                card.expected[item] = value.strip()
    return card


def odd_cards() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.apdu"))


def _matches(wanted: str, given: str) -> bool:
    return len(wanted) == len(given) and all(
        want in (have, ".") for want, have in zip(wanted, given, strict=True)
    )
