"""The same for a PSAM (see `tearing`): PIN, own keys, key loading, files, cut everywhere."""

from dataclasses import dataclass, field, replace

from hardware_sim.psam.psam import Psam
from hardware_sim.psam.state import PsamMemory
from tests.desk import counter_bytes
from tests.fixed_psam import fixed_memory
from tests.psam_issuer import Issuer
from tests.soak.torn import TornError

CELLS = ("pin", "master", "maintenance")
PIN, NEW_PIN = bytes.fromhex("123456"), bytes.fromhex("654321")
NEW_KEY = bytes.fromhex("F0F1F2F3F4F5F6F7F8F9FAFBFCFDFEFF")
PROFILES = ("v2.00", "v3.00")  # the two sizes of block


@dataclass
class Recorder:
    """A module whose every write is remembered, by the command that made it."""

    memory: PsamMemory
    commands: list[tuple[PsamMemory, list[PsamMemory]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.psam = Psam(self.memory, random=counter_bytes(5), save=self._save)

    def _save(self, memory: PsamMemory) -> PsamMemory:
        self.commands[-1][1].append(memory)
        return memory

    def transmit(self, command: bytes) -> bytes:
        self.commands.append((self.psam.memory, []))
        return self.psam.transmit(command)


def play(profile: str) -> Recorder:
    """Everything that a module writes, rightly asked for and wrongly."""
    recorder = Recorder(fixed_memory(profile, pin=PIN))
    issuer = Issuer(profile, pin=PIN)
    issuer.psam = recorder  # type: ignore[assignment]
    for command in ("00 20 00 00 03 12 34 56", "00 20 00 00 03 99 99 99"):
        issuer.sw(command)
    issuer.sw("80 5E 01 00 07 12 34 56 FF 65 43 21")
    issuer.sw("80 5E 01 00 07 12 34 56 FF 65 43 21")
    issuer.sw("00 A4 00 00 02 DF 01")
    issuer.sw(issuer.sealed("84 24 00 00", NEW_PIN))
    issuer.sw(issuer.sealed("84 24 00 01", PIN))
    issuer.sw(issuer.sealed("84 24 00 01", PIN)[:-1] + b"\x00")
    issuer.authenticate(NEW_KEY)
    issuer.authenticate()
    for usage, identifier in ((0x47, 0x55), (0x47, 0x0A), (0x01, 0x00)):
        issuer.sw(issuer.loading(usage, identifier, NEW_KEY))
    issuer.sw(issuer.loading(0x47, 0x55, NEW_KEY)[:-1] + b"\x00")
    issuer.sw("00 A4 00 00 02 3F 00")
    issuer.sw("00 D6 96 00 06 99 88 77 66 55 44")
    issuer.sw(issuer.loading(0x00, 0x00, NEW_KEY))
    return recorder


def check(recorder: Recorder) -> int:
    """Every cut of every command; the number tried. Raises TornError."""
    cuts = 0
    for number, (before, writes) in enumerate(recorder.commands):
        after = writes[-1] if writes else before
        last = before
        for memory in writes:
            cuts += 2
            if content_of(memory) not in (content_of(before), content_of(after)):
                raise TornError(f"command {number}: a memory that is neither old nor new")
            for name in CELLS:
                then, now, left = (getattr(each, name) for each in (last, memory, after))
                if now.tries_left > then.tries_left and left.tries_left < now.tries_left:
                    raise TornError(f"command {number}: a try of {name} was given back too soon")
            last = memory
    return cuts


def content_of(memory: PsamMemory) -> PsamMemory:
    """The memory without its counters of tries."""
    full = {name: getattr(memory, name) for name in CELLS}
    return replace(
        memory, **{name: replace(cell, tries_left=cell.tries) for name, cell in full.items()}
    )


def cuts_of(profile: str) -> int:
    """Run it and cut it everywhere: the number of cuts. Raises TornError."""
    return check(play(profile))
