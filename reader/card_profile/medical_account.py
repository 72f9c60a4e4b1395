"""The medical account on the card: its commands and what is signed in each step.

LB002-2000 and 人社信息函〔2012〕38号, 2.4 to 2.8. GET BALANCE (B0 26) and INITIALIZE FOR LOAD (B0
28) are known from programs; the other instruction bytes are not public, and `MedicalAccount`
takes PBOC's (JR/T 0025) within the same class. Amounts are in fen, big-endian.
"""

from dataclasses import dataclass
from enum import IntEnum, unique

CLA = 0xB0
AMOUNT_SIZE, TERMINAL_SIZE, RANDOM_SIZE = 4, 6, 4
MAX_AMOUNT = 0xFFFFFFFF
MAX_TRANSACTION_NUMBER = 0xFFFF
LOAD_SUFFIX = b"\x80\x00"  # in the place of a terminal's number in the session key of a load


@unique
class Balance(IntEnum):
    """P2 of GET BALANCE."""

    ACCOUNT = 0x01  # CIA, 4 bytes
    SELF_PAID = 0x02  # SPIP of a year: 4 bytes and the year
    POOLED = 0x03  # SPFP of a year: 4 bytes and the year


@unique
class TransactionType(IntEnum):
    """Code table 51, as the character that is signed and logged."""

    CREDIT = ord("1")
    SETTLEMENT = ord("2")


@dataclass(frozen=True, slots=True)
class MedicalAccount:
    """The instruction bytes of one kind of card."""

    get_balance: int = 0x26
    initialize_for_load: int = 0x28
    initialize_for_purchase: int = 0x50  # from here on assumed
    credit_for_load: int = 0x52
    debit_for_purchase: int = 0x54
    get_transaction_prove: int = 0x5A


@dataclass(frozen=True, slots=True)
class Settlement:
    """What is paid, in fen: from the account, by the person, by the pooled fund."""

    account: int
    personal: int
    fund: int

    def encode(self) -> bytes:
        """The three amounts, 4 bytes each."""
        parts = (self.account, self.personal, self.fund)
        return b"".join(amount.to_bytes(AMOUNT_SIZE, "big") for amount in parts)

    @classmethod
    def decode(cls, data: bytes) -> "Settlement":
        """From 12 bytes."""
        return cls(*(int.from_bytes(data[i : i + AMOUNT_SIZE], "big") for i in (0, 4, 8)))


def settlement_mac1_data(paid: Settlement, terminal: bytes, time: bytes) -> bytes:
    """What the terminal signs: amounts, type, terminal (6), time (7)."""
    return paid.encode() + bytes((TransactionType.SETTLEMENT,)) + terminal + time


def settlement_tac_data(
    paid: Settlement, terminal: bytes, terminal_number: bytes, time: bytes
) -> bytes:
    """What the card certifies: amounts, type, terminal, the terminal's number (4), time."""
    head = paid.encode() + bytes((TransactionType.SETTLEMENT,))
    return head + terminal + terminal_number + time


def load_mac1_data(balance: int, amount: int, terminal: bytes) -> bytes:
    """What the card signs before a load: old balance, amount, type, terminal."""
    return (
        balance.to_bytes(AMOUNT_SIZE, "big")
        + amount.to_bytes(AMOUNT_SIZE, "big")
        + bytes((TransactionType.CREDIT,))
        + terminal
    )


def load_mac2_data(amount: int, terminal: bytes, time: bytes) -> bytes:
    """What the host signs to credit the account: amount, type, terminal, time (7)."""
    head = amount.to_bytes(AMOUNT_SIZE, "big") + bytes((TransactionType.CREDIT,))
    return head + terminal + time


def load_tac_data(balance: int, number: int, amount: int, terminal: bytes, time: bytes) -> bytes:
    """What the card certifies after a load: new balance, number (2), then as MAC2."""
    head = balance.to_bytes(AMOUNT_SIZE, "big") + number.to_bytes(2, "big")
    return head + load_mac2_data(amount, terminal, time)
