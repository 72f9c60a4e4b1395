"""A settlement whose MAC1 the issuer's security module makes."""

from dataclasses import dataclass
from hmac import compare_digest

from reader.card_profile.medical_account import Opening
from reader.card_profile.psam import TerminalNumber
from reader.errors import CardAuthenticationError
from reader.medical_account import AccountSession
from reader.sscard.debit import Payment, debit_text, parse_pay_info
from reader.sscard.debit_steps import DebitKey, DebitRequest
from reader.sscard.direct_calls import DirectCalls
from reader.sscard.errors import OtherCardError, PayInfoError
from reader.sscard.holder import require_card
from reader.sscard.key_addresses import address_of
from reader.sscard.open_card import Card


@dataclass(frozen=True, slots=True)
class AskedDebit:
    """A settlement that the card has begun."""

    account: AccountSession
    opening: Opening
    payment: Payment
    terminal_number: TerminalNumber


@dataclass(frozen=True, slots=True)
class DebitStepCalls:
    """The work behind iDoDebit_HSM_StepN."""

    direct: DirectCalls

    def debit_1(self, card_type: int, card_info: str, pay_info: str) -> str:
        """What the security module is to sign."""
        payment = parse_pay_info(pay_info)
        if payment.paid.account:
            raise PayInfoError("in steps nothing is taken from the account on the card")
        number = TerminalNumber(self.direct.options.terminal_number)

        def begin(card: Card) -> tuple[AskedDebit, str]:
            require_card(card.session, card_info)
            account = self.direct.account(card.session)
            opening = account.open_settlement(payment.paid, number)
            request = DebitRequest(
                algorithm=card.session.profile.algorithm_mark,
                address=address_of(card.session.profile.key("DPK")),
                random=opening.random,
                count=opening.count,
                paid=payment.paid,
                terminal_number=number,
                time=payment.time,
            )
            return AskedDebit(account, opening, payment, number), request.format()

        return self.direct.slot.first_step(card_type, begin, then="iDoDebit_HSM_Step2")

    def debit_2(self, key: str) -> str:
        """The settlement, and the card's certificate of it; its MAC2 where the answer has one."""
        answer = DebitKey.parse(key)

        def end(card: Card, asked: AskedDebit) -> str:
            expected, time = asked.opening.count, asked.payment.time
            if answer.terminal_count != expected or not compare_digest(answer.time, time):
                raise OtherCardError
            receipt, mac2 = asked.account.finish_settlement(
                asked.opening, answer.terminal_count, time, answer.mac1
            )
            if answer.mac2 and not compare_digest(mac2, answer.mac2):
                raise CardAuthenticationError("MAC2")
            return debit_text(receipt, asked.terminal_number, answer.terminal_count, time)

        return self.direct.slot.last_step("iDoDebit_HSM_Step2", end)
