"""Reload and unblock of the PIN in three steps: PUK opens, then STK protects the command."""

from collections.abc import Callable
from dataclasses import dataclass

from crypto import pin_blocks
from reader.card_profile.ssse import SSSE
from reader.errors import CardRefusedError, MalformedAnswerError
from reader.iso7816 import commands
from reader.iso7816.apdu import ApduError, CommandApdu
from reader.iso7816.status import SW
from reader.refusals import PinUnblocksUsedError
from reader.session import AUTHENTICATION_SIZE, CardSession
from reader.sscard.challenges import Proof
from reader.sscard.debit_steps import MAC_SIZE
from reader.sscard.direct_calls import DirectCalls
from reader.sscard.errors import NewPinShownError, OtherCardError
from reader.sscard.holder import require_card
from reader.sscard.key_addresses import address_of
from reader.sscard.key_steps import MaintenanceKey, MaintenanceRequest
from reader.sscard.open_card import Card
from reader.sscard.rights import prove
from reader.sscard.step_calls import Asked, ask


@dataclass(frozen=True, slots=True)
class PinStepCalls:
    """The work behind iReloadPIN_HSM_StepN and iUnblockPIN_HSM_StepN."""

    direct: DirectCalls

    def reload_1(self, card_type: int, card_info: str) -> str:
        """PUK, for a new PIN; NewPinShownError where the next step may not show one."""
        if not self.direct.options.shows_new_pin:
            raise NewPinShownError
        return self._first(card_type, card_info, "iReloadPIN_HSM_Step2")

    def reload_2(self, key: str) -> str:
        """The new PIN in the clear, and the command that is to carry it."""

        def secured(session: CardSession) -> tuple[bytes, str]:
            new_pin = self.direct.pin.new_pin(session)
            return _header(session, commands.reload_pin(), pin_blocks.pack(new_pin)), new_pin

        return self._second("iReloadPIN_HSM_Step2", key, secured, "iReloadPIN_HSM_Step3")

    def reload_3(self, key: str) -> str:
        """The secured command to the card."""
        return self._third("iReloadPIN_HSM_Step3", key)

    def unblock_1(self, card_type: int, card_info: str) -> str:
        """PUK, for new tries."""
        return self._first(card_type, card_info, "iUnblockPIN_HSM_Step2")

    def unblock_2(self, key: str) -> str:
        """The command that the security module is to protect."""

        def secured(session: CardSession) -> tuple[bytes, str]:
            return _header(session, commands.unblock_pin(), b""), ""

        return self._second("iUnblockPIN_HSM_Step2", key, secured, "iUnblockPIN_HSM_Step3")

    def unblock_3(self, key: str) -> str:
        """The secured command to the card."""
        return self._third("iUnblockPIN_HSM_Step3", key)

    def _first(self, card_type: int, card_info: str, then: str) -> str:
        def begin(card: Card) -> tuple[Asked, str]:
            require_card(card.session, card_info)
            return ask(card.session, card.session.profile.key("PUK"))

        return self.direct.slot.first_step(card_type, begin, then=then)

    def _second(
        self,
        step: str,
        key: str,
        secured: Callable[[CardSession], tuple[bytes, str]],
        then: str,
    ) -> str:
        proof = Proof.parse(key)

        def go(card: Card, asked: Asked) -> tuple[bytes, str]:
            session = card.session
            prove(session, asked.key, asked.challenge, proof)
            header, new_pin = secured(session)
            application = session.profile.application(SSSE.name)
            random = session.exchange(application, commands.get_challenge(AUTHENTICATION_SIZE))
            if len(random) != AUTHENTICATION_SIZE:
                raise MalformedAnswerError("GET CHALLENGE")
            request = MaintenanceRequest(
                algorithm=session.profile.algorithm_mark,
                address=address_of(session.profile.key("STK")),
                random=random,
                header=header,
                new_pin=new_pin,
            )
            return header, request.format()

        return self.direct.slot.middle_step(step, go, then=then)

    def _third(self, step: str, key: str) -> str:
        given = MaintenanceKey.parse(key).command

        def end(card: Card, header: bytes) -> str:
            # A page sends this string: nothing but the command that was asked for goes to a card.
            if not given.startswith(header):
                raise OtherCardError
            _send(card.session, given)
            return ""

        return self.direct.slot.last_step(step, end)


def _header(session: CardSession, command: CommandApdu, data: bytes) -> bytes:
    """CLA INS P1 P2 of a command, and the Lc it has with its protection."""
    size = session.profile.authentication.cipher.block_size
    sealed = -(-(1 + len(data)) // size) * size if data else 0  # a length byte leads the data
    return command.header + bytes((sealed + MAC_SIZE,))


def _send(session: CardSession, command: bytes) -> None:
    application = session.profile.application(SSSE.name)
    try:
        session.exchange(application, CommandApdu.decode(command))
    except ApduError as error:
        raise OtherCardError from error
    except CardRefusedError as refused:
        if refused.sw == SW.AUTHENTICATION_METHOD_BLOCKED:
            raise PinUnblocksUsedError(refused.sw) from None
        raise
