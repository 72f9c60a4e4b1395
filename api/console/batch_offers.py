"""What a person may do to a batch now, by the tables of lives and duties; no more is offered.

Whatever is sent all the same is looked at again by the use case, and refused there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from api.console.bureau_frame import is_one_of
from issuance import lifecycle, waiting
from issuance.duties import Step
from issuance.key_use import CUSTODIANS
from issuance.models import Batch
from issuance.people import rules
from issuance.people.rules import Rule
from issuance.states import BatchEvent, BatchState
from issuance.waiting import DoneStep


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """Which forms the page of a batch has; *second_approver* is a rule of the book."""

    approve: bool
    reject: bool
    cancel: bool
    enable_keys: bool
    close: bool
    second_approver: bool


def offers(session: Any, batch: Batch, *, by: str, done: Sequence[DoneStep]) -> Offers:
    """The forms for this person."""
    events = lifecycle.BATCH[batch.state]

    def may(step: Step) -> bool:
        return waiting.may(session, batch, step, by=by) is None

    def has_role(event: BatchEvent) -> bool:
        return event in events and is_one_of(*events[event].roles)

    enabled = sum(one.step is Step.ENABLE_KEYS for one in done) >= CUSTODIANS
    keyed = batch.state in (BatchState.APPROVED, BatchState.PRODUCING)
    return Offers(
        approve=BatchEvent.APPROVE in events and may(Step.APPROVE),
        reject=has_role(BatchEvent.REJECT),
        cancel=has_role(BatchEvent.CANCEL),
        enable_keys=keyed and not enabled and may(Step.ENABLE_KEYS),
        close=BatchEvent.CLOSE in events and may(Step.RECONCILE),
        second_approver=rules.value(session, Rule.SECOND_APPROVER) == 1,
    )
