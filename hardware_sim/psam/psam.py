"""The simulated PSAM: command bytes in, response bytes out, no I/O."""

from collections.abc import Callable, Mapping

from hardware_sim.card.transmission import Transmission
from hardware_sim.psam import files, issuer_commands, pin, session_keys
from hardware_sim.psam.state import Blocked, PsamChip, PsamMemory, Session
from reader.card_profile.atr import atr_t0
from reader.card_profile.profiles import PROFILES
from reader.card_profile.psam import CLA_DIVERSIFY, MF, PsamIns
from reader.iso7816.apdu import CommandApdu, ResponseApdu
from reader.iso7816.commands import Ins
from reader.iso7816.status import SW, StatusError

T0 = 0  # whatever its cards speak

Handler = Callable[[PsamChip, CommandApdu], bytes | ResponseApdu]

COMMANDS: Mapping[tuple[int, int], Handler] = {
    (0x00, Ins.SELECT): files.select,
    (0x00, Ins.READ_BINARY): files.read_binary,
    (0x00, Ins.UPDATE_BINARY): files.update_binary,
    (0x00, Ins.GET_CHALLENGE): issuer_commands.get_challenge,
    (0x00, Ins.EXTERNAL_AUTHENTICATE): issuer_commands.external_authenticate,
    (0x00, Ins.VERIFY): pin.verify,
    (0x80, Ins.CHANGE_PIN): pin.change,
    (0x84, Ins.PIN_MAINTENANCE): pin.maintain,
    (CLA_DIVERSIFY, PsamIns.DIVERSIFY): session_keys.diversify,
    (0x80, PsamIns.CIPHER): session_keys.cipher,
    (0x84, PsamIns.LOAD_KEY): issuer_commands.load_key,
    (0x84, Ins.APPLICATION_BLOCK): issuer_commands.block,
    (0x84, Ins.APPLICATION_UNBLOCK): issuer_commands.unblock,
}
# What still works while the application is blocked: finding out which module this is, and its end.
WHILE_BLOCKED = frozenset(
    {Ins.SELECT, Ins.READ_BINARY, Ins.GET_CHALLENGE, Ins.APPLICATION_BLOCK, Ins.APPLICATION_UNBLOCK}
)
INSTRUCTIONS = frozenset(ins for _, ins in COMMANDS)


class Psam:
    """One module. *save* stores the memory at every write; it gives back what it holds."""

    def __init__(
        self,
        memory: PsamMemory,
        *,
        random: Callable[[int], bytes],
        save: Callable[[PsamMemory], PsamMemory] = lambda memory: memory,
    ) -> None:
        self._chip = PsamChip(PROFILES[memory.profile], memory, Session(MF), random, save)
        self._transmission = Transmission(T0)

    @property
    def memory(self) -> PsamMemory:
        """What the chip would still know after a power cut now."""
        return self._chip.memory

    @property
    def atr(self) -> bytes:
        """What the chip says at power-on."""
        return atr_t0(self._chip.memory.historical_bytes)

    def reset(self) -> None:
        """Power-on or warm reset: the MF is selected, and RAM is empty again."""
        self._chip.session = Session(MF)
        self._transmission = Transmission(T0)

    def transmit(self, command: bytes) -> bytes:
        """Answer one command APDU; any bytes in, a status word out."""
        return self._transmission.exchange(command, self._answer)

    def _answer(self, command: CommandApdu) -> ResponseApdu:
        handler = COMMANDS.get((command.cla, command.ins))
        if handler is None:
            known = command.ins in INSTRUCTIONS
            raise StatusError(SW.CLA_NOT_SUPPORTED if known else SW.INS_NOT_SUPPORTED)
        blocked = self._chip.memory.blocked
        if blocked is not Blocked.NO and command.ins not in WHILE_BLOCKED:
            raise StatusError(
                SW.APPLICATION_PERMANENTLY_BLOCKED
                if blocked is Blocked.FOR_EVER
                else SW.CONDITIONS_OF_USE_NOT_SATISFIED
            )
        found = handler(self._chip, command)
        return found if isinstance(found, ResponseApdu) else ResponseApdu(found, SW.OK)
