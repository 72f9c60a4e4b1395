"""How commands reach a card: one method, bytes in, bytes out; the rest are decorators."""

import logging
from typing import Protocol

from reader.card_profile.df0a import CHIP_KEY_REFERENCE
from reader.card_profile.medical_account import CLA as ACCOUNT_CLA
from reader.card_profile.medical_account import AccountCommand, MedicalAccount
from reader.card_profile.pki import DIALECT
from reader.card_profile.psam import PsamIns
from reader.errors import MalformedAnswerError
from reader.global_platform import GpIns
from reader.iso7816.apdu import ApduError, CommandApdu, ResponseApdu
from reader.iso7816.commands import CLA_PROPRIETARY, SECURE_MESSAGING, Ins
from reader.iso7816.status import MORE_DATA, SW, WRONG_LE

TRAFFIC = 5  # log level below DEBUG: its lines hold personal data
_DONE = b"\x90\x00"  # what nearly every answer ends with
FIRST_ERROR, LAST_ERROR = 0x6400, 0x6FFF  # ISO/IEC 7816-4, 5.6: execution and checking errors
logger = logging.getLogger(__name__)


class Transport(Protocol):
    """A pipe to one card."""

    def transmit(self, command: bytes) -> bytes:
        """Send a command APDU, return the response APDU (data and SW1-SW2).

        Raises ReaderError where the pipe breaks.
        """


def decode_answer(answer: bytes) -> ResponseApdu:
    """What a card sent, as an answer; MalformedAnswerError where it is none."""
    try:
        return ResponseApdu.decode(answer)
    except ApduError as error:
        raise MalformedAnswerError(str(error)) from error


class GetResponse:
    """Settles what T=0 leaves open: '61XX' is collected, '6CXX' repeated (7816-3, 12.2)."""

    MAX_ROUNDS = 1024  # 256 KiB; a card that announces more never ends

    def __init__(self, inner: Transport) -> None:
        self._inner = inner

    def transmit(self, command: bytes) -> bytes:
        """The whole answer.

        What SELECT has to say is not needed: a card that announces it and then refuses to give it
        has selected the file all the same.
        """
        answer = self._inner.transmit(command)
        if answer[-2:] == _DONE:
            return answer
        response = decode_answer(answer)
        if response.sw >> 8 == WRONG_LE and not response.data:
            exact = _with_le(command, response.sw & 0xFF)
            response = decode_answer(self._inner.transmit(exact))
        collected = [response.data]
        again: tuple[int, ...] = (MORE_DATA,)
        for rounds in range(self.MAX_ROUNDS):
            if response.sw >> 8 not in again:
                sw = SW.OK if rounds and _selected(command, response) else response.sw
                return ResponseApdu(b"".join(collected), sw).encode()
            more = CommandApdu(ins=Ins.GET_RESPONSE, ne=response.sw & 0xFF or 256)
            response = decode_answer(self._inner.transmit(more.encode()))
            collected.append(response.data)
            again = (MORE_DATA,) if response.data else (MORE_DATA, WRONG_LE)
        raise MalformedAnswerError("more data without end")


class Trace:
    """Logs commands and answers at level TRAFFIC; the data of PIN commands is masked."""

    def __init__(self, inner: Transport) -> None:
        self._inner = inner
        self._secret_answer = False

    def transmit(self, command: bytes) -> bytes:
        """The inner answer, logged."""
        if not logger.isEnabledFor(TRAFFIC):
            return self._inner.transmit(command)
        logger.log(TRAFFIC, "> %s", mask(command))
        answer = self._inner.transmit(command)
        if command[1:2] != bytes((Ins.GET_RESPONSE,)):  # that brings what was asked for before
            self._secret_answer = hides_answer(command)
        logger.log(TRAFFIC, "< %s", mask_answer(answer) if self._secret_answer else _hex(answer))
        return answer


# PINs and keys, and what a key made of a challenge. To a PSAM a new PIN goes in the clear: it is
# sealed there.
SECRET_INS = frozenset(
    {
        Ins.VERIFY,
        Ins.CHANGE_PIN,
        Ins.RESET_RETRY_COUNTER,
        Ins.PIN_MAINTENANCE,
        Ins.KEY_OR_PIN_MAINTENANCE,
        Ins.EXTERNAL_AUTHENTICATE,
        GpIns.PUT_KEY,
        PsamIns.CIPHER,
    }
)
# The PKI application takes a PIN to digest and a symmetric key to import, and answers with both.
SECRET_PKI_INS = frozenset({DIALECT.digest.instruction, DIALECT.load_key.instruction})
SECRET_ANSWERS = frozenset(
    {
        DIALECT.digest.instruction,
        DIALECT.decrypt.instruction,
        (CLA_PROPRIETARY, PsamIns.CIPHER),
    }
)
# Data and MAC of what a key secured: of LD/T's classes, and of GlobalPlatform's.
SECURED_CLASSES = frozenset({SECURE_MESSAGING, CLA_PROPRIETARY | SECURE_MESSAGING})
# The MACs of a settlement and a credit, and the card's own.
_ACCOUNT = {command: header.ins for command, header in MedicalAccount().headers}
SIGNED_STEPS = frozenset(
    {_ACCOUNT[AccountCommand.CREDIT_FOR_LOAD], _ACCOUNT[AccountCommand.DEBIT_FOR_PURCHASE]}
)
SIGNED_ANSWERS = SIGNED_STEPS | {
    _ACCOUNT[AccountCommand.INITIALIZE_FOR_LOAD],
    _ACCOUNT[AccountCommand.GET_TRANSACTION_PROVE],
}


def hides_command(command: bytes) -> bool:
    """Whether the data of a command are a PIN, a key, what leads to one or what one made."""
    if len(command) < 2:
        return False
    cla, ins = command[:2]
    if cla in SECURED_CLASSES or (cla == ACCOUNT_CLA and ins in SIGNED_STEPS):
        return True
    return ins in SECRET_INS or (cla, ins) in SECRET_PKI_INS


def hides_answer(command: bytes) -> bool:
    """Whether the answer to a command is secret, or what a key made of a challenge.

    A chip's signature is neither: anybody may check it.
    """
    if len(command) < 4:
        return False
    cla, ins, _, p2 = command[:4]
    if ins == Ins.INTERNAL_AUTHENTICATE:
        return p2 != CHIP_KEY_REFERENCE
    return (cla, ins) in SECRET_ANSWERS or (cla == ACCOUNT_CLA and ins in SIGNED_ANSWERS)


def mask(command: bytes) -> str:
    """The command for a log: header and length stay, the data of a secret one does not."""
    if len(command) > 5 and hides_command(command):
        return _hex(command[:5]) + " **" * (len(command) - 5)
    return _hex(command)


def mask_answer(answer: bytes) -> str:
    """The answer for a log: its status word stays."""
    return "** " * (len(answer) - 2) + _hex(answer[-2:])


def _hex(data: bytes) -> str:
    return data.hex(" ").upper()


def _selected(command: bytes, response: ResponseApdu) -> bool:
    """Whether only what SELECT announced is refused, and nothing came of it."""
    refused = FIRST_ERROR <= response.sw <= LAST_ERROR and response.sw >> 8 != WRONG_LE
    return refused and not response.data and command[1] == Ins.SELECT


def _with_le(command: bytes, le: int) -> bytes:
    plain = CommandApdu.decode(command)
    return CommandApdu(
        cla=plain.cla, ins=plain.ins, p1=plain.p1, p2=plain.p2, data=plain.data, ne=le or 256
    ).encode()
