"""OpenSC, yubico-piv-tool, OpenSSH and OpenSSL use the card as a PIV token, unmodified.

yubico-piv-tool speaks T=1 only, so the card is of the international profile or, for version 3.00,
in the field of a contactless reader.
"""

import getpass
import os
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest

from tests.foreign.piv_token import MODULE, PIN, PUK, SLOTS, Token, done

TOOLS = ("yubico-piv-tool", "pkcs11-tool", "pkcs15-tool", "ssh", "openssl")
MISSING = [tool for tool in TOOLS if shutil.which(tool) is None]
SSHD = shutil.which("sshd", path="/usr/sbin:/usr/local/sbin")
ENGINE = next(Path("/usr/lib").glob("*/engines-3/pkcs11.so"), None)

pytestmark = [
    pytest.mark.pcsc,
    pytest.mark.foreign,
    pytest.mark.skipif(bool(MISSING), reason=f"needs {', '.join(MISSING)}"),
]


def test_pkcs11_tool_signs_and_openssl_verifies(token: Token) -> None:
    message, signature = token.folder / "message", token.folder / "signature"
    message.write_bytes("社会保障".encode())
    for identifier, slot in SLOTS.items():
        token.pkcs11_tool(
            *("--sign", "--mechanism", "ECDSA-SHA256", "--id", identifier),
            *("-i", message, "-o", signature, "--signature-format", "openssl"),
        )
        public_key = token.public_key(slot)
        command = ("openssl", "dgst", "-sha256", "-verify", public_key, "-signature", signature)
        assert "Verified OK" in done(*command, message)


def test_opensc_shows_the_card_and_what_is_on_it(token: Token) -> None:
    dump = token.done("pkcs15-tool", "--dump")
    assert re.search(r"PKCS#15 Card \[.*\]:", dump)
    assert "Private EC Key [PIV AUTH key]" in dump
    assert "Certificate for PIV Authentication" in dump
    listed = token.pkcs11_tool("--list-objects")
    assert listed.count("Private Key Object; EC") == len(SLOTS)


def test_yubico_piv_tool_reads_status_and_tests_a_signature(token: Token) -> None:
    status = token.piv_tool("-a", "status")
    assert "Version:\t0.0.0" in status
    assert "Subject DN:\tCN=Zhang San 9a" in status
    assert "PIN tries left:\t3" in status
    tested = token.piv_tool(
        *("-s", "9a", "-a", "verify-pin", "-P", PIN, "-a", "test-signature"),
        *("-i", token.certificate("9a")),
    )
    assert "Successful ECDSA verification." in tested


def test_pin_puk_and_management_key_change_through_the_tools(token: Token) -> None:
    token.piv_tool("-a", "change-pin", "-P", PIN, "-N", "654321")
    token.piv_tool("-a", "change-puk", "-P", PUK, "-N", "87654321")
    for _ in range(3):
        verify = ("-a", "verify-pin", "-P", PIN)
        wrong = token.run("yubico-piv-tool", "--reader", token.reader.name, *verify)
        assert wrong.returncode != 0
    assert "PIN tries left:\t0" in token.piv_tool("-a", "status")
    token.piv_tool("-a", "unblock-pin", "-P", "87654321", "-N", PIN)
    assert "Successfully verified PIN" in token.piv_tool("-a", "verify-pin", "-P", PIN)
    new_key = bytes(range(24)).hex()
    token.piv_tool("-a", "set-mgm-key", "-n", new_key)
    chuid = ("-a", "set-chuid")
    refused = token.run("yubico-piv-tool", "--reader", token.reader.name, *chuid)
    assert refused.returncode != 0
    token.piv_tool(*chuid, f"--key={new_key}")


def test_a_wrong_pin_signs_nothing(token: Token) -> None:
    command = ("pkcs11-tool", "--module", MODULE, "--login", "--pin", "000000", "-O")
    outcome = token.run(*command)
    assert outcome.returncode != 0
    assert "CKR_PIN_INCORRECT" in outcome.stderr


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.skipif(SSHD is None, reason="needs sshd (openssh-server)")
def test_ssh_logs_in_with_the_cards_key(token: Token) -> None:
    keys = token.done("ssh-keygen", "-D", MODULE)
    line = next(line for line in keys.splitlines() if line.endswith("PIV AUTH pubkey"))
    (token.folder / "authorized_keys").write_text(line + "\n")
    done("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", token.folder / "host")
    port = _free_port()
    config = token.folder / "sshd_config"
    config.write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {token.folder / 'host'}\n"
        f"AuthorizedKeysFile {token.folder / 'authorized_keys'}\nStrictModes no\nUsePAM no\n"
        "PasswordAuthentication no\nPidFile none\n"
    )
    if getpass.getuser() == "root":
        Path("/run/sshd").mkdir(exist_ok=True)  # where it shuts itself up
    asker = token.folder / "askpass"
    asker.write_text(f"#!/bin/sh\necho {PIN}\n")
    asker.chmod(0o700)
    log = token.folder / "sshd.log"
    server = subprocess.Popen([str(SSHD), "-D", "-f", config, "-E", log])
    try:
        _wait_for(port)
        command = (
            *("ssh", "-p", str(port), "-F", "none", "-I", MODULE),
            *("-o", "IdentityFile=none", "-o", "StrictHostKeyChecking=no"),
            *("-o", f"UserKnownHostsFile={token.folder / 'known'}"),
            *(f"{getpass.getuser()}@127.0.0.1", "echo logged in"),
        )
        said = token.done(*command, SSH_ASKPASS=str(asker), SSH_ASKPASS_REQUIRE="force")
    finally:
        server.terminate()
        server.wait()
    assert "logged in" in said


@pytest.mark.skipif(ENGINE is None, reason="needs libengine-pkcs11-openssl")
def test_a_tls_server_knows_the_client_by_the_cards_key(token: Token) -> None:
    port = _free_port()
    server = subprocess.Popen(
        [
            *("openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-www", "-Verify", "1"),
            *("-CAfile", token.authority, "-verify_return_error"),
            *("-cert", token.authority, "-key", token.folder / "ca.key"),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port)
        key = f"pkcs11:id=%01;type=private;pin-value={PIN}"
        client = subprocess.run(
            [
                *("openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-engine", "pkcs11"),
                *("-keyform", "engine", "-key", key, "-cert", token.certificate("9a")),
                *("-CAfile", token.authority, "-quiet"),
            ],
            input="GET / HTTP/1.0\r\n\r\n",
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env={
                **os.environ,
                "PKCS11_MODULE_PATH": str(MODULE),
                "PCSCLITE_CSOCK_NAME": str(token.socket),
            },
        )
    finally:
        server.terminate()
        server.wait()
    assert "Client certificate" in client.stdout, client.stderr
    assert "CN = Zhang San 9a" in client.stdout or "CN=Zhang San 9a" in client.stdout


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        else:
            return
