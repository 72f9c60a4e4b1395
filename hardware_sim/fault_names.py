"""Faults by name, as ``onecard sim serve --fault`` takes them: NAME=VALUE."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields

from hardware_sim.card.state import Persistent
from hardware_sim.errors import FaultError
from hardware_sim.faults import (
    Altered,
    CutAfterCommand,
    Muted,
    Replaced,
    Save,
    Slow,
    Stored,
    Swapped,
    cut_after_write,
    cut_before_write,
    worn_cell,
    worn_from_write,
)
from hardware_sim.icc import IntegratedCircuitCard
from hardware_sim.psam.state import PsamMemory


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, to be put around a memory and a card."""

    name: str
    of_memory: Callable[[Save, Stored], Save] | None = None
    of_card: Callable[[IntegratedCircuitCard], IntegratedCircuitCard] | None = None


@dataclass(frozen=True, slots=True)
class Tools:
    """What faults need from outside: time, and another card by its name."""

    sleep: Callable[[float], None]
    load: Callable[[str], IntegratedCircuitCard]


Maker = Callable[[str, Tools], Fault]

HELP: Mapping[str, str] = {
    "cut-before-write": "N: the power goes as the N-th write begins",
    "cut-after-write": "N: the power goes when the N-th write is done",
    "cut-after-command": "N: the N-th command is done, its answer lost with the power",
    "mute": "N: from the N-th command on no answer, until a reset",
    "slow": "SECONDS: every answer takes longer",
    "wrong-sw": "N:SW: the N-th answer ends in another status word",
    "truncate": "N:BYTES: of the N-th answer only so many bytes arrive",
    "lengthen": "N:BYTES: so many bytes stand in front of the N-th answer",
    "worn": "N or N:CELL: from the N-th write (of pin, keys, records, wallet …) it fails (6581)",
    "swap": "N:CARD: from the N-th command on another card answers, and no reset tells",
    "replace": "N:CARD: as swap, but the N-th command gets no answer, and the slot notices",
}

CELLS = frozenset(cell.name for memory in (Persistent, PsamMemory) for cell in fields(memory))


def parse(text: str, tools: Tools) -> Fault:
    """NAME=VALUE as a fault; FaultError says what is wrong with it."""
    name, separator, value = text.partition("=")
    if name not in _MAKERS:
        raise FaultError(text, f"no fault {name}; there are: {', '.join(HELP)}")
    if not separator or not value:
        raise FaultError(text, f"{name}={HELP[name]}")
    try:
        return _MAKERS[name](value, tools)
    except ValueError as error:
        raise FaultError(text, f"{name}={HELP[name]}") from error


def around_memory(save: Save, faults: Sequence[Fault], stored: Stored) -> Save:
    """*save* with every fault of the memory; *stored* gives what it holds at the moment."""
    for fault in faults:
        if fault.of_memory is not None:
            save = fault.of_memory(save, stored)
    return save


def around_card(card: IntegratedCircuitCard, faults: Sequence[Fault]) -> IntegratedCircuitCard:
    """*card* with every fault of its answers, the first one innermost."""
    for fault in faults:
        if fault.of_card is not None:
            card = fault.of_card(card)
    return card


def _count(value: str) -> int:
    number = int(value)
    if number < 1:
        raise ValueError("counted from one")
    return number


def _pair(value: str) -> tuple[int, str]:
    count, separator, rest = value.partition(":")
    if not separator or not rest:
        raise ValueError("two parts")
    return _count(count), rest


def _memory(name: str, decorate: Callable[[Save, int], Save]) -> Maker:
    def make(value: str, tools: Tools) -> Fault:
        count = _count(value)
        return Fault(name, of_memory=lambda save, _: decorate(save, count))

    return make


def _worn(value: str, tools: Tools) -> Fault:
    if ":" not in value:
        return _memory("worn", worn_from_write)(value, tools)
    count, cell = _pair(value)
    if cell not in CELLS:
        raise ValueError("no cell")
    return Fault("worn", of_memory=lambda save, stored: worn_cell(save, count, cell, stored))


def _altered(name: str, alter: Callable[[str], Callable[[bytes], bytes]]) -> Maker:
    def make(value: str, tools: Tools) -> Fault:
        count, rest = _pair(value)
        change = alter(rest)
        return Fault(name, of_card=lambda card: Altered(card, count, change))

    return make


def _wrong_sw(text: str) -> Callable[[bytes], bytes]:
    sw = bytes.fromhex(text)
    if len(sw) != 2:
        raise ValueError("two bytes")
    return lambda answer: answer[:-2] + sw


def _truncated(text: str) -> Callable[[bytes], bytes]:
    size = _count(text)
    return lambda answer: answer[:size]


def _lengthened(text: str) -> Callable[[bytes], bytes]:
    extra = bytes(_count(text))
    return lambda answer: extra + answer


def _cut_after_command(value: str, tools: Tools) -> Fault:
    count = _count(value)
    return Fault("cut-after-command", of_card=lambda card: CutAfterCommand(card, count))


def _mute(value: str, tools: Tools) -> Fault:
    count = _count(value)
    return Fault("mute", of_card=lambda card: Muted(card, count))


def _slow(value: str, tools: Tools) -> Fault:
    seconds = float(value)
    if not 0 <= seconds < float("inf"):
        raise ValueError("a time")
    return Fault("slow", of_card=lambda card: Slow(card, seconds, tools.sleep))


def _another(name: str, kind: type[Swapped]) -> Maker:
    def make(value: str, tools: Tools) -> Fault:
        count, other = _pair(value)
        return Fault(name, of_card=lambda card: kind(card, count, tools.load(other)))

    return make


_MAKERS: Mapping[str, Maker] = {
    "cut-before-write": _memory("cut-before-write", cut_before_write),
    "cut-after-write": _memory("cut-after-write", cut_after_write),
    "cut-after-command": _cut_after_command,
    "mute": _mute,
    "slow": _slow,
    "wrong-sw": _altered("wrong-sw", _wrong_sw),
    "truncate": _altered("truncate", _truncated),
    "lengthen": _altered("lengthen", _lengthened),
    "worn": _worn,
    "swap": _another("swap", Swapped),
    "replace": _another("replace", Replaced),
}
