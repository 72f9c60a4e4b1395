"""A card from its file, which a fault may befall at any moment of its life."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hardware_sim import fault_names
from hardware_sim.errors import CardFileError
from hardware_sim.fault_names import Fault, Tools
from hardware_sim.faults import Save, Stored
from hardware_sim.icc import IntegratedCircuitCard
from hardware_sim.storage import load_card


class Chip:
    """The card in the file *path*. Raises CardFileError if there is none.

    Faults come on top of each other and leave with the card: loaded anew, it has none. *failed*
    is told when the file cannot be written; the card itself only says that its memory failed.
    """

    def __init__(self, path: Path, *, failed: Callable[[CardFileError], None]) -> None:
        self.path = path
        self._failed = failed
        self._save: Save
        self._stored: Stored
        later = Fault("later", of_memory=self._reach_for)
        self._card: IntegratedCircuitCard = load_card(path, faults=[later])

    @property
    def atr(self) -> bytes:
        """The card's."""
        return self._card.atr

    def reset(self) -> None:
        """Of the card; what a fault has counted stays."""
        self._card.reset()

    def transmit(self, command: bytes) -> bytes:
        """The card's answer, or what a fault makes of it."""
        return self._card.transmit(command)

    def befall(self, text: str) -> None:
        """From now on the fault of this name. Raises FaultError where there is none."""
        tools = Tools(sleep=time.sleep, load=lambda name: load_card(Path(name)))
        fault = fault_names.parse(text, tools)
        self._save = fault_names.around_memory(self._save, [fault], self._stored)
        self._card = fault_names.around_card(self._card, [fault])

    def _reach_for(self, save: Save, stored: Stored) -> Save:
        """Keeps hold of the way to the memory, for a fault that comes later."""
        self._save, self._stored = save, stored
        return self._write

    def _write(self, memory: Any) -> Any:
        try:
            return self._save(memory)
        except CardFileError as error:
            self._failed(error)
            raise
