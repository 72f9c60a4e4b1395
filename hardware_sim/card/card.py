"""The simulated card: command bytes in, response bytes out, no I/O."""

from collections.abc import Callable, Mapping

from hardware_sim.card import data_application, security_domain, selection
from hardware_sim.card.piv import application as piv
from hardware_sim.card.pki import application as pki
from hardware_sim.card.state import Chip, Persistent, Volatile
from hardware_sim.card.transmission import Transmission
from reader.card_profile.atr import atr_contactless
from reader.card_profile.key_applications import KeyApplication, KeyApplicationKind
from reader.card_profile.profiles import PROFILES
from reader.global_platform import CardLifeCycle
from reader.iso7816.apdu import CommandApdu, ResponseApdu
from reader.iso7816.commands import SECURE_MESSAGING, Ins
from reader.iso7816.status import SW, StatusError

KEY_APPLICATIONS: Mapping[KeyApplicationKind, Callable[[Chip, CommandApdu], ResponseApdu]] = {
    KeyApplicationKind.PKI: pki.execute,
    KeyApplicationKind.PIV: piv.execute,
}
INVALID_CLA = 0xFF  # ISO/IEC 7816-3, 10.3.2
# A logical channel but the basic one (7816-4, 5.4.1): bits 2 and 1 number channels 1 to 3, and
# with bits 8 and 7 as 01 the low four bits number 4 to 19.
CHANNEL_BITS = 0x03
FURTHER_CHANNEL_MASK, FURTHER_CHANNEL = 0xC0, 0x40
REFUSED_CLASSES: Mapping[int, SW] = {
    INVALID_CLA: SW.CLA_NOT_SUPPORTED,
    **{
        cla: SW.LOGICAL_CHANNEL_NOT_SUPPORTED
        for cla in range(INVALID_CLA)
        if cla & CHANNEL_BITS or cla & FURTHER_CHANNEL_MASK == FURTHER_CHANNEL
    },
}

# Looked at in every command, and an enumeration is slow to ask.
SELECT, MANAGE_CHANNEL = (0x00, int(Ins.SELECT)), int(Ins.MANAGE_CHANNEL)
GET_DATA = int(Ins.GET_DATA)
TERMINATED, CARD_LOCKED = CardLifeCycle.TERMINATED, CardLifeCycle.CARD_LOCKED


class Card:
    """One chip. *save* stores the persistent memory at every write; it gives back what it holds."""

    def __init__(
        self,
        persistent: Persistent,
        *,
        random: Callable[[int], bytes],
        save: Callable[[Persistent], Persistent] = lambda persistent: persistent,
        contactless: bool = False,
    ) -> None:
        """*contactless*: in the field of a reader; ValueError if the profile has no antenna."""
        self._chip = Chip(PROFILES[persistent.profile], persistent, random, save)
        profile = self._chip.profile
        if contactless and not profile.contactless:
            raise ValueError(f"a card of profile {profile.name} has contacts only")
        # ISO/IEC 14443-4 carries whole blocks, as T=1 does.
        self._protocol = 1 if contactless else profile.protocol
        self._atr = atr_contactless if contactless else profile.atr
        self._transmission = Transmission(self._protocol)

    @property
    def persistent(self) -> Persistent:
        """What the chip would still know after a power cut now."""
        return self._chip.persistent

    @property
    def atr(self) -> bytes:
        """What the chip says at power-on."""
        return self._atr(self._chip.persistent.historical_bytes)

    def reset(self) -> None:
        """Power-on (cold) or warm reset: RAM is empty again."""
        self._chip.volatile = Volatile()
        self._transmission = Transmission(self._protocol)

    def transmit(self, command: bytes) -> bytes:
        """Answer one command APDU; any bytes in, a status word out."""
        return self._transmission.exchange(command, self._answer)

    def _answer(self, command: CommandApdu) -> ResponseApdu:
        chip = self._chip
        cla, ins = instruction = (command.cla, command.ins)
        memory = chip.persistent
        life_cycle = memory.life_cycle
        # What is left of a card at its end says what it was, and nothing else (GPC, 5.1.1.5).
        if life_cycle is TERMINATED and ins != GET_DATA:
            raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED)
        if cla in REFUSED_CLASSES:
            raise StatusError(REFUSED_CLASSES[cla])
        if memory.card_blocked:
            raise StatusError(SW.FUNCTION_NOT_SUPPORTED)
        if instruction == SELECT:
            return selection.select(chip, command)
        if ins == MANAGE_CHANNEL:
            raise StatusError(SW.LOGICAL_CHANNEL_NOT_SUPPORTED)
        application = chip.volatile.application
        # What needs a file answers '6A82' at card level by itself; what is secured, the domain.
        if application is None and (
            cla & SECURE_MESSAGING or instruction not in data_application.COMMANDS
        ):
            return security_domain.answer(chip, command)
        # A locked card opens to its issuer and to nobody else (GPC, 5.1.1.4).
        if life_cycle is CARD_LOCKED:
            raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED)
        if isinstance(application, KeyApplication):
            return KEY_APPLICATIONS[application.kind](chip, command)
        return data_application.execute(chip, command)
