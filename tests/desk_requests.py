"""What tests of a desk ask the server for, and how they look at what came of it."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from issuance.models import AuditEntry
from reader.issuer_server import CardFacts, KeyStep, StepKind
from reader.server_client import facts_of
from reader.server_errors import (
    ServerRefusedError,
)
from tests.counter_world import CounterWorld

RANDOM, FACTOR = bytes.fromhex("0102030405060708"), bytes.fromhex("1122334455667788")


def step(kind: StepKind, key: str, **more: Any) -> KeyStep:
    return KeyStep(kind=kind, key=key, **{"random": RANDOM, "data": FACTOR, **more})


def facts(world: CounterWorld) -> CardFacts:
    return facts_of(world.session(), world.chip.atr)


def refusal(work: Callable[[], object]) -> str:
    with pytest.raises(ServerRefusedError) as refused:
        work()
    assert refused.value.cause[1]
    return refused.value.problem


def entries(event: str) -> Any:
    return select(AuditEntry).where(AuditEntry.event == event).order_by(AuditEntry.number)


def uses_in_the_trail(world: CounterWorld) -> list[AuditEntry]:
    found: list[AuditEntry] = world.look(lambda s: s.scalars(entries("counter.key_use")).all())
    return found
