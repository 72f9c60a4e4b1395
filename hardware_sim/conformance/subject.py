"""The card under test, and what is known of it.

``needs`` of a case speak of this: ``pin`` (its PIN may be used), ``keys`` (its application keys are
known), ``channel`` and ``channel02`` (its secure channel keys are, for SCP03 and SCP02),
``aid:NAME`` (an application answers to SELECT), ``profile:NAME[,NAME]`` and ``protocol:0`` or
``1``.
"""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

from crypto.keys import KeySet
from hardware_sim import factory, reference_card
from reader.card_profile.atr import protocol_of
from reader.card_profile.profiles import CardProfile
from reader.connect import connect
from reader.global_platform import ISD_AID


@dataclass(frozen=True, slots=True)
class Known:
    """What the tester knows of the card; what is empty is not known."""

    profile: CardProfile
    pin: bytes = field(default=b"", repr=False)
    keys: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    channel: KeySet | None = field(default=None, repr=False)
    channel02: KeySet | None = field(default=None, repr=False)

    def missing(self, need: str, atr: bytes) -> str | None:
        """Why *need* is not met by a card with this ATR, in English; None if it is."""
        kind, _, value = need.partition(":")
        met = {
            "pin": bool(self.pin),
            "keys": bool(self.keys),
            "channel": self.channel is not None,
            "channel02": self.channel02 is not None,
            "profile": self.profile.name in value.split(","),
            # The card's own: one with two interfaces speaks T=0 on its contacts only.
            "protocol": _protocol(atr) == value,
            "aid": value in {one.name for one in self.profile.on_chip},
        }
        return None if met[kind] else f"needs {need}"

    def values(self) -> dict[str, bytes]:
        """The names that stand for bytes in a case."""
        found = {
            f"aid.{one.name.lower()}": bytes((len(one.aid),)) + one.aid
            for one in self.profile.on_chip
        }
        found["aid.isd"] = bytes((len(ISD_AID),)) + ISD_AID
        if self.pin:
            found["pin"] = bytes((len(self.pin),)) + self.pin
            found["pin.value"] = self.pin
            wrong = bytes((self.pin[0] ^ 0x01,)) + self.pin[1:]
            found["pin.wrong"] = bytes((len(wrong),)) + wrong
        return found


def reference(profile: CardProfile) -> Known:
    """What everybody knows of a reference card."""
    return Known(
        profile,
        reference_card.PIN,
        {key.name: reference_card.KEY for key in profile.keys()},  # noqa: SIM118  # no mapping
        factory.test_keys(),
        factory.test_keys_scp02(),
    )


class ConnectedCard:
    """A card in a reader or at an address: a reset is a new connection to it."""

    def __init__(self, *, reader: str | None, tcp: str | None) -> None:
        self._reader, self._tcp = reader, tcp
        self._stack = ExitStack()
        self._open()

    def _open(self) -> None:
        self._transport = self._stack.enter_context(connect(reader=self._reader, tcp=self._tcp))

    @property
    def atr(self) -> bytes:
        """As the reader had it at the last reset."""
        return self._transport.atr

    def reset(self) -> None:
        """Power off and on."""
        self._stack.close()
        self._open()

    def transmit(self, command: bytes) -> bytes:
        """One command to the card."""
        return self._transport.transmit(command)

    def close(self) -> None:
        """Let go of the card."""
        self._stack.close()


def with_pin(known: Known, pin: bytes) -> Known:
    """The same with the card's PIN, packed BCD."""
    return replace(known, pin=pin)


def _protocol(atr: bytes) -> str:
    try:
        return str(protocol_of(atr))
    except ValueError:
        return ""  # no answer to reset: a case of its own says so
