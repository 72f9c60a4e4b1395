"""Which keys of a card a desk may use, and for what.

Without a ticket: the read keys, and the answer of IRK compared (`ALWAYS`). With the ticket of an
action: what that action's commands need, down to their headers, and nothing else. IRK is lent to
nobody, the keys of the medical account neither.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from issuance.counter import parameters
from issuance.counter.action_table import Action
from reader.card_maintenance import maintenance_key
from reader.card_profile.files import Application
from reader.card_profile.keys import CardKey, KeyRole
from reader.card_profile.profiles import CardProfile
from reader.card_profile.ssse import SSSE
from reader.card_recording import Recording
from reader.iso7816 import commands
from reader.iso7816.commands import SECURE_MESSAGING, Ins
from reader.issuer_server import KeyStep, StepKind

ALWAYS: Mapping[StepKind, KeyRole] = {
    StepKind.CRYPTOGRAM: KeyRole.READ,
    StepKind.CHECK: KeyRole.INTERNAL_AUTHENTICATION,
}
WRITING = (Ins.UPDATE_RECORD, Ins.UPDATE_BINARY, Ins.APPEND_RECORD)
PIN_RELOAD_P1, PIN_RELOAD_P2 = 0x00, 0x01


@dataclass(frozen=True, slots=True)
class Loan:
    """A key, what it is used for, and how the header of the command that it secures begins.

    With *data*, for the command with this data alone.
    """

    key: str
    kind: StepKind
    header: bytes = b""
    data: bytes | None = None

    def covers(self, step: KeyStep) -> bool:
        """Whether it is this use."""
        return (
            (self.key, self.kind) == (step.key, step.kind)
            and step.header.startswith(self.header)
            and self.data in (None, step.data)
        )


def lent(key: CardKey, step: KeyStep, loans: Iterable[Loan]) -> bool:
    """Whether a desk may do *step* with *key*, given what its ticket lends."""
    if ALWAYS.get(step.kind) is key.role:
        return True
    if key.role is KeyRole.INTERNAL_AUTHENTICATION or not key.for_terminals:
        return False
    return any(loan.covers(step) for loan in loans)


def loans(action: Action, given: Mapping[str, Any], profile: CardProfile) -> tuple[Loan, ...]:
    """What the ticket of *action* with these parameters lends; nothing for actions in the book."""
    found = _LOANS.get(action)
    return tuple(found(profile, given)) if found else ()


def _reload(profile: CardProfile, _given: Mapping[str, Any]) -> Iterable[Loan]:
    yield Loan("PUK", StepKind.CRYPTOGRAM)
    cla = commands.reload_pin().cla
    for ins in sorted(profile.reload_pin_instructions):
        header = bytes((cla, ins, PIN_RELOAD_P1, PIN_RELOAD_P2))
        yield Loan("STK", StepKind.SEAL, header)


def _unblock(_profile: CardProfile, _given: Mapping[str, Any]) -> Iterable[Loan]:
    yield Loan("PUK", StepKind.CRYPTOGRAM)
    yield Loan("STK", StepKind.MAC, commands.unblock_pin().header)


def _update(profile: CardProfile, given: Mapping[str, Any]) -> Iterable[Loan]:
    file = parameters.group_file(profile, str(given["group"]))
    application, _ = profile.file_of(file.holds)
    yield Loan(file.update.key_name or "", StepKind.CRYPTOGRAM)
    for ins in WRITING:
        yield Loan(maintenance_key(application).name, StepKind.MAC, bytes((SECURE_MESSAGING, ins)))


def _record(profile: CardProfile, given: Mapping[str, Any]) -> Iterable[Loan]:
    """The card's own condition is the update key; the MAC goes to these records and no others."""
    recording = Recording.of(profile, str(given["group"]), given["items"])
    yield Loan(recording.file.update.key_name or "", StepKind.CRYPTOGRAM)
    maintenance = maintenance_key(recording.application).name
    for command in recording.commands:
        secured = replace(command, cla=command.cla | SECURE_MESSAGING)
        yield Loan(maintenance, StepKind.MAC, secured.header, command.data)


def _block(profile: CardProfile, given: Mapping[str, Any]) -> Iterable[Loan]:
    command = commands.application_block(for_ever=bool(given.get("for_ever")))
    return _locking(profile, profile.application(given["application"]), command.header)


def _unblock_application(profile: CardProfile, given: Mapping[str, Any]) -> Iterable[Loan]:
    header = commands.application_unblock().header
    return _locking(profile, profile.application(given["application"]), header)


def _block_card(profile: CardProfile, _given: Mapping[str, Any]) -> Iterable[Loan]:
    return _locking(profile, profile.application(SSSE.name), commands.card_block().header)


def _locking(profile: CardProfile, application: Application, header: bytes) -> Iterable[Loan]:
    yield Loan(profile.lock_key(application), StepKind.CRYPTOGRAM)
    yield Loan(maintenance_key(application).name, StepKind.MAC, header)


_LOANS: Mapping[Action, Callable[[CardProfile, Mapping[str, Any]], Iterable[Loan]]] = {
    Action.PIN_RELOAD: _reload,
    Action.PIN_UNBLOCK: _unblock,
    Action.UPDATE: _update,
    Action.RECORD: _record,
    Action.BLOCK_APPLICATION: _block,
    Action.UNBLOCK_APPLICATION: _unblock_application,
    Action.BLOCK_CARD: _block_card,
}
