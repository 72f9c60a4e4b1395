"""pkcs11-check, a judge of PKCS #11 modules, on OpenSC's with our card in it.

It wants a later Python than this project: where the machine has none, these tests do not exist.
"""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.foreign.piv_token import MODULE, PIN, Token

ROOT = Path(__file__).parents[2]
JUDGE = ROOT / ".venv" / "pkcs11-check"
SEARCH = ROOT / "scripts" / "later_python.sh"

# Of its files those about modules, slots, sessions and tokens. The others begin by making a key or
# an object as a user, which OpenSC leaves to a PIV card's administrator.
FILES = (
    *("test_init", "test_interface", "test_interface_negotiation", "test_mechanism"),
    *("test_session_edge_cases", "test_session_info", "test_slot", "test_token_flags"),
)
# PIV has no secret keys for its user's data (SP 800-73-4, part 1, 3.1 and 3.2).
NOT_IN_PIV = {"test_aes_mechanism_available", "test_has_symmetric_mechanisms"}


def has_later_python() -> bool:
    return subprocess.run([SEARCH], capture_output=True, check=False).returncode == 0


def judged(token: Token, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    if not JUDGE.exists():
        pytest.skip("needs pkcs11-check")
    # It runs pytest, which would otherwise find this project's settings and obey them.
    settings = token.folder / "pytest.ini"
    settings.write_text("[pytest]\n")
    variables = {"P11TEST_PIN": PIN, "PYTEST_ADDOPTS": f"-c {settings}", "COLUMNS": "200"}
    command, *others = arguments
    # Its records lie beside the card, not in the working folder.
    state = ("--state-file", token.folder / "state.json") if command == "test" else ()
    return token.run(
        JUDGE / "bin" / "pkcs11-check", command, "--module", MODULE, *state, *others, **variables
    )


if has_later_python():

    def test_its_doctor_finds_the_card_well_and_logs_in(token: Token) -> None:
        outcome = judged(token, "doctor")
        assert "C_Login succeeded" in outcome.stdout
        assert "All checks passed" in outcome.stdout
        assert outcome.returncode == 0

    def test_it_finds_nothing_wrong_but_what_no_piv_card_has(token: Token) -> None:
        report = token.folder / "report.json"
        (cases,) = JUDGE.glob("lib/python3.*/site-packages/pkcs11_check/testcases")
        files = [cases / f"{name}.py" for name in FILES]
        as_json = ("--output", "json", "--output-file", report)
        outcome = judged(token, "test", *files, "--isolation", "file", *as_json)
        assert report.exists(), outcome.stdout + outcome.stderr
        found = json.loads(report.read_text())
        assert (found["summary"]["incomplete"], found["summary"]["error"]) == (False, 0)
        assert found["summary"]["passed"] > 150
        assert found["summary"]["failed"] == len(NOT_IN_PIV)
        assert set(failures(found["units"])) == NOT_IN_PIV


def failures(units: Sequence[dict]) -> list[str]:
    return [
        test["nodeid"].rpartition("::")[2]
        for unit in units
        for test in unit.get("tests", [])  # those of files where all passed are not listed
        if test["outcome"] not in {"passed", "skipped", "xfailed"}
    ]
