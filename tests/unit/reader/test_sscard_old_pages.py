"""The JSON of pages of the field: three forms, each answered in its own, and nothing breaks it."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware_sim.card.card import Card
from reader.sscard.old_pages import MAX_MESSAGE, is_old_page
from reader.sscard_driver import answer_old_page
from tests.counter_driver import Counter, SecurityModule
from tests.desk import counter_bytes
from tests.fixed_card import fixed_card

INFO = "430100D156000005456789ABDEADBEEF|B00000131|"


@pytest.fixture
def counter() -> Counter:
    counter = Counter(Card(fixed_card("v2.00"), random=counter_bytes()))
    counter.holder.old = "123456"
    return counter


def asked(counter: Counter, message: object) -> dict[str, object]:
    text = message if isinstance(message, str) else json.dumps(message)
    return json.loads(answer_old_page(counter.driver, text))


def test_the_form_with_func_and_in(counter):
    answer = asked(counter, '{"func":"iReadCardBas","in":["3"]}')
    assert (answer["func"], answer["result"]) == ("iReadCardBas", -2201)
    step1 = asked(counter, '{"func":"iReadCardBas_HSM_Step1","in":["3"]}')
    assert step1["result"] == 0
    key = SecurityModule("v2.00").basics(step1["out"][0])
    basics = asked(counter, {"func": "iReadCardBas_HSM_Step2", "in": [key]})
    assert basics["result"] == 0
    assert basics["out"][0].split("|")[1] == "11010519491231002X"


def test_the_form_with_function_and_names(counter):
    answer = asked(counter, {"function": "iReadCardBas", "iType": 3})
    assert (answer["functionName"], answer["success"]) == ("iReadCardBas", -2201)
    message = {"function": "iReadCard", "iType": 3, "iAuthType": 2, "pCardInfo": INFO}
    answer = asked(counter, {**message, "pFileAddr": "SSSEEF06|09|$"})
    assert (answer["success"], answer["pOutInfo"]) == (1, "SSSEEF06|张三|$")
    assert asked(counter, {"function": "iUnblockPIN_HSM_Step2", "pkey": "x"})["success"] == -23
    assert asked(counter, message)["success"] == -14


def test_the_form_with_bizcode(counter):
    body = {"iType": "3", "iAuthType": "1", "pCardInfo": INFO, "pFileAddr": "DF01EF05|21|$"}
    answer = asked(counter, {"bizcode": "1005", "body": {**body, "pPin": "000000"}})
    assert answer == {"bizcode": "1005", "recode": 0, "body": {"pOutInfo": "DF01EF05||$"}}
    assert asked(counter, {"bizcode": "1105", "body": {"apdu": "00A40000"}})["recode"] == -13


def test_a_pin_that_a_page_sends_is_passed_over(counter):
    counter.holder.old = "000000"
    answer = asked(counter, {"bizcode": "1011", "body": {"iType": "1", "pPIN": "123456"}})
    assert answer["recode"] == -51
    assert counter.holder.asked == ["old"]


@pytest.mark.parametrize(
    "message",
    [
        "",
        "x",
        "[]",
        "3",
        "null",
        "{}",
        '{"func":null}',
        '{"func":3,"in":["3"]}',
        '{"func":"iReadCardBas"}',
        '{"func":"iReadCardBas","in":"3"}',
        '{"func":"iReadCardBas","in":[["3"]]}',
        '{"func":"iReadCardBas","in":[{}]}',
        '{"func":"iReadCardBas","in":["3","4"]}',
        '{"func":"__class__","in":[]}',
        '{"func":"\\ud800","in":[]}',
        '{"func":"iSendCpuApdu","in":["00A40000"]}',
        '{"function":["iReadCardBas"]}',
        '{"bizcode":1002,"body":[]}',
        '{"bizcode":"1002"}',
        '{"func":"iReadCardBas","in":[1e999]}',
        '{"func":"iReadCardBas","in":[NaN]}',
    ],
)
def test_messages_that_ask_for_nothing(counter, message):
    answer = asked(counter, message)
    assert answer.get("result", answer.get("success", answer.get("recode"))) < 0
    assert counter.slot.types == []


def test_a_message_has_an_end(counter):
    nested = "[" * 50_000
    long = json.dumps({"func": "iReadCardBas", "in": ["3" * MAX_MESSAGE]})
    for message in (nested, long, "{" * 1_000_000):
        assert asked(counter, message)["result"] == -13


@pytest.mark.parametrize(
    ("message", "old"),
    [({"func": "x"}, True), ({"bizcode": "1"}, True), ({"call": "card.present", "id": 1}, False)],
    ids=["func", "bizcode", "call"],
)
def test_old_pages_are_told_from_new_ones(message, old):
    assert is_old_page(message) is old


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)
NAMES = ["func", "function", "bizcode", "in", "body", "iType", "pKey"]


@settings(deadline=None)
@given(st.one_of(anything, st.dictionaries(st.sampled_from(NAMES), anything)))
def test_any_json_is_answered_in_json(message):
    answer = answer_old_page(Counter(None).driver, json.dumps(message))
    assert isinstance(json.loads(answer), dict)
