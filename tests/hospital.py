"""A hospital's terminal at the medical account of a reference card, and the host behind it."""

from hardware_sim.card.card import Card
from tests.desk import counter_bytes
from tests.fixed_card import fixed_card
from tests.pboc_host import SSSE, Terminal

DF04 = "00 A4 04 0C 06 D1 56 00 00 05 03"
TERMINAL = bytes.fromhex("430100000001")
TIME = bytes.fromhex("20261126103000")
GET_BALANCE, SELF_PAID, POOLED = "B0 26 00 01 04", "B0 26 00 02 06", "B0 26 00 03 06"


class Counter(Terminal):
    """A hospital's terminal, and the host behind it."""

    def open(self) -> "Counter":
        assert self.sw(SSSE) == 0x9000
        assert self.sw("00 20 00 00 03 12 34 56") == 0x9000
        assert self.sw(DF04) == 0x9000
        return self

    def initialize_load(self, amount: int) -> tuple[bytes, int]:
        return self.send(b"\xb0\x28\x00\x01\x0b\x01" + amount.to_bytes(4, "big") + TERMINAL)

    def credit(self, opening: bytes, amount: int) -> bytes:
        """CREDIT FOR LOAD, after a look at the card's MAC1."""
        balance, self.number, random = opening[:4], opening[4:6], opening[8:12]
        key = self.host.session_key(random + self.number + b"\x80\x00")
        self.asked = amount.to_bytes(4, "big") + b"1" + TERMINAL
        assert opening[12:] == self.host.mac(key, balance + self.asked)
        self.after = (int.from_bytes(balance, "big") + amount).to_bytes(4, "big")
        return b"\xb0\x2a\x00\x00\x0b" + TIME + self.host.mac(key, self.asked + TIME)

    def load(self, amount: int) -> tuple[bytes, int]:
        opening, sw = self.initialize_load(amount)
        if sw != 0x9000:
            return opening, sw
        tac, sw = self.send(self.credit(opening, amount))
        assert tac == self.host.tac(self.after + self.number + self.asked + TIME)
        return tac, sw

    def initialize(self, account: int, personal: int = 0, fund: int = 0) -> tuple[bytes, int]:
        self.paid = b"".join(amount.to_bytes(4, "big") for amount in (account, personal, fund))
        return self.send(b"\xb0\x28\x01\x01\x13\x01" + self.paid + TERMINAL)

    def debit(self, opening: bytes, number: int = 7, *, time: bytes = TIME) -> bytes:
        terminal_number = number.to_bytes(4, "big")
        random, card_number = opening[8:12], opening[4:6]
        self.key = self.host.session_key(random + card_number + terminal_number[-2:])
        mac1 = self.host.mac(self.key, self.paid + b"2" + TERMINAL + time)
        return b"\xb0\x2c\x01\x00\x0f" + terminal_number + time + mac1

    def settle(self, account: int, personal: int = 0, fund: int = 0) -> tuple[bytes, int]:
        opening, sw = self.initialize(account, personal, fund)
        return self.send(self.debit(opening)) if sw == 0x9000 else (opening, sw)

    def balance(self) -> int:
        data, sw = self.send(GET_BALANCE)
        assert sw == 0x9000
        return int.from_bytes(data, "big")


def hospital(profile: str) -> Counter:
    """With a new card in it, the PIN verified."""
    return Counter(Card(fixed_card(profile), random=counter_bytes()), profile).open()
