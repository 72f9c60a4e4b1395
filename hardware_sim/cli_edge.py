"""Where the simulator's errors end: a line, a remedy, an exit code by kind."""

from typing import NoReturn

from hardware_sim.errors import FaultError, LineModelError, SimulatorError
from hardware_sim.readers.errors import DaemonError, MissingPartError, WorldError
from onecard.console import Exit, fail

# By kind; the first that fits, so special ones stand before general ones.
EXITS: tuple[tuple[type[SimulatorError], Exit], ...] = (
    (FaultError, Exit.USAGE),
    (LineModelError, Exit.USAGE),
    (MissingPartError, Exit.CARD),
    (DaemonError, Exit.CARD),
    (WorldError, Exit.USAGE),
    (SimulatorError, Exit.STORAGE),
)


def fail_with(error: SimulatorError) -> NoReturn:
    """End the command with what *error* says."""
    code = next(code for kind, code in EXITS if isinstance(error, kind))
    en, zh = error.cause
    if not isinstance(error, WorldError):  # whose causes name everything themselves
        en, zh = f"{en} ({error})", f"{zh}（{error}）"
    fail(code, en, zh, remedy=error.remedy, error=error.code)
