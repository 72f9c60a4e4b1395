"""A card's persistent memory on disk: one JSON file, replaced whole at every committed write.

A file says which kind of card it holds; one that says nothing holds a social security card.

A chip keeps its memory through a power cut at any moment; so does this file: it is written
beside, flushed and renamed. It holds the simulated chip's keys in the clear, as a chip's
EEPROM does: it is a piece of hardware, not a key store, and readable by its owner only.
"""

import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from hardware_sim import memory_json, stored_formats
from hardware_sim.card.card import Card
from hardware_sim.card.state import Persistent
from hardware_sim.errors import CardFileError
from hardware_sim.fault_names import Fault, around_card, around_memory
from hardware_sim.faults import Tearable
from hardware_sim.icc import IntegratedCircuitCard
from hardware_sim.psam.psam import Psam
from hardware_sim.psam.state import PsamMemory
from reader.card_profile.profiles import PROFILES

Memory = Persistent | PsamMemory
M = TypeVar("M", bound=Memory)

FORMAT = 2
CHANGED_ELSEWHERE = "changed by another program: a card is in one reader at a time"
SOCIAL_SECURITY_CARD, PSAM = "social security card", "psam"
KINDS: Mapping[str, type[Memory]] = {SOCIAL_SECURITY_CARD: Persistent, PSAM: PsamMemory}


def load_card(
    path: Path,
    random: Callable[[int], bytes] = os.urandom,
    *,
    contactless: bool = False,
    faults: Sequence[Fault] = (),
) -> IntegratedCircuitCard:
    """The card in this file, whichever kind, ready for a slot or a field, with its *faults*.

    CardFileError if there is none; ValueError if *contactless* asks for more than it has.
    """
    file = CardFile(path)
    save = around_memory(file.save, faults, file.load_memory)

    def powered() -> IntegratedCircuitCard:
        memory = file.load_memory()
        if isinstance(memory, Persistent):
            return Card(memory, random=random, save=save, contactless=contactless)
        if contactless:
            raise ValueError("a PSAM has contacts only")
        return Psam(memory, random=random, save=save)

    return around_card(Tearable(powered), faults) if faults else powered()


class CardFile:
    """Where one card is kept.

    A card is in one reader at a time: what was loaded is not written over what somebody else wrote
    since, for that would give tries back.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: tuple[int, int] | None = None  # the file as it was last read or written here

    def load(self) -> Persistent:
        """The memory of a social security card; CardFileError also for a card of another kind."""
        memory = self.load_memory()
        if not isinstance(memory, Persistent):
            raise CardFileError(self.path, "not a social security card")
        return memory

    def load_memory(self) -> Memory:
        """The memory of whichever card; CardFileError says what is wrong with the file."""
        try:
            self._seen = self._now()
            content = json.loads(self.path.read_text(encoding="ascii"))
        except OSError as error:
            raise CardFileError(self.path, os.strerror(error.errno or 0)) from error
        except ValueError as error:
            raise CardFileError(self.path, "not a card file (damaged or another format)") from error
        if not isinstance(content, dict) or content.get("format") not in range(1, FORMAT + 1):
            raise CardFileError(self.path, f"not a card file of format 1 to {FORMAT}")
        try:
            return _from_json(content)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise CardFileError(self.path, f"damaged: {error}") from error

    def create(self, persistent: Memory) -> None:
        """Write a new card; an existing file is not overwritten."""
        try:
            self.path.open("x").close()
        except OSError as error:
            raise CardFileError(self.path, os.strerror(error.errno or 0)) from error
        try:
            self.save(persistent)
        except CardFileError:
            self.path.unlink(missing_ok=True)  # the place that was taken for it
            raise

    def save(self, persistent: M) -> M:
        """Replace the file; after a power cut it is the old or the new one, never a part."""
        content = json.dumps(to_json(persistent)).encode("ascii")
        temporary = ""
        try:
            if self._seen is not None and self._seen != self._now():
                raise CardFileError(self.path, CHANGED_ELSEWHERE)
            handle, temporary = tempfile.mkstemp(dir=self.path.parent, prefix=self.path.name)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(self.path)
            self._seen = self._now()
        except OSError as error:
            with suppress(OSError):
                Path(temporary).unlink()
            raise CardFileError(self.path, os.strerror(error.errno or 0)) from error
        return persistent

    def _now(self) -> tuple[int, int]:
        status = self.path.stat()
        return status.st_ino, status.st_mtime_ns


def to_json(card: Memory) -> dict[str, Any]:
    """The memory as JSON values, with the format's number and the kind of card."""
    kind = next(name for name, memory in KINDS.items() if isinstance(card, memory))
    return {"format": FORMAT, "card": kind, **memory_json.to_json(card)}


def _from_json(content: dict[str, Any]) -> Memory:
    number = content["format"]
    kind = KINDS[content.get("card", SOCIAL_SECURITY_CARD)]
    memory = {name: value for name, value in content.items() if name not in ("format", "card")}
    for older in range(number, FORMAT):
        memory = stored_formats.UPGRADES[older](memory)
    if memory.get("profile") not in PROFILES:
        raise ValueError(f"unknown profile {memory.get('profile')}")
    card: Memory = memory_json.from_json(kind, memory)
    return card
