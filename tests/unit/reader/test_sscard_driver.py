"""The field's driver with a PSAM in the terminal: strings as programs of the field have them."""

import re
from copy import deepcopy
from dataclasses import replace

import pytest

from hardware_sim.card.card import Card
from hardware_sim.psam.psam import Psam
from reader.session import CardSession
from tests.counter_driver import Counter, module_keys, module_of
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


def done(answer: tuple[int, str]) -> str:
    code, out = answer
    assert code == 0, out
    return out


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
        f"DF01EF05|幸福路290号||$DF01EF06|{is_new(counter, '430100')}|$SSSEEF05|20361101|{version}|$"
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
