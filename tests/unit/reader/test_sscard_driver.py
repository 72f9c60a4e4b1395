"""The field's driver with a PSAM in the terminal: strings as programs of the field have them."""

import re
from copy import deepcopy
from dataclasses import replace

import pytest

from hardware_sim.card.card import Card
from hardware_sim.psam.psam import Psam
from reader.session import CardSession
from tests.counter_driver import Counter, done, module_keys, module_of
from tests.desk import Desk, counter_bytes

VERSIONS = ("v3.00", "v2.00", "v1.00")


@pytest.fixture(scope="module", params=VERSIONS)
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk.open(tmp_path_factory.mktemp("keys"), request.param)


@pytest.fixture(scope="module")
def made(desk: Desk) -> tuple[Card, Psam]:
    card = desk.blank()
    desk.make(card)
    return card, module_of(desk)


@pytest.fixture
def counter(made: tuple[Card, Psam]) -> Counter:
    """A card of this issuer and its PSAM."""
    card, psam = made
    copy = Card(deepcopy(card.persistent), random=counter_bytes(8))
    return Counter(copy, keys=module_keys(psam))


def info_of(counter: Counter) -> str:
    fields = done(counter.driver.iReadCardBas(3)).split("|")
    return f"{fields[3]}|{fields[2]}|"


def is_new(counter: Counter, item: str) -> str:
    """An item that cards of version 1.00 have no room for."""
    return "" if CardSession(counter.slot.card).profile.name == "v1.00" else item


def test_the_basics_have_eleven_fields(counter, desk):
    fields = done(counter.driver.iReadCardBas(1)).split("|")
    assert len(fields) == 12
    assert (fields[0], fields[1]) == ("430100", "11010519491231002X")
    assert re.fullmatch("A0000001[0-9X]", fields[2])
    assert re.fullmatch("430100D156000005[0-9A-F]{16}", fields[3])
    assert (fields[4], len(fields[5])) == ("张三", 26)
    assert fields[6:] == [desk.profile.version, "20261101", "20361101", "431002000001", "DC01", ""]
    assert counter.slot.types == [1]
    assert counter.slot.open == 0


def test_a_card_that_its_issuer_did_not_key_is_refused_before_it_is_read(counter):
    keys = counter.slot.card.persistent.keys
    (cell,) = keys["SSSE", 0x00]
    keys["SSSE", 0x00] = (replace(cell, value=bytes(16)),)
    code, out = counter.driver.iReadCardBas(3)
    assert (code, out[:8]) == (-21, "卡片未能通过认证")
    assert not counter.slot.commands(0xB2)[2:]  # beyond version and identification code


# --- files ------------------------------------------------------------------------------------


def test_files_are_read_with_keys_in_the_order_asked(counter):
    info = info_of(counter)
    addr = "SSSEEF06|09|08|0A|0B|0C|0D|$DF01EF05|21|20|$DF01EF06|24|$SSSEEF05|06|03|$"
    out = done(counter.driver.iReadCard(3, 2, info, addr))
    version = done(counter.driver.iReadCardBas(3)).split("|")[6]
    assert out == (
        "SSSEEF06|张三|11010519491231002X|2|01|110105|19491231|$"
        f"DF01EF05|幸福路290号||$DF01EF06|{is_new(counter, '430100')}|$"
        f"SSSEEF05|20361101|{version}|$"
    )
    assert counter.holder.asked == []


def test_the_same_by_the_pin(counter):
    info = info_of(counter)
    out = done(counter.driver.iReadCard(2, 1, info, "DF01EF05|21|$SSSEEF06|09|$DF01EF06|28|$"))
    assert out == "DF01EF05|幸福路290号|$SSSEEF06|张三|$DF01EF06|13800000000|$"
    assert counter.holder.asked == ["old"]


def test_a_file_that_needs_no_right_asks_for_none(counter):
    info = info_of(counter)
    counter.slot.log.clear()
    assert done(counter.driver.iReadCard(1, 1, info, "SSSEEF05|05|$")) == "SSSEEF05|20261101|$"
    assert counter.holder.asked == []
    assert not counter.slot.commands(0x82)


@pytest.mark.parametrize("name", ["SSSE", "MF", "3F00", "DDF1", "ssse"])
def test_the_environment_has_several_names(counter, name):
    out = done(counter.driver.iReadCard(1, 2, info_of(counter), f"{name}EF05|05|$"))
    assert out == f"{name}EF05|20261101|$"


def test_an_item_that_this_version_lacks_is_empty(counter):
    out = done(counter.driver.iReadCard(1, 2, info_of(counter), "SSSEEF06|08|4E|$"))
    assert out == "SSSEEF06|11010519491231002X||$"


def test_items_are_written_one_by_one(counter):
    info = info_of(counter)
    data = "SSSEEF06|李四|1|11|20000229|$"
    assert done(counter.driver.iWriteCard(1, info, "SSSEEF06|09|0A|0B|0D|$", data)) == ""
    assert len(counter.slot.commands(0xDC)) == 4
    out = done(counter.driver.iReadCard(1, 2, info, "SSSEEF06|08|09|0A|0B|0D|$"))
    assert out == "SSSEEF06|11010519491231002X|李四|1|11|20000229|$"


def test_only_the_first_file_is_written_and_its_name_may_be_missing(counter):
    info = info_of(counter)
    addr = "DF01EF06|28|$SSSEEF06|09|$"
    assert done(counter.driver.iWriteCard(1, info, addr, "07310000000|$SSSEEF06|李四|$")) == ""
    out = done(counter.driver.iReadCard(1, 2, info, "DF01EF06|28|$SSSEEF06|09|$"))
    assert out == "DF01EF06|07310000000|$SSSEEF06|张三|$"


def test_an_item_is_emptied(counter):
    info = info_of(counter)
    done(counter.driver.iWriteCard(1, info, "DF01EF05|21|$", "|$"))
    assert done(counter.driver.iReadCard(1, 2, info, "DF01EF05|21|$")) == "DF01EF05||$"


def test_a_cyclic_file_takes_its_newest_record_first(counter):
    info = info_of(counter)
    for day in ("20260101", "20260201"):
        data = f"DF02EF07|4010100,{day},{day},人民医院,|$"
        done(counter.driver.iWriteCard(1, info, "DF02EF07:01$", data))
    out = done(counter.driver.iReadCard(1, 2, info, "DF02EF07:01$DF02EF07:02$DF02EF07:03$"))
    assert out == (
        "DF02EF07|4010100,20260201,20260201,人民医院,|$"
        "DF02EF07|4010100,20260101,20260101,人民医院,|$DF02EF07||$"
    )


def test_an_item_with_items_inside(counter):
    info = info_of(counter)
    done(counter.driver.iWriteCard(1, info, "DF01EF15|40:02|$", "081,201407,长沙大学,|$"))
    out = done(counter.driver.iReadCard(1, 2, info, "DF01EF15|40:01|40:02|$"))
    assert out == "DF01EF15||081,201407,长沙大学,|$"


# --- PIN --------------------------------------------------------------------------------------


def test_a_pin_is_verified_and_changed_by_its_holder_alone(counter):
    assert done(counter.driver.iVerifyPIN(1)) == ""
    assert done(counter.driver.iChangePIN(1)) == ""
    assert counter.holder.asked == ["old", "old", "new"]
    assert counter.driver.iVerifyPIN(1)[0] == -51
    counter.holder.old = "192837"
    assert done(counter.driver.iVerifyPIN(1)) == ""


def test_a_wrong_pin_tells_the_tries_left_and_never_itself(counter):
    counter.holder.old = "975310"
    code, out = counter.driver.iVerifyPIN(1)
    assert (code, "剩余 5 次" in out, "975310" in out) == (-51, True, False)


@pytest.mark.parametrize("pin", ["", "12", "1234567890123", "12a4", "１２３４"])
def test_what_is_no_pin_never_reaches_the_card(counter, pin):
    counter.holder.old = pin
    assert counter.driver.iVerifyPIN(1)[0] == -33
    assert not counter.slot.commands(0x20)


def test_the_first_pin_is_not_taken_as_a_new_one(counter):
    counter.holder.new = "123456"
    assert counter.driver.iChangePIN(1)[0] == -36
    assert not counter.slot.commands(0x5E)


def test_a_forgotten_pin_is_reloaded(counter):
    info = info_of(counter)
    assert done(counter.driver.iReloadPIN(1, info)) == ""
    assert counter.holder.asked == ["new"]
    counter.holder.old = "192837"
    assert done(counter.driver.iVerifyPIN(1)) == ""


def test_a_blocked_pin_is_unblocked(counter):
    info = info_of(counter)
    counter.holder.old = "975310"
    codes = [counter.driver.iVerifyPIN(1)[0] for _ in range(7)]
    assert (codes[:5], codes[-1]) == ([-51] * 5, -52)
    assert done(counter.driver.iUnblockPIN(1, info)) == ""
    counter.holder.old = "246810"
    assert done(counter.driver.iVerifyPIN(1)) == ""


def test_a_psam_signs_a_settlement(counter):
    for number, pay in enumerate(("1|0|20260101080000|", "0.5|2|20260102080000|")):
        count, certificate, *rest = done(counter.driver.iDoDebit(1, info_of(counter), pay)).split(
            "|"
        )
        # The terminal's own count is the card's.
        assert (count, len(certificate)) == (str(number), 8)
        assert rest == ["431002000001", str(number), pay.split("|")[2], ""]
    assert done(counter.driver.iReadDebitRecord(1)) == (
        "1|2|431002000001|20260102080000|0.00|0.50|2.00|$"
        "0|2|431002000001|20260101080000|0.00|1.00|0.00|$"
    )


def pays_with(card: Card, psam: Psam) -> tuple[int, str]:
    """The number of iDoDebit, and what the card's log says behind it."""
    found = Counter(
        Card(deepcopy(card.persistent), random=counter_bytes(9)), keys=module_keys(psam)
    )
    code, out = found.driver.iDoDebit(1, info_of(found), "1|0|20260101080000|")
    assert out
    return code, done(found.driver.iReadDebitRecord(1))


def test_a_psam_that_signs_no_settlement_pays_nothing(made):
    card, psam = made
    dpk = (0x42, 0xC7)
    without = {place: key for place, key in psam.memory.keys.items() if place != dpk}
    assert pays_with(card, with_keys(psam, without)) == (-27272, "")
    other = {**psam.memory.keys, dpk: bytes(16)}
    assert pays_with(card, with_keys(psam, other)) == (-0x9302, "")
    # A module that knows the key for PBOC's own commands alone.
    strict = Strict(psam)
    assert pays_with(card, strict) == (-37891, "")


def with_keys(psam: Psam, keys) -> Psam:
    return Psam(replace(psam.memory, keys=keys), random=counter_bytes(6))


class Strict:
    """A PSAM that makes no session key of a purchase key."""

    def __init__(self, psam: Psam) -> None:
        self._psam, self.reset = psam, psam.reset

    def transmit(self, command: bytes) -> bytes:
        purchase = command[:3] == bytes.fromhex("BFDE42")
        return bytes.fromhex("6985") if purchase else self._psam.transmit(command)


def test_a_card_without_settlements_has_no_records(counter):
    assert done(counter.driver.iReadDebitRecord(1)) == ""


# --- another card -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "call",
    [
        ("iReadCard", 3, 2, "DF01EF05|21|$"),
        ("iWriteCard", 3, "DF01EF05|21|$", "长沙路|$"),
        ("iReloadPIN", 3),
        ("iUnblockPIN", 3),
        ("iDoDebit", 3, "1|0|20260101080000|"),
    ],
    ids=lambda call: call[0],
)
def test_what_was_read_from_another_card_changes_nothing_on_this(counter, call):
    name, card_type, *rest = call
    info = info_of(counter)
    other = ("1" if info[24] != "1" else "2").join((info[:24], info[25:]))
    before = [rest.pop(0)] if name == "iReadCard" else []
    assert counter.driver.call(name, [card_type, *before, other, *rest])[0] == -22
    assert counter.holder.asked == []


def test_a_card_number_of_another_card_counts_where_the_card_shows_its_own(counter, desk):
    code, number, _ = info_of(counter).split("|")
    other = number[:8] + ("1" if number[8] != "1" else "2")
    answer = counter.driver.iUnblockPIN(1, f"{code}|{other}|")[0]
    assert answer == (0 if desk.profile.name == "v3.00" else -22)
