"""A conformance case, and the files that hold them.

A file of cases is text that can be read beside the standard::

    ## ISO-031 A logical channel is refused
    clause: ISO/IEC 7816-4, 5.4.1
    > 01 A4 04 00 00
    < 68 81 | 6E 00

Behind the heading stand facts of the case: ``clause``; ``needs`` (what must be known or there, see
`hardware_sim.conformance.subject`); ``destructive``, where the case leaves the card changed: its
value is a `Damage` in small letters. Then steps:

    !            reset
    > hex        a command; {name} stands for a value that is known of the card
    r> hex       the same, and its answer is left as it came
    s> hex       a command inside the secure channel that is open
    m> KEY hex   a command with its MAC under the maintenance key KEY and a new challenge
    e> KEY hex   the same, its data encrypted too
    < pattern    its answer, after GET RESPONSE or a second try with the right Le
    << pattern   its answer as it came
    = name       keep the answer's data under this name, for a later {name}
    @ action …   see `hardware_sim.conformance.actions`

A pattern is pairs of hex digits; ``..`` is any byte, ``*`` any number of them, ``|`` stands between
alternatives, and ``~name`` before a pattern asks for data other than what is kept under *name*.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum, IntEnum, unique
from importlib.resources import files
from importlib.resources.abc import Traversable

from hardware_sim.errors import SimulatorError

_HEADING = re.compile(r"## (?P<number>[A-Z0-9]+-[0-9]{3}) (?P<title>\S.*)")
_FACT = re.compile(r"(?P<name>[a-z]+):\s*(?P<value>.*)")
_STEP = re.compile(r"(?P<kind>!|r>|s>|m>|e>|>|<<|<|=|@)\s*(?P<text>.*)")
_FACTS = frozenset({"clause", "needs", "destructive"})


class CaseError(SimulatorError):
    """A file of cases is not written as it has to be."""

    code = "conformance-case"
    cause = ("A file of conformance cases is malformed.", "一致性用例文件格式有误。")
    remedy = (
        "Correct the line named; hardware_sim/conformance/case.py says how one is written.",
        "请更正所指的行；写法见 hardware_sim/conformance/case.py。",
    )


@unique
class Damage(IntEnum):
    """What a case leaves of a card: one is tried in this order, so that it serves for all it can.

    CONTENT: files, keys or tries are others, all applications still work. STATE: the card or an
    application is in another state for ever. END: nothing works any more.
    """

    NONE = 0
    CONTENT = 1
    STATE = 2
    END = 3


@unique
class StepKind(Enum):
    """What a step does; the values are its marks."""

    RESET = "!"
    SEND = ">"
    SEND_RAW = "r>"
    SEND_SECURED = "s>"
    SEND_WITH_MAC = "m>"
    SEND_SEALED = "e>"
    EXPECT = "<"
    EXPECT_RAW = "<<"
    KEEP = "="
    ACT = "@"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a case."""

    kind: StepKind
    text: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One numbered case."""

    number: str
    title: str
    clause: str = ""
    needs: tuple[str, ...] = ()
    destructive: Damage = Damage.NONE
    steps: tuple[Step, ...] = ()
    file: str = ""


def all_cases() -> list[Case]:
    """Every case of this package, in the order of their numbers."""
    folder = files(__package__).joinpath("cases")
    found = [
        case
        for file in sorted(folder.iterdir(), key=lambda file: file.name)
        if file.name.endswith(".cases")
        for case in read_cases(file)
    ]
    numbers = [case.number for case in found]
    for number in numbers:
        if numbers.count(number) > 1:
            raise CaseError(f"two cases have the number {number}")
    return sorted(found, key=lambda case: case.number)


def read_cases(file: Traversable) -> list[Case]:
    """The cases of one file; CaseError names file and line."""
    return list(parse(file.read_text(encoding="utf-8"), file.name))


def parse(text: str, name: str) -> Iterator[Case]:
    """The cases in *text*; *name* is for errors."""
    case: Case | None = None
    for line, raw in enumerate(text.splitlines(), start=1):
        content = raw.strip()
        if not content or content.startswith("# "):
            continue
        if heading := _HEADING.fullmatch(content):
            if case is not None:
                yield _checked(case, name)
            case = Case(number=heading["number"], title=heading["title"], file=name)
        elif case is None:
            raise CaseError(f"{name}:{line}: before the first case")
        else:
            case = _with_line(case, content, f"{name}:{line}", line)
    if case is not None:
        yield _checked(case, name)


def _with_line(case: Case, content: str, place: str, line: int) -> Case:
    if step := _STEP.fullmatch(content):
        return replace(
            case, steps=(*case.steps, Step(StepKind(step["kind"]), step["text"].strip(), line))
        )
    fact = _FACT.fullmatch(content)
    if fact is None or fact["name"] not in _FACTS or case.steps:
        raise CaseError(f"{place}: neither a fact of the case nor a step")
    match fact["name"]:
        case "clause":
            return replace(case, clause=fact["value"])
        case "needs":
            return replace(case, needs=tuple(fact["value"].split()))
        case _:
            damage = fact["value"].upper()
            if damage not in Damage.__members__:
                raise CaseError(f"{place}: destructive takes content, state or end")
            return replace(case, destructive=Damage[damage])


def _checked(case: Case, name: str) -> Case:
    if not case.clause:
        raise CaseError(f"{name}: {case.number} names no clause")
    if not any(step.kind in (StepKind.EXPECT, StepKind.EXPECT_RAW) for step in case.steps):
        raise CaseError(f"{name}: {case.number} expects nothing, so it could not fail")
    return case
