"""What an issuer's desk changes on a card with a holder: PIN, data, blocking."""

from functools import partial

import pytest

from hardware_sim.card.card import Card
from hardware_sim.card.state import Persistent
from reader.card_keys import CardKeys
from reader.card_maintenance import (
    block_application,
    block_card,
    maintenance_key,
    unblock_application,
    write_group,
)
from reader.card_profile.df01 import HouseholdRegistration, Residence
from reader.card_profile.df02 import EmploymentPeriod
from reader.card_profile.df04 import MedicalTransaction
from reader.card_profile.profiles import PROFILES
from reader.card_profile.ssse import CardHolder, Photo
from reader.card_profile.values import RegionCode
from reader.card_reading import read_card
from reader.desk_keys import DeskKeys
from reader.errors import AccessRefusedError, CardRefusedError, PinBlockedError, WrongPinError
from reader.iso7816 import commands
from reader.iso7816.apdu import CommandApdu
from reader.iso7816.commands import get_challenge, read_record, update_record
from reader.refusals import (
    ApplicationBlockedError,
    CardBlockedError,
    KeyLockedError,
    PinUnblocksUsedError,
    ProtectionRefusedError,
    WrongProofError,
)
from reader.session import CardSession
from tests.desk import PIN, Counting, Desk, counter_bytes
from tests.unit.reader.test_psam_at_the_counter import Counter as PsamCounter


class Office:
    """A personalized card, a session with it, and the keys of its issuer."""

    def __init__(self, desk: Desk, made: Persistent) -> None:
        self.issuer = desk
        self.card = Card(made, random=counter_bytes(11))
        self.connect()

    def connect(self) -> CardSession:
        self.card.reset()
        self.wire = Counting(self.card)
        self.session = CardSession(self.wire)
        self.desk = DeskKeys.of(
            self.session, self.issuer.store, self.card.atr, random=counter_bytes(3)
        )
        return self.session

    def application(self, name: str):
        return self.session.profile.application(name)

    def sent(self, ins: int) -> list[bytes]:
        """The commands with this instruction."""
        return [command for command, _ in self.wire.log if command[1] == ins]


@pytest.fixture(scope="module", params=PROFILES)
def made(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Desk, Persistent]:
    """An issuer, and a card of it as it leaves the bureau."""
    desk = Desk.open(tmp_path_factory.mktemp("office"), request.param)
    card = desk.blank()
    desk.make(card)
    return desk, card.persistent


@pytest.fixture
def office(made: tuple[Desk, Persistent]) -> Office:
    return Office(*made)


def block_pin(session: CardSession) -> None:
    for _ in range(6):
        with pytest.raises(WrongPinError):
            session.verify_pin("999999")
    with pytest.raises(PinBlockedError):
        session.verify_pin(PIN)


# --- the PIN ------------------------------------------------------------------------------------


def test_a_blocked_pin_is_unblocked_and_stays(office):
    block_pin(office.session)
    office.desk.unblock_pin(office.session)
    office.session.verify_pin(PIN)
    (command,) = office.sent(0x24)
    assert (command[:5], len(command)) == (bytes.fromhex("84 24 00 00 04"), 9)


def test_a_blocked_pin_is_reloaded(office):
    block_pin(office.session)
    office.desk.reload_pin(office.session, "192837")
    office.session.verify_pin("192837")
    (command,) = office.sent(0x24)
    assert (command[:4], len(command)) in (
        (bytes.fromhex("84 24 00 01"), 17),
        (bytes.fromhex("84 24 00 01"), 25),
    )


def test_after_ten_times_the_card_is_to_be_replaced(office):
    for _ in range(10):
        office.desk.unblock_pin(office.session)
    with pytest.raises(PinUnblocksUsedError):
        office.desk.unblock_pin(office.session)
    with pytest.raises(PinUnblocksUsedError):
        office.desk.reload_pin(office.session, "192837")


def test_a_counter_with_a_psam_unblocks_a_pin(tmp_path):
    for profile in ("v2.00", "v3.00"):
        folder = tmp_path / profile
        folder.mkdir()
        counter = PsamCounter(Desk.open(folder, profile))
        block_pin(counter.session)
        counter.keys.unblock_pin(counter.session)
        counter.session.verify_pin(PIN)


# --- data ---------------------------------------------------------------------------------------

UPDATE = update_record(5, bytes.fromhex("05 04 20 30 01 01"), sfi=5)  # the issue date


@pytest.mark.parametrize("with_mac", [False, True])
def test_a_group_is_written_record_by_record(office, with_mac):
    wanted = Residence(address="新街1号", region=RegionCode("430104"), telephone="13900000001")
    residence = office.session.profile.as_kept(wanted)
    assert write_group(office.desk, office.session, residence, with_mac=with_mac) >= 1
    office.connect().verify_pin(PIN)
    assert office.session.read(Residence) == residence


def test_what_is_there_already_is_not_written_again(office):
    office.session.verify_pin(PIN)
    residence = office.session.read(Residence)
    assert write_group(office.desk, office.session, residence) == 0
    assert not office.sent(0xDC)


def test_with_a_mac_no_command_goes_without(office):
    registration = HouseholdRegistration(address="东街2号")
    written = write_group(office.desk, office.session, registration, with_mac=True)
    assert [command[0] for command in office.sent(0xDC)] == [0x04] * written


def test_a_photo_is_written_in_blocks(office):
    if office.session.profile.name == "v1.00":
        return  # has no file for it
    image = bytes(range(256)) * 3
    write_group(office.desk, office.session, Photo(image=image), with_mac=True)
    assert office.card.persistent.binaries["SSSE", 0xEF08].startswith(image)
    assert {len(command) for command in office.sent(0xD6)} <= {5 + 0x70 + 4, 5 + 4096 % 0x70 + 4}


def test_a_cyclic_file_gets_its_newest_record(office):
    for number in (1, 2):
        record = EmploymentPeriod(employer_name=f"第{number}厂")
        assert write_group(office.desk, office.session, record, with_mac=number == 2) == 1
    kept = office.card.persistent.records["DF02", 0xEF07]
    names = ["第1厂".encode("gb18030"), "第2厂".encode("gb18030")]
    assert [names[1] in kept[0], names[0] in kept[1]] == [True, True]


def test_what_the_card_writes_alone_nobody_else_does(office):
    with pytest.raises(ValueError, match="card alone"):
        write_group(office.desk, office.session, MedicalTransaction())


def test_a_wrong_mac_changes_nothing_and_is_told(office):
    session, application = office.session, office.application("SSSE")
    office.desk.authenticate(session, session.profile.key("UKSSSE"))
    other = CardKeys(
        office.issuer.store, session.profile, RegionCode("110105"), office.desk.keys.ladder_factor
    )
    wrong = DeskKeys(other, counter_bytes(4))
    before = office.card.persistent.records
    with pytest.raises(WrongProofError) as caught:
        write_group(wrong, session, CardHolder(name="李四"))
    assert caught.value.tries_left == 5
    seal = partial(other.mac, maintenance_key(application))
    with pytest.raises(ProtectionRefusedError):
        session.exchange_secured(application, UPDATE, seal)
    assert office.card.persistent.records == before


def test_a_key_that_was_tried_too_often_is_locked(office):
    session = office.session
    key = session.profile.key("UKSSSE")
    for left in (5, 4, 3, 2, 1, 0):
        with pytest.raises(WrongProofError) as caught:
            session.authenticate(key, lambda random, factor: bytes(8), bytes(8))
        assert caught.value.tries_left == left
    with pytest.raises(KeyLockedError):
        office.desk.authenticate(session, key)


# --- blocking -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["DF01", "DF03", "DF04"])
def test_an_application_is_blocked_and_unblocked(office, name):
    application = office.application(name)
    block_application(office.desk, office.session, application)
    with pytest.raises(ApplicationBlockedError) as caught:
        office.session.exchange(application, get_challenge())
    assert not caught.value.permanent
    office.connect()
    unblock_application(office.desk, office.session, application)
    assert len(office.session.exchange(application, get_challenge())) == 8


def test_an_application_that_is_blocked_for_ever_is_not_unblocked(office):
    application = office.application("DF04")
    block_application(office.desk, office.session, application, for_ever=True)
    with pytest.raises(ApplicationBlockedError) as caught:
        unblock_application(office.desk, office.session, application)
    assert caught.value.permanent
    assert "永久" in caught.value.cause[1]


def test_the_rest_of_a_card_is_read_though_a_part_is_blocked(office):
    block_application(office.desk, office.session, office.application("DF01"))
    content = read_card(office.session, keys=office.desk, everything=True)
    assert "issuer" in content.groups["SSSE"]
    assert content.refused["DF01/EF05"] == ApplicationBlockedError.cause


def test_a_blocked_card_is_told_as_one(office):
    block_card(office.desk, office.session)
    with pytest.raises(CardBlockedError):
        office.connect()


def test_without_the_right_keys_nothing_is_blocked(office):
    other = CardKeys(
        office.issuer.store,
        office.session.profile,
        RegionCode("110105"),
        office.desk.keys.ladder_factor,
    )
    with pytest.raises(WrongProofError):
        block_card(DeskKeys(other, counter_bytes(4)), office.session)
    assert not office.card.persistent.card_blocked


def test_a_refusal_names_its_command(office):
    ssse = office.application("SSSE")
    with pytest.raises(CardRefusedError, match="READ_RECORD: 6A83"):
        office.session.exchange(ssse, read_record(99, sfi=5))
    with pytest.raises(CardRefusedError, match="B0 77 00 00: 6D00"):
        office.session.exchange(ssse, CommandApdu(cla=0xB0, ins=0x77))
    with pytest.raises(AccessRefusedError):
        office.session.exchange(ssse, UPDATE)


def test_the_commands_are_those_of_the_field():
    built = [
        commands.reload_pin(),
        commands.unblock_pin(),
        commands.application_block(),
        commands.application_block(for_ever=True),
        commands.application_unblock(),
        commands.card_block(),
        commands.append_record(b"\xaa", sfi=7),
    ]
    assert [command.header.hex(" ").upper() for command in built] == [
        "84 24 00 01",
        "84 24 00 00",
        "84 1E 00 00",
        "84 1E 00 01",
        "84 18 00 00",
        "84 16 00 00",
        "00 E2 00 38",
    ]
