"""A PSAM whose every byte is known: each key tells its own address, the module's own are 40…4F."""

from datetime import date

from crypto.key_transport import wrap
from hardware_sim import factory
from hardware_sim.psam import factory as psam_factory
from hardware_sim.psam.psam import Psam
from hardware_sim.psam.state import PsamMemory
from reader.card_profile.profiles import PROFILES
from reader.card_profile.psam import TerminalNumber
from reader.card_profile.values import RegionCode
from tests.desk import counter_bytes

SERIAL = bytes.fromhex("0A0B0C0D0E0F")
TERMINAL = "431002000001"
OWN_KEY = bytes(range(0x40, 0x50))  # master and maintenance key
DF01 = "00 A4 00 0C 02 DF 01"


def psam_key(usage: int, identifier: int) -> bytes:
    """The 16 bytes under this address."""
    return bytes((usage, identifier)) + bytes.fromhex("2233445566778899AABBCCDDEEFF")


def fixed_memory(profile: str = "v2.00", *, pin: bytes = b"") -> PsamMemory:
    transport = factory.test_keys()
    cipher = PROFILES[profile].authentication.cipher
    return psam_factory.make(
        PROFILES[profile],
        psam_factory.PsamOrder(
            serial=SERIAL,
            terminal=TerminalNumber(TERMINAL),
            region=RegionCode("431002"),
            first_day=date(2026, 1, 1),
            last_day=date(2035, 12, 31),
            pin=pin,
        ),
        transport=transport,
        master_key=lambda key: wrap(transport.dek, psam_key(key.psam_usage, key.psam_id), cipher),
    )


def fixed_psam(profile: str = "v2.00", *, pin: bytes = b"") -> Psam:
    return Psam(fixed_memory(profile, pin=pin), random=counter_bytes(5))


def send(psam: Psam, command: str | bytes) -> tuple[bytes, int]:
    """Data and status word, with what waits behind 61XX."""
    raw = bytes.fromhex(command) if isinstance(command, str) else command
    answer = psam.transmit(raw)
    if answer[-2] == 0x61:
        answer = psam.transmit(bytes((0x00, 0xC0, 0x00, 0x00, answer[-1])))
    return answer[:-2], int.from_bytes(answer[-2:], "big")


def sw(psam: Psam, command: str | bytes) -> int:
    return send(psam, command)[1]
