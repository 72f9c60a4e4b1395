"""Running cases against a card: what passed, what failed and at which step, what was left out."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, unique

from crypto import scp02, scp03
from crypto.errors import CryptoError
from hardware_sim.conformance import actions
from hardware_sim.conformance.case import Case, CaseError, Damage, Step, StepKind
from hardware_sim.conformance.host import ActionError
from hardware_sim.conformance.pattern import PatternError, filled, matches
from hardware_sim.conformance.subject import Known
from hardware_sim.icc import IntegratedCircuitCard
from reader.errors import ReaderError
from reader.iso7816 import commands
from reader.iso7816.apdu import SHORT_MAX_NE, CommandApdu
from reader.iso7816.status import MORE_DATA, WRONG_LE

MAX_PIECES = 300  # of one answer: more is a card that never ends
STATUS_WORD_SIZE = 2
PIN_REFERENCE = 0x00
REFUSALS = (b"\x63", b"\x69")  # of VERIFY: wrong with tries left, blocked


@unique
class Verdict(Enum):
    """What became of a case."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One case after its run; *reason* says why it failed or was left out."""

    case: Case
    verdict: Verdict
    reason: str = ""
    exchanges: tuple[tuple[bytes, bytes], ...] = ()


@dataclass(slots=True)
class Run:
    """One case on one card."""

    card: IntegratedCircuitCard
    known: Known
    values: dict[str, bytes]
    answer: bytes = b""
    raw: bytes = b""
    channel: scp02.Session | scp03.Session | None = None
    exchanges: list[tuple[bytes, bytes]] = field(default_factory=list)

    def transmit(self, command: bytes) -> bytes:
        """One exchange; ActionError for what is too short to end in a status word."""
        answer = self.card.transmit(command)
        self.exchanges.append((command, answer))
        if len(answer) < STATUS_WORD_SIZE:
            raise ActionError(f"an answer of {len(answer)} bytes has no status word")
        return answer

    def whole_answer(self, command: bytes) -> bytes:
        """The answer with all that waits behind '61XX', or after the right Le (7816-3, 12.2)."""
        self.raw = answer = self.transmit(command)
        if answer[-2] == WRONG_LE and len(answer) == 2:
            answer = self.transmit(command[:-1] + answer[-1:])
        collected = b""
        for _ in range(MAX_PIECES):
            if answer[-2] != MORE_DATA:
                return collected + answer
            collected += answer[:-2]
            answer = self.transmit(commands.get_response(answer[-1] or SHORT_MAX_NE).encode())
        raise ActionError("the answer never ends")


def run_cases(
    cases: Sequence[Case],
    card: Callable[[], IntegratedCircuitCard],
    known: Known,
    *,
    destructive: bool,
) -> Iterator[Outcome]:
    """Every case in turn, each on what *card* gives, reset before it; the worse ones come later.

    A PIN that the card refuses once is not shown to it again: that would block a card in use. And
    a card whose end a case has brought is left alone.
    """
    refused = ended = ""
    last: IntegratedCircuitCard | None = None
    for case in sorted(cases, key=lambda case: case.destructive):
        tried = card()
        why = [why for need in case.needs if (why := known.missing(need, tried.atr))]
        if case.destructive and not destructive:
            why.append("destructive")
        if refused and "pin" in case.needs:
            why.append(refused)
        if ended and tried is last:
            why.append(ended)
        if why:
            yield Outcome(case=case, verdict=Verdict.SKIPPED, reason="; ".join(why))
            continue
        last, outcome = tried, _run(case, tried, known)
        if outcome.verdict is Verdict.FAILED and _pin_refused(outcome, known):
            refused = f"the PIN was refused in {case.number}"
        if case.destructive is Damage.END:
            ended = f"{case.number} was the end of this card"
        yield outcome


def _pin_refused(outcome: Outcome, known: Known) -> bool:
    """Whether the card took the PIN that is known of it for a wrong one, or has it blocked."""
    if not known.pin:
        return False
    shown = commands.verify(PIN_REFERENCE, known.pin).encode()
    return any(sent == shown and answer[:1] in REFUSALS for sent, answer in outcome.exchanges)


def _run(case: Case, card: IntegratedCircuitCard, known: Known) -> Outcome:
    run = Run(card, known, known.values())
    step: Step | None = None
    try:
        card.reset()
        for step in case.steps:
            if reason := _do(run, step):
                break
        else:
            reason = ""
    except PatternError as error:
        raise CaseError(f"{case.file}:{step.line if step else 0}: {error}") from error
    except (ReaderError, CryptoError, ValueError, OverflowError) as error:
        reason = str(error)  # whatever the card's answer could not be taken for
    if reason and step is not None:
        reason = f"line {step.line}: {reason}"
    return Outcome(
        case=case,
        verdict=Verdict.FAILED if reason else Verdict.PASSED,
        reason=reason,
        exchanges=tuple(run.exchanges),
    )


def _do(run: Run, step: Step) -> str:
    """One step; the reason if the card fails it."""
    match step.kind:
        case StepKind.RESET:
            run.card.reset()
            run.channel = None
        case StepKind.SEND:
            run.answer = run.whole_answer(_bytes(run, step.text))
        case StepKind.SEND_RAW:
            run.raw = run.answer = run.transmit(_bytes(run, step.text))
        case StepKind.SEND_SECURED:
            run.answer = actions.secured(run, CommandApdu.decode(_bytes(run, step.text)))
        case StepKind.SEND_WITH_MAC | StepKind.SEND_SEALED:
            key, _, text = step.text.partition(" ")
            plain = CommandApdu.decode(_bytes(run, text))
            sealed = step.kind is StepKind.SEND_SEALED
            run.answer = actions.protected(run, key, plain, encrypted=sealed)
        case StepKind.EXPECT | StepKind.EXPECT_RAW:
            found = run.answer if step.kind is StepKind.EXPECT else run.raw
            if not matches(step.text, found, run.values):
                return f"{found.hex(' ').upper()} instead of {step.text}"
        case StepKind.KEEP:
            run.values[step.text] = run.answer[:-2]
        case StepKind.ACT:
            name, _, argument = step.text.partition(" ")
            if name not in actions.ACTIONS:
                raise PatternError(f"no action {name}")
            actions.ACTIONS[name](run, argument.strip())
    return ""


def _bytes(run: Run, text: str) -> bytes:
    try:
        return bytes.fromhex(filled(text, run.values))
    except PatternError:
        raise
    except ValueError as error:
        raise PatternError(f"no command: {text}") from error
