"""The steps over the issuer's security module, which here takes the strings apart by hand."""

import pytest

from reader.iso7816.status import SW
from reader.session import CardSession
from tests.counter_driver import REFERENCE_CARD as INFO
from tests.counter_driver import Terminal, done

ADDRESSES = {
    "SSSEEF07|$": "004C0A",
    "SSSEEF08|01|$": "004C0A",
    "DF01EF05|21|$": "004F2E",
    "DF02EF06|4C|$": "006435",
    "DF03EF05|61|$": "01962C",
    "DF03EF07|70|$": "01932B",
    "DF04EF05|81|$": "01822D",
    "DF07EF05|F0|$": "007A3D",
    "DF07EF06|F5|$": "00803F",
    "DF07EF07|F8|$": "0086B1",
}


@pytest.fixture(params=["v3.00", "v2.00", "v1.00", "international"])
def any_terminal(request: pytest.FixtureRequest) -> Terminal:
    return Terminal(request.param)


@pytest.fixture(params=["v3.00", "v2.00"])
def terminal(request: pytest.FixtureRequest) -> Terminal:
    return Terminal(request.param)


# --- iReadCardBas -----------------------------------------------------------------------------


def test_a_terminal_without_a_psam_sends_the_program_to_the_steps(any_terminal):
    assert any_terminal.driver.iReadCardBas(3)[0] == -2201


def test_the_basics_in_two_steps(any_terminal):
    profile = CardSession(any_terminal.slot.card).profile
    step1 = done(any_terminal.driver.iReadCardBas_HSM_Step1(3))
    fields = step1.split("|")
    assert fields[0] == "430100"
    assert fields[2:4] == [f"{profile.algorithm_mark:02}", "430100D156000005456789ABDEADBEEF"]
    assert fields[8:] == ["DC01", ""]
    assert (len(fields[1]), bool(fields[6])) == (26, profile.name == "v3.00")
    out = done(any_terminal.driver.iReadCardBas_HSM_Step2(any_terminal.module.basics(step1)))
    assert out == (
        "430100|11010519491231002X|B00000131|430100D156000005456789ABDEADBEEF|张三|"
        f"{fields[1]}|{profile.version}|20211203|20311202|430100000001|DC01|"
    )
    assert any_terminal.slot.open == 0


def test_nothing_lies_between_challenge_and_authentication():
    terminal = Terminal("v3.00")
    step1 = done(terminal.driver.iReadCardBas_HSM_Step1(3))
    assert terminal.slot.log[-1][:2] == bytes.fromhex("0084")
    done(terminal.driver.iReadCardBas_HSM_Step2(terminal.module.basics(step1)))
    place = [command[1] for command in terminal.slot.log].index(0x82)
    assert terminal.slot.log[place - 1][1] == 0x84


def test_builds_of_nine_fields():
    terminal = Terminal("v2.00", nine_fields=True)
    step1 = done(terminal.driver.iReadCardBas_HSM_Step1(3))
    out = done(terminal.driver.iReadCardBas_HSM_Step2(terminal.module.basics(step1)))
    assert out.split("|")[8:] == ["20311202", ""]


def test_a_card_whose_answer_is_not_the_modules_is_not_opened():
    terminal = Terminal("v3.00")
    step1 = done(terminal.driver.iReadCardBas_HSM_Step1(3))
    key = terminal.module.basics(step1)
    wrong = ("F" if key[0] != "F" else "0") + key[1:]
    assert terminal.driver.iReadCardBas_HSM_Step2(wrong)[0] == -21
    assert not terminal.slot.commands(0x82)
    assert terminal.slot.open == 0


# --- iReadCard and iWriteCard -----------------------------------------------------------------


@pytest.mark.parametrize("addr", ADDRESSES)
def test_the_first_step_names_the_key_that_opens_the_file(terminal, addr):
    step1 = done(terminal.driver.iReadCard_HSM_Step1(1, INFO, addr))
    assert step1.split("|")[1] == ADDRESSES[addr]
    out = done(terminal.driver.iReadCard_HSM_Step2(terminal.module.key(step1)))
    name = addr.partition("|")[0]
    assert out == f"{name}||$"
    assert terminal.slot.open == 0


def test_a_file_under_pin_and_key_asks_for_both(terminal):
    step1 = done(terminal.driver.iReadCard_HSM_Step1(1, INFO, "DF04EF06|90|92|$"))
    assert terminal.holder.asked == ["old"]
    assert step1.split("|")[1] == "01822D"
    out = done(terminal.driver.iReadCard_HSM_Step2(terminal.module.key(step1)))
    assert out.startswith("DF04EF06||")


def test_a_free_file_needs_no_step(terminal):
    code, out = terminal.driver.iReadCard_HSM_Step1(1, INFO, "SSSEEF05|05|$")
    assert (code, "iReadCard" in out) == (-2204, True)
    assert terminal.slot.open == 0


def test_files_under_two_keys_are_asked_for_one_by_one(terminal):
    addr = "DF01EF05|21|$DF02EF06|4C|$"
    assert terminal.driver.iReadCard_HSM_Step1(1, INFO, addr)[0] == -23


@pytest.mark.parametrize(
    ("addr", "data", "address"),
    [
        ("SSSEEF06|09|0A|$", "SSSEEF06|李四|1|$", "009412"),
        ("DF01EF05|21|$", "长沙路1号|$", "009742"),
        ("DF01EF06|28|$", "07310000000|$", "017925"),
        ("DF01EF07|29|$", "DF01EF07|1|$", "009A43"),
        ("DF01EF08|2B|$", "1|$", "017624"),
        ("DF04EF05|8F|$", "1|$", "000049"),
    ],
)
def test_a_file_is_written_in_two_steps(terminal, addr, data, address):
    step1 = done(terminal.driver.iWriteCard_HSM_Step1(1, INFO, addr))
    assert step1.split("|")[1] == address
    assert done(terminal.driver.iWriteCard_HSM_Step2(terminal.module.key(step1), data)) == ""
    name = addr.partition("|")[0]
    written = terminal.driver.iReadCard(1, 1, INFO, addr)[1]
    assert written == data if data.startswith(name) else written == f"{name}|{data}"


def test_data_that_does_not_fit_is_refused_before_the_key_is_used(terminal):
    step1 = done(terminal.driver.iWriteCard_HSM_Step1(1, INFO, "SSSEEF06|0D|$"))
    code, out = terminal.driver.iWriteCard_HSM_Step2(terminal.module.key(step1), "20260230|$")
    assert (code, "birth_date" in out) == (-23, True)
    assert not terminal.slot.commands(0x82)


# --- iReloadPIN and iUnblockPIN ---------------------------------------------------------------


@pytest.fixture(params=["v3.00", "v2.00", "v1.00"])
def reloading(request: pytest.FixtureRequest) -> Terminal:
    return Terminal(request.param, shows_new_pin=True)


def test_a_pin_is_reloaded_in_three_steps(reloading):
    step1 = done(reloading.driver.iReloadPIN_HSM_Step1(1, INFO))
    assert step1.split("|")[1] == "009010"
    step2 = done(reloading.driver.iReloadPIN_HSM_Step2(reloading.module.key(step1)))
    sm4 = reloading.module.host.block == 16
    assert step2.split("|")[3:] == ["8424000114" if sm4 else "842400010C", "192837", ""]
    command = reloading.module.command(step2)
    assert len(command) == (50 if sm4 else 34)
    assert done(reloading.driver.iReloadPIN_HSM_Step3(command)) == ""
    reloading.holder.old = "192837"
    assert done(reloading.driver.iVerifyPIN(1)) == ""


def test_a_page_is_not_shown_a_new_pin(any_terminal):
    code, out = any_terminal.driver.iReloadPIN_HSM_Step1(1, INFO)
    assert (code, "iReloadPIN" in out) == (-13, True)
    assert any_terminal.slot.types == []


def test_a_pin_is_unblocked_in_three_steps(any_terminal):
    any_terminal.holder.old = "000000"
    for _ in range(CardSession(any_terminal.slot.card).profile.pin_tries):
        code = any_terminal.driver.iVerifyPIN(1)[0]
    assert any_terminal.driver.iVerifyPIN(1)[0] == -52
    assert code in (-51, -52)
    step1 = done(any_terminal.driver.iUnblockPIN_HSM_Step1(1, INFO))
    step2 = done(any_terminal.driver.iUnblockPIN_HSM_Step2(any_terminal.module.key(step1)))
    assert step2.split("|")[3:] == ["8424000004", "", ""]
    command = any_terminal.module.command(step2)
    assert len(command) == 18
    assert done(any_terminal.driver.iUnblockPIN_HSM_Step3(command)) == ""
    any_terminal.holder.old = "123456"
    assert done(any_terminal.driver.iVerifyPIN(1)) == ""


@pytest.mark.parametrize(
    "command", ["84160000041122334455"[:18], "00B2010400", "8424000104A5A5A5A5"]
)
def test_no_other_command_goes_to_the_card(terminal, command):
    step1 = done(terminal.driver.iUnblockPIN_HSM_Step1(1, INFO))
    done(terminal.driver.iUnblockPIN_HSM_Step2(terminal.module.key(step1)))
    sent = len(terminal.slot.log)
    assert terminal.driver.iUnblockPIN_HSM_Step3(command)[0] in (-22, -23)
    assert len(terminal.slot.log) == sent


# --- iDoDebit ---------------------------------------------------------------------------------


def test_a_settlement_in_two_steps(any_terminal):
    pay = "0.1|0.2|20151118185001|"
    step1 = done(any_terminal.driver.iDoDebit_HSM_Step1(1, INFO, pay))
    fields = step1.split("|")
    assert fields[1] == "0000C7"
    assert fields[3:] == [
        "0000", "0000000A", "00000014", "32430100000001", "20151118185001", ""
    ]  # fmt: skip
    out = done(any_terminal.driver.iDoDebit_HSM_Step2(any_terminal.module.debit(step1)))
    count, tac, *rest = out.split("|")
    assert (count, len(tac), rest) == ("0", 8, ["430100000001", "0", "20151118185001", ""])
    records = done(any_terminal.driver.iReadDebitRecord(1))
    assert records == "0|2|430100000001|20151118185001|0.00|0.10|0.20|$"


def test_the_newest_settlement_comes_first(terminal):
    for pay in ("1|0|20260101080000|", "2.5|10000|20260102080000|"):
        step1 = done(terminal.driver.iDoDebit_HSM_Step1(1, INFO, pay))
        done(terminal.driver.iDoDebit_HSM_Step2(terminal.module.debit(step1)))
    assert done(terminal.driver.iReadDebitRecord(1)) == (
        "1|2|430100000001|20260102080000|0.00|2.50|10000.00|$"
        "0|2|430100000001|20260101080000|0.00|1.00|0.00|$"
    )


def test_a_mac_of_another_key_pays_nothing(terminal):
    step1 = done(terminal.driver.iDoDebit_HSM_Step1(1, INFO, "1|0|20260101080000|"))
    key = terminal.module.debit(step1).split("|")
    code, _ = terminal.driver.iDoDebit_HSM_Step2(f"{key[0]}|{key[1]}|00000000|")
    assert code == -SW.MAC_INVALID
    assert done(terminal.driver.iReadDebitRecord(1)) == ""
