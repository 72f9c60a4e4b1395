"""OpenSC's and Yubico's tools manage the card: PIN, PUK, keys, certificates, and what it refuses.

Some of Debian's versions fail in themselves, before they send anything: OpenSC 0.23 on external
authentication (`piv-tool -A A:…`: its own length check), piv-tool on writing a key of P-256 that
the card made (`-G …:11`: OpenSSL 3 does not know its name for the curve), and yubico-piv-tool
2.2.0 on signing requests and certificates (its issue 388). What they do send is judged here.
"""

import shutil
from pathlib import Path

import pytest

from tests.foreign.piv_token import MODULE, PIN, PUK, Token

TOOLS = ("yubico-piv-tool", "pkcs11-tool", "pkcs15-tool", "piv-tool", "opensc-explorer")
MISSING = [tool for tool in TOOLS if shutil.which(tool) is None]
NEW_PIN = "654321"
DISCOVERY = "7E 12 4F 0B A0 00 00 03 08 00 00 10 00 01 00 5F"
# The setting by which OpenSC unblocks with the PUK in C_SetPIN; by default it does not.
UNBLOCKS = (
    "app opensc-pkcs11 { pkcs11 { user_pin_unblock_style = set_pin_in_unlogged_session; } }\n"
)

pytestmark = [
    pytest.mark.pcsc,
    pytest.mark.foreign,
    pytest.mark.skipif(bool(MISSING), reason=f"needs {', '.join(MISSING)}"),
]


def block(token: Token) -> None:
    for _ in range(3):
        wrong = token.run("pkcs11-tool", "--module", MODULE, "--login", "--pin", "000000", "-O")
        assert "CKR_PIN_INCORRECT" in wrong.stderr


def pkcs11(token: Token, *arguments: str) -> str:
    return token.done("pkcs11-tool", "--module", MODULE, *arguments)


def test_pkcs11_tool_lists_the_token_and_its_own_tests_pass(token: Token) -> None:
    slots = pkcs11(token, "--list-slots")
    assert "token manufacturer : piv_II" in slots
    assert "PIN initialized" in slots
    assert "ECDSA-SHA256" in pkcs11(token, "--list-mechanisms")
    tested = token.pkcs11_tool("--test")
    assert "all 4 digest functions seem to work" in tested
    # PIV has no command for random numbers; there is nothing else that fails.
    assert tested.count("ERR:") == tested.count("C_GenerateRandom failed") == 1


def test_a_blocked_pin_is_seen_and_unblocked_with_the_puk(token: Token) -> None:
    block(token)
    refused = token.run("pkcs11-tool", "--module", MODULE, "--login", "--pin", PIN, "-O")
    assert "CKR_PIN_LOCKED" in refused.stderr
    assert "user PIN locked" in pkcs11(token, "--list-slots")
    new = ("--puk", PUK, "--new-pin", NEW_PIN)
    token.done("pkcs15-tool", "--unblock-pin", "--auth-id", "01", *new)
    pkcs11(token, "--login", "--pin", NEW_PIN, "--list-objects")


def test_pkcs11_tool_unblocks_and_changes_the_pin(token: Token) -> None:
    block(token)
    configuration = token.folder / "opensc.conf"
    configuration.write_text(UNBLOCKS)
    command = ("pkcs11-tool", "--module", MODULE, "--unlock-pin", "--puk", PUK, "--new-pin")
    token.done(*command, NEW_PIN, OPENSC_CONF=str(configuration))
    pkcs11(token, "--change-pin", "--pin", NEW_PIN, "--new-pin", PIN)
    assert "Private Key Object" in pkcs11(token, "--login", "--pin", PIN, "--list-objects")
    old = token.run("pkcs11-tool", "--module", MODULE, "--login", "--pin", NEW_PIN, "-O")
    assert "CKR_PIN_INCORRECT" in old.stderr


def piv_tool(token: Token, *arguments: str | Path) -> None:
    """As the administrator, both ends proved. Its exit code is no verdict: it counts bytes."""
    key = token.folder / "management.key"
    key.write_text(":".join(["01", "02", "03", "04", "05", "06", "07", "08"] * 3))
    variables = {"PIV_EXT_AUTH_KEY": str(key)}
    outcome = token.run("piv-tool", "--admin", "M:9B:03", *arguments, **variables)
    assert "admin_mode failed" not in outcome.stderr


def test_piv_tool_names_the_card_and_administers_it(token: Token) -> None:
    named = token.done("piv-tool", "--name")
    assert "Personal Identity Verification Card" in named
    assert "6F 6E 65 63 61 72 64" in token.done("piv-tool", "--serial")
    assert "Card Authentication" not in token.done("pkcs15-tool", "--list-certificates")
    piv_tool(token, "--cert", "9E", "--in", token.certificate("9a"))
    assert "Card Authentication" in token.done("pkcs15-tool", "--list-certificates")
    sign = "00:87:11:9E:26:7C:24:82:00:81:20:" + ":".join(["5A"] * 32)
    assert "SW1=0x6A, SW2=0x88" in token.done("piv-tool", "--send-apdu", sign)
    piv_tool(token, "--genkey", "9E:11", "--out", token.folder / "public.key")
    assert "SW1=0x90, SW2=0x00" in token.done("piv-tool", "--send-apdu", sign)


def test_opensc_explorer_reads_and_verifies_by_script(token: Token) -> None:
    script = token.folder / "script"
    script.write_text(
        "info\napdu 00 CB 3F FF 03 5C 01 7E 00\n"
        "verify CHV128 31:32:33:34:35:36:FF:FF\nverify CHV128 30:30:30:30:30:30:FF:FF\n"
    )
    outcome = token.run("opensc-explorer", "--mf", "3000", script)  # OpenSC's name of the CHUID
    assert "File path:               3000" in outcome.stdout
    assert DISCOVERY in outcome.stdout
    assert outcome.stdout.count("Code correct.") == 1


def test_yubico_piv_tool_is_told_politely_what_the_card_does_not_do(token: Token) -> None:
    tool = ("yubico-piv-tool", "--reader", token.reader.name, "--action")
    for action, said in (
        (("attest", "--slot", "9a"), "Failed to attest data"),
        (("generate", "--slot", "9d", "--algorithm", "RSA2048"), "Key generation failed"),
        (("generate", "--slot", "9d", "--algorithm", "ECCP384"), "Key generation failed"),
        (("reset",), "Reset failed"),
    ):
        outcome = token.run(*tool, *action)
        assert outcome.returncode == 1
        assert said in outcome.stderr
    assert "PIN tries left:\t3" in token.piv_tool("--action", "status")


def test_yubico_piv_tool_replaces_what_it_wrote(token: Token) -> None:
    read = ("-s", "9c", "-a", "read-certificate")
    assert token.certificate("9c").read_text() in token.piv_tool(*read)
    token.piv_tool("-s", "9c", "-a", "delete-certificate")
    assert token.run("yubico-piv-tool", "-r", token.reader.name, *read).returncode == 1
    assert "Successfully set new CCC" in token.piv_tool("-a", "set-ccc")
