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

from crypto.keys import KeySet
from hardware_sim.card.state import KeyCell, Persistent, PinCell
from hardware_sim.errors import CardFileError
from reader.card_profile.profiles import PROFILES
from reader.global_platform import ApplicationLifeCycle, CardLifeCycle

FORMAT = 1


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
        if not isinstance(content, dict) or content.get("format") != FORMAT:
            raise CardFileError(self.path, f"not a card file of format {FORMAT}")
        try:
            return _from_json(content)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
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

    def save(self, persistent: Persistent) -> None:
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


def to_json(card: Persistent) -> dict[str, Any]:
    """The memory as JSON values, bytes in hex."""
    return {
        "format": FORMAT,
        "profile": card.profile,
        "historical_bytes": card.historical_bytes.hex(),
        "key_diversification_data": card.key_diversification_data.hex(),
        "production_life_cycle": card.production_life_cycle.hex(),
        "life_cycle": int(card.life_cycle),
        "key_sets": [
            [version, keys.enc.hex(), keys.mac.hex(), keys.dek.hex()]
            for version, keys in card.key_sets.items()
        ],
        "sequence_counter": card.sequence_counter,
        "pin": [card.pin.value.hex(), card.pin.tries, card.pin.tries_left],
        "keys": [
            [name, kid, cell.value.hex(), cell.version, cell.tries, cell.tries_left]
            for (name, kid), cell in card.keys.items()
        ],
        "records": [
            [name, fid, [record.hex() for record in records]]
            for (name, fid), records in card.records.items()
        ],
        "binaries": [[name, fid, data.hex()] for (name, fid), data in card.binaries.items()],
        "applications": {name: int(state) for name, state in card.applications.items()},
        "chip_key": card.chip_key.hex(),
        "data_objects": [[tag, value.hex()] for tag, value in card.data_objects.items()],
    }


def _from_json(content: dict[str, Any]) -> Persistent:
    unhex = bytes.fromhex
    if content["profile"] not in PROFILES:
        raise ValueError(f"unknown profile {content['profile']}")
    value, tries, left = content["pin"]
    return Persistent(
        profile=content["profile"],
        historical_bytes=unhex(content["historical_bytes"]),
        key_diversification_data=unhex(content["key_diversification_data"]),
        production_life_cycle=unhex(content["production_life_cycle"]),
        life_cycle=CardLifeCycle(content["life_cycle"]),
        key_sets={
            version: KeySet(unhex(enc), unhex(mac), unhex(dek), version=version)
            for version, enc, mac, dek in content["key_sets"]
        },
        sequence_counter=int(content["sequence_counter"]),
        pin=PinCell(unhex(value), tries, left),
        keys={
            (name, kid): KeyCell(unhex(value), version, tries, left)
            for name, kid, value, version, tries, left in content["keys"]
        },
        records={
            (name, fid): [unhex(record) for record in records]
            for name, fid, records in content["records"]
        },
        binaries={(name, fid): unhex(data) for name, fid, data in content["binaries"]},
        applications={
            name: ApplicationLifeCycle(state) for name, state in content["applications"].items()
        },
        chip_key=unhex(content["chip_key"]),
        data_objects={tag: unhex(value) for tag, value in content["data_objects"]},
    )
