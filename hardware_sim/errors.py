"""What can go wrong around the simulated card (what the card itself refuses is a status word).

SimulatorError
    CardFileError    a card file is missing, damaged, or of a format this version does not know
    ServeError       an address cannot be listened on or reached
    FaultError       a fault is asked for that is none
    LineModelError   a line is asked for that is none
    WornMemoryError  a cell takes no more writes: the card says '6581'
"""

from pathlib import Path


class SimulatorError(Exception):
    """Root of this package's errors."""


class CardFileError(SimulatorError):
    """The file is not a usable card."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(f"{path}: {reason}")


class FaultError(SimulatorError):
    """The text describes no fault."""

    def __init__(self, text: str, reason: str) -> None:
        self.text, self.reason = text, reason
        super().__init__(f"{text}: {reason}")


class LineModelError(SimulatorError):
    """The text describes no line."""

    def __init__(self, text: str, reason: str) -> None:
        self.text, self.reason = text, reason
        super().__init__(f"{text}: {reason}")


class WornMemoryError(SimulatorError):
    """The cell is worn out."""


class ServeError(SimulatorError):
    """The address cannot be used."""

    def __init__(self, address: str, reason: str) -> None:
        self.address, self.reason = address, reason
        super().__init__(f"{address}: {reason}")
