"""Access conditions of elementary files (LD/T 32.4; 人社信息函〔2012〕37号, chapter 6)."""

from collections.abc import Container
from dataclasses import dataclass
from enum import Enum, unique
from typing import ClassVar


@unique
class Rule(Enum):
    """What has to be shown; the values are the notice's words, {} the name of the key."""

    FREE = "无"
    NEVER = "不允许改写"
    PIN = "PIN"
    KEY = "{}"
    PIN_OR_KEY = "PIN或{}"
    PIN_AND_KEY = "PIN&{}"


@dataclass(frozen=True, slots=True)
class Access:
    """Who may do it: anyone, no one, the holder by PIN, a system by the key named, or both."""

    rule: Rule
    key_name: str | None = None

    FREE: ClassVar["Access"]
    NEVER: ClassVar["Access"]
    PIN: ClassVar["Access"]

    @classmethod
    def key(cls, name: str) -> "Access":
        """After external authentication with the key."""
        return cls(Rule.KEY, name)

    @classmethod
    def pin_or_key(cls, name: str) -> "Access":
        """After either."""
        return cls(Rule.PIN_OR_KEY, name)

    @classmethod
    def pin_and_key(cls, name: str) -> "Access":
        """After both."""
        return cls(Rule.PIN_AND_KEY, name)

    def allows(self, *, pin_verified: bool, authenticated: Container[str]) -> bool:
        """Whether it is met, given the PIN's state and the names of the keys authenticated."""
        key = self.key_name is not None and self.key_name in authenticated
        met = {
            Rule.FREE: True,
            Rule.NEVER: False,
            Rule.PIN: pin_verified,
            Rule.KEY: key,
            Rule.PIN_OR_KEY: pin_verified or key,
            Rule.PIN_AND_KEY: pin_verified and key,
        }
        return met[self.rule]

    @property
    def needs_pin(self) -> bool:
        """Whether the PIN can help."""
        return self.rule in (Rule.PIN, Rule.PIN_OR_KEY, Rule.PIN_AND_KEY)

    def __str__(self) -> str:
        return self.rule.value.format(self.key_name)


Access.FREE = Access(Rule.FREE)
Access.NEVER = Access(Rule.NEVER)
Access.PIN = Access(Rule.PIN)
