"""What the medical account keeps, and a step of it that has begun; amounts in fen."""

from dataclasses import dataclass, field

from reader.card_profile.medical_account import Settlement


@dataclass(frozen=True, slots=True, kw_only=True)
class YearTotal:
    """What was paid in one year."""

    amount: int = 0
    year: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What the card answered to the last transaction of a type; no codes: there was none."""

    count: int = 0
    codes: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wallet:
    """The account. *settlements* and *loads* are the numbers that the next ones will have."""

    balance: int = 0
    settlements: int = 0
    loads: int = 0
    self_paid: YearTotal = field(default_factory=YearTotal)
    pooled: YearTotal = field(default_factory=YearTotal)
    settled: Proof = field(default_factory=Proof)  # MAC2 and TAC
    credited: Proof = field(default_factory=Proof)  # TAC


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingSettlement:
    """INITIALIZE FOR PURCHASE was answered; DEBIT FOR PURCHASE may follow."""

    paid: Settlement
    terminal: bytes
    random: bytes = field(repr=False)
    key_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingLoad:
    """INITIALIZE FOR LOAD was answered; CREDIT FOR LOAD may follow."""

    amount: int
    terminal: bytes
    random: bytes = field(repr=False)
    key_version: int


WalletStep = PendingSettlement | PendingLoad
