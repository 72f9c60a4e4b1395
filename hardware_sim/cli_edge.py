"""Where the simulator's errors end: a line, a remedy, an exit code by kind."""

import os
from typing import NoReturn

from hardware_sim import factory
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


def chip_serial(text: str | None) -> bytes:
    """What ``--serial`` says, a random one where it says nothing; ends the command otherwise."""
    if text is None:
        return os.urandom(factory.SERIAL_SIZE)
    try:
        serial = bytes.fromhex(text)
    except ValueError:
        serial = b""
    if len(serial) != factory.SERIAL_SIZE:
        fail(
            Exit.USAGE,
            f"--serial: {text} is not {2 * factory.SERIAL_SIZE} hexadecimal digits.",
            f"--serial 有误：{text} 不是 {2 * factory.SERIAL_SIZE} 位十六进制数。",
        )
    return serial
