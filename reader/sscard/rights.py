"""What has to be shown before a card gives what is asked for, and showing it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, unique
from hmac import compare_digest

from reader.card_profile.access import Access, Rule
from reader.card_profile.keys import CardKey
from reader.errors import CardRefusedError, MalformedAnswerError
from reader.iso7816 import commands
from reader.refusals import refusal_of_a_proof
from reader.session import AUTHENTICATION_SIZE, CardSession
from reader.sscard.challenges import Challenge, Proof
from reader.sscard.errors import ArgumentsError, OtherCardError


@unique
class AuthenticationType(IntEnum):
    """iAuthType: the right used where a file asks for the PIN or a key."""

    PIN = 1
    KEY = 2

    @classmethod
    def of(cls, number: int) -> "AuthenticationType":
        """ArgumentsError for another number."""
        if type(number) is not int or number not in (cls.PIN, cls.KEY):
            raise ArgumentsError("iAuthType: 1 (PIN) or 2 (key)")
        return cls(number)


@dataclass(frozen=True, slots=True)
class Needed:
    """What to show: the PIN, keys by name, both, or nothing."""

    pin: bool
    keys: frozenset[str]

    @classmethod
    def of(cls, accesses: Iterable[Access], by: AuthenticationType) -> "Needed":
        """For all of *accesses* together."""
        pin, keys = False, set()
        for access in accesses:
            choice = access.rule is Rule.PIN_OR_KEY
            pin |= access.needs_pin and not (choice and by is AuthenticationType.KEY)
            if access.key_name is not None and not (choice and by is AuthenticationType.PIN):
                keys.add(access.key_name)
        return cls(pin, frozenset(keys))


def challenge(session: CardSession, key: CardKey) -> Challenge:
    """Two random numbers of the card where *key* counts; the last one is the session key's."""
    application = session.profile.application(key.application)
    factor, random = (
        session.exchange(application, commands.get_challenge(AUTHENTICATION_SIZE)) for _ in "12"
    )
    if len(factor) != AUTHENTICATION_SIZE or len(random) != AUTHENTICATION_SIZE:
        raise MalformedAnswerError("GET CHALLENGE")
    return Challenge(random, factor)


def prove(session: CardSession, key: CardKey, asked: Challenge, proof: Proof) -> None:
    """EXTERNAL AUTHENTICATE with what the security module made of *asked*.

    What it made of another challenge goes to no card: each wrong proof costs one of its tries.
    """
    if not compare_digest(asked.factor, proof.factor):
        raise OtherCardError
    command = commands.external_authenticate(key.kid, proof.cryptogram, proof.factor)
    try:
        session.exchange(session.profile.application(key.application), command)
    except CardRefusedError as refused:
        raise refusal_of_a_proof(refused) from None
