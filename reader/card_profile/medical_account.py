"""The medical account on the card: its commands and what is signed in each step.

LB002-2000 and 人社信息函〔2012〕38号, 2.4 to 2.8. GET BALANCE (B0 26), INITIALIZE FOR LOAD (B0 28)
and CREDIT FOR LOAD (B0 2A) are known from programs; `MedicalAccount` holds what is taken for the
others. Amounts are in fen, big-endian, 4 bytes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, IntEnum, auto, unique

from reader.iso7816.apdu import SHORT_MAX_NE, CommandApdu

CLA = 0xB0
AMOUNT_SIZE, TERMINAL_SIZE, RANDOM_SIZE = 4, 6, 4
TERMINAL_COUNT_SIZE = 4  # the terminal's own number of a transaction
COUNT_SIZE = 2  # the card's
TIME_SIZE = 7  # YYYYMMDDhhmmss, packed
MAX_AMOUNT = 0xFFFFFFFF
MAX_COUNT = 0xFFFF
LOAD_SUFFIX = b"\x80\x00"  # in the place of a terminal's number in the session key of a load


@unique
class AccountCommand(Enum):
    """What the account can be asked for."""

    GET_BALANCE = auto()
    INITIALIZE_FOR_LOAD = auto()
    CREDIT_FOR_LOAD = auto()
    INITIALIZE_FOR_PURCHASE = auto()
    DEBIT_FOR_PURCHASE = auto()
    GET_TRANSACTION_PROVE = auto()


@unique
class Balance(IntEnum):
    """P2 of GET BALANCE."""

    ACCOUNT = 0x01  # CIA, 4 bytes
    SELF_PAID = 0x02  # SPIP of a year: 4 bytes and the year
    POOLED = 0x03  # SPFP of a year: 4 bytes and the year


@unique
class TransactionType(IntEnum):
    """Code table 51, as the character that is signed and logged; P2 of GET TRANSACTION PROVE."""

    CREDIT = ord("1")
    SETTLEMENT = ord("2")


@dataclass(frozen=True, slots=True)
class Header:
    """INS, P1 and P2; where P2 asks for one of several things, what it may be."""

    ins: int
    p1: int
    p2: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MedicalAccount:
    """The headers of one kind of card, all of class B0.

    Assumed for purchase, debit and proof: PBOC tells a purchase from a load by P1 and numbers on
    (50, 52, 54, 5A; JR/T 0025), and so do these from 28 and 2A.
    """

    headers: tuple[tuple[AccountCommand, Header], ...] = (
        (AccountCommand.GET_BALANCE, Header(0x26, 0x00, tuple(Balance))),
        (AccountCommand.INITIALIZE_FOR_LOAD, Header(0x28, 0x00, (0x01,))),
        (AccountCommand.CREDIT_FOR_LOAD, Header(0x2A, 0x00, (0x00,))),
        (AccountCommand.INITIALIZE_FOR_PURCHASE, Header(0x28, 0x01, (0x01,))),
        (AccountCommand.DEBIT_FOR_PURCHASE, Header(0x2C, 0x01, (0x00,))),
        (AccountCommand.GET_TRANSACTION_PROVE, Header(0x32, 0x00, tuple(TransactionType))),
    )

    def with_ins(self, ins: int) -> Iterator[tuple[AccountCommand, Header]]:
        """The commands that share an instruction byte."""
        return ((command, header) for command, header in self.headers if header.ins == ins)

    def command(
        self, which: AccountCommand, data: bytes = b"", *, p2: int | None = None, ne: int = 0
    ) -> CommandApdu:
        """The command APDU; *p2* says which of several things is asked for."""
        header = dict(self.headers)[which]
        return CommandApdu(
            cla=CLA,
            ins=header.ins,
            p1=header.p1,
            p2=header.p2[0] if p2 is None else p2,
            data=data,
            ne=ne or SHORT_MAX_NE,
        )


@dataclass(frozen=True, slots=True)
class Settlement:
    """What is paid, in fen: from the account, by the person, by the pooled fund.

    A settlement online leaves the account alone: 0, the total, and what account and fund paid.
    """

    account: int
    personal: int
    fund: int

    def encode(self) -> bytes:
        """The three amounts."""
        return b"".join(map(amount, (self.account, self.personal, self.fund)))

    @classmethod
    def decode(cls, data: bytes) -> "Settlement":
        """From 12 bytes."""
        return cls(*(int.from_bytes(data[i : i + AMOUNT_SIZE], "big") for i in (0, 4, 8)))


@dataclass(frozen=True, slots=True)
class Opening:
    """What both INITIALIZE commands answer first: 12 bytes, behind a load's the card's MAC1."""

    balance: int
    count: int  # the number that this transaction has
    key_version: int
    algorithm: int
    random: bytes

    def encode(self) -> bytes:
        """Balance (4), number (2), key version (1), algorithm mark (1), random number (4)."""
        marks = bytes((self.key_version, self.algorithm))
        return amount(self.balance) + self.count.to_bytes(COUNT_SIZE, "big") + marks + self.random

    @classmethod
    def decode(cls, data: bytes) -> "Opening":
        """From the first 12 bytes of an answer; ValueError if it is shorter."""
        size = AMOUNT_SIZE + COUNT_SIZE + 2 + RANDOM_SIZE
        if len(data) < size:
            raise ValueError(f"{len(data)} bytes begin no transaction")
        return cls(
            int.from_bytes(data[:4], "big"),
            int.from_bytes(data[4:6], "big"),
            data[6],
            data[7],
            data[8:size],
        )


def amount(fen: int) -> bytes:
    """An amount; OverflowError if it is negative or above 4 bytes."""
    return fen.to_bytes(AMOUNT_SIZE, "big")


def settlement_session(random: bytes, count: int, terminal_count: bytes) -> bytes:
    """What makes DPK a session key: random (4), the card's number, the terminal's last 2 bytes."""
    return random + count.to_bytes(COUNT_SIZE, "big") + terminal_count[-2:]


def settlement_mac1_data(paid: Settlement, terminal: bytes, time: bytes) -> bytes:
    """What the terminal signs: amounts, type, terminal (6), time (7)."""
    return paid.encode() + bytes((TransactionType.SETTLEMENT,)) + terminal + time


def settlement_tac_data(
    paid: Settlement, terminal: bytes, terminal_count: bytes, time: bytes
) -> bytes:
    """What the card certifies: amounts, type, terminal, the terminal's number (4), time."""
    head = paid.encode() + bytes((TransactionType.SETTLEMENT,))
    return head + terminal + terminal_count + time


def load_session(random: bytes, count: int) -> bytes:
    """What makes DLK a session key: random (4), the card's number, 8000."""
    return random + count.to_bytes(COUNT_SIZE, "big") + LOAD_SUFFIX


def load_mac1_data(balance: int, loaded: int, terminal: bytes) -> bytes:
    """What the card signs before a load: old balance, amount, type, terminal."""
    return amount(balance) + amount(loaded) + bytes((TransactionType.CREDIT,)) + terminal


def load_mac2_data(loaded: int, terminal: bytes, time: bytes) -> bytes:
    """What the host signs to credit the account: amount, type, terminal, time (7)."""
    return amount(loaded) + bytes((TransactionType.CREDIT,)) + terminal + time


def load_tac_data(balance: int, count: int, loaded: int, terminal: bytes, time: bytes) -> bytes:
    """What the card certifies after a load: new balance, number (2), then as MAC2."""
    head = amount(balance) + count.to_bytes(COUNT_SIZE, "big")
    return head + load_mac2_data(loaded, terminal, time)


def log_record(
    count: int, kind: TransactionType, terminal: bytes, time: bytes, paid: Settlement
) -> bytes:
    """The 28 bytes of a record of EF08."""
    head = count.to_bytes(COUNT_SIZE, "big") + bytes((kind,))
    return head + terminal + time + paid.encode()
