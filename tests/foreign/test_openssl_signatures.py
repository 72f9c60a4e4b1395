"""The openssl command verifies what we sign, with SM2 and with P-256."""

import base64
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from crypto.suites import SUITES

pytestmark = [
    pytest.mark.foreign,
    pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl"),
]

MESSAGE = "社会保障卡".encode()


@dataclass(frozen=True, slots=True)
class Judge:
    """How openssl is asked about one scheme."""

    public_key_header: str  # SubjectPublicKeyInfo up to the point (RFC 5480, 2), in hex
    options: tuple[str, ...]


# Algorithm id-ecPublicKey, then the curve: 1.2.156.10197.1.301 (GM/T 0006-2012) and prime256v1.
JUDGES = {
    "GM": Judge(
        "3059 3013 06072A8648CE3D0201 06082A811CCF5501822D 034200",
        ("-digest", "sm3", "-pkeyopt", "distid:1234567812345678"),
    ),
    "NIST": Judge(
        "3059 3013 06072A8648CE3D0201 06082A8648CE3D030107 034200",
        ("-digest", "sha256"),
    ),
}


def pem(judge: Judge, point: bytes) -> str:
    der = bytes.fromhex(judge.public_key_header) + point
    body = base64.encodebytes(der).decode()
    return f"-----BEGIN PUBLIC KEY-----\n{body}-----END PUBLIC KEY-----\n"


def der(signature: bytes) -> bytes:
    """SEQUENCE { r INTEGER, s INTEGER } of r | s (RFC 3279, 2.2.3)."""

    def integer(value: bytes) -> bytes:
        number = int.from_bytes(value, "big")
        content = number.to_bytes(number.bit_length() // 8 + 1, "big")
        return bytes((0x02, len(content))) + content

    content = integer(signature[:32]) + integer(signature[32:])
    return bytes((0x30, len(content))) + content


@pytest.fixture(params=sorted(JUDGES))
def suite_name(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def signed(suite_name: str, tmp_path: Path) -> Path:
    """A folder with a key of ours, a message and its signature as openssl reads them."""
    key = SUITES[suite_name].signature.generate_key()
    (tmp_path / "key.pem").write_text(pem(JUDGES[suite_name], key.public_key))
    (tmp_path / "message").write_bytes(MESSAGE)
    (tmp_path / "signature").write_bytes(der(key.sign(MESSAGE)))
    return tmp_path


def openssl_verify(suite_name: str, folder: Path) -> subprocess.CompletedProcess[str]:
    key = ["-pubin", "-inkey", "key.pem", *JUDGES[suite_name].options]
    files = ["-rawin", "-in", "message", "-sigfile", "signature"]
    return subprocess.run(
        ["openssl", "pkeyutl", "-verify", *key, *files],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_openssl_verifies_our_signature(suite_name: str, signed: Path) -> None:
    judged = openssl_verify(suite_name, signed)
    assert (judged.returncode, judged.stdout.strip()) == (
        0,
        "Signature Verified Successfully",
    ), judged.stderr


def test_openssl_refuses_it_over_another_message(suite_name: str, signed: Path) -> None:
    (signed / "message").write_bytes(MESSAGE + b"\0")
    assert openssl_verify(suite_name, signed).returncode != 0
