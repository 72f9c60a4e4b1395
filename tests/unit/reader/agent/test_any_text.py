"""Any text in: an answer or a close, never a crash, and the next message is served."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from reader.agent import protocol
from reader.agent.errors import MessageError
from reader.agent.guards import Admitted, Answer, Guards
from tests.agent_at_work import ORIGIN, TOKEN, VERSION, agent, error_code

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
near_misses = st.fixed_dictionaries(
    {},
    optional={
        "id": values,
        "call": st.sampled_from([*protocol.CALLS, "card.apdu"]) | values,
        "with": values,
        "func": st.sampled_from(["iReadCardBas", "iVerifyPIN"]) | values,
        "in": values,
        "bizcode": values,
        "function": values,
    },
).map(lambda message: json.dumps(message))
texts = st.text(max_size=300) | near_misses | near_misses.map(lambda text: text[:-3])


@given(text=texts)
def test_a_text_is_a_request_or_an_error_of_the_protocol(text):
    try:
        request = protocol.parse(text)
    except MessageError as error:
        answer = json.loads(protocol.failure(error.number, error))
        assert error_code(answer)
    else:
        assert isinstance(request, protocol.Call | protocol.OldCall)


class Clock:
    """Each look is a second later: no rate limit is met."""

    now = 0.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


def test_a_conversation_survives_them_all():
    with agent(clock=Clock()) as running, running.page() as page:

        @settings(max_examples=60, deadline=None)
        @given(text=near_misses | st.text(st.characters(codec="utf-8"), max_size=100))
        def send(text: str) -> None:
            page.send(text)
            message = page.receive()
            while "event" in message:
                message = page.receive()

        send()
        assert page.call("desk.status")["version"] == VERSION


@given(
    method=st.sampled_from(["GET", "OPTIONS", "POST"]) | st.text(max_size=8),
    path=st.text(max_size=60) | st.sampled_from(["/health", f"/v1/{TOKEN}", "/v1/", "/start/x"]),
    headers=st.dictionaries(
        st.sampled_from(["host", "origin", "sec-fetch-site"]) | st.text(max_size=10),
        st.lists(st.text(max_size=40) | st.sampled_from([ORIGIN, "127.0.0.1:8613"]), max_size=3),
        max_size=5,
    ),
)
def test_whoever_is_admitted_has_host_origin_and_token_right(method, path, headers):
    guards = Guards(port=8613, origins=[ORIGIN], token=TOKEN)
    found = guards.judge(method, path, headers)
    if isinstance(found, Admitted):
        assert (method, path) == ("GET", f"/v1/{TOKEN}")
        assert headers["host"] == ["127.0.0.1:8613"]
        assert headers["origin"] == [ORIGIN]
    else:
        assert isinstance(found, Answer)
