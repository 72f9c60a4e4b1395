"""What a chip remembers: `Persistent` survives power-off, `Volatile` does not.

The card changes Persistent and calls `Chip.commit` at once; what a power cut leaves is
always one committed state.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from crypto.keys import KeySet
from crypto.scp03 import Session
from hardware_sim.errors import SimulatorError
from reader.card_profile import ssse
from reader.card_profile.files import Application, RecordFile, TransparentFile
from reader.card_profile.profiles import CardProfile
from reader.global_platform import ApplicationLifeCycle, CardLifeCycle
from reader.iso7816.status import SW, StatusError

SSSE = ssse.SSSE.name  # the application whose keys and PIN count in every other


@dataclass
class KeyCell:
    """One application key and its error counter."""

    value: bytes = field(repr=False)
    version: int
    tries: int
    tries_left: int


@dataclass
class PinCell:
    """The holder's PIN (packed BCD) and its error counter; no PIN yet while *value* is empty."""

    value: bytes = field(repr=False)
    tries: int
    tries_left: int


@dataclass
class Persistent:
    """The chip's EEPROM.

    *records* and *binaries* hold the files by (application name, FID); a cyclic file's
    records are newest first. *data_objects* are what the security domain was given to keep.
    """

    profile: str
    historical_bytes: bytes
    key_diversification_data: bytes  # 10 bytes, sent with INITIALIZE UPDATE
    production_life_cycle: bytes  # CPLC, 42 bytes
    life_cycle: CardLifeCycle
    key_sets: dict[int, KeySet]
    pin: PinCell
    sequence_counter: int = 0
    keys: dict[tuple[str, int], KeyCell] = field(default_factory=dict)
    records: dict[tuple[str, int], list[bytes]] = field(default_factory=dict)
    binaries: dict[tuple[str, int], bytes] = field(default_factory=dict)
    applications: dict[str, ApplicationLifeCycle] = field(default_factory=dict)
    chip_key: bytes = field(default=b"", repr=False)
    data_objects: dict[int, bytes] = field(default_factory=dict)


@dataclass
class Volatile:
    """The chip's RAM; a reset makes a new one.

    *application* is None while the card level (MF and issuer security domain) is selected.
    *granted* holds access rights per application: key names, and "PIN" at the SSSE.
    """

    application: Application | None = None
    file: RecordFile | TransparentFile | None = None
    record: int = 0
    granted: dict[str, set[str]] = field(default_factory=dict)
    challenge: bytes = b""
    channel: Session | None = None
    key_version: int = 0
    personalizing: Application | None = None
    next_block: int = 0
    pending: bytes = b""


@dataclass
class Chip:
    """Everything a command works on: the profile, the two memories, chance and the write."""

    profile: CardProfile
    persistent: Persistent
    random: Callable[[int], bytes]
    save: Callable[[Persistent], None]
    volatile: Volatile = field(default_factory=Volatile)

    def commit(self) -> None:
        """Write the persistent memory; until it returns, a power cut leaves the old one.

        A memory that cannot be written is '6581'.
        """
        try:
            self.save(self.persistent)
        except SimulatorError:
            raise StatusError(SW.MEMORY_FAILURE) from None

    def application(self) -> Application:
        """The selected card application; '6A82' at card level."""
        if self.volatile.application is None:
            raise StatusError(SW.FILE_NOT_FOUND)
        return self.volatile.application

    def take_challenge(self) -> bytes:
        """The last GET CHALLENGE, good for one use; '6985' if there is none."""
        challenge, self.volatile.challenge = self.volatile.challenge, b""
        if not challenge:
            raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED)
        return challenge

    def close_channel(self) -> None:
        """End the secure channel and all that hangs on it (GPC, 10.2.3)."""
        self.volatile.channel = None
        self.volatile.personalizing = None
