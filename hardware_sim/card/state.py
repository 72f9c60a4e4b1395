"""What a chip remembers: `Persistent` survives power-off, `Volatile` does not.

`Persistent` is a value: a command makes a new one of it and hands that to `Chip.write`, which
stores it whole. What a power cut leaves is always one of these values, never a part of one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from crypto.keys import KeySet
from hardware_sim.card.blocks import ApplicationBlock
from hardware_sim.card.cells import KeyCell, PinCell
from hardware_sim.card.channel import Channel
from hardware_sim.card.piv.state import PivMemory, PivSession
from hardware_sim.card.pki.state import PkiMemory, PkiSession
from hardware_sim.card.wallet_state import Wallet, WalletStep
from hardware_sim.errors import SimulatorError
from reader.card_profile import ssse
from reader.card_profile.files import Application, RecordFile, TransparentFile
from reader.card_profile.key_applications import KeyApplication
from reader.card_profile.profiles import CardProfile
from reader.global_platform import ApplicationLifeCycle, CardLifeCycle
from reader.iso7816.status import SW, StatusError

SSSE = ssse.SSSE.name  # the application whose keys and PIN count in every other

Place = tuple[str, int]  # application name, and FID or key identifier
CHALLENGE_SIZE = 8  # of authentication and secure messaging (LD/T 32.4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Persistent:
    """The chip's EEPROM.

    *keys* holds the versions of each key, the current one first. *records* and *binaries* hold
    the files; a cyclic file's records are newest first. *data_objects* are what the security
    domain was given to keep. The mappings are values too: they are replaced, never changed.
    """

    profile: str
    historical_bytes: bytes
    key_diversification_data: bytes  # 10 bytes, sent with INITIALIZE UPDATE
    production_life_cycle: bytes  # CPLC, 42 bytes
    life_cycle: CardLifeCycle
    key_sets: Mapping[int, KeySet] = field(repr=False)  # by version, the default one first
    pin: PinCell
    sequence_counters: Mapping[int, int] = field(default_factory=dict)  # by key set version
    keys: Mapping[Place, tuple[KeyCell, ...]] = field(default_factory=dict)
    records: Mapping[Place, tuple[bytes, ...]] = field(default_factory=dict)
    binaries: Mapping[Place, bytes] = field(default_factory=dict)
    applications: Mapping[str, ApplicationLifeCycle] = field(default_factory=dict)
    chip_key: bytes = field(default=b"", repr=False)
    data_objects: Mapping[int, bytes] = field(default_factory=dict)
    random_challenges: bool = False  # of the secure channel; otherwise a host can foretell them
    locked: tuple[str, ...] = ()  # applications, by SET STATUS
    pin_unblocks: int = 0  # how often the PIN was reloaded or unblocked
    blocks: Mapping[str, ApplicationBlock] = field(default_factory=dict)
    card_blocked: bool = False
    wallet: Wallet = field(default_factory=Wallet)
    piv: PivMemory = field(default_factory=PivMemory)
    pki: PkiMemory = field(default_factory=PkiMemory)


@dataclass(slots=True)
class Volatile:
    """The chip's RAM; a reset makes a new one.

    *application* is None while the card level (MF and issuer security domain) is selected.
    *granted* holds access rights per application: key names, and "PIN" at the SSSE.
    """

    application: Application | KeyApplication | None = None
    file: RecordFile | TransparentFile | None = None
    record: int = 0
    granted: dict[str, set[str]] = field(default_factory=dict)
    challenge: bytes = b""
    channel: Channel | None = None
    personalizing: Application | KeyApplication | None = None
    next_block: int = 0
    block_rest: bytes = b""  # of a structure that goes on in the next STORE DATA
    status_rest: tuple[bytes, ...] = ()  # what GET STATUS has still to tell
    wallet_step: WalletStep | None = None
    piv: PivSession = field(default_factory=PivSession)
    pki: PkiSession = field(default_factory=PkiSession)


@dataclass(slots=True)
class Chip:
    """Everything a command works on: the profile, the two memories, chance and the write.

    *save* stores a memory and gives back what is then there: on a worn chip not quite the same.
    """

    profile: CardProfile
    persistent: Persistent
    random: Callable[[int], bytes]
    save: Callable[[Persistent], Persistent]
    volatile: Volatile = field(default_factory=Volatile)

    def write(self, **changes: Any) -> None:
        """Write the named fields of the persistent memory, all or none.

        Until it returns, a power cut leaves the old memory. One that cannot be written is '6581',
        and nothing has changed.
        """
        self.replace_memory(replace(self.persistent, **changes))

    def replace_memory(self, new: Persistent) -> None:
        """The same, with the whole memory."""
        try:
            self.persistent = self.save(new)
        except SimulatorError:
            raise StatusError(SW.MEMORY_FAILURE) from None

    def application(self) -> Application:
        """The selected application with files; '6A82' where there is none."""
        if not isinstance(self.volatile.application, Application):
            raise StatusError(SW.FILE_NOT_FOUND)
        return self.volatile.application

    def take_challenge(self) -> bytes:
        """The last GET CHALLENGE, good for one use; '6984' if there is none of its 8 bytes.

        That is what terminals of the field take for a missing random number.
        """
        challenge, self.volatile.challenge = self.volatile.challenge, b""
        if len(challenge) != CHALLENGE_SIZE:
            raise StatusError(SW.REFERENCE_DATA_NOT_USABLE)
        return challenge

    def close_channel(self) -> None:
        """End the secure channel and all that hangs on it (GPC, 10.2.3)."""
        self.volatile.channel = None
        self.volatile.personalizing = None
        self.volatile.next_block, self.volatile.block_rest = 0, b""
