"""`onecard card update`: what changes is shown, asked for and written, and nothing else."""

import json
from dataclasses import replace

import pytest

from hardware_sim.psam.psam import Psam
from onecard.console import Exit
from reader.card_profile.df01 import Residence
from reader.card_profile.ssse import CardHolder
from reader.session import CardSession
from tests.clerk import Clerk, Torn, made_card, told_error
from tests.desk import PIN, Counting, counter_bytes
from tests.unit.reader.test_psam_at_the_counter import module_of

UPDATE_RECORD = 0xDC


def residence(clerk: Clerk) -> Residence:
    clerk.card.reset()
    session = CardSession(clerk.card)
    session.verify_pin(PIN)
    return session.read(Residence)


def test_one_item_is_changed_and_nothing_else_is_written(clerk):
    before = residence(clerk)
    wire = clerk.on_reader = Metered(clerk.card)
    result = clerk.run("update", "residence", "telephone=13900000001", "--yes", "--json")
    assert result.exit_code == Exit.OK, result.stderr
    shown = json.loads(result.stdout)
    assert (shown["group"], shown["commands"]) == ("DF01.residence", 1)
    assert shown["changes"] == [
        {
            "item": "telephone",
            "before": "13800000000",
            "known": True,
            "after": "13900000001",
        }
    ]
    assert wire.sent(UPDATE_RECORD) == 1
    assert residence(clerk) == replace(before, telephone="13900000001")


class Metered(Counting):
    """A card on the reader whose commands are counted."""

    def __init__(self, card):
        super().__init__(card)
        self.atr, self.reset = card.atr, card.reset

    def sent(self, ins: int) -> int:
        return sum(command[1] == ins for command, _ in self.log)


def test_before_and_after_are_shown_and_asked_for(v3):
    result = v3.run("update", "DF01.residence", "telephone=13900000001")
    assert (result.exit_code, result.stdout) == (Exit.REFUSED, "")
    assert "  telephone: 13800000000 → 13900000001\n" in result.stderr
    assert "nothing was written" in result.stderr
    assert residence(v3).telephone == "13800000000"


def test_a_clerk_sees_it_in_chinese(v3):
    v3.language = "zh"
    result = v3.run("update", "residence", "telephone=13900000001", "--yes")
    assert "  联系电话: 13800000000 → 13900000001\n" in result.stderr
    assert result.stdout == "A00000011  DF01.residence: 联系电话\n"


def test_what_is_there_already_is_not_written(v3):
    wire = v3.on_reader = Metered(v3.card)
    result = v3.run("update", "residence", "telephone=13800000000", "--json")
    assert (result.exit_code, json.loads(result.stdout)["commands"]) == (Exit.OK, 0)
    assert wire.sent(UPDATE_RECORD) == 0


def test_an_empty_value_clears_an_item(v3):
    assert v3.run("update", "residence", "address=", "--yes").exit_code == Exit.OK
    assert (residence(v3).address, residence(v3).telephone) == (None, "13800000000")


def test_with_mac_every_command_is_secured(v3):
    wire = v3.on_reader = Metered(v3.card)
    result = v3.run("update", "residence", "telephone=13900000001", "--with-mac", "--yes")
    assert result.exit_code == Exit.OK, result.stderr
    assert [command[0] for command, _ in wire.log if command[1] == UPDATE_RECORD] == [0x04]


def test_items_may_come_from_a_file(v3):
    content = {"telephone": "13900000002", "region": "430104"}
    path = v3.file("residence.json", json.dumps(content))
    assert v3.run("update", "residence", "--from", path, "--yes").exit_code == Exit.OK
    assert residence(v3).region == "430104"
    typed = json.dumps({"telephone": "13900000003"})
    result = v3.run("update", "residence", "--from", "-", "--yes", typed=typed)
    assert (result.exit_code, residence(v3).telephone) == (Exit.OK, "13900000003")


def test_numbers_lists_and_templates_are_json(v3):
    place = ("update", "insurance_certificates", "--yes")
    result = v3.run(*place, "pension=13")
    assert result.exit_code == Exit.BAD_INPUT
    assert v3.run("update", "offline_settlement", "total_amount=1250", "--yes").exit_code == 0


def test_a_cyclic_file_gets_a_new_record(v3):
    for name in ("第1厂", "第2厂"):
        item = f"employer_name={name}"
        assert v3.run("update", "employment_history", item, "--yes").exit_code == Exit.OK
    kept = v3.card.persistent.records["DF02", 0xEF07]
    assert ["第2厂".encode("gb18030") in kept[0], "第1厂".encode("gb18030") in kept[1]] == [
        True
    ] * 2


# --- refused --------------------------------------------------------------------------------------

REFUSED = {
    "a code outside of its table": (("personal_state", "employment_state=Z"), "code table"),
    "too long": (("residence", f"telephone={'1' * 16}"), "an, 15 bytes"),
    "letters in digits": (("residence", "region=4301AB"), "cn, 3 bytes"),
    "no such item": (("residence", "phone=1"), "one of address"),
    "no value": (("residence", "telephone"), "ITEM=VALUE"),
    "nothing": (("residence",), "at least one ITEM=VALUE"),
}


@pytest.mark.parametrize("case", sorted(REFUSED))
def test_what_an_item_does_not_take_is_refused_with_its_rule(case, v3):
    arguments, rule = REFUSED[case]
    result = v3.run("update", *arguments, "--yes", "--json")
    error = told_error(result)
    assert (error["code"], result.exit_code) == ("refused-item", Exit.BAD_INPUT)
    assert rule in error["cause"]["en"]


@pytest.mark.parametrize("content", ["[1]", "{", "\xff", '{"telephone": 1}'])
def test_a_file_that_holds_no_items_is_told(content, v3):
    path = v3.file("bad.json", content)
    result = v3.run("update", "residence", "--from", path, "--yes", "--json")
    assert told_error(result)["code"] == "refused-item"


@pytest.mark.parametrize("group", ["holder", "issuer", "SSSE.holder", "signed_record"])
def test_what_the_issuer_signed_is_not_changed(group, clerk):
    item = {"issuer": "card_class=3"}.get(group, "name=李四")
    item = "content=00" if group == "signed_record" else item
    result = clerk.run("update", group, item, "--yes", "--json")
    error = told_error(result)
    assert (error["code"], result.exit_code) in (
        ("signed-data", Exit.STATE),
        ("refused-item", Exit.BAD_INPUT),
    )
    assert CardSession(clerk.card).profile.name == clerk.desk.profile.name


def test_the_holder_of_a_card_without_record_may_be_corrected(made_v3):
    """Cards of other makers have no DF0A, and nothing signs what they hold."""
    folder, desk, memory = made_v3
    bare = {**memory.binaries, ("DF0A", 0xEF0C): b""}
    clerk = Clerk(folder, desk, replace(memory, binaries=bare))
    result = clerk.run("update", "holder", "name=李四", "--yes", "--json")
    assert result.exit_code == Exit.OK, result.stderr
    clerk.card.reset()
    session = CardSession(clerk.card)
    session.verify_pin(PIN)
    assert session.read(CardHolder).name == "李四"


def test_what_the_card_writes_itself_nobody_else_does(v3):
    result = v3.run("update", "medical_transactions", "sequence_number=1", "--yes", "--json")
    assert (told_error(result)["code"], result.exit_code) == ("not-writable", Exit.STATE)


def test_a_group_that_no_card_has_is_told(v3):
    result = v3.run("update", "shoe_size", "left=43", "--json")
    assert (told_error(result)["code"], result.exit_code) == ("no-such-group", Exit.USAGE)


def test_a_card_of_the_first_version_has_no_place_for_an_address(tmp_path):
    clerk = Clerk(tmp_path, *made_card(tmp_path, "v1.00"))
    result = clerk.run("update", "residence", "address=人民街道", "--yes", "--json")
    assert "no place" in told_error(result)["cause"]["en"]


def test_a_desk_without_keys_changes_nothing(v3):
    v3.with_keys = False
    result = v3.run("update", "residence", "telephone=13900000001", "--yes", "--json")
    assert (told_error(result)["code"], result.exit_code) == ("no-desk-keys", Exit.KEYS)


def test_a_psam_writes_too_and_what_it_cannot_read_is_not_shown(v3):
    v3.with_keys = False
    memory = module_of(v3.desk)
    reading = v3.desk.profile.key("RK1DF01")
    address = (reading.psam_usage, reading.psam_id)
    kept = {place: key for place, key in memory.keys.items() if place != address}
    psam = Psam(replace(memory, keys=kept), random=counter_bytes(6))
    change = ("update", "residence", "telephone=13900000001", "--yes")
    result = v3.run(*change, psam=psam)
    assert result.exit_code == Exit.OK, result.stderr
    assert "telephone: ? → 13900000001" in result.stderr
    assert residence(v3).address == "人民街道16弄8号"


@pytest.mark.parametrize("done", [False, True])
def test_a_card_taken_away_in_the_middle_is_finished_by_the_same_command(done, v3):
    change = ("update", "residence", "telephone=13900000001", "address=新街1号", "--yes")
    v3.on_reader = Torn(v3.card, UPDATE_RECORD, done=done)
    result = v3.run(*change, "--json")
    assert (told_error(result)["code"], result.exit_code) == ("card-removed", Exit.CARD)
    v3.on_reader = v3.card
    again = v3.run(*change, "--json")
    assert json.loads(again.stdout)["commands"] == (1 if done else 2)
    assert (residence(v3).telephone, residence(v3).address) == ("13900000001", "新街1号")
