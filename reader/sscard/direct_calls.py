"""What the functions without steps do; each raises ReaderError."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from reader.card_profile.df04 import DF04, EF08
from reader.card_profile.psam import TerminalNumber
from reader.iso7816 import commands
from reader.iso7816.apdu import CommandApdu
from reader.medical_account import AccountSession, Terminal
from reader.session import CardSession
from reader.sscard.card_files import CardFile
from reader.sscard.counter_keys import CounterKeys, OpenKeys
from reader.sscard.debit import debit_record_text, debit_text, parse_pay_info
from reader.sscard.errors import DebitKeyMissingError
from reader.sscard.file_address import parse_file_addresses
from reader.sscard.holder import read_basics, require_card
from reader.sscard.holder_pin import HolderPin
from reader.sscard.open_card import Card, CardSlot
from reader.sscard.options import DriverOptions
from reader.sscard.rights import AuthenticationType, Needed


@dataclass(frozen=True, slots=True)
class DirectCalls:
    """The work behind iReadCardBas, iReadCard and so on."""

    slot: CardSlot
    pin: HolderPin
    open_keys: OpenKeys
    options: DriverOptions

    def read_basics(self, card_type: int) -> str:
        """The card shows that it is genuine, then whose it is."""
        with (
            self.slot.card(card_type) as card,
            self.open_keys(card.session, card.atr) as keys,
        ):
            keys.desk.check_card(card.session)
            keys.desk.open_holder_data(card.session)
            return self.basics_text(card, keys.terminal_number)

    def basics_text(self, card: Card, terminal_number: str = "") -> str:
        """The fields of a card that shows them by now."""
        basics = read_basics(
            card,
            terminal_number=terminal_number or self.options.terminal_number,
            device_number=self.options.device_number,
        )
        return basics.format(nine_fields=self.options.nine_fields)

    def read(self, card_type: int, auth_type: int, card_info: str, file_addr: str) -> str:
        """The items of pFileAddr, after what they need was shown."""
        addresses, by = parse_file_addresses(file_addr), AuthenticationType.of(auth_type)
        with self.slot.card(card_type) as card:
            require_card(card.session, card_info)
            files = [CardFile.of(card.session.profile, address) for address in addresses]
            needed = Needed.of((a for file in files for a in file.read_access), by)
            if needed.pin:
                self.pin.verify(card.session)
            if not needed.keys:
                return "".join(file.read(card.session) for file in files)
            with self.open_keys(card.session, card.atr) as keys:
                return "".join(self._read_with_keys(card, keys, file, by) for file in files)

    def write(self, card_type: int, card_info: str, file_addr: str, data: str) -> str:
        """The items of the first file of pFileAddr, with that file's key."""
        address = parse_file_addresses(file_addr)[0]
        with self.slot.card(card_type) as card:
            require_card(card.session, card_info)
            file = CardFile.of(card.session.profile, address)
            key, changes = file.update_key(card.session.profile), file.changes(data)
            with self.open_keys(card.session, card.atr) as keys:
                keys.desk.authenticate(card.session, key)
                write_changes(card.session, file, changes)
        return ""

    def verify_pin(self, card_type: int) -> str:
        """The PIN from the holder to the card."""
        with self.slot.card(card_type) as card:
            self.pin.verify(card.session)
        return ""

    def change_pin(self, card_type: int) -> str:
        """Another PIN, from a holder who knows the old one."""
        with self.slot.card(card_type) as card:
            self.pin.change(card.session)
        return ""

    def reload_pin(self, card_type: int, card_info: str) -> str:
        """Another PIN, for a holder who does not."""
        with self.slot.card(card_type) as card:
            require_card(card.session, card_info)
            with self.open_keys(card.session, card.atr) as keys:
                keys.desk.reload_pin(card.session, self.pin.new_pin(card.session))
        return ""

    def unblock_pin(self, card_type: int, card_info: str) -> str:
        """New tries for the old PIN."""
        with self.slot.card(card_type) as card:
            require_card(card.session, card_info)
            with self.open_keys(card.session, card.atr) as keys:
                keys.desk.unblock_pin(card.session)
        return ""

    def debit(self, card_type: int, card_info: str, pay_info: str) -> str:
        """A settlement, signed with the keys here."""
        payment = parse_pay_info(pay_info)
        with self.slot.card(card_type) as card:
            require_card(card.session, card_info)
            with self.open_keys(card.session, card.atr) as keys:
                if keys.sign is None:
                    raise DebitKeyMissingError
                number = TerminalNumber(keys.terminal_number or self.options.terminal_number)
                receipt = self.account(card.session).settle(
                    payment.paid,
                    terminal=Terminal(number),
                    at=payment.at,
                    sign=partial(keys.sign, card.session.profile.key("DPK")),
                )
        return debit_text(receipt, number, receipt.count, payment.time)

    def account(self, session: CardSession) -> AccountSession:
        """The account of the card, opened by its holder."""
        self.pin.verify(session, to_pay=True)
        return AccountSession(session)

    def debit_records(self, card_type: int) -> str:
        """The card's log of settlements, the newest first."""
        with self.slot.card(card_type) as card:
            self.pin.verify(card.session)
            application = card.session.profile.application(DF04.name)
            file = card.session.profile.record_file(EF08)
            records = card.session.read_records(application, file)
            return "".join(map(debit_record_text, records))

    def _read_with_keys(
        self, card: Card, keys: CounterKeys, file: CardFile, by: AuthenticationType
    ) -> str:
        """Each file's keys just before it: a right ends where another application is selected."""
        for name in sorted(Needed.of(file.read_access, by).keys):
            keys.desk.authenticate(card.session, card.session.profile.key(name))
        return file.read(card.session)


def write_changes(session: CardSession, file: CardFile, changes: Sequence[CommandApdu]) -> None:
    """Send what was prepared, to a card that was shown the key."""
    session.exchange(file.application, commands.select_fid(file.file.fid))
    for command in changes:
        session.exchange(file.application, command)
