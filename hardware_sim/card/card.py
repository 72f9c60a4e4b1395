"""The simulated card: command bytes in, response bytes out, no I/O."""

from collections.abc import Callable

from crypto.errors import SecureChannelError
from hardware_sim.card import (
    access_control,
    chip_key,
    records,
    secure_channel,
    security_domain,
    selection,
    t0,
)
from hardware_sim.card.state import Chip, Persistent, Volatile
from reader.card_profile.df0a import CHIP_KEY_REFERENCE, DF0A
from reader.card_profile.profiles import PROFILES
from reader.global_platform import CardLifeCycle
from reader.iso7816.apdu import ApduError, CommandApdu, ResponseApdu
from reader.iso7816.commands import SECURE_MESSAGING, Ins
from reader.iso7816.status import SW, StatusError

Handler = Callable[[Chip, CommandApdu], bytes]

CHANNEL_BITS = 0x03  # CLA: logical channel, which this card has none of but the basic one
CLA_GP_SECURED = 0x84


def _internal_authenticate(chip: Chip, command: CommandApdu) -> bytes:
    if command.p2 == CHIP_KEY_REFERENCE and chip.application().name == DF0A.name:
        return chip_key.prove(chip, command)
    return access_control.internal_authenticate(chip, command)


# By CLA (without channel and secure messaging bits) and INS. Interindustry commands first.
HANDLERS: dict[tuple[int, int], Handler] = {
    (0x00, Ins.SELECT): selection.select,
    (0x00, Ins.READ_RECORD): records.read_record,
    (0x00, Ins.UPDATE_RECORD): records.update_record,
    (0x00, Ins.READ_BINARY): records.read_binary,
    (0x00, Ins.UPDATE_BINARY): records.update_binary,
    (0x00, Ins.GET_CHALLENGE): access_control.get_challenge,
    (0x00, Ins.EXTERNAL_AUTHENTICATE): access_control.external_authenticate,
    (0x00, Ins.INTERNAL_AUTHENTICATE): _internal_authenticate,
    (0x00, Ins.VERIFY): access_control.verify,
    (0x80, Ins.CHANGE_PIN): access_control.change_pin,
    (0x00, Ins.GET_DATA): security_domain.get_data,
    (0x80, Ins.GET_DATA): security_domain.get_data,
    (0x80, Ins.INITIALIZE_UPDATE): secure_channel.initialize_update,
    (0x80, Ins.GET_STATUS): security_domain.get_status,
    (0x80, Ins.SET_STATUS): security_domain.set_status,
    (0x80, Ins.INSTALL): security_domain.install,
    (0x80, Ins.STORE_DATA): security_domain.store_data,
    (0x80, Ins.PUT_KEY): security_domain.put_key,
}
INSTRUCTIONS = frozenset(ins for _, ins in HANDLERS)

# What the security domain does only for its issuer, inside the secure channel.
ISSUER_ONLY = frozenset({Ins.GET_STATUS, Ins.SET_STATUS, Ins.INSTALL, Ins.STORE_DATA, Ins.PUT_KEY})
DOMAIN = ISSUER_ONLY | {Ins.INITIALIZE_UPDATE, Ins.GET_DATA}
# A locked card opens to its issuer and to nobody else (GPC, 5.1.1.4).
WHEN_LOCKED = DOMAIN | {Ins.SELECT}


class Card:
    """One chip. *save* is called with the persistent memory at every committed write."""

    def __init__(
        self,
        persistent: Persistent,
        *,
        random: Callable[[int], bytes],
        save: Callable[[Persistent], None] = lambda persistent: None,
    ) -> None:
        self._chip = Chip(PROFILES[persistent.profile], persistent, random, save)

    @property
    def atr(self) -> bytes:
        """What the chip says at power-on."""
        return self._chip.profile.atr(self._chip.persistent.historical_bytes)

    def reset(self) -> None:
        """Power-on or warm reset: RAM is empty again."""
        self._chip.volatile = Volatile()

    def transmit(self, command: bytes) -> bytes:
        """Answer one command APDU; any bytes in, a status word out."""
        try:
            return self._respond(CommandApdu.decode(command)).encode()
        except ApduError:
            return ResponseApdu(b"", SW.WRONG_LENGTH).encode()
        except StatusError as refusal:
            return ResponseApdu(b"", refusal.sw).encode()

    def _respond(self, command: CommandApdu) -> ResponseApdu:
        volatile = self._chip.volatile
        pending, volatile.pending = volatile.pending, b""
        if (command.cla, command.ins) == (0x00, Ins.GET_RESPONSE):
            response, volatile.pending = t0.get_response(command, pending)
            return response
        response = self._answer(command)
        if self._chip.profile.protocol == 0:
            response, self._chip.volatile.pending = t0.announce(command, response)
        return response

    def _answer(self, command: CommandApdu) -> ResponseApdu:
        if self._chip.persistent.life_cycle is CardLifeCycle.TERMINATED:
            raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED)
        if command.cla & CHANNEL_BITS:
            raise StatusError(SW.LOGICAL_CHANNEL_NOT_SUPPORTED)
        try:
            return self._answer_secured(command)
        except SecureChannelError:
            self._chip.close_channel()
            raise StatusError(SW.SECURITY_STATUS_NOT_SATISFIED) from None

    def _answer_secured(self, command: CommandApdu) -> ResponseApdu:
        chip = self._chip
        if (command.cla, command.ins) == (CLA_GP_SECURED, Ins.EXTERNAL_AUTHENTICATE):
            return ResponseApdu(secure_channel.external_authenticate(chip, command), SW.OK)
        if not command.cla & SECURE_MESSAGING:
            return ResponseApdu(self._execute(command, issuer=False), SW.OK)
        plain = secure_channel.unwrap(chip, command)
        # Some hosts secure with CLA 04, some with 84 (GPC, 11.1.4): the plain class follows INS.
        if plain.ins in DOMAIN:
            plain = CommandApdu(
                cla=0x80, ins=plain.ins, p1=plain.p1, p2=plain.p2, data=plain.data, ne=plain.ne
            )
        return secure_channel.wrap(chip, ResponseApdu(self._execute(plain, issuer=True), SW.OK))

    def _execute(self, command: CommandApdu, *, issuer: bool) -> bytes:
        chip = self._chip
        handler = HANDLERS.get((command.cla, command.ins))
        if handler is None:
            known = command.ins in INSTRUCTIONS
            raise StatusError(SW.CLA_NOT_SUPPORTED if known else SW.INS_NOT_SUPPORTED)
        locked = chip.persistent.life_cycle is CardLifeCycle.CARD_LOCKED
        if locked and command.ins not in WHEN_LOCKED:
            raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED)
        if command.ins in DOMAIN and chip.volatile.application is not None:
            raise StatusError(SW.INS_NOT_SUPPORTED)
        if command.ins in ISSUER_ONLY and not issuer:
            raise StatusError(SW.SECURITY_STATUS_NOT_SATISFIED)
        return handler(chip, command)
