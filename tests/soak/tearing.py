"""Power cut at every write of every command: afterwards old or new, and no try given back.

A chip's memory is one value, replaced whole: a cut before or after the n-th write leaves the
memory before it, or the one it wrote. So every value that was ever written is looked at: apart from
counters it is what the command found or what it left, and no counter of tries goes up unless the
command leaves it so, because the proof was right.
"""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from hardware_sim import factory
from hardware_sim.card.card import Card
from hardware_sim.card.cells import KeyCell, PinCell
from hardware_sim.card.state import Persistent
from issuance.station import Station
from reader.card_profile.profiles import PROFILES
from reader.iso7816.apdu import CommandApdu
from tests.desk import NOW, Desk, counter_bytes
from tests.fixed_card import fixed_card
from tests.hospital import Counter
from tests.pboc_host import BK, PUK, SSSE, Terminal
from tests.soak.torn import TornError

Cell = TypeVar("Cell", KeyCell, PinCell)

DF01 = "00 A4 04 0C 06 D1 56 00 00 05 00"
DF02 = "00 A4 04 0C 06 D1 56 00 00 05 01"
DF04 = "00 A4 04 0C 06 D1 56 00 00 05 03"
PIV = "00 A4 04 00 05 A0 00 00 03 08"
VERIFY = "00 20 00 00 03 12 34 56"
TERMINAL, TIME = bytes.fromhex("430100000001"), bytes.fromhex("20261126103000")


@dataclass
class Recorder:
    """A card whose every write is remembered, by the command that made it."""

    memory: Persistent
    commands: list[tuple[Persistent, list[Persistent]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.card = Card(self.memory, random=counter_bytes(5), save=self._save)
        self.atr = self.card.atr

    def _save(self, memory: Persistent) -> Persistent:
        self.commands[-1][1].append(memory)
        return memory

    def reset(self) -> None:
        self.card.reset()

    def transmit(self, command: bytes) -> bytes:
        self.commands.append((self.card.persistent, []))
        return self.card.transmit(command)

    @property
    def persistent(self) -> Persistent:
        return self.card.persistent


def check(recorder: Recorder) -> int:
    """Every cut of every command; the number tried, two for each write: before and after it."""
    cuts = 0
    for number, (before, writes) in enumerate(recorder.commands):
        after = writes[-1] if writes else before
        allowed = (content_of(before), content_of(after))
        last = before
        for memory in writes:
            cuts += 2
            if content_of(memory) not in allowed:
                raise TornError(f"command {number}: a memory that is neither old nor new")
            if gives_back(last, memory, after):
                raise TornError(f"command {number}: a try was given back before the end")
            last = memory
    return cuts


def content_of(memory: Persistent) -> Persistent:
    """The memory without what may count on the way: tries, counters, unblocks."""
    return replace(
        memory,
        pin=_full(memory.pin),
        keys={place: tuple(map(_full, cells)) for place, cells in memory.keys.items()},
        sequence_counters={},
        pin_unblocks=0,
        piv=replace(memory.piv, pin=_full(memory.piv.pin), puk=_full(memory.piv.puk)),
        pki=replace(
            memory.pki,
            user_pin=_full(memory.pki.user_pin),
            admin_pin=_full(memory.pki.admin_pin),
            master_keys={name: _full(cell) for name, cell in memory.pki.master_keys.items()},
        ),
    )


def _full(cell: Cell) -> Cell:
    return replace(cell, tries_left=cell.tries)


def _tries(memory: Persistent) -> list[int]:
    """Every counter of tries, in one order."""
    cells = [cell for place in sorted(memory.keys) for cell in memory.keys[place]]
    pins = [memory.pin, memory.piv.pin, memory.piv.puk, memory.pki.user_pin, memory.pki.admin_pin]
    masters = [memory.pki.master_keys[name] for name in sorted(memory.pki.master_keys)]
    return [cell.tries_left for cell in (*cells, *pins, *masters)]


def gives_back(before: Persistent, now: Persistent, after: Persistent) -> bool:
    """Whether a counter went up, and the command did not leave it so: then no proof was right."""
    places = [{*memory.keys, *memory.pki.master_keys} for memory in (before, now, after)]
    if not places[0] == places[1] == places[2]:
        return False  # keys were loaded: with them their counters begin
    counters = zip(_tries(before), _tries(now), _tries(after), strict=True)
    return any(now > then and left < now for then, now, left in counters)


def went_up(before: Persistent, after: Persistent) -> bool:
    """Whether any counter of tries is higher than before."""
    return any(now > then for then, now in zip(_tries(before), _tries(after), strict=True))


# --- what is cut --------------------------------------------------------------------------------


def personalization(profile: str) -> Recorder:
    """A card from blank to secured."""
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk.open(Path(folder), profile)
        recorder = Recorder(desk.blank().persistent)
        station = Station(desk.store, random=counter_bytes(7), clock=lambda: NOW)
        station.personalize(recorder, recorder.atr, desk.job())
    return recorder


def pin(profile: str) -> Recorder:
    """VERIFY right and wrong, CHANGE PIN, blocked, reloaded, unblocked."""
    recorder, terminal = _terminal(profile)
    for command in (SSSE, VERIFY, "00 20 00 00 03 99 99 99", VERIFY):
        terminal.sw(command)
    terminal.sw("80 5E 01 00 07 12 34 56 FF 65 43 21")
    for _ in range(7):
        terminal.sw(VERIFY)
    terminal.authenticate(PUK)
    terminal.sw(terminal.sealed("84 24 00 01", bytes.fromhex("123456")))
    terminal.authenticate(PUK)
    terminal.sw(terminal.with_mac("84 24 00 00"))
    return recorder


def updates(profile: str) -> Recorder:
    """Records and binaries with and without MAC, a cyclic file, wrong proofs."""
    recorder, terminal = _terminal(profile)
    terminal.sw(SSSE)
    terminal.authenticate(0x04)
    date = bytes.fromhex("050420300101")
    terminal.sw(b"\x00\xdc\x05\x28\x06" + date)
    terminal.sw(terminal.with_mac("04 DC 05 28", date))
    terminal.sw(terminal.with_mac("04 DC 05 28", date)[:-1] + b"\x00")
    terminal.sw("00 A4 00 0C 02 EF 07")
    terminal.sw(terminal.with_mac("04 D6 00 00", bytes(200)))
    terminal.sw(DF02)
    terminal.authenticate(0x85)
    for mark in range(6):
        terminal.sw(b"\x00\xe2\x00\x38\x55" + bytes((mark,)) * 85)
    terminal.challenge()
    terminal.sw("00 82 00 83 10" + "00" * 16)
    return recorder


def wallet(profile: str) -> Recorder:
    """Credits and settlements of the medical account, right and wrong."""
    recorder = Recorder(fixed_card(profile))
    counter = Counter(recorder, profile).open()  # type: ignore[arg-type]
    counter.load(100_000)
    for amount in range(1, 40):
        opening, _ = counter.initialize(account=amount, personal=2, fund=3)
        counter.sw(counter.debit(opening))
        opening, _ = counter.initialize(account=amount)
        counter.sw(counter.debit(opening)[:-1] + b"\x00")
        if amount % 3 == 0:  # the key is not to lock
            opening, _ = counter.initialize(account=1)
            counter.sw(counter.debit(opening))
    return recorder


def blocking(profile: str) -> Recorder:
    """APPLICATION BLOCK and UNBLOCK, CARD BLOCK."""
    recorder, terminal = _terminal(profile)
    terminal.sw(DF01)
    terminal.authenticate(BK)
    terminal.sw(terminal.with_mac("84 1E 00 00"))
    terminal.sw(terminal.with_mac("84 18 00 00"))
    terminal.sw(terminal.with_mac("84 1E 00 01"))
    terminal.sw(SSSE)
    terminal.sw(terminal.with_mac("84 16 00 00"))
    return recorder


def keys(profile: str) -> Recorder:
    """Secure channels of both kinds, PUT KEY, DELETE, SET STATUS."""
    from tests.unit.hardware_sim.test_security_domain_of_older_blanks import OlderHost

    memory = factory.blank(PROFILES[profile], serial=bytes(6), keys=lambda kdd: factory.test_keys())
    recorder = Recorder(memory)
    host = OlderHost(recorder)  # type: ignore[arg-type]
    host.put_keys([bytes((i,)) * 16 for i in (1, 2, 3)], 0x80, version=0x21)
    host.put_keys([bytes((i,)) * 16 for i in (4, 5, 6)], 0x88, version=0x31, replaces=0x30)
    host.send(_command(0xE4, data=b"\xd2\x01\x21"))
    for p1, p2, data in ((0x40, 0x80, bytes.fromhex("D15600000500")), (0x80, 0x07, b"")):
        host.send(_command(0xF0, p1, p2, data))
    return recorder


def token(profile: str) -> Recorder:
    """PIN and PUK, keys and objects of the PIV application."""
    from tests.unit.hardware_sim.test_piv_application import PIN, PUK, WRONG, Client

    recorder = Recorder(Client(profile).card.persistent)
    client = Client(profile)
    client.card = recorder  # type: ignore[assignment]
    client.sw(PIV)
    client.manage()
    for reference in (0x9A, 0x9C, 0x9D, 0x9E):
        client.generate(reference)
        client.verify()
        client.sign(reference)
    client.sw("00 DB 3F FF 08 5C 03 5F C1 05 53 01 AA")
    for _ in range(4):
        client.verify(WRONG)
    client.sw(b"\x00\x2c\x00\x80\x10" + PUK + PIN)
    client.sw(b"\x00\x24\x00\x80\x10" + PIN + b"654321\xff\xff")
    return recorder


def certificates(profile: str) -> Recorder:
    """Logins, key pairs, the import of one, certificates, master keys."""
    from crypto.key_envelope import seal
    from tests.pki_desk import Desk as PkiDesk
    from tests.pki_desk import import_pair

    desk = PkiDesk(profile)
    recorder = Recorder(desk.card.persistent)
    desk.card = recorder  # type: ignore[assignment]
    desk.sw("00 A4 04 00 0C 53 53 2E 43 45 52 54 2E 41 44 46 31")
    desk.login("654321")
    desk.login()
    signing = desk.signing_key()
    pair = desk.suite.signature.generate_key()
    import_pair(desk, seal(desk.suite, signing, pair, bytes(16)))
    desk.sw("00 A4 00 00 02 00 18")
    desk.sw(b"\x00\xd6\x00\x00\x70" + bytes(0x70))
    desk.prove_master()
    plain = (bytes.fromhex("13000000") + b"N" * 16 + b"\x80").ljust(32, b"\x00")
    desk.sw(desk.secured("84 D4 01 00", plain))
    return recorder


def _terminal(profile: str) -> tuple[Recorder, Terminal]:
    recorder = Recorder(fixed_card(profile))
    return recorder, Terminal(recorder, profile)  # type: ignore[arg-type]


def _command(ins: int, p1: int = 0, p2: int = 0, data: bytes = b"") -> CommandApdu:
    return CommandApdu(ins=ins, p1=p1, p2=p2, data=data)


NEW = ("v3.00", "international")
SCENARIOS: dict[str, tuple[Callable[[str], Recorder], tuple[str, ...]]] = {
    "personalization": (personalization, tuple(PROFILES)),
    "pin": (pin, tuple(PROFILES)),
    "updates": (updates, tuple(PROFILES)),
    "wallet": (wallet, tuple(PROFILES)),
    "blocking": (blocking, tuple(PROFILES)),
    "keys": (keys, tuple(PROFILES)),
    "token": (token, NEW),
    "certificates": (certificates, NEW),
}


def scenarios() -> Iterator[tuple[str, str]]:
    """Name and profile of each."""
    for name, (_, profiles) in SCENARIOS.items():
        for profile in profiles:
            yield name, profile


def cuts_of(name: str, profile: str) -> int:
    """Run one and cut it everywhere: the number of cuts. Raises TornError."""
    run, _ = SCENARIOS[name]
    return check(run(profile))
