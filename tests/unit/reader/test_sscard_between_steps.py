"""Between two steps: a card waits for its own key, for a while, and for nothing else."""

import pytest

from hardware_sim.card.card import Card
from reader.session import CardSession
from tests.counter_driver import REFERENCE_CARD as INFO
from tests.counter_driver import Terminal, done
from tests.desk import counter_bytes
from tests.fixed_card import TRIES, fixed_card


@pytest.fixture(params=["v3.00", "v2.00"])
def terminal(request: pytest.FixtureRequest) -> Terminal:
    return Terminal(request.param)


def test_a_step_serves_once(terminal):
    step1 = done(terminal.driver.iReadCardBas_HSM_Step1(3))
    key = terminal.module.basics(step1)
    done(terminal.driver.iReadCardBas_HSM_Step2(key))
    assert terminal.driver.iReadCardBas_HSM_Step2(key)[0] == -12


@pytest.mark.parametrize(
    ("func", "args"),
    [
        ("iReadCardBas_HSM_Step2", ["00" * 16]),
        ("iReadCard_HSM_Step2", ["00" * 16]),
        ("iWriteCard_HSM_Step2", ["00" * 16, "x|$"]),
        ("iReloadPIN_HSM_Step2", ["00" * 16]),
        ("iReloadPIN_HSM_Step3", ["8424000004A5A5A5A5"]),
        ("iUnblockPIN_HSM_Step2", ["00" * 16]),
        ("iUnblockPIN_HSM_Step3", ["8424000004A5A5A5A5"]),
        ("iDoDebit_HSM_Step2", ["00000000|20151118185001|A5A5A5A5|"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_no_step_goes_without_the_one_before(terminal, func, args):
    assert terminal.driver.call(func, args)[0] == -12
    done(terminal.driver.iWriteCard_HSM_Step1(1, INFO, "SSSEEF06|09|$"))
    if func != "iWriteCard_HSM_Step2":
        assert terminal.driver.call(func, args)[0] == -12
    assert terminal.tries_left(0x04) == TRIES


def test_another_call_ends_a_step(terminal):
    step1 = done(terminal.driver.iReadCardBas_HSM_Step1(3))
    done(terminal.driver.iVerifyPIN(1))
    assert terminal.driver.iReadCardBas_HSM_Step2(terminal.module.basics(step1))[0] == -12


def test_a_step_ends_after_its_time(terminal):
    step1 = done(terminal.driver.iReadCardBas_HSM_Step1(3))
    terminal.now = 29.9
    terminal.driver.expire()
    assert terminal.slot.open == 1
    terminal.now = 30
    assert terminal.driver.iReadCardBas_HSM_Step2(terminal.module.basics(step1))[0] == -12
    assert terminal.slot.open == 0


def test_a_card_is_let_go_when_nobody_comes_back(terminal):
    done(terminal.driver.iReadCardBas_HSM_Step1(3))
    terminal.now = 31
    terminal.driver.expire()
    assert terminal.slot.open == 0


def test_the_step_of_another_card_costs_no_tries(terminal):
    other = Terminal(CardSession(terminal.slot.card).profile.name)
    other.slot.card = Card(fixed_card(other_name(terminal)), random=counter_bytes(9))
    key = other.module.key(done(other.driver.iWriteCard_HSM_Step1(1, INFO, "SSSEEF06|09|$")))
    done(terminal.driver.iWriteCard_HSM_Step1(1, INFO, "SSSEEF06|09|$"))
    assert terminal.driver.iWriteCard_HSM_Step2(key, "李四|$")[0] == -22
    assert terminal.tries_left(0x04) == TRIES


def other_name(terminal: Terminal) -> str:
    return CardSession(terminal.slot.card).profile.name


def test_a_card_taken_out_ends_the_step(terminal):
    step1 = done(terminal.driver.iReadCardBas_HSM_Step1(3))
    card, terminal.slot.card = terminal.slot.card, None
    assert terminal.driver.iReadCardBas_HSM_Step2(terminal.module.basics(step1))[0] == -2
    terminal.slot.card = card
    assert terminal.driver.iReadCardBas_HSM_Step2(terminal.module.basics(step1))[0] == -12


def test_a_card_changed_under_an_open_line_gives_nothing_away():
    """As a reader would have it that noticed nothing: the new card was never asked."""
    terminal = Terminal("v3.00")
    step1 = done(terminal.driver.iReadCardBas_HSM_Step1(3))
    changed = Card(fixed_card("v3.00"), random=counter_bytes(50))
    changed.transmit(bytes.fromhex("00A404000F7378312E73682EC9E7BBE1B1A3D5CF"))
    terminal.slot.card = changed
    code, out = terminal.driver.iReadCardBas_HSM_Step2(terminal.module.basics(step1))
    assert code < 0
    assert "张三" not in out
    assert terminal.tries_left() == TRIES


def test_a_proof_of_another_key_counts_one_try(terminal):
    step1 = done(terminal.driver.iWriteCard_HSM_Step1(1, INFO, "SSSEEF06|09|$"))
    factor = step1.split("|")[3]
    code, out = terminal.driver.iWriteCard_HSM_Step2("00" * 8 + factor, "李四|$")
    assert (code, "2" in out) == (-0x63C2, True)
    assert terminal.tries_left(0x04) == TRIES - 1
