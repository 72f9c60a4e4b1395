"""What the steps over the issuer's security module do; each raises ReaderError.

The last command of a first step is GET CHALLENGE: the card lets nothing lie between it and the
authentication that opens the next step.
"""

from dataclasses import dataclass
from hmac import compare_digest

from reader.card_profile.keys import CardKey
from reader.card_profile.ssse import EF06, SSSE
from reader.errors import CardAuthenticationError
from reader.session import CardSession
from reader.sscard.basics_steps import BasicsKey, BasicsRequest
from reader.sscard.card_files import CardFile
from reader.sscard.challenges import Challenge, Proof
from reader.sscard.direct_calls import DirectCalls, write_changes
from reader.sscard.errors import FileAddressError, NoStepNeededError, OtherCardError
from reader.sscard.file_address import parse_file_addresses
from reader.sscard.holder import historical_bytes, require_card
from reader.sscard.key_addresses import address_of
from reader.sscard.key_steps import AuthenticationRequest
from reader.sscard.open_card import Card
from reader.sscard.rights import AuthenticationType, Needed, challenge, prove


@dataclass(frozen=True, slots=True)
class Asked:
    """What a first step asked the security module for."""

    key: CardKey
    challenge: Challenge
    files: tuple[CardFile, ...] = ()


@dataclass(frozen=True, slots=True)
class AskedBasics:
    """The card's own answer, and the challenge that opens its holder's data, if they are shut."""

    internal: Challenge
    answer: bytes
    external: Asked | None


@dataclass(frozen=True, slots=True)
class StepCalls:
    """The work behind the functions with HSM in their names."""

    direct: DirectCalls

    # --- iReadCardBas -----------------------------------------------------------------------------

    def basics_1(self, card_type: int) -> str:
        """Which card it is, and what the security module shall compute for it."""
        return self.direct.slot.first_step(
            card_type, self._ask_basics, then="iReadCardBas_HSM_Step2"
        )

    def basics_2(self, key: str) -> str:
        """The basics of a card whose answer was the security module's too."""
        answer = BasicsKey.parse(key)

        def end(card: Card, asked: AskedBasics) -> str:
            if not compare_digest(answer.internal.factor, asked.internal.factor):
                raise OtherCardError
            if not compare_digest(answer.internal.cryptogram, asked.answer):
                raise CardAuthenticationError("IRK")
            if asked.external is not None:
                if answer.external is None:
                    raise OtherCardError
                external = asked.external
                prove(card.session, external.key, external.challenge, answer.external)
            return self.direct.basics_text(card)

        return self.direct.slot.last_step("iReadCardBas_HSM_Step2", end)

    def _ask_basics(self, card: Card) -> tuple[AskedBasics, str]:
        session = card.session
        irk = session.profile.key("IRK")
        internal = challenge(session, irk)
        answer = session.internal_authenticate(irk, internal.random, internal.factor)
        names = session.profile.application(SSSE.name).file(EF06.fid).reading_keys
        external = None
        for name in names:
            opens = session.profile.key(name)
            external = Asked(opens, challenge(session, opens))
        request = BasicsRequest(
            historical_bytes=historical_bytes(card.atr),
            algorithm=session.profile.algorithm_mark,
            identification_code=session.identification_code,
            internal=internal,
            external=external.challenge if external else None,
            device_number=self.direct.options.device_number,
        )
        return AskedBasics(internal, answer, external), request.format()

    # --- iReadCard, iWriteCard --------------------------------------------------------------------

    def read_1(self, card_type: int, card_info: str, file_addr: str) -> str:
        """The key that opens the files of pFileAddr; one for all of them."""
        addresses = parse_file_addresses(file_addr)

        def begin(card: Card) -> tuple[Asked, str]:
            require_card(card.session, card_info)
            files = tuple(CardFile.of(card.session.profile, address) for address in addresses)
            accesses = (access for file in files for access in file.read_access)
            needed = Needed.of(accesses, AuthenticationType.KEY)
            if not needed.keys:
                raise NoStepNeededError
            if len(needed.keys) > 1:
                raise FileAddressError("files under different keys: ask for each alone", 1)
            if needed.pin:
                self.direct.pin.verify(card.session)
            (name,) = needed.keys
            return ask(card.session, card.session.profile.key(name), files)

        return self.direct.slot.first_step(card_type, begin, then="iReadCard_HSM_Step2")

    def read_2(self, key: str) -> str:
        """The items of pFileAddr."""
        proof = Proof.parse(key)

        def end(card: Card, asked: Asked) -> str:
            prove(card.session, asked.key, asked.challenge, proof)
            return "".join(file.read(card.session) for file in asked.files)

        return self.direct.slot.last_step("iReadCard_HSM_Step2", end)

    def write_1(self, card_type: int, card_info: str, file_addr: str) -> str:
        """The key that writes the first file of pFileAddr."""
        address = parse_file_addresses(file_addr)[0]

        def begin(card: Card) -> tuple[Asked, str]:
            require_card(card.session, card_info)
            file = CardFile.of(card.session.profile, address)
            return ask(card.session, file.update_key(card.session.profile), (file,))

        return self.direct.slot.first_step(card_type, begin, then="iWriteCard_HSM_Step2")

    def write_2(self, key: str, data: str) -> str:
        """Its items written; what does not fit is refused before anything is sent."""
        proof = Proof.parse(key)

        def end(card: Card, asked: Asked) -> str:
            (file,) = asked.files
            changes = file.changes(data)
            prove(card.session, asked.key, asked.challenge, proof)
            write_changes(card.session, file, changes)
            return ""

        return self.direct.slot.last_step("iWriteCard_HSM_Step2", end)


def ask(session: CardSession, key: CardKey, files: tuple[CardFile, ...] = ()) -> tuple[Asked, str]:
    """A challenge for *key*, and the string that asks the security module to meet it."""
    asked = Asked(key, challenge(session, key), files)
    request = AuthenticationRequest(
        algorithm=session.profile.algorithm_mark,
        address=address_of(key),
        challenge=asked.challenge,
    )
    return asked, request.format()
