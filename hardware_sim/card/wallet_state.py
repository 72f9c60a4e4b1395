"""What the medical account keeps, and a settlement that has begun."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Wallet:
    """Persistent part; amounts in fen."""

    balance: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletStep:
    """Volatile part."""
