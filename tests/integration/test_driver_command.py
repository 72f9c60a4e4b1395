"""``onecard card driver``: the field's driver against a served card."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.counter_driver import SecurityModule
from tests.fixed_card import fixed_card_file
from tests.onecard_command import ONECARD, onecard
from tests.served_card import listening_port


@pytest.fixture
def card(tmp_path: Path) -> Path:
    return fixed_card_file(tmp_path, "v2.00")


def test_the_functions_are_listed():
    listed = onecard("card", "driver")
    assert listed.returncode == 0, listed.stderr
    assert "iReadCard iType iAuthType pCardInfo pFileAddr" in listed.stdout.splitlines()


def test_a_refusal_has_its_number_and_the_exit_code_of_a_card(card):
    with listening_port(card) as port:
        called = onecard(
            "card", "driver", "iReadCardBas", "3", "--tcp", f"127.0.0.1:{port}", "--json"
        )
    assert called.returncode == 5
    answer = json.loads(called.stdout)
    assert (answer["func"], answer["result"]) == ("iReadCardBas", -2201)


def test_the_address_has_to_be_one():
    assert onecard("card", "driver", "iReadCardBas", "3", "--tcp", "nowhere").returncode == 2


def test_the_steps_go_through_one_process(card):
    with listening_port(card) as port:
        process = subprocess.Popen(
            [ONECARD, "card", "driver", "--lines", "--tcp", f"127.0.0.1:{port}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        with process:
            process.stdin.write('{"func":"iReadCardBas_HSM_Step1","in":["3"]}\n')
            process.stdin.flush()
            step1 = json.loads(process.stdout.readline())
            assert step1["result"] == 0
            key = SecurityModule("v2.00").basics(step1["out"][0])
            process.stdin.write(json.dumps({"func": "iReadCardBas_HSM_Step2", "in": [key]}) + "\n")
            process.stdin.close()
            basics = json.loads(process.stdout.readline())
    assert basics["result"] == 0
    assert basics["out"][0].startswith("430100|11010519491231002X|B00000131|")
