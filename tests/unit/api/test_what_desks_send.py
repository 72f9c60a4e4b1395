"""What desks send is parsed at the door: a named field or a clear refusal, and never a fault."""

import json
import logging
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.cli import clients as clients_command
from issuance import clients
from issuance.clients import ClientKind
from issuance.database import transaction
from tests.bureau import CHIEF, NOW, chance
from tests.office import Office, office

STEPS, SHOW = "/v1/desk/key-steps", f"/v1/desk/visits/{'0' * 32}/card"
OUTCOME, STRINGS = f"/v1/desk/work/{'0' * 32}/outcome", "/v1/desk/hsm-steps"
RELAY = f"/v1/desk/relay/{'0' * 32}"
CODE = "371700D15600000500001234AABBCCDD"
CARD = {"atr": "3B6D0000", "identification_code": CODE, "version": "3.00"}
STEP = {"kind": "cryptogram", "key": "RKSSSE", "random": "00" * 8, "data": "00" * 8}
SHOWN = {"card": CARD, "record": "", "challenge": "00" * 16, "response": "00" * 64}


@pytest.fixture(name="open_office", scope="module")
def _open_office(new_issuer: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    shutil.copytree(new_issuer, folder, dirs_exist_ok=True)
    with office(folder) as opened:
        yield opened


@pytest.fixture(name="key", scope="module")
def _key(open_office: Office) -> str:
    with transaction(open_office.bureau.engine) as session:
        return clients.create(
            session, "village", random=chance(3), by=CHIEF, at=NOW, kind=ClientKind.DESK
        )


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        (STEPS, {}, "card"),
        (STEPS, {"card": []}, "card"),
        (STEPS, {"card": CARD}, "steps"),
        (STEPS, {"card": {**CARD, "pin": "1"}}, "card.pin"),
        (STEPS, {"card": {**CARD, "atr": "zz"}}, "card.atr"),
        (STEPS, {"card": {**CARD, "atr": "00" * 34}}, "card.atr"),
        (STEPS, {"card": {**CARD, "version": 3}}, "card.version"),
        (STEPS, {"card": {**CARD, "identification_code": "00"}}, "card.identification_code"),
        (STEPS, {"card": {**CARD, "identification_code": "AA" * 16}}, "card.identification_code"),
        (STEPS, {"card": CARD, "steps": []}, "steps"),
        (STEPS, {"card": CARD, "steps": [STEP] * 17}, "steps"),
        (STEPS, {"card": CARD, "steps": [7]}, "steps[0]"),
        (STEPS, {"card": CARD, "steps": [STEP, {**STEP, "kind": "x"}]}, "steps[1].kind"),
        (STEPS, {"card": CARD, "steps": [{**STEP, "random": "00"}]}, "steps[0].random"),
        (STEPS, {"card": CARD, "steps": [{**STEP, "header": "00" * 5}]}, "steps[0].header"),
        (STEPS, {"card": CARD, "steps": [{**STEP, "data": None}]}, "steps[0].data"),
        (STEPS, {"card": CARD, "steps": [{**STEP, "value": ""}]}, "steps[0].value"),
        (STEPS, {"card": CARD, "steps": [STEP], "ticket": 7}, "ticket"),
        (STEPS, {"card": CARD, "steps": [STEP], "ticket": ""}, "ticket"),
        (SHOW, {**SHOWN, "record": "00" * 4097}, "record"),
        (SHOW, {**SHOWN, "challenge": "00"}, "challenge"),
        (SHOW, {**SHOWN, "response": "00" * 9}, "response"),
        (OUTCOME, {}, "done"),
        (OUTCOME, {"done": "yes"}, "done"),
        (OUTCOME, {"done": True, "code": "x" * 41}, "code"),
        (STRINGS, {"step1": "x"}, "function"),
        (STRINGS, {"function": "iReadCard_HSM_Step1"}, "step1"),
        (RELAY, {"number": 0, "data": ""}, "number"),
        (RELAY, {"number": True, "data": ""}, "number"),
        (RELAY, {"number": 1, "data": "9"}, "data"),
        (RELAY, {"number": 1, "data": "00" * 4_099}, "data"),
        (RELAY, {"number": 1, "data": "", "error": "x" * 41}, "error"),
        (RELAY, {"number": 1, "data": "", "command": ""}, "command"),
        ("/v1/presence/verifications", {}, "token"),
    ],
)
def test_a_wrong_field_is_named(
    open_office: Office, key: str, path: str, body: Any, field: str
) -> None:
    answer = open_office.call("POST", path, key=key, json=body)
    assert answer.status_code == 422
    assert (answer.json["code"], answer.json["field"]) == ("invalid-field", field)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just(CODE),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*CARD, *STEP, "card", "steps", "ticket"]), inner)
    ),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(path=st.sampled_from([STEPS, SHOW, OUTCOME, STRINGS, RELAY]), body=JSON)
def test_any_json_is_answered_and_nothing_fails(
    open_office: Office, key: str, path: str, body: Any
) -> None:
    sent = json.dumps(body)
    answer = open_office.call("POST", path, key=key, data=sent, content_type="application/json")
    assert answer.status_code in (404, 422)


@pytest.mark.parametrize(
    ("body", "status"), [(b"{", 400), (b"x" * 70_000, 413)], ids=["not json", "large"]
)
def test_a_body_that_cannot_be_read(
    open_office: Office, key: str, body: bytes, status: int
) -> None:
    answer = open_office.call("POST", STEPS, key=key, data=body, content_type="application/json")
    assert answer.status_code == status


def test_a_service_system_is_told_to_get_a_desks_key(open_office: Office) -> None:
    answer = open_office.call("POST", STEPS, json={"card": CARD, "steps": [STEP]})
    assert (answer.status_code, answer.json["code"]) == (403, "not-a-desk")
    assert "--desk" in answer.json["remedy"]


def test_a_refusal_to_a_desk_is_in_the_log(
    open_office: Office, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger="onecard.api"):
        open_office.call(
            "GET", f"/v1/desk/work/{'0' * 32}", key=key, headers={"X-Request-ID": "r-1"}
        )
        open_office.call("POST", STEPS, json={"card": CARD, "steps": [STEP]})
    assert "not-a-desk" in caplog.text
    assert "pension" in caplog.text


def test_a_desk_is_added_by_command(open_office: Office) -> None:
    def run(*arguments: str) -> Any:
        return CliRunner().invoke(clients_command, arguments, obj=open_office.settings)

    made = json.loads(run("add", "village-7", "--desk", "--operator", "Li", "--json").stdout)
    assert made["kind"] == "desk"
    answer = open_office.call("GET", f"/v1/desk/work/{'0' * 32}", key=made["key"])
    assert (answer.status_code, answer.json["code"]) == (404, "not-found")
    listed = json.loads(run("list", "--json").stdout)["clients"]
    kinds = {one["name"]: one["kind"] for one in listed}
    assert (kinds["pension"], kinds["village-7"]) == ("service", "desk")
    assert "village-7                 desk     active" in run("list").stdout
