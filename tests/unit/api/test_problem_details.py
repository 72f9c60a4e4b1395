"""Whatever is wrong with a request is answered by a problem (RFC 9457), in one form."""

import json
import logging
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api import problems
from api.config import MAX_BODY
from tests.office import Office

VERIFY = "/v1/verifications"
CHALLENGE = "00" * 16
SIGNATURE = "00" * 64


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ([], "body"),
        ("OC1:", "body"),
        ({}, "record"),
        ({"record": None}, "record"),
        ({"record": 7}, "record"),
        ({"record": " "}, "record"),
        ({"record": "x", "chips": {}}, "chips"),
        ({"record": "x", "chip": []}, "chip"),
        ({"record": "x", "chip": {}}, "chip.challenge"),
        ({"record": "x", "chip": {"challenge": CHALLENGE}}, "chip.response"),
        ({"record": "x", "chip": {"challenge": 1, "response": SIGNATURE}}, "chip.challenge"),
        ({"record": "x", "chip": {"challenge": "zz", "response": SIGNATURE}}, "chip.challenge"),
        ({"record": "x", "chip": {"challenge": CHALLENGE, "response": "00"}}, "chip.response"),
        (
            {"record": "x", "chip": {"challenge": CHALLENGE, "response": SIGNATURE, "x": 1}},
            "chip.x",
        ),
    ],
)
def test_a_wrong_field_is_named(office: Office, body: Any, field: str) -> None:
    answer = office.call("POST", VERIFY, json=body)
    assert answer.status_code == 422
    assert (answer.json["code"], answer.json["field"]) == ("invalid-field", field)
    assert field in answer.json["detail"]
    assert field in answer.json["detail_zh"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text() | st.sampled_from(["record", "chip"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(body=JSON)
def test_any_json_gets_a_verdict_or_a_named_field(office: Office, body: Any) -> None:
    answer = office.call("POST", VERIFY, data=json.dumps(body), content_type="application/json")
    assert answer.status_code == 200 or answer.json["code"] == "invalid-field"


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b"NaN\x00", b"[" * 60_000, b'{"record": "a", "record": "b"}'],
    ids=["empty", "cut short", "no text", "not json", "deep", "twice"],
)
def test_a_body_that_is_no_json_is_refused(office: Office, body: bytes) -> None:
    answer = office.call("POST", VERIFY, data=body, content_type="application/json")
    assert (answer.status_code, answer.json["code"]) == (400, "not-json")


def test_another_media_type_is_refused(office: Office) -> None:
    answer = office.call("POST", VERIFY, data={"record": "OC1:"})
    assert (answer.status_code, answer.json["code"]) == (415, "unsupported-media-type")


@pytest.mark.parametrize("more", [{}, {"environ_overrides": {"wsgi.input_terminated": True}}])
def test_a_large_body_is_refused(office: Office, more: dict[str, Any]) -> None:
    body = b'"' + b"x" * MAX_BODY + b'"'
    answer = office.call("POST", VERIFY, data=body, content_type="application/json", **more)
    assert (answer.status_code, answer.json["code"]) == (413, "too-large")


def test_an_address_of_nothing(office: Office) -> None:
    answer = office.call("GET", "/v2/verifications")
    assert (answer.status_code, answer.json["code"]) == (404, "no-such-route")


def test_another_method(office: Office) -> None:
    answer = office.call("DELETE", VERIFY)
    assert (answer.status_code, answer.json["code"]) == (405, "method-not-allowed")
    assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", VERIFY), ("POST", "/v1/challenges"), ("GET", "/v1/cards/A00000003/status")],
)
@pytest.mark.parametrize("authorization", [None, "Bearer", "Bearer oc_x", "Basic eDp5", "\xff"])
def test_a_stranger_is_asked_for_a_key(
    office: Office, method: str, path: str, authorization: str | None
) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    answer = office.call(method, path, key=None, headers=headers)
    assert (answer.status_code, answer.json["code"]) == (401, "client-key")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="onecard"'


def test_a_fault_is_told_by_its_number_only(
    office: Office, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault() -> str:
        raise ZeroDivisionError("a secret of the inside")

    monkeypatch.setitem(office.app.view_functions, "health.alive", fault)
    with caplog.at_level(logging.ERROR, logger="onecard.api"):
        answer = office.call("GET", "/healthz", headers={"X-Request-ID": "desk-7"})
    assert answer.status_code == 500
    assert answer.json["code"] == "internal"
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.json["incident"] in caplog.text
    assert "desk-7" in caplog.text
    assert "a secret of the inside" in caplog.text


def test_a_broken_book_is_no_answer(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    card = office.card()
    with office.bureau.engine.execution_options(writes=True).begin() as connection:
        connection.exec_driver_sql("ALTER TABLE card RENAME TO lost")
    answer = office.call("POST", VERIFY, json={"record": card.text})
    assert (answer.status_code, answer.json["code"]) == (503, "storage")
    assert "card" not in answer.json["detail"]
    assert answer.json["incident"] in caplog.text


@pytest.mark.parametrize(
    ("given", "kept"), [("desk-7.42_a", True), ("a b", False), ("x" * 65, False), ("", False)]
)
def test_the_number_of_a_request_comes_back(office: Office, given: str, kept: bool) -> None:
    answer = office.call("GET", "/healthz", headers={"X-Request-ID": given})
    assert (answer.headers["X-Request-ID"] == given) is kept


def test_every_status_has_its_own_code() -> None:
    kinds = list(problems.STATUS_OF)
    assert len({kind.code for kind in kinds}) == len(kinds)


def test_nothing_of_a_person_is_kept_on_the_way(office: Office) -> None:
    answer = office.call("POST", VERIFY, json={"record": office.card().text})
    assert answer.headers["Cache-Control"] == "no-store"
