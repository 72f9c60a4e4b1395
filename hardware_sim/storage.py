"""A card's persistent memory on disk: one JSON file, replaced whole at every committed write.

A chip keeps its memory through a power cut at any moment; so does this file: it is written
beside, flushed and renamed. It holds the simulated chip's keys in the clear, as a chip's
EEPROM does: it is a piece of hardware, not a key store, and readable by its owner only.
"""

import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from hardware_sim import memory_json, stored_formats
from hardware_sim.card.state import Persistent
from hardware_sim.errors import CardFileError
from reader.card_profile.profiles import PROFILES

FORMAT = 2


class CardFile:
    """Where one card is kept."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self) -> Persistent:
        """The card's memory; CardFileError says what is wrong with the file."""
        try:
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

    def create(self, persistent: Persistent) -> None:
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

    def save(self, persistent: Persistent) -> Persistent:
        """Replace the file; after a power cut it is the old or the new one, never a part."""
        content = json.dumps(to_json(persistent)).encode("ascii")
        temporary = ""
        try:
            handle, temporary = tempfile.mkstemp(dir=self.path.parent, prefix=self.path.name)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(self.path)
        except OSError as error:
            with suppress(OSError):
                Path(temporary).unlink()
            raise CardFileError(self.path, os.strerror(error.errno or 0)) from error
        return persistent


def to_json(card: Persistent) -> dict[str, Any]:
    """The memory as JSON values, with the format's number."""
    return {"format": FORMAT, **memory_json.to_json(card)}


def _from_json(content: dict[str, Any]) -> Persistent:
    number = content["format"]
    memory = {name: value for name, value in content.items() if name != "format"}
    for older in range(number, FORMAT):
        memory = stored_formats.UPGRADES[older](memory)
    if memory.get("profile") not in PROFILES:
        raise ValueError(f"unknown profile {memory.get('profile')}")
    card: Persistent = memory_json.from_json(Persistent, memory)
    return card
