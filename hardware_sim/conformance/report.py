"""The report of a conformance run: lines for a terminal, JSON, JUnit XML."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any
from xml.etree import ElementTree

from hardware_sim.conformance.run import Outcome, Verdict

MARKS = {Verdict.PASSED: "ok", Verdict.FAILED: "FAILED", Verdict.SKIPPED: "-"}


def counts(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """How many of each verdict."""
    found = Counter(outcome.verdict for outcome in outcomes)
    return {verdict.value: found[verdict] for verdict in Verdict}


def line(outcome: Outcome) -> str:
    """One case for a terminal: mark, number, title, and its clause; the reason below."""
    case = outcome.case
    text = f"{MARKS[outcome.verdict]:6} {case.number:9} {case.title}  [{case.clause}]"
    return f"{text}\n       {outcome.reason}" if outcome.reason else text


def trace(outcome: Outcome) -> Iterator[str]:
    """The bytes of a case, to be read beside the standard."""
    for command, answer in outcome.exchanges:
        yield f"       > {command.hex(' ').upper()}"
        yield f"       < {answer.hex(' ').upper()}"


def to_json(outcomes: Sequence[Outcome], *, card: str) -> dict[str, Any]:
    """Everything, for a program."""
    return {
        "card": card,
        "counts": counts(outcomes),
        "cases": [
            {
                "number": outcome.case.number,
                "title": outcome.case.title,
                "clause": outcome.case.clause,
                "destructive": bool(outcome.case.destructive),
                "verdict": outcome.verdict.value,
                "reason": outcome.reason,
                "exchanges": [[sent.hex(), got.hex()] for sent, got in outcome.exchanges],
            }
            for outcome in outcomes
        ],
    }


def to_junit(outcomes: Sequence[Outcome], *, card: str) -> bytes:
    """JUnit's XML, as continuous integration reads it."""
    found = counts(outcomes)
    suite = ElementTree.Element(
        "testsuite",
        name=f"card conformance: {card}",
        tests=str(len(outcomes)),
        failures=str(found["failed"]),
        errors="0",
        skipped=str(found["skipped"]),
    )
    for outcome in outcomes:
        case = ElementTree.SubElement(
            suite,
            "testcase",
            classname=outcome.case.file.removesuffix(".cases"),
            name=f"{outcome.case.number} {outcome.case.title}",
        )
        if outcome.verdict is Verdict.FAILED:
            failure = ElementTree.SubElement(case, "failure", message=outcome.reason)
            failure.text = "\n".join((outcome.case.clause, *trace(outcome)))
        elif outcome.verdict is Verdict.SKIPPED:
            ElementTree.SubElement(case, "skipped", message=outcome.reason)
    return bytes(ElementTree.tostring(suite, encoding="utf-8", xml_declaration=True))
