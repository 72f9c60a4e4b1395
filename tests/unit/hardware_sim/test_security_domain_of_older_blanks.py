"""SCP02 on the card, key sets of both kinds, and the registry's less common forms."""

import pytest

from crypto import scp02
from crypto.block_ciphers import AES, TRIPLE_DES
from crypto.keys import KeySet
from crypto.scp03 import SecurityLevel
from hardware_sim import factory
from hardware_sim.card.card import Card
from reader.card_profile.profiles import PROFILES
from reader.global_platform import store_data
from reader.iso7816.apdu import CommandApdu, ResponseApdu
from reader.transport import GetResponse
from tests.desk import counter_bytes

ISD = bytes.fromhex("00 A4 04 00 08 A0 00 00 01 51 00 00 00")
HOST_CHALLENGE = bytes(range(8))
TEST_KEYS = factory.test_keys_scp02()


def new_card(profile: str = "v2.00", *, random_challenges: bool = False) -> Card:
    memory = factory.blank(
        PROFILES[profile],
        serial=bytes(6),
        keys=lambda kdd: factory.test_keys(),
        random_challenges=random_challenges,
    )
    return Card(memory, random=counter_bytes())


class OlderHost:
    """A host that speaks SCP02."""

    def __init__(self, card: Card, keys: KeySet = TEST_KEYS, level: int = 0x03) -> None:
        self.card = GetResponse(card)
        self.card.transmit(ISD)
        answer = self.plain(CommandApdu(cla=0x80, ins=0x50, p1=keys.version, data=HOST_CHALLENGE))
        assert answer.sw == 0x9000, hex(answer.sw)
        self.opening = scp02.InitializeUpdateResponse.decode(answer.data)
        self.session = scp02.Session(
            keys, HOST_CHALLENGE, self.opening.sequence_counter, self.opening.card_challenge
        )
        field = self.session.authenticate(self.opening.card_cryptogram, SecurityLevel(level))
        self.accepted = self.plain(CommandApdu(cla=0x84, ins=0x82, p1=level, data=field))

    def plain(self, command: CommandApdu) -> ResponseApdu:
        return ResponseApdu.decode(self.card.transmit(command.encode()))

    def send(self, command: CommandApdu) -> ResponseApdu:
        header = bytes((0x84, command.ins, command.p1, command.p2))
        data = self.session.seal_command(header, command.data)
        return self.plain(
            CommandApdu(cla=0x84, ins=command.ins, p1=command.p1, p2=command.p2, data=data, ne=256)
        )

    def put_keys(self, values: list[bytes], kind: int, version: int, replaces: int = 0) -> int:
        cipher = TRIPLE_DES if kind == 0x80 else AES
        data = bytes((version,))
        for value in values:
            kcv = cipher.kcv(value)
            data += bytes((kind, 16)) + self.session.encrypt_sensitive(value) + b"\x03" + kcv
        return self.send(CommandApdu(ins=0xD8, p1=replaces, p2=0x81, data=data)).sw


def test_three_des_keys_speak_scp02_and_aes_keys_scp03():
    card = GetResponse(new_card())
    card.transmit(ISD)
    for version, protocol in ((0x20, 0x02), (0x30, 0x03), (0x00, 0x03)):
        answer = card.transmit(bytes((0x80, 0x50, version, 0, 8)) + HOST_CHALLENGE)
        assert answer[11] == protocol


@pytest.mark.parametrize("level", [0x00, 0x01, 0x03])
def test_a_channel_opens_at_each_level(level):
    host = OlderHost(new_card(), level=level)
    assert host.accepted.sw == 0x9000
    if level:
        assert host.send(CommandApdu(ins=0xF2, p1=0x80, p2=0x02, data=b"\x4f\x00")).sw == 0x9000


def test_the_counter_goes_up_when_the_host_has_proved_itself():
    card = new_card()
    counters = [OlderHost(card).opening.sequence_counter for _ in range(3)]
    plain = GetResponse(card)
    plain.transmit(ISD)
    asked = [plain.transmit(bytes.fromhex("80502000080001020304050607"))[12:14] for _ in range(2)]
    assert [*counters, *asked] == [bytes((0, n)) for n in (0, 1, 2, 3, 3)]


def test_a_random_challenge_is_never_the_same():
    card = new_card(random_challenges=True)
    plain = GetResponse(card)
    plain.transmit(ISD)
    command = bytes.fromhex("80502000080001020304050607")
    assert plain.transmit(command)[14:20] != plain.transmit(command)[14:20]
    assert OlderHost(card).accepted.sw == 0x9000


def test_scp03_with_random_challenges_says_i_60_and_no_counter():
    plain = GetResponse(new_card(random_challenges=True))
    plain.transmit(ISD)
    answer = plain.transmit(bytes.fromhex("80503000080001020304050607"))
    assert (answer[12], len(answer)) == (0x60, 10 + 3 + 8 + 8 + 2)


def test_keys_of_either_kind_are_put_and_open_the_next_channel():
    card = new_card()
    values = [bytes((i,)) * 8 + bytes((i + 8,)) * 8 for i in (1, 2, 3)]
    assert OlderHost(card).put_keys(values, 0x80, version=0x21) == 0x9000
    own = KeySet(*values, version=0x21, cipher=TRIPLE_DES)
    assert OlderHost(card, own).accepted.sw == 0x9000
    assert OlderHost(card).put_keys(values, 0x88, version=0x31) == 0x9000
    assert card.persistent.key_sets[0x31] == KeySet(*values, version=0x31)


def test_a_set_is_of_one_kind():
    host = OlderHost(new_card())
    kcv, cipher = TRIPLE_DES.kcv(bytes(16)), host.session.encrypt_sensitive(bytes(16))
    des = b"\x80\x10" + cipher + b"\x03" + kcv
    aes = b"\x88\x10" + cipher + b"\x03" + AES.kcv(bytes(16))
    command = CommandApdu(ins=0xD8, p2=0x81, data=b"\x22" + des + des + aes)
    assert host.send(command).sw == 0x6A80


def test_one_key_of_a_set_is_replaced():
    card = new_card()
    host = OlderHost(card)
    new = b"\x07" * 16
    wrapped = host.session.encrypt_sensitive(new)
    data = b"\x20\x80\x10" + wrapped + b"\x03" + TRIPLE_DES.kcv(new)
    answer = host.send(CommandApdu(ins=0xD8, p1=0x20, p2=0x02, data=data))
    assert (answer.data, answer.sw) == (b"\x20" + TRIPLE_DES.kcv(new), 0x9000)
    assert card.persistent.key_sets[0x20].mac == new
    assert card.persistent.key_sets[0x20].enc == factory.TEST_KEY


def test_a_key_set_is_deleted_but_never_the_last_or_the_one_in_use():
    card = new_card()
    host = OlderHost(card)
    delete = CommandApdu(ins=0xE4, data=b"\xd2\x01\x20")
    assert host.send(delete).sw == 0x6985
    assert host.send(CommandApdu(ins=0xE4, data=b"\xd2\x01\x30")).sw == 0x9000
    assert list(card.persistent.key_sets) == [0x20]
    assert host.send(CommandApdu(ins=0xE4, data=b"\xd0\x01\x01\xd2\x01\x20")).sw == 0x6A80
    assert host.send(CommandApdu(ins=0xE4, data=b"\xd2\x01\x7e")).sw == 0x6A88
    assert host.send(CommandApdu(ins=0xE4, data=b"\xff")).sw == 0x6A80


def test_a_wrong_mac_ends_the_channel():
    host = OlderHost(new_card(), level=0x01)
    command = CommandApdu(cla=0x84, ins=0xF2, p1=0x80, p2=0x02, data=b"\x4f\x00" + bytes(8))
    assert host.plain(command).sw == 0x6982
    assert host.send(CommandApdu(ins=0xF2, p1=0x80, p2=0x02, data=b"\x4f\x00")).sw == 0x6982


def test_secrets_of_a_personalization_are_under_the_session_dek():
    card = new_card()
    host = OlderHost(card)
    ssse = bytes.fromhex("7378312E73682EC9E7BBE1B1A3D5CF")
    install = b"\x00\x00" + bytes((len(ssse),)) + ssse + bytes(3)
    assert host.send(CommandApdu(ins=0xE6, p1=0x20, data=install)).sw == 0x9000
    entry = b"\x04\x01\x05" + b"K" * 16 + b"\x80" + bytes(4)
    content = host.session.encrypt_sensitive(entry)
    data = b"\x80\x00" + bytes((len(content),)) + content
    assert host.send(store_data(data, block=0, last=True)).sw == 0x9000
    [cell] = card.persistent.keys["SSSE", 0x04]
    assert (cell.value, cell.version, cell.tries_left) == (b"K" * 16, 1, 5)


def test_three_versions_of_a_key_are_kept_and_named():
    card = new_card()
    host = OlderHost(card)
    ssse = bytes.fromhex("7378312E73682EC9E7BBE1B1A3D5CF")
    host.send(CommandApdu(ins=0xE6, p1=0x20, data=b"\x00\x00\x0f" + ssse + bytes(3)))
    entries = b"".join(bytes((0x04, v, 0x03)) + bytes((v,)) * 16 for v in (2, 1, 3))
    padded = entries + b"\x80"
    content = host.session.encrypt_sensitive(padded + bytes(-len(padded) % 8))
    data = b"\x80\x00" + bytes((len(content),)) + content
    assert host.send(store_data(data, block=0, last=True)).sw == 0x9000
    assert [cell.version for cell in card.persistent.keys["SSSE", 0x04]] == [2, 1, 3]
    card.transmit(bytes.fromhex("00A4040C0F") + ssse)
    for version, left in ((0, (2, 3, 3)), (3, (2, 3, 2)), (1, (2, 2, 2))):
        card.transmit(bytes.fromhex("0084000008"))
        card.transmit(bytes((0x00, 0x82, version, 0x04, 16)) + bytes(16))
        cells = card.persistent.keys["SSSE", 0x04]
        assert tuple(cell.tries_left for cell in cells) == left
    card.transmit(bytes.fromhex("0084000008"))
    assert card.transmit(b"\x00\x82\x04\x04\x10" + bytes(16)) == b"\x6a\x88"


def test_long_lists_come_in_pages():
    host = OlderHost(new_card("v3.00"), level=0x01)
    first = CommandApdu(
        ins=0xF2, p1=0x40, p2=0x02, data=b"\x4f\x00\x5c\x06\x4f\x9f\x70\xc5\xcc\x00"
    )
    pages = [host.send(first)]
    while pages[-1].sw == 0x6310:
        pages.append(host.send(CommandApdu(ins=0xF2, p1=0x40, p2=0x03, data=b"\x4f\x00")))
    assert len(pages) > 1
    assert pages[-1].sw == 0x9000
    listed = b"".join(page.data for page in pages)
    assert listed.count(b"\xe3") == len(PROFILES["v3.00"].on_chip)
    again = host.send(CommandApdu(ins=0xF2, p1=0x40, p2=0x03, data=b"\x4f\x00"))
    assert again.sw == 0x6985


def test_the_form_of_older_specifications():
    host = OlderHost(new_card(), level=0x01)
    answer = host.send(CommandApdu(ins=0xF2, p1=0x80, p2=0x00, data=b"\x4f\x00"))
    assert answer.data == bytes.fromhex("08 A0 00 00 01 51 00 00 00 01 9E")


def test_a_command_without_its_mac_aborts_the_channel_until_a_new_one():
    host = OlderHost(new_card(), level=0x01)
    public = CommandApdu(cla=0x80, ins=0xCA, p2=0x66, ne=256)
    assert host.plain(public).sw == 0x6982
    assert host.plain(public).sw == 0x6982
    assert OlderHost(host.card).accepted.sw == 0x9000


def test_at_level_00_the_issuer_commands_go_without_a_mac():
    host = OlderHost(new_card(), level=0x00)
    assert host.plain(CommandApdu(cla=0x80, ins=0xF2, p1=0x80, p2=2, data=b"\x4f\x00")).sw == 0x9000


def test_selecting_the_domain_again_ends_the_channel():
    host = OlderHost(new_card(), level=0x01)
    host.card.transmit(ISD)
    assert host.send(CommandApdu(ins=0xF2, p1=0x80, p2=2, data=b"\x4f\x00")).sw == 0x6982


def test_a_set_is_not_replaced_by_one_of_another_kind():
    values = [bytes((i,)) * 16 for i in (1, 2, 3)]
    assert OlderHost(new_card()).put_keys(values, 0x88, version=0x31, replaces=0x20) == 0x6A80


def test_an_object_goes_on_in_the_next_block():
    card = new_card()
    host = OlderHost(card)
    first = CommandApdu(ins=0xE2, p1=0x10, p2=0, data=bytes.fromhex("45 04 DE AD"))
    assert host.send(first).sw == 0x9000
    assert host.send(CommandApdu(ins=0xE2, p1=0x90, p2=1, data=b"\xbe\xef")).sw == 0x9000
    assert card.persistent.data_objects == {0x45: bytes.fromhex("DEADBEEF")}


@pytest.mark.parametrize(
    ("data", "p1", "p2", "sw"),
    [
        ("45 04 DE AD", 0x90, 0, 0x6A80),  # cut short in the last block
        ("45 01 DE", 0x90, 1, 0x6A86),  # not the next block
        ("C1 01 00", 0x90, 0, 0x6A80),  # the card's own (11.11.2.3)
        ("01 01 01", 0x88, 0, 0x6A80),  # a grouping cut short
        ("01 01 00", 0x88, 1, 0x6A86),
        ("01 01 01 00", 0x88, 0, 0x6A88),  # not a grouping of the domain
        ("00 70 03 45 01 DE", 0x88, 0, 0x9000),
    ],
)
def test_blocks_for_the_domain_itself(data, p1, p2, sw):
    host = OlderHost(new_card())
    command = CommandApdu(ins=0xE2, p1=p1, p2=p2, data=bytes.fromhex(data))
    assert host.send(command).sw == sw


def test_a_refused_block_begins_the_numbers_anew():
    host = OlderHost(new_card())
    ssse = bytes.fromhex("7378312E73682EC9E7BBE1B1A3D5CF")
    host.send(CommandApdu(ins=0xE6, p1=0x20, data=b"\x00\x00\x0f" + ssse + bytes(3)))
    cut = bytes.fromhex("05 03 06 03 04 49")
    assert host.send(store_data(cut, block=0, last=False)).sw == 0x9000
    assert host.send(store_data(b"", block=2, last=False)).sw == 0x6A86
    assert host.send(store_data(cut, block=0, last=False)).sw == 0x9000
    assert host.send(store_data(bytes.fromhex("31 2E 30"), block=1, last=True)).sw == 0x9000


def test_an_answer_that_waits_is_fetched_in_the_class_of_its_command():
    card = new_card()  # of protocol T=0
    announced = card.transmit(bytes.fromhex("80503000080001020304050607"))
    assert announced == bytes.fromhex("61 20")
    assert len(card.transmit(bytes.fromhex("80 C0 00 00 20"))) == 0x20 + 2
    # Nothing waits any more; this is no command of an application, so no channel ends over it.
    assert card.transmit(bytes.fromhex("80 C0 00 00 20")) == bytes.fromhex("69 85")
