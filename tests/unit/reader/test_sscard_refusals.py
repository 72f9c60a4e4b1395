"""What the driver says no to: odd arguments, missing keys, and the numbers of it."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware_sim.card.card import Card
from hardware_sim.psam.psam import Psam
from reader.errors import (
    ReaderError,
)
from reader.sscard.functions import FUNCTIONS
from reader.sscard_driver import DriverOptions, SscardDriver
from tests.counter_driver import Counter, module_keys, module_of, without_module
from tests.desk import Desk, counter_bytes
from tests.fixed_card import fixed_card

TEXTS = {
    "empty": "",
    "separator": "|",
    "end": "$",
    "megabyte": "x" * 1_000_000,
    "zero": "\x00",
    "chinese": "张三",
    "surrogate": "\ud800",
    "digits": "1" * 70,
}


class CancelledError(ReaderError):
    """As whoever asks for a PIN says it."""

    code = "pin-entry-cancelled"


INFO = "430100D156000005456789ABDEADBEEF|B00000131|"


@pytest.fixture
def counter() -> Counter:
    return Counter(Card(fixed_card("v2.00"), random=counter_bytes()))


# --- arguments --------------------------------------------------------------------------------


@pytest.mark.parametrize("card_type", [0, 5, -1, "x", "", None, 3.0, True, "３", 10**30])
def test_a_card_type_that_is_none(counter, card_type):
    assert counter.driver.call("iReadCardBas", [card_type])[0] == -1
    assert counter.driver.iReadCardBas(card_type)[0] == -1
    assert counter.slot.types == []


@pytest.mark.parametrize("card_type", [1, 2, 3, 4])
def test_the_card_type_reaches_whoever_opens_the_reader(counter, card_type):
    assert counter.driver.call("iVerifyPIN", [str(card_type)])[0] == -51
    assert counter.slot.types == [card_type]


@pytest.mark.parametrize(
    "func", ["", "call", "forget", "__init__", "iReadCardBas ", "iSendCpuApdu"]
)
def test_a_function_that_is_none(counter, func):
    assert counter.driver.call(func, [1])[0] == -13


@pytest.mark.parametrize("func", sorted(FUNCTIONS))
def test_the_number_of_arguments_counts(counter, func):
    right = [1 if name[0] == "i" else "x" for name in FUNCTIONS[func]]
    for args in ([], [*right, "x"], right[:-1]):
        assert counter.driver.call(func, args)[0] == -14


@pytest.mark.parametrize("func", [f for f in FUNCTIONS if FUNCTIONS[f] != ("iType",)])
@pytest.mark.parametrize("text", TEXTS.values(), ids=list(TEXTS))
def test_odd_text_in_every_place_is_refused(counter, func, text):
    args = [1 if name[0] == "i" else text for name in FUNCTIONS[func]]
    code, out = counter.driver.call(func, args)
    assert code < 0
    assert len(out) < 500
    assert not counter.slot.commands(0xDC)


@pytest.mark.parametrize(
    "info",
    [
        INFO.removesuffix("|"),
        INFO + "|",
        INFO.replace("|", ""),
        "|B00000131|",
        "430100D156000005456789ABDEADBEEE|B00000131|",
        INFO.replace("131", "132"),
    ],
)
def test_a_card_info_that_is_not_the_cards(counter, info):
    assert counter.driver.iReadCard(1, 2, info, "SSSEEF05|05|$")[0] in (-14, -22)


@pytest.mark.parametrize("auth", [0, 3, "1x"])
def test_an_authentication_type_that_is_none(counter, auth):
    assert counter.driver.call("iReadCard", [1, auth, INFO, "SSSEEF05|05|$"])[0] == -14


@pytest.mark.parametrize(
    ("addr", "data"),
    [
        ("SSSEEF06|09|$", "张三"),
        ("SSSEEF06|09|$", "张三|李四|$"),
        ("SSSEEF06|09|0A|$", "张三|$"),
        ("SSSEEF06|0A|$", "8|$"),
        ("SSSEEF06|0D|$", "2000-01-01|$"),
        ("SSSEEF06|08|$", "110105194912310021|$"),
        ("SSSEEF06|09|$", "名" * 16 + "|$"),
        ("SSSEEF06|09|$", "x" * 20_000 + "|$"),
        ("SSSEEF05|01|$", INFO[:32] + "|$"),
        ("SSSEEF05|03|$", "3.00|$"),
        ("DF04EF08:01$", "1,2,|$"),
        ("DF02EF07:01$", "1,2,3,|$"),
        ("SSSEEF08|$", "4G|$"),
        ("SSSEEF08|$", "00" * 4097 + "|$"),
    ],
    ids=lambda value: value[:20],
)
def test_data_that_do_not_fit_are_not_written(counter, addr, data):
    assert counter.driver.iWriteCard(1, INFO, addr, data)[0] == -23
    assert not counter.slot.commands(0xDC)
    assert not counter.slot.commands(0xD6)
    assert not counter.slot.commands(0xE2)


# --- keys and readers -------------------------------------------------------------------------


def test_no_card_no_reader_no_psam():
    assert Counter(None).driver.iReadCardBas(3)[0] == -2
    empty = Counter(Card(fixed_card("v2.00"), random=counter_bytes()), keys=without_module())
    code, out = empty.driver.iReadCardBas(3)
    assert (code, "PSAM" in out) == (-2201, True)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk.open(tmp_path_factory.mktemp("keys"))


@pytest.mark.parametrize(("key", "code"), [("RKSSSE", -2203), ("IRK", -27272)])
def test_a_psam_without_a_key_sends_the_program_to_the_steps(desk, key, code):
    card, psam = desk.blank(), module_of(desk)
    desk.make(card)
    missing = desk.profile.key(key)
    address = (missing.psam_usage, missing.psam_id)
    keys = {place: value for place, value in psam.memory.keys.items() if place != address}
    assert len(keys) == len(psam.memory.keys) - 1
    poorer = Psam(replace(psam.memory, keys=keys), random=counter_bytes(6))
    counter = Counter(card, keys=module_keys(poorer))
    assert counter.driver.iReadCardBas(3)[0] == code
    assert counter.driver.iReadCardBas_HSM_Step1(3)[0] == 0


def test_a_holder_who_enters_nothing(counter):
    def cancelled(kind):
        raise CancelledError

    driver = SscardDriver(counter.slot.opened, pin_entry=cancelled, clock=lambda: 0.0)
    assert driver.iVerifyPIN(1)[0] == -31
    assert counter.slot.open == 0


def test_whatever_breaks_inside_is_a_number_and_no_traceback(counter, caplog):
    def broken(kind):
        raise RuntimeError("secret 246810")

    driver = SscardDriver(counter.slot.opened, pin_entry=broken, clock=lambda: 0.0)
    assert driver.iVerifyPIN(1) == (-999, "读写器出错。")
    assert "RuntimeError" in caplog.text
    assert "246810" not in caplog.text


def test_reasons_in_english(counter):
    options = DriverOptions(chinese=False)
    driver = Counter(None, options=options).driver
    assert driver.iReadCardBas(3) == (
        -2,
        "There is no card in the reader. Put the card in, chip first.",
    )


CONVERSATIONS = (
    ("iReadCard", [1, 1, INFO, "SSSEEF06|09|0D|4E|$DF01EF15|40:01|2A|$SSSEEF08|$DF02EF07:01$"]),
    ("iReadCardBas_HSM_Step1", [3]),
    ("iReadDebitRecord", [1]),
    ("iChangePIN", [1]),
    ("iDoDebit_HSM_Step1", [1, INFO, "1|1|20260101000000|"]),
    ("iUnblockPIN_HSM_Step1", [1, INFO]),
)
LIES = st.one_of(
    st.binary(max_size=40),
    st.binary(max_size=250).map(lambda data: data + b"\x90\x00"),
    st.sampled_from(["6110", "6C08", "6283", "63C1", "6982", "6983", "6A83", "9303"]).map(
        bytes.fromhex
    ),
)


@settings(deadline=None)
@given(st.sampled_from(CONVERSATIONS), st.dictionaries(st.integers(0, 14), LIES, min_size=1))
def test_a_card_that_answers_anything_gets_a_number(conversation, lies):
    counter = Counter(Liar(Card(fixed_card("v2.00"), random=counter_bytes()), lies))
    counter.holder.old = "135790"
    code, out = counter.driver.call(*conversation)
    assert isinstance(out, str)
    assert code <= 0
    assert "读写器出错" not in out  # what nobody foresaw
    counter.driver.forget()
    assert counter.slot.open == 0


class Liar:
    """A good card whose answers to the commands of these places (from 0) are others."""

    def __init__(self, card: Card, lies: dict[int, bytes]) -> None:
        self._card, self._lies, self.atr = card, lies, card.atr
        self._place = -1

    def transmit(self, command: bytes) -> bytes:
        self._place += 1
        answer = self._card.transmit(command)
        return self._lies.get(self._place, answer)

    def reset(self) -> None:
        self._card.reset()


@settings(deadline=None)
@given(st.sampled_from(sorted(FUNCTIONS)), st.lists(st.one_of(st.integers(), st.text(), st.none())))
def test_any_call_is_answered(func, args):
    counter = Counter(None)
    code, out = counter.driver.call(func, args)
    assert code < 0
    assert isinstance(out, str)
