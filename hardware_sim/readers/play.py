"""A script's steps, done: each has one outcome, as a sentence and as facts."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypeVar

from hardware_sim.readers.script import Step
from hardware_sim.readers.world import World

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a step: in English and Chinese, and for a program."""

    en: str
    zh: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def perform(world: World, step: Step) -> Outcome:
    """Do one step. Raises SimulatorError where the world does not allow it."""
    return _ACTS[step.verb](world, step)


def readers(world: World) -> list[dict[str, Any]]:
    """Every slot, for a program."""
    return [
        {
            "slot": slot,
            "reader": reader.name,
            "port": reader.port,
            "card": None if (card := world.card(slot)) is None else str(card),
            "noticed": world.noticed(slot),
        }
        for slot, reader in enumerate(world.readers)
    ]


def _noticed(seconds: float | None) -> Outcome:
    if seconds is None:
        return Outcome(
            "not noticed yet: pcscd does not run, or another program holds the slot",
            "尚未被发现：pcscd 未运行，或卡槽被其他程序占用",
            {"noticed": False},
        )
    return Outcome(
        f"noticed after {seconds:.3f} s",
        f"{seconds:.3f} 秒后被发现",
        {"noticed": True, "seconds": round(seconds, 3)},
    )


def _insert(world: World, step: Step) -> Outcome:
    return _noticed(world.insert(_given(step.slot), _given(step.card)))


def _remove(world: World, step: Step) -> Outcome:
    return _noticed(world.remove(_given(step.slot)))


def _swap(world: World, step: Step) -> Outcome:
    world.swap(_given(step.slot), _given(step.card))
    return Outcome("exchanged; pcscd notices nothing", "已换卡；pcscd 不会发现", {"noticed": False})


def _fault(world: World, step: Step) -> Outcome:
    world.fault(_given(step.slot), _given(step.fault))
    return Outcome("from now on, until the card comes out", "从现在起生效，取出卡片后消失")


def _wait(world: World, step: Step) -> Outcome:
    time.sleep(_given(step.seconds))
    return Outcome("waited", "已等待")


def _restart(world: World, step: Step) -> Outcome:
    return _running(world.restart_pcscd())


def _start(world: World, step: Step) -> Outcome:
    return _running(world.start_pcscd())


def _running(seconds: float | None) -> Outcome:
    if seconds is None:
        return Outcome("it runs; not every card was found", "已运行；有卡片未被发现")
    return Outcome(
        f"it runs, every card found after {seconds:.3f} s",
        f"已运行，{seconds:.3f} 秒后发现所有卡片",
        {"seconds": round(seconds, 3)},
    )


def _stop(world: World, step: Step) -> Outcome:
    world.stop_pcscd()
    return Outcome("it is gone; the cards stay", "已停止；卡片仍在")


def _unplug(world: World, step: Step) -> NoReturn:
    world.unplug(_given(step.reader))


def _list(world: World, step: Step) -> Outcome:
    cards = "; ".join(f"{one['slot']} {one['card'] or '-'}" for one in readers(world))
    facts = {"readers": readers(world), "pcscd": world.pcscd_runs}
    if world.pcscd_runs is False:
        return Outcome(f"{cards}; pcscd does not run", f"{cards}；pcscd 未运行", facts)
    return Outcome(cards, cards, facts)


def _quit(world: World, step: Step) -> Outcome:
    return Outcome("the end", "结束")


def _given(value: T | None) -> T:
    if value is None:
        raise AssertionError("the script's parser fills what a verb takes")
    return value


_ACTS: Mapping[str, Callable[[World, Step], Outcome]] = {
    "insert": _insert,
    "remove": _remove,
    "swap": _swap,
    "fault": _fault,
    "wait": _wait,
    "restart pcscd": _restart,
    "stop pcscd": _stop,
    "start pcscd": _start,
    "unplug": _unplug,
    "list": _list,
    "quit": _quit,
}
