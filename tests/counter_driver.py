"""A counter with the field's driver: cards and a PSAM on the desk, a holder who types, a clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from hardware_sim.card.card import Card
from hardware_sim.psam import factory as psam_factory
from hardware_sim.psam.psam import Psam
from reader.card_keys import master_key_name
from reader.card_profile.psam import TerminalNumber
from reader.card_profile.values import RegionCode
from reader.errors import CardRemovedError, NoCardError
from reader.psam import PsamSession
from reader.sscard.counter_keys import OpenKeys, no_keys
from reader.sscard_driver import DriverOptions, PinKind, SscardDriver, psam_keys
from tests.desk import NOW, Desk, counter_bytes
from tests.fixed_card import fixed_card
from tests.pboc_host import HOSTS, xor


class Slot:
    """A card in a reader: gone when it is taken out, reset when a conversation ends."""

    def __init__(self, card: Card | None) -> None:
        self.card = card
        self.log: list[bytes] = []
        self.open = 0
        self.types: list[int] = []

    @contextmanager
    def opened(self, card_type: int) -> Iterator["Line"]:
        self.types.append(card_type)
        if self.card is None:
            raise NoCardError
        self.open += 1
        try:
            yield Line(self, self.card)
        finally:
            self.open -= 1
            self.card and self.card.reset()

    def commands(self, ins: int) -> list[bytes]:
        """What was sent with this instruction byte."""
        return [command for command in self.log if command[1] == ins]


class Line:
    """A conversation with the card that was there when it began."""

    def __init__(self, slot: Slot, card: Card) -> None:
        self._slot, self._card = slot, card
        self.atr = card.atr

    def transmit(self, command: bytes) -> bytes:
        if self._slot.card is None:
            raise CardRemovedError
        self._slot.log.append(command)
        return self._slot.card.transmit(command)


@dataclass
class Holder:
    """Types these PINs when asked, and remembers the questions."""

    old: str = "246810"
    new: str = "192837"
    asked: list[str] = field(default_factory=list)

    def __call__(self, kind: PinKind) -> str:
        self.asked.append(str(kind))
        return self.old if kind is PinKind.OLD else self.new


class Counter:
    """All of it. *keys* are the counter's own, none without."""

    def __init__(
        self,
        card: Card | None,
        *,
        keys: OpenKeys = no_keys,
        options: DriverOptions | None = None,
    ) -> None:
        self.slot, self.holder, self.now = Slot(card), Holder(), 0.0
        self.driver = SscardDriver(
            self.slot.opened,
            pin_entry=self.holder,
            clock=lambda: self.now,
            open_keys=keys,
            options=options or DriverOptions(device_number="DC01"),
        )


def module_keys(psam: Psam) -> OpenKeys:
    """The keys of a PSAM in the second slot."""

    @contextmanager
    def opened() -> Iterator[PsamSession]:
        psam.reset()
        yield PsamSession(psam)

    return psam_keys(opened, random=counter_bytes(3))


def without_module() -> OpenKeys:
    """A second slot with nothing in it."""

    @contextmanager
    def opened() -> Iterator[PsamSession]:
        raise NoCardError
        yield

    return psam_keys(opened, random=counter_bytes(3))


def module_of(desk: Desk) -> Psam:
    """A PSAM of this issuer with every key that a terminal may have."""
    if not desk.store.has("psam-transport"):
        desk.store.create_key_set("psam-transport")
    serial = bytes(6)
    kdd = psam_factory.diversification_data(serial)
    memory = psam_factory.make(
        desk.profile,
        psam_factory.PsamOrder(
            serial=serial,
            terminal=TerminalNumber("431002000001"),
            region=RegionCode("431002"),
            first_day=NOW.date(),
            last_day=NOW.date().replace(year=2036),
        ),
        transport=desk.store.diversify_key_set("psam-transport", kdd),
        master_key=lambda key: desk.store.export_wrapped(
            master_key_name(desk.profile, key), under="psam-transport", kdd=kdd
        ),
    )
    return Psam(memory, random=counter_bytes(6))


class SecurityModule:
    """The issuer's, for reference cards: it takes the strings apart by hand, and computes with the
    ciphers alone (`tests.pboc_host`)."""

    def __init__(self, profile: str) -> None:
        self.host = HOSTS[profile]

    def proof(self, random: str, factor: str) -> str:
        """32 digits: the cryptogram of a factor, and the factor."""
        key = self.host.session_key(bytes.fromhex(random))
        if self.host.block == 8:
            cryptogram = self.host.encrypt(key, bytes.fromhex(factor))
        else:
            block = self.host.encrypt(key, bytes.fromhex(factor) + bytes(8))
            cryptogram = xor(block[:8], block[8:])
        return cryptogram.hex().upper() + factor

    def basics(self, step1: str) -> str:
        """For iReadCardBas_HSM_Step2."""
        fields = step1.split("|")
        assert len(fields) == 10
        assert fields[9] == ""
        external = self.proof(*fields[6:8]) if fields[6] else ""
        return f"{self.proof(*fields[4:6])}|{external}|"

    def key(self, step1: str) -> str:
        """For the Step2 of every other function with a key address."""
        _algorithm, _address, random, factor, end = step1.split("|")
        assert end == ""
        return self.proof(random, factor)

    def command(self, step2: str) -> str:
        """For iReloadPIN_HSM_Step3 and iUnblockPIN_HSM_Step3: the whole command."""
        _algorithm, _address, random, header, pin, end = step2.split("|")
        assert end == ""
        key, head = self.host.session_key(bytes.fromhex(random)), bytes.fromhex(header)
        data = b""
        if pin:
            plain = bytes((len(pin) // 2,)) + bytes.fromhex(pin) + b"\x80"
            data = self.host.encrypt(key, plain + bytes(-len(plain) % self.host.block))
        assert head[4] == len(data) + 4
        return (head + data + self.host.mac(key, head + data)).hex().upper()

    def debit(self, step1: str) -> str:
        """For iDoDebit_HSM_Step2, as a page puts it together."""
        fields = step1.split("|")
        assert len(fields) == 9
        session = bytes.fromhex(fields[2] + fields[3] + fields[3])
        signed = bytes.fromhex("00000000" + "".join(fields[4:8]))
        mac1 = self.host.mac(self.host.session_key(session), signed).hex().upper()
        return f"0000{fields[3]}|{fields[7]}|{mac1}|"


# pCardInfo of the reference card.
REFERENCE_CARD = "430100D156000005456789ABDEADBEEF|B00000131|"


class Terminal(Counter):
    """A terminal without a PSAM, with a reference card in it, and the issuer's security module."""

    def __init__(self, profile: str, **options: object) -> None:
        card = Card(fixed_card(profile), random=counter_bytes())
        settings = DriverOptions(
            device_number="DC01", terminal_number="430100000001", refuses_initial_pin=False
        )
        super().__init__(card, options=replace(settings, **options))
        self.holder.old = "123456"
        self.module = SecurityModule(profile)

    def tries_left(self, kid: int = 0x0A) -> int:
        (cell,) = self.slot.card.persistent.keys["SSSE", kid]
        return cell.tries_left


def done(answer: tuple[int, str]) -> str:
    """pOutInfo of a call that has to succeed."""
    code, out = answer
    assert code == 0, out
    return out
